"""Title, 文号, issuers, region, dates and kind of a document, read from its front matter and signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from corpus.layout import ADOPTED_LINE, DATE_LINE, ORGAN_LINE, RED_HEAD, SALUTATION, SIGNED_LINE, Layout, Line
from corpus.model import SAYS_NOTHING, DocumentKind, Region, SourceMetadata
from corpus.periods import HALF_WIDTH, find_dates
from corpus.regions import Gazetteer
from corpus.speaker import UNNAMED_BODY, Speaker, is_national, place_of, read_region
from corpus.statements import spoken_validity

# 辽人社发〔2022〕20号 · 国发〔201811号 (a bracket lost) · 国办发[2022]2号 · 黔府发（2023）第13号
DOC_NUMBER = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{1,12}?)\s*[〔\[（(【﹝]\s*(?P<year>(?:[1１][9９]|[2２][0０])\d{2})\s*[〕\]）)】﹞]?\s*"
    r"第?\s*(?P<serial>\d{1,4})\s*号"
)
# 文号 遵府办函〔2024〕19号 是否有效 · 发文字号] 京政办发〔2020〕5号 · 石政发〔2020〕3号-北京市石景山区…
_NUMBER_LINE = re.compile(
    rf"^(?:[(（\[【]?(?:文\s*号|发文字号|发布文号)\s*[\]】]?\s*[:：]?\s*)?[(（]?{DOC_NUMBER.pattern}[)）]?"
    r"(?:$|[\s\-—]|(?=[\u4e00-\u9fff]{3,}关于))"
)
# …的通知（国办发明电〔2020〕1号） · …的通知人社部发〔2020〕11号
_NUMBER_AT_END = re.compile(
    rf"(?:通知|公告|通告|意见|方案|决定|办法|措施|规定|批复|函)\s*[(（]?{DOC_NUMBER.pattern}[)）]?$"
)
# 国务院令第443号 · 中华人民共和国主席令第二十八号 · 财政部 税务总局公告2020年第8号
ORDER_NUMBER = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{2,40}(?:[、\s][\u4e00-\u9fff]{2,12}){0,4}?)(?P<sort>令|公告|通告)\s*[(（〔\[]?\s*"
    r"(?:(?P<year>(?:19|20)\d{2})\s*年?\s*[)）〕\]]?\s*)?第\s*(?P<serial>\d{1,4}|[一二三四五六七八九十百零〇]{1,6})\s*号"
)
# An order's number stands alone on its line, in brackets, or where its promulgation is told.
_ORDER_LINE = re.compile(rf"^[(（]?{ORDER_NUMBER.pattern}[)）]?$")
_ORDER_TOLD = re.compile(rf"日\s*(?:以|根据)?{ORDER_NUMBER.pattern}\s*(?:公布|发布)")
_IN_FULL = re.compile(r"^中华人民共和国(?=国务院|主席)")
# 2011年5月27日 山东省第十一届人民代表大会常务委员会第二十四次会议通过: the body that adopted it
_ADOPTED_BY = re.compile(
    r"日\s*(?:[由经]\s*)?(?P<organ>[\u4e00-\u9fff、]{2,24}?)(?:第[一二三四五六七八九十百\d]+届)?"
    r"(?P<body>全国人民代表大会常务委员会|全国人民代表大会|人民代表大会常务委员会|人民代表大会|审判委员会|检察委员会|)"
    r"(?:第?[一二三四五六七八九十百\d]+次)?(?:常务|全体)?(?:会议)?(?:讨论)?(?:通过|公布|发布|批准)"
)
# Words that run into the organ where a 文号 is read out of a sentence: 根据国发〔2018〕11号
_BEFORE_NUMBER = re.compile(r"^(?:根据|按照|依据|落实|贯彻|执行|文号|发文字号|和|及|与|见|以|经|由)+(?=..)")
# 遵义市人民政府办公室关于印发… · 江西省人民政府关于推行…
_TITLE_ISSUER = re.compile(r"(?P<issuers>[\u4e00-\u9fff\s、]{3,80}?)(?=关于|印发|转发|公告|通告|令)")
# 民政部、国家卫生健康委联合印发通知
_TOGETHER = re.compile(r"等[\d一二三四五六七八九十两]+(?:部门|单位|家单位|厅局|部委)$|(?:近日|日前)?(?:联合|共同)?$")
_ISSUER_FIELD = re.compile(
    r"(?:发(?:布|文)(?:机构|机关|单位)|制定机关)\s*[\]】]?\s*[:：]?\s*(?P<issuer>(?!发文|成文|公开)[\u4e00-\u9fff]{3,30})"
)
# 发布机构：天津经济技术开发区
_ZONE = re.compile(r"(?:开发区|高新区|经开区|保税区|新区|示范区|合作区)$")
_ACTS = re.compile(r"转发|召开|举行|建立|开展|出台|印发|部署|启动")
_HEAD_LINES = 15
_TITLE_LENGTH = 100
_ORGANS_LENGTH = 400
_ISSUER_END = re.compile(
    r"(?:政府|办公室|办公厅|厅|局|署|委员会|委|部|院|会|处|中心|银行|联|法院|检察院|领导小组|指挥部|工作机制|联防联控机制|总队|支队|大队|"
    r"[贫融台侨信法务改明政编]办)$"
)
# 转发国家卫生健康委办公厅, …发布会, 在…中考察识别干部: what ends like a body's name and is none, or only its last part
_NO_ISSUER = re.compile(
    r"^(?:转发|关于|疫情|肺炎|在|我|将|就|从|为|工作委员会$|办公室$|委员会$|领导小组$|指挥部$|工作处$)|加紧|将再|"
    r"(?:发布|座谈|推进|动员|听证|招聘|工作|视频|电视电话|调度)会$|会议$|(?<!代表)大会$|(?:干|全|内|外|局)部$"
)
# 发文日期 2024年05月25日 · 成文日期] 2020-02-03; the day a page was posted (发布时间) is another matter
_ISSUED_FIELD = re.compile(r"(?:发文|成文|印发|制发)日期\s*[\]】]?\s*[:：]?\s*(?P<date>[^\s\]】]{8,12})")
# 2005年8月23日国务院令第443号公布 · 2011年5月27日…会议通过
_ADOPTED_WORD = re.compile(r"公布|发布|通过|批准")
_KIND_WORDS: dict[DocumentKind, tuple[str, ...]] = {
    "解读": ("解读", "问答", "图解"),
    "规划": ("规划", "纲要"),
    "方案": ("方案", "计划", "预案"),
    "意见": ("意见",),
    "条例": ("条例",),
    "办法": ("办法",),
    "细则": ("细则",),
    "规定": ("规定", "规则", "规范", "守则"),
    "公告": ("公告", "通告"),
    "通知": ("通知",),
    "法律": ("法", "法典"),
}
# 工作方法, 做法: no law
_NO_LAW = re.compile(r"[方做看用语书司手]法$")
# 解读《…通知》, 政策解读：《…办法》, 一图读懂…: what a page calls itself first
_EXPLAINS = re.compile(
    r"^[\u4e00-\u9fff]{0,6}(?:(?:解读|图解|问答)\s*[:：|｜]?\s*《|一(?:图|张图|文)(?:带你)?(?:读懂|看懂|了解))"
)
_SENT_OUT = re.compile(r"(?:印发|公布|发布|转发|下发)[^《]{0,12}《(?P<inner>.+)》")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself; ``None`` or ``()`` where it does not.

    ``expires`` is the last day of validity: 有效期5年 from 2024-06-01 ends on 2029-05-31.
    """

    doc_number: str | None
    issuers: tuple[str, ...]
    region: Region | None
    issued: date | None
    effective: date | None
    expires: date | None
    kind: DocumentKind


def read_metadata(text: str, layout: Layout, gazetteer: Gazetteer, *, said: SourceMetadata = SAYS_NOTHING) -> Metadata:
    """Return the metadata of a raw text with its layout.

    ``said`` is what the file says apart from the text: an information table or a record was filled in on purpose, so
    it counts for more than what is read out of the text.
    """
    front, tail = _edges(layout)
    heads = [layout.title, *front, *_head(layout)]
    number = next(filter(None, (_end_number(line) or _own_number(line) for line in heads)), None)
    number = number or next(filter(None, map(_order_number, [layout.title, *front])), None)
    issuers = _issuers(layout.title, front, tail)
    issued = _issued(front, tail, letter=layout.inner is not None)
    effective, expires = _validity(text, issued)
    adopters = tuple(filter(None, map(_adopter, front)))
    region = read_region(Speaker(layout, text, number, issuers, adopters, tail), gazetteer)
    found = Metadata(number, issuers, region, issued, effective, expires, kind_of(layout.title))
    return _merged(found, said, text, gazetteer)


def _merged(found: Metadata, said: SourceMetadata, text: str, gazetteer: Gazetteer) -> Metadata:
    """Return ``found`` with what the file says apart from the text, which counts for more where it can be read."""
    number = normalise_doc_number(said.doc_number) or _order_number(said.doc_number) or found.doc_number
    issuers = said.issuers or found.issuers
    named = gazetteer.parse(said.region) if said.region else None
    region = named or found.region
    if region is None and said.issuers:
        region = place_of(said.issuers[0], text, gazetteer)
    issued, effective, expires = (
        _day(printed) or day
        for printed, day in (
            (said.issued, found.issued),
            (said.effective, found.effective),
            (said.expires, found.expires),
        )
    )
    return replace(
        found, doc_number=number, issuers=issuers, region=region, issued=issued, effective=effective, expires=expires
    )


def _day(printed: str) -> date | None:
    dates = find_dates(printed.translate(HALF_WIDTH))
    return dates[0].value if dates else None


def normalise_doc_number(printed: str) -> str | None:
    """Return a 文号 in its standard form, ``国发〔2018〕11号``, mending a lost bracket; ``None`` if it is none."""
    match = DOC_NUMBER.search(printed)
    return _standard(match) if match else None


def named_numbers(text: str) -> tuple[str, ...]:
    """Return the 文号 and the numbers of orders that a sentence names, in standard form.

    Words before the sign may be left on (请问辽人社发〔2022〕20号): compare with ``endswith``.
    """
    orders = ("".join(match.group().split()) for match in ORDER_NUMBER.finditer(text))
    return tuple(dict.fromkeys([*map(_standard, DOC_NUMBER.finditer(text)), *orders]))


def kind_of(title: str) -> DocumentKind:
    """Return the kind that a title names; for 印发《…方案》的通知 that of the document sent out."""
    if _EXPLAINS.match(title):
        return "解读"
    inner = _SENT_OUT.search(title)
    subject = inner["inner"] if inner else title
    subject = re.sub(r"[(（][^()（）]*[)）]", "", subject).rstrip("》”〉,， ")
    for kind, words in _KIND_WORDS.items():
        if subject.endswith(words) and not _NO_LAW.search(subject):
            return kind
    return "其他"


def _standard(match: re.Match[str]) -> str:
    organ = _BEFORE_NUMBER.sub("", match["organ"])
    return f"{organ}〔{int(match['year'])}〕{int(match['serial'])}号"


def _edges(layout: Layout) -> tuple[list[str], list[str]]:
    """Return the lines above the body (page furniture included) and below it, the title and copies left out."""
    parts = [line.part for line in layout.lines]
    body = [index for index, part in enumerate(parts) if part == "body"]
    first, last = (body[0], body[-1]) if body else (len(parts), len(parts))
    front = [line.text.translate(HALF_WIDTH) for line in layout.lines[:first] if line.part not in ("title", "repeat")]
    # A title with its issuer on a line of its own keeps that line for the issuers.
    heads = [line.text for line in layout.lines if line.part == "title" and ORGAN_LINE.match(line.text)]
    below = [line for line in layout.lines[last + 1 :] if line.part != "repeat"]
    signed = [line for line in layout.lines[:last] if line.part == "tail"] or _inner_signature(layout)
    return [*front, *heads], [line.text.translate(HALF_WIDTH) for line in (*signed, *below)]


def _inner_signature(layout: Layout) -> list[Line]:
    """Return the first signature inside the body: its enclosure follows without a title, or lines of the page do.

    A signature of another body than the title names is that of a document that is passed on.
    """
    titled = _titled(layout.title)
    for line, after in pairwise(line for line in layout.lines if line.part == "body"):
        text = line.text.translate(HALF_WIDTH)
        organs = _signatures(text)
        dated = SIGNED_LINE.match(text) or DATE_LINE.match(after.text.translate(HALF_WIDTH))
        if not organs or not dated:
            continue
        same = any(one.endswith(other) or other.endswith(one) for one in organs for other in titled)
        return [line, after] if same or not (titled or "转发" in layout.title) else []
    return []


def _own_number(line: str) -> str | None:
    match = _NUMBER_LINE.match(line)
    return _standard(match) if match else None


def _head(layout: Layout) -> list[str]:
    """Return the lines down to the salutation or the first sentence, however they were taken."""
    found: list[str] = []
    for line in layout.lines[:_HEAD_LINES]:
        found.append(line.text.translate(HALF_WIDTH))
        if "。" in line.text or SALUTATION.match(line.text):
            break
    return found


def _end_number(title: str) -> str | None:
    """Return the number behind a title on the same line: …的通知（国办发明电〔2020〕1号）."""
    match = _NUMBER_AT_END.search(title.translate(HALF_WIDTH)) if len(title) <= _TITLE_LENGTH else None
    return _standard(match) if match else None


def _order_number(line: str) -> str | None:
    """Return 国务院令第443号 or 财政部税务总局公告2020年第8号 as printed, spaces and the name of the state left out."""
    match = _ORDER_LINE.match(line.strip()) or _ORDER_TOLD.search(line[:200])
    if match is None:
        return None
    organ = _IN_FULL.sub("", "".join(match["organ"].split()))
    year = f"{match['year']}年" if match["year"] else ""
    return f"{organ}{match['sort']}{year}第{match['serial']}号"


def _issuers(title: str, front: list[str], tail: list[str]) -> tuple[str, ...]:
    fields = (match["issuer"] for match in map(_ISSUER_FIELD.search, front) if match)
    heads = (match["organs"] for match in map(RED_HEAD.match, front) if match)
    titled = _titled(title)
    signed = [part for line in [*front, *tail] for part in _signatures(line)]
    if any(map(UNNAMED_BODY.match, titled)) and all(map(is_national, signed)):
        # 市商务局关于…的通知, at its end the letter of a ministry that it passes on
        signed = []
    for found in (
        signed,
        [issuer for issuer in fields if _is_issuer(issuer) or _ZONE.search(issuer)],
        titled,
        [part for head in heads for part in head.split()],
        # Only the first: what follows are the organ that approved it and those that amended it.
        [organ for organ in map(_adopter, front) if organ][:1],
    ):
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _titled(title: str) -> list[str]:
    """Return the issuers that a title begins with."""
    named = _TITLE_ISSUER.match(re.sub(r"^[^-]*号\s*-?", "", title) if DOC_NUMBER.match(title) else title)
    parts = re.split(r"[\s、]+", _TOGETHER.sub("", named["issuers"])) if named else []
    return [part for part in parts if _is_issuer(part)]


def _adopter(line: str) -> str:
    """Return who adopted or promulgated a law: 山东省人民代表大会常务委员会, 国务院."""
    if not ADOPTED_LINE.match(line):
        return ""
    order = ORDER_NUMBER.search(line)
    if order and order["sort"] == "令":
        return _IN_FULL.sub("", re.sub(r"^.*日|\s", "", order["organ"]))
    match = _ADOPTED_BY.search(line)
    if match is None:
        return ""
    organ = _IN_FULL.sub("", re.sub(r"第[一二三四五六七八九十百\d]+$", "", match["organ"]))
    if match["body"].startswith("全国"):
        return match["body"]
    return organ + match["body"] if match["body"] or organ.startswith("国务院") else ""


def _signatures(line: str) -> list[str]:
    signed = SIGNED_LINE.match(line)
    organs = signed["organs"] if signed else line
    if len(organs) >= _ORGANS_LENGTH or not ORGAN_LINE.match(organs):
        return []
    # 龙岩市人力资源和社会保障局转发…办公室: a headline cut at the end of its line
    parts = (_ACTS.split(part)[0] for part in organs.split())
    return [part for part in parts if _is_issuer(part)]


def _is_issuer(name: str) -> bool:
    return _ISSUER_END.search(name) is not None and _NO_ISSUER.search(name) is None


def _issued(front: list[str], tail: list[str], *, letter: bool) -> date | None:
    """Return the date of the signature; else that of a metadata field; else that of the adoption."""
    for line in [*front, *tail] if letter else [*tail, *front]:
        signed = SIGNED_LINE.match(line)
        dates = find_dates(line) if DATE_LINE.match(line) or signed else ()
        if dates:
            return dates[0].value
    for line in front:
        field = _ISSUED_FIELD.search(line)
        dates = find_dates(field["date"]) if field else ()
        if dates:
            return dates[0].value
    for line in front:
        if ADOPTED_LINE.match(line) and _ADOPTED_WORD.search(line) and (dates := find_dates(line)):
            return dates[0].value
    return None


def _validity(text: str, issued: date | None) -> tuple[date | None, date | None]:
    spoken = [one for one in spoken_validity(text, issued) if one.day]
    return (
        next((one.day for one in reversed(spoken) if one.kind == "施行"), None),
        next((one.day for one in reversed(spoken) if one.kind == "有效期"), None),
    )
