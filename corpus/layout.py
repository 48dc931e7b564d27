"""Which lines of a raw text are policy and which are page furniture, a repeated body, a title or a signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.numbering import mark_at
from corpus.periods import HALF_WIDTH
from corpus.posting import find_postings

Part = Literal["furniture", "repeat", "record", "title", "front", "annexes", "body", "tail"]

_KINDS = (
    "通知|意见|方案|规划|计划|办法|条例|规定|细则|解读|公告|通告|决定|决议|通报|函|批复|纲要|要点|措施|指南|目录|标准|"
    "规则|规程|规范|章程|说明|清单|政策|法|准则|守则|公约|制度|公报|报告|解释|预案|指引|提示|令"
)
_ORGANS = (
    "政府|办公室|办公厅|厅|局|署|委员会|发展改革委|委|部|院|会|总工会|联合会|妇联|残联|中心|银行|税务局|海关|法院|检察院|集团|"
    "领导小组|指挥部|工作机制|联防联控机制|[贫融台侨信明政编]办"
)
_YEAR = r"(?:(?:19|20)\d{2}|[一二][零〇○九][零〇○一二三四五六七八九]{2})"
_DAY = (
    rf"(?:{_YEAR}\s*年\s*(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月\s*(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日"
    r"|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2})"
)

# White space, and the zero-width characters that copies of web pages carry.
BLANK = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x2010))
)

# 关于印发《…规划》的通知 · 江西省人民政府关于推行…的实施意见 · 《…方案》政策解读, · …若干问题的解释（一）
TITLE_LINE = re.compile(rf"^[^。；;!！?？]{{2,120}}(?:{_KINDS})(?:[(（][^()（）]{{1,20}}[)）])?[》”]?[,，]?$")
# 遵义市人民政府办公室 · 辽宁省人力资源和社会保障厅               辽宁省教育厅
_ORGAN = rf"[\u4e00-\u9fff()（）]{{1,40}}(?:{_ORGANS})"
ORGAN_LINE = re.compile(rf"^{_ORGAN}(?:\s+{_ORGAN}){{0,11}}$")
# 2024年5月25日 · 二〇二四年五月二十五日 · 20181128 · 2024-05-25
DATE_LINE = re.compile(rf"^[(（]?{_DAY}[)）]?$")
# 江西省人民政府 2018年11月28日 (signature and date on one line)
SIGNED_LINE = re.compile(rf"^(?P<organs>[\u4e00-\u9fff()（）\s]{{3,100}}?)\s*(?P<day>{_DAY})$")
# 2011年5月27日 山东省第十一届人民代表大会常务委员会第二十四次会议通过 · （2005年8月23日国务院令第443号公布 2017年修订）
ADOPTED_LINE = re.compile(
    rf"^[(（]?\s*(?:根据)?{_DAY}[^。；;]{{0,200}}(?:通过|批准|公布|发布|修正|修订|施行|决定》?|废止)\s*[)）]?$"
)
# 遵义市人民政府文件 · 国务院办公厅文件
RED_HEAD = re.compile(rf"^(?P<organs>[\u4e00-\u9fff\s]{{2,60}}(?:{_ORGANS}))\s*文\s*件$")
# 辽人社发〔2022〕20号, alone on its line
NUMBER_LINE = re.compile(
    r"^[(（]?[\u4e00-\u9fff]{1,15}\s*[〔\[（(【﹝]\s*(?:19|20)\d{2}\s*[〕\]）)】﹞]?\s*第?\s*\d{1,4}\s*号[)）]?$"
)
# 国务院令第443号 · 财政部 税务总局公告2020年第8号
ORDER_LINE = re.compile(
    r"^(?!.*关于)[(（]?[\u4e00-\u9fff\s、]{2,40}(?:令|公告|通告)\s*[(（〔\[]?\s*(?:(?:19|20)\d{2}\s*年?\s*[)）〕\]]?\s*)?"
    r"第\s*(?:\d{1,4}|[一二三四五六七八九十百零〇]{1,6})\s*号[)）]?$"
)
# (此件公开发布) · (联系单位:省人力资源社会保障厅职业能力建设处) · 联系电话:0851-12345 · 抄送:省人力社保厅。
CLOSING_LINE = re.compile(
    r"^[(（]?(?:此件|此文|信息公开形式|联系(?:人|单位|部门|电话|方式|处室|科室)|咨询(?:电话|单位|处室|科室)|抄送|主送)"
    r"[^。]{0,80}。?[)）]?$"
)
# 丽水市人力资源和社会保障局办公室    2020年7月16日印发: the imprint at the foot of the last page
IMPRINT_LINE = re.compile(rf"^[\u4e00-\u9fff\s]{{0,60}}{_DAY}\s*印发$")
# 各市人民政府,沈抚示范区管委会:
SALUTATION = re.compile(r"^[^。；;]{2,160}[:：]$")
# 索引号 000014349/2024-770811 · 发布时间:2022年06月14日 编辑:… · 字号: 分享:
META_LINE = re.compile(
    r"^(?:索\s*引\s*号|发布(?:机构|者|时间|日期|单位|人)|发[文布](?:日期|机关|机构|字号|文号|单位)|成文日期|印发日期|公开日期|生成日期|"
    r"文\s*号|标\s*题|时间|日期|字号|字体|来源|信息来源|作者|编辑|责任编辑|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:数|量|次数)?|"
    r"主题(?:分类|词)|体裁分类|有效性|是否有效|文件类型|服务对象|分享|打印|公文种类|实施日期|废止日期|(?:信息|文件)?名\s*称|信息标题|"
    r"(?:公文)?时\s*效|附加码|关键词|主\s*题\s*词|内容概述|成文时间|生效日期|失效日期|组配分类|所属主题|文件状态|"
    r"公开(?:方式|形式|类别|范围|时限|程序)|信息(?:分类|类别|格式))\s*(?:[:：\]】]|[\s\u3000\xa0]|$|[0-9])"
)
# 文号 遵府办函〔2024〕19号 是否有效 · 发布机构 发文日期 2024年05月25日: what only the page says of the document
RECORD_LINE = re.compile(r"^(?:索\s*引\s*号|文\s*号|发文(?:日期|机关|字号|单位)|成文日期|发布机构)\s*[:：]?.*\d")
# — 1 — · 第 3 页 共 12 页 · 您当前所在的位置: 首页 > 政务公开 · 扫一扫在手机打开当前页面 · 上一篇:
PAGE_LINE = re.compile(
    r"(?:当前(?:所在)?(?:的)?位置|^首页\s*[>»|/]|扫一扫|手机(?:打开|查看)当前页|^[上下]一[篇条]\s*[:：]|^点击查看|"
    r"^(?:【|\[)?(?:打印|关闭|收藏|分享|返回)|无障碍(?:浏览|阅读)|^繁体$|^简体$|^个人中心$|^相关(?:链接|阅读|新闻|文章|附件)|"
    r"^附件下载|^政策解读$|^(?:通知公告|通知公示|公告公示|公示公告|通知通告|政策文件|政策法规|规范性文件|法规文件|政府文件|政府信息公开)$|^政策原文$|^图片解读$|版权所有|^主办单位\s*[:：]|ICP备|公安备|^网站地图|^字号[:：]|分享(?:到|至)|"
    r"^[—–－-]+\s*\d{1,4}\s*[—–－-]+$|^第\s*\d{1,4}\s*页(?:[,，]?\s*共\s*\d{1,4}\s*页)?$|"
    r"^English$|^登录$|^注册$)"
)
# 附件1 · 附件:1.名单 · 附件2 技能培训清单
_ANNEX_LINE = re.compile(
    r"^附\s?[件表录]\s*(?P<n>[\d一二三四五六七八九十]{1,3})?\s*(?P<colon>[:：])?\s*(?P<rest>.{0,100})$"
)
# 2.乘客信息登记表（式样）, in a list of annexes
_ANNEX_ITEM = re.compile(r"^(?:\d{1,2}\s*[.．、:：]|附\s?[件表录]\s*\d)")
# 关于印发《…办法》的通知 · 关于印发…指南的通知; of an order: 《…条例》已经…通过,现予公布
_SENT_OUT = re.compile(r"(?:印发|公布|发布|转发|下发)(?:[^《]{0,12}《(?P<inner>.+)》|(?P<bare>[^《》]+?)的通知$)")
_ANNOUNCED = re.compile(r"《(?P<inner>[^》]{2,60})》(?P<bare>)")
# White space inside a long line where a line break was lost: "…的通知 各有关单位： 为深入…"
# (never "2020 年 2 月", 文  号：).
_LOST_BREAK = re.compile(
    r"(?<=[^\sA-Za-z0-9“‘（(《〈第.．、条章节编])"
    r"(?:(?<!\s[\u4e00-\u9fff])[ \t\u3000\xa0]+|(?<=\s[\u4e00-\u9fff])[ \t\u3000\xa0]+(?![\u4e00-\u9fff]\s*[:：]))"
    r"(?=[\u4e00-\u9fff“（(《〔【\[—•]|\d{1,2}[.．、](?!\d)|\d{1,2}月\d{1,2}日(?=[^\s）)])|(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日(?!\S))"
    r"(?![年月时]|日(?!前)|(?<=[部局署委会厅院] )[\u4e00-\u9fff]{2,12}(?:令|公告)(?:20\d\d年)?第)"
)
# 举报电话：84038110   北京市民政局 2020年2月11日: the signature behind a number
_LOST_SIGNATURE = re.compile(rf"(?<=\d{{4}})[ \t\u3000\xa0]+(?={_ORGAN}\s+{_DAY}\s*$)")
# | 补贴项目:职业培训补贴 | 标准:每人1000元 |, a row of a table as corpus.formats.tables and Markdown write it
TABLE_ROW = re.compile(r"^\|.*\|$")
# 二O二四年, a letter or a digit for 〇
_MISREAD_YEAR = re.compile(r"[一二][OoＯ0Οο〇○零九][OoＯ0Οο〇○零一二三四五六七八九]{2}(?=\s*年)")
# 关 于 印 发: single spaces between single characters
_SPACED_OUT = re.compile(r"([\u4e00-\u9fff《》“”（）、，：:]) (?=[\u4e00-\u9fff《》“”（）、，：:])")
# 民  政  部 · 2 0 2 1 年 6 月 8 日: nothing but single characters, a wider gap between two names
_APART = re.compile(rf"\S(?:[{BLANK}]+\S){{2,}}")
_GAP = re.compile(rf"[{BLANK}]+")
# 安政办字〔 2 0 2 1 〕 3 3 号
_DIGITS_APART = re.compile(r"(?<=[\d〔\[(（〕\])）年月第])\s+(?=[\d〔〕\])）年月日号])|(?<=\w)\s+(?=[〔\[])")
# **津滨人社发〔2024〕31号**
_EMPHASIS = re.compile(r"(?P<sign>\*{1,3}|_{2,3})(?P<text>[^*_]+)(?P=sign)")
# 西宁市新型冠状病毒感染的 肺炎疫情处置工作指挥部: the name of a body broken over two lines
_BROKEN_NAME = re.compile(
    r"((?:^|\s)[\u4e00-\u9fff]{2,10}[省市县区州旗部][\u4e00-\u9fff]{2,20}(?<![部室局厅府会署知告报]))[ \u3000\xa0]+"
    r"(?=(?:领导小组|指挥部|工作|疫情|肺炎|防控|应急|处置|联席会议|专班)"
    r"[\u4e00-\u9fff]{0,20}(?:指挥部|领导小组|办公室|机制|公告|通告)(?:[(（]|\s|$))"
)
_FRONT_LINES = 60
_LONG_LINE = 200
_SHORT = 40
_MAX_TITLE = 80
_MAX_META = 120
_SPACED_SHARE = 0.6
_REPEAT_LINES = 3
# Two sections may share a list or some conditions; a copy of the body is longer than that.
_REPEAT_CHARS = 300
_REPEAT_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """A non-blank line, stripped: its span in the raw text and the part of the page it belongs to.

    ``text`` is that span with the slips of text recognition mended.

    ``inside`` is true where the line begins inside a printed line, at white space that replaced a line break.
    """

    start: int
    end: int
    text: str
    inside: bool = False
    part: Part = "body"


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a text in order, the document's title, and the index of the inner title of an attachment.

    ``inner`` is ``None`` where the text is not a covering letter with the document it sends out.
    """

    lines: tuple[Line, ...]
    title: str
    inner: int | None


def read_layout(text: str, *, fallback_title: str) -> Layout:
    """Return the layout of a raw text. Never raises: what is not recognised is body."""
    lines = list(_lines(text))
    parts: list[Part] = ["body"] * len(lines)
    first_mark = _first_mark(lines)
    title_lines = _title_lines(lines, first_mark)
    title = "".join(lines[i].text.lstrip("# ") for i in title_lines).rstrip(",，") or fallback_title
    top = title_lines[0] if title_lines else 0
    for index, line in enumerate(lines):
        if index in title_lines:
            parts[index] = "title"
        elif index < top:
            parts[index] = "front" if _is_front(line.text) else _margin_part(line.text)
        elif _is_furniture(line.text, near_edge=index < first_mark or index >= len(lines) - 8):
            parts[index] = _margin_part(line.text)
    _mark_repeats(lines, parts)
    _mark_contents(lines, parts)
    first_mark = next((i for i in range(first_mark, len(lines)) if parts[i] == "body"), first_mark)
    for index in range(top, first_mark):
        again = _letters(lines[index].text)
        # The title once more, whole or the last of the lines over which it is broken.
        if parts[index] == "body" and len(again) >= 8 and _letters(title).endswith(again):
            parts[index] = "repeat"
    inner = _inner_title(lines, parts, title, top, first_mark)
    for index in range(top, inner if inner is not None else first_mark):
        if parts[index] != "body":
            continue
        if inner is None and not _is_front(lines[index].text):
            break
        parts[index] = "front"
    if inner is not None:
        parts[inner] = "title"
        if title.endswith("令"):
            title = lines[inner].text
    annexes = _mark_annex_lists(lines, parts)
    for end in [*annexes, len(lines)]:
        _mark_tail(lines, parts, end)
    return Layout(
        tuple(
            Line(line.start, line.end, line.text, line.inside, part) for line, part in zip(lines, parts, strict=True)
        ),
        title,
        inner,
    )


def is_row(text: str) -> bool:
    """True where ``text`` is a line of a table."""
    return TABLE_ROW.match(text.strip(BLANK)) is not None


def is_blank(text: str) -> bool:
    """True where ``text`` shows nothing: white space and zero-width characters only."""
    return not text.strip(BLANK)


def _lines(text: str) -> Iterator[Line]:
    position = 0
    # A text on a single line has lost its breaks however short it is.
    longest = _SHORT if len(text.strip().splitlines()) == 1 else _LONG_LINE
    for raw in text.split("\n"):
        cuts = [match.end() for match in _LOST_BREAK.finditer(raw)] if len(raw) > longest and not is_row(raw) else []
        if cuts and (signature := _LOST_SIGNATURE.search(raw, max(0, len(raw) - _LONG_LINE))):
            cuts = sorted({*cuts, signature.end()})
        broken = {match.end() for match in _BROKEN_NAME.finditer(raw)} if cuts else set()
        cuts = [cut for cut in cuts if cut not in broken]
        for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(raw)], strict=True)):
            piece = raw[start:end]
            stripped = piece.strip(BLANK)
            if stripped:
                begin = position + start + piece.index(stripped)
                yield Line(begin, begin + len(stripped), _readable(stripped), inside=number > 0)
        position += len(raw) + 1


def _readable(text: str) -> str:
    """Return a line as meant: 关 于 印 发 and 民  政  部 closed up, the O of 二O二四年 a 〇, no marks of emphasis."""
    if emphasised := _EMPHASIS.fullmatch(text):
        text = emphasised["text"].strip(BLANK)
    if _APART.fullmatch(text) and not is_row(text):
        narrow = min(len(gap) for gap in _GAP.findall(text))
        return _GAP.sub(lambda gap: " " if len(gap[0]) > narrow else "", text)
    closed = _DIGITS_APART.sub("", text) if len(text) <= _MAX_TITLE else text
    if closed != text and (NUMBER_LINE.match(closed) or DATE_LINE.match(closed) or SIGNED_LINE.match(closed)):
        return closed
    text = _MISREAD_YEAR.sub(lambda match: re.sub(r"[OoＯ0Οο]", "〇", match[0]), text)
    text = _BROKEN_NAME.sub(r"\1", text) if len(text) <= _MAX_TITLE else text
    gaps = _SPACED_OUT.findall(text)
    return _SPACED_OUT.sub(r"\1", text) if len(gaps) >= 3 and len(gaps) >= _SPACED_SHARE * len(text) / 2 else text


def _first_mark(lines: list[Line]) -> int:
    for index, line in enumerate(lines):
        mark = mark_at(line.text, 0)
        if mark is not None and mark.kind in ("part", "chapter", "section", "article", "cn", "cn_paren", "arabic"):
            return index
    return len(lines)


def _title_lines(lines: list[Line], first_mark: int) -> list[int]:
    last = min(first_mark, _FRONT_LINES, len(lines))
    # Behind a sentence of running text no title comes any more.
    running = (i for i in range(last) if "。" in lines[i].text and not _is_furniture(lines[i].text, near_edge=True))
    last = next(running, last)
    for index in range(last):
        text = lines[index].text
        if _is_furniture(text, near_edge=True) or SALUTATION.match(text) or ADOPTED_LINE.match(text) or is_row(text):
            continue
        # An issuer printed twice, on the page and in the document, belongs to the title once.
        if index + 1 < last and text == lines[index + 1].text and ORGAN_LINE.match(text):
            continue
        # A title broken over lines: an issuer, then 关于…; or 关于印发《…》, then 的通知.
        for span in (1, 2, 3, 4):
            joined = "".join(line.text for line in lines[index : index + span])
            if index + span > last or not TITLE_LINE.match(joined):
                continue
            continues = any(line.text.startswith(("关于", "的", "印发")) for line in lines[index + 1 : index + span])
            issuers = all(ORGAN_LINE.match(line.text) for line in lines[index : index + span - 1])
            if span == 1 or "关于" in text or (continues and issuers):
                first = index
                headless = span == 1 and (text.startswith("关于") or lines[index].inside)
                while headless and first and ORGAN_LINE.match(lines[first - 1].text):
                    first -= 1
                stop = index + span
                rest = lines[stop].text if stop < last else ""
                if rest.startswith("的") and TITLE_LINE.match(joined + rest):
                    stop += 1
                return list(range(first, stop))
    # No word of a kind (a news item, a question-and-answer page): the first line, where it looks like a headline.
    for index in range(min(last, 3)):
        text = lines[index].text
        if _is_furniture(text, near_edge=True) or (_is_front(text) and not ORDER_LINE.match(text)):
            continue
        headline = len(text) <= _MAX_TITLE and not re.search(r"[。；;:：,，]$", text) and index + 1 < len(lines)
        return [index] if headline and len(text) >= 4 else []
    return []


def _margin_part(text: str) -> Part:
    """Return what a line of the page's margin is: part of the document's printed record, or furniture."""
    return "record" if len(text) <= _MAX_META and RECORD_LINE.match(text.lstrip("•·(（[【 ")) else "furniture"


def _is_furniture(text: str, *, near_edge: bool) -> bool:
    if is_row(text):
        return False
    bare = text.lstrip("•·(（[【 ")
    if near_edge and len(text) <= _MAX_META and (META_LINE.match(bare) or _tells_posting(text)):
        return True
    return len(text) <= 60 and PAGE_LINE.search(bare) is not None


def _tells_posting(text: str) -> bool:
    """True for 丽水市人社局 发布日期:2020-07-21 字号:[大 中 小]."""
    return "。" not in text and any(not posting.is_bare for posting in find_postings(text))


def _is_front(text: str) -> bool:
    if len(text) > 2 * _LONG_LINE:
        return False
    text = text.translate(HALF_WIDTH)
    return bool(
        NUMBER_LINE.match(text)
        or ORDER_LINE.match(text)
        or DATE_LINE.match(text)
        or RED_HEAD.match(text)
        or ADOPTED_LINE.match(text)
        or (len(text) < _SHORT and ORGAN_LINE.match(text))
    )


def _mark_repeats(lines: list[Line], parts: list[Part]) -> None:
    keys = [line.text.rstrip(f"{BLANK},，。;；:：") for line in lines]
    least = max(_REPEAT_CHARS, _REPEAT_SHARE * sum(map(len, keys)))
    seen: dict[tuple[str, ...], int] = {}
    index = 0
    while index + _REPEAT_LINES <= len(lines):
        shingle = tuple(keys[index : index + _REPEAT_LINES])
        earlier = seen.setdefault(shingle, index)
        length = 0
        if earlier < index and parts[index] not in ("furniture", "record"):
            while (
                index + length < len(lines)
                and earlier + length < index
                and keys[earlier + length] == keys[index + length]
            ):
                length += 1
        if length >= _REPEAT_LINES and sum(map(len, keys[index : index + length])) >= least:
            parts[index : index + length] = ["repeat"] * length
            index += length
        else:
            # Inside a copy that is too short any other would be shorter; looking again there would be quadratic.
            index += max(1, length - _REPEAT_LINES + 1)


def _mark_contents(lines: list[Line], parts: list[Part]) -> None:
    """Mark a table of contents: headings on consecutive lines, each printed once more further down."""
    # 第一章 总则……………3 is the heading 第一章 总则.
    keys = [line.text.lstrip("# ").rstrip("0123456789").rstrip(f"{BLANK}.．…·").replace(" ", "") for line in lines]
    last = {key: index for index, key in enumerate(keys) if parts[index] == "body"}
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and parts[end] == "body" and last[keys[end]] > end and _is_entry(lines[end].text):
            end += 1
        if end - index >= _REPEAT_LINES and all(last[key] >= end for key in keys[index:end]):
            first = index - 1 if index and re.fullmatch(r"#*\s*目\s*[录次]", lines[index - 1].text) else index
            parts[first:end] = ["repeat"] * (end - first)
        index = max(end, index + 1)


def _is_entry(text: str) -> bool:
    return len(text) <= _MAX_TITLE and not re.search(r"[。；;，,]", text) and mark_at(text, 0) is not None


def _inner_title(lines: list[Line], parts: list[Part], title: str, top: int, first_mark: int) -> int | None:
    match = _SENT_OUT.search(title)
    if match is None and title.endswith("令"):
        letter = (_ANNOUNCED.search(line.text) for line in lines[top + 1 : min(first_mark, top + _FRONT_LINES)])
        match = next(filter(None, letter), None)
    if match is None:
        return None
    wanted = _letters(match["inner"] or match["bare"])
    for index in range(top + 1, len(lines)):
        text = lines[index].text
        if parts[index] == "body" and len(text) <= 2 * _MAX_TITLE and _letters(text) == wanted:
            return index
    return None


def _letters(text: str) -> str:
    return re.sub(r"[^\w]", "", text)


def _mark_annex_lists(lines: list[Line], parts: list[Part]) -> list[int]:
    """Mark the lists of annexes that close a letter; return where such a list or an annex itself begins."""
    begins: list[int] = []
    index = 0
    while index < len(lines):
        match = _ANNEX_LINE.match(lines[index].text) if parts[index] == "body" else None
        if match is None or not (match["n"] or match["colon"] or not match["rest"]):
            index += 1
            continue
        end = index + 1
        while end < len(lines) and len(lines[end].text) <= 120 and _ANNEX_ITEM.match(lines[end].text):
            end += 1
        begins.append(index)
        # A list is followed by the signature, by the first annex or by nothing; an annex by its text.
        closes = all(part != "body" for part in parts[end : end + 1]) or _is_signature(lines[end].text)
        names = bool(match["rest"]) or end > index + 1
        if names and (closes or _ANNEX_LINE.match(lines[end].text)) and not re.search(r"[。；;]", match["rest"]):
            parts[index:end] = ["annexes"] * (end - index)
            index = end
        else:
            index += 1
    return begins


def _is_signature(text: str) -> bool:
    if len(text) > _LONG_LINE:
        return False
    text = text.translate(HALF_WIDTH)
    return bool(
        DATE_LINE.match(text)
        or CLOSING_LINE.match(text)
        or IMPRINT_LINE.match(text)
        or (len(text) < 80 and ORGAN_LINE.match(text))
        or ((signed := SIGNED_LINE.match(text)) and ORGAN_LINE.match(signed["organs"]))
    )


def _mark_tail(lines: list[Line], parts: list[Part], end: int) -> None:
    for index in range(end - 1, -1, -1):
        text = lines[index].text
        if parts[index] in ("furniture", "record", "repeat"):
            continue
        if parts[index] != "body" or mark_at(text, 0) is not None or not _is_signature(text):
            break
        parts[index] = "tail"
