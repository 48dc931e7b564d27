"""Title, 文号, issuers, region, dates and kind of a document, read from its front matter and signature."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from corpus.layout import ADOPTED_LINE, DATE_LINE, ORGAN_LINE, RED_HEAD, SIGNED_LINE, Layout
from corpus.model import DocumentKind, Region
from corpus.periods import HALF_WIDTH, find_dates
from corpus.regions import COUNTRY, Gazetteer, region_of_doc_number
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
# Words that run into the organ where a 文号 is read out of a sentence: 根据国发〔2018〕11号
_BEFORE_NUMBER = re.compile(r"^(?:根据|按照|依据|落实|贯彻|执行|文号|发文字号|和|及|与|见|以|经|由)+(?=..)")
# 遵义市人民政府办公室关于印发… · 江西省人民政府关于推行…
_TITLE_ISSUER = re.compile(r"(?P<issuers>[\u4e00-\u9fff\s、]{3,80}?)(?=关于|印发|转发|公告|通告|令)")
_ISSUER_FIELD = re.compile(
    r"(?:发(?:布|文)(?:机构|机关|单位)|制定机关)\s*[\]】]?\s*[:：]?\s*(?P<issuer>(?!发文|成文|公开)[\u4e00-\u9fff]{3,30})"
)
_ISSUER_END = re.compile(
    r"(?:政府|办公室|办公厅|厅|局|署|委员会|委|部|院|会|处|中心|银行|联|法院|检察院|领导小组|指挥部|工作机制)$"
)
# 国务院办公厅 · 人力资源社会保障部办公厅 (never 省委组织部 or 指挥部)
_NATIONAL = re.compile(
    r"^(?:中共中央|中央|国务院|国家|全国|中华人民共和国|最高人民|中国人民银行)"
    r"|^(?!.*[省市县区州盟]委)[\u4e00-\u9fff]{2,12}(?<!指挥)(?<![总支])部(?:办公厅|办公室)?$"
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


def read_metadata(text: str, layout: Layout, gazetteer: Gazetteer) -> Metadata:
    """Return the metadata of a raw text with its layout."""
    front, tail = _edges(layout)
    number = next(filter(None, map(_own_number, [layout.title, *front])), None)
    issuers = _issuers(layout.title, front, tail)
    issued = _issued(front, tail, letter=layout.inner is not None)
    effective, expires = _validity(text, issued)
    region = _region(layout.title, number, issuers, text, gazetteer)
    return Metadata(number, issuers, region, issued, effective, expires, kind_of(layout.title))


def normalise_doc_number(printed: str) -> str | None:
    """Return a 文号 in its standard form, ``国发〔2018〕11号``, mending a lost bracket; ``None`` if it is none."""
    match = DOC_NUMBER.search(printed)
    return _standard(match) if match else None


def kind_of(title: str) -> DocumentKind:
    """Return the kind that a title names; for 印发《…方案》的通知 that of the document sent out."""
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
    signed = [line for line in layout.lines[:last] if line.part == "tail"]
    return [*front, *heads], [line.text.translate(HALF_WIDTH) for line in (*signed, *below)]


def _own_number(line: str) -> str | None:
    match = _NUMBER_LINE.match(line)
    return _standard(match) if match else None


def _issuers(title: str, front: list[str], tail: list[str]) -> tuple[str, ...]:
    named = _TITLE_ISSUER.match(re.sub(r"^[^-]*号\s*-?", "", title) if DOC_NUMBER.match(title) else title)
    fields = (match["issuer"] for match in map(_ISSUER_FIELD.search, front) if match)
    heads = (match["organs"] for match in map(RED_HEAD.match, front) if match)
    for found in (
        [part for line in [*front, *tail] for part in _signatures(line)],
        [issuer for issuer in fields if _ISSUER_END.search(issuer)],
        [issuer for issuer in (re.split(r"[\s、]+", named["issuers"]) if named else ()) if _ISSUER_END.search(issuer)],
        [part for head in heads for part in head.split()],
    ):
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _signatures(line: str) -> list[str]:
    signed = SIGNED_LINE.match(line)
    organs = signed["organs"] if signed else line
    if len(organs) >= 400 or not ORGAN_LINE.match(organs):
        return []
    return [part for part in organs.split() if _ISSUER_END.search(part)]


def _region(title: str, number: str | None, issuers: tuple[str, ...], text: str, gazetteer: Gazetteer) -> Region | None:
    for source in (*issuers[:1], title):
        places = [mention.region for mention in gazetteer.find(source) if mention.region.chain]
        if places:
            return places[0]
        if _NATIONAL.match(source):
            return COUNTRY
    if number and (region := region_of_doc_number(number)) is not None:
        return region
    counts = Counter(mention.region for mention in gazetteer.find(text[:1500]) if mention.region.chain)
    if counts:
        region, hits = max(counts.items(), key=lambda item: (item[1], -len(item[0].chain)))
        if hits >= 3:
            return region
    return None


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
