"""Several places side by side: a table with a row for each, and their figures in order where these compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from corpus.model import Target
from corpus.quantities import AT_LEAST, AT_MOST

SILENT = "本文件未规定"
UNSURE = "没有找到直接的规定"
UNCOVERED = "未收录当地文件"
# 哪些地方有… · 都有哪些省… · 哪个市…
_WHICH_PLACES = re.compile(
    r"哪(?:些|几个?|一?个)?(?:地方|省份?|市|地区|省市|县|区县)|哪(?:里|儿)(?:有|都|[提写说讲]|规定)|"
    r"哪(?:些|几个?|一?[个份])?(?:文件|政策|方案|规划|意见)(?:里|中)?(?:有|都|[提写说讲]|规定)"
)

# 差多少 · 相差几万人次 · 差距多大
_HOW_FAR = re.compile(
    r"(?:相?差(?:了|得|距)?(?:有)?|差距|差别|差额)(?:是|有)?(?:多少|多大|几(?=[十百千万亿]))[十百千万亿]*"
)
# 少几万人次 · 高出多少 · 多了几个百分点
_MORE_BY = re.compile(r"(?:多|少|高|低|大|小)(?:出|了|上)?(?:多少|几(?=[十百千万亿个]))[十百千万亿]*")
# 多, 少, 高, 低 by themselves, not as the beginning of a word (高技能人才, 大学生, 小微企业)
_DEGREE = (
    "(?:多(?!元|样|种|子女|胞|少)|少(?!数|年|儿|先)|高(?!技|级|校|等|中|龄|新|素|层|原|速|铁|温|考|职|血|标)|"
    "低(?!保|收|碳|龄|温|压)|大(?!学|赛|师|龄|型|专|棚|数|病|厅|众)|小(?!微|学|区|额|时|孩|型|麦))"
)
_SIDE = r"(?:哪(?:一?个|一?边|里|儿|省|市|地|家)(?:省|市|地方|地区)?|谁)"
_BY_FAR = r"(?:[定写订]得?|要|更|会|最)*"
# 比哪个定得高 · 谁的目标更多 · 哪边多一些
_WHICH_MORE = re.compile(
    rf"(?:[,，]?(?:相?比(?:起来|一比|较)?))?{_SIDE}的?(?:目标|数字?)?{_BY_FAR}{_DEGREE}(?:一?些|一?点)?"
)
# 谁的高技能人才目标高 · 哪个省培训的人更多
_WHOSE_MORE = re.compile(
    rf"{_SIDE}的?(?P<what>[^,，。;；?？谁哪]{{2,18}}?){_BY_FAR}{_DEGREE}(?:一?些|一?点)?(?=[呢呀啊嘞?？]*$)"
)
# 甲比乙 (never 比例, 占比)
_THAN = re.compile(r"(?<![占对评相])比(?![例重赛武选如较])")
_EQUALLY = re.compile(r"同样(?:都)?是|同样都?")
# 甲多还是乙多
_OR = re.compile(r"(?:更|要)?[多少高低大小]还是(.{1,10}?)(?:更|要)?[多少高低大小](?:一?些|一?点)?")
# A side that was taken out, with the words that joined it to the others.
_JOINED = re.compile(r"(?:还是|以及|[和跟与及同、 ])*\0(?:还是|以及|[和跟与及同、 ]|\0)*")
# Words of different measure that count the same.
_YEARLY = re.compile(r"每年|年均|(?:^|[,，、])年(?=[\u4e00-\u9fff])")
_ALIKE = (frozenset("家个所处"), frozenset("人名位"))


@dataclass(frozen=True, slots=True)
class Row:
    """What is said for one ``place``: ``text`` with its markers, and the ``target`` behind it where it is a figure.

    ``quote`` is the words that state the figure, ``marker`` the number of their citation, ``title`` that of the
    document; ``timed`` is true where the rows are periods of one place.
    """

    place: str
    text: str
    target: Target | None = None
    quote: str = ""
    marker: int = 0
    title: str = ""
    timed: bool = False


def asks_which_places(question: str) -> bool:
    """Return whether the places themselves are asked for, so that those which are silent are told too."""
    return bool(_WHICH_PLACES.search(question))


def table(rows: Sequence[Row], head: str = "地区") -> list[str]:
    """Return the lines of a Markdown table of ``rows``, whose first column is headed ``head``."""
    lines = [f"| {head} | 文件怎么写 |", "| --- | --- |"]
    return lines + [f"| {row.place} | {_cell(row.text)} |" for row in rows]


def asked_of_each(question: str) -> str:
    """Return ``question`` as asked of one side alone: 甲省培训比乙省少几万人次 → 甲省培训和乙省多少人次."""
    text = _HOW_FAR.sub("多少", question)
    text = _OR.sub(r"和\1多少", text)
    text = _WHOSE_MORE.sub(r"\g<what>多少", _WHICH_MORE.sub("多少", text))
    text = _MORE_BY.sub("多少", text)
    return _EQUALLY.sub("", _THAN.sub("和", text))


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return ``text`` without ``spans``, nor the words that joined them to what stays."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}\0{text[end:]}"
    return _JOINED.sub("", text)


def statement(rows: Sequence[Row]) -> str:
    """Return what the figures of ``rows`` come to, empty where fewer than two have one.

    Two figures: which is higher and by how much, or why they cannot be subtracted. More: their order. Only figures of
    one unit, one kind (累计, 年均, 比例 …), one sense of bound and one period compare.
    """
    stated = [row for row in rows if row.target is not None]
    if len(stated) < 2:
        return ""
    listed = [f"{row.place}{_period_said(row)}{printed_figure(row.target)}{_mark(row)}" for row in stated if row.target]
    apart = incomparable(stated)
    if apart:
        return f"{apart},不能直接比较高低:{','.join(listed)}。"
    if len(stated) > 2:
        ordered = sorted(stated, key=_value, reverse=True)
        return f"按原文数字从高到低:{'、'.join(f'{r.place}{printed_figure(r.target)}' for r in ordered if r.target)}。"
    first, second = stated
    if _value(first) == _value(second):
        return f"双方的数字相同:{','.join(listed)}。"
    higher = max(first, second, key=_value)
    return f"{higher.place}更高,按原文数字相差{_difference(first, second)}:{','.join(listed)}。"


def printed_figure(target: Target) -> str:
    """Return a figure as printed, with its unit where the text has that elsewhere (in the head of a table)."""
    bare = target.unit and target.unit not in target.figure and re.fullmatch(r"[\d.,万亿千百]+", target.figure)
    return f"{target.figure}{target.unit}" if bare else target.figure


def incomparable(rows: Sequence[Row]) -> str:
    """Return why the figures of ``rows`` do not compare, empty where they do."""
    targets = [row.target for row in rows if row.target is not None]
    if any(target.value is None or target.high is not None for target in targets):
        return "数字的写法不同"
    units = list(dict.fromkeys(target.unit for target in targets))
    if len(units) > 1 and not any(set(units) <= group for group in _ALIKE):
        return f"单位不同({'、'.join(unit or '无' for unit in units)})"
    timed = all(row.timed for row in rows)
    if len({target.measure for target in targets}) > 1 and not (timed and _grows(targets)):
        told = [f"{row.place}写的是{kind}" for row in rows if (kind := _kind_said(row))]
        return f"口径不同({','.join(told)})" if told else "口径不同"
    if len({_sense(target) for target in targets} - {0}) > 1:
        return "限定的方向不同(不少于、不超过)"
    # What holds until it is changed has no period; a plan's title may lend it one.
    lasting = any(target.measure == "其他" and target.period == (None, None) for target in targets)
    if timed or lasting:
        return ""
    first, last = ({target.period[i] for target in targets} for i in (0, 1))
    if len(last) > 1 or len(first - {None}) > 1:
        return "所指时期不同"
    return ""


def _kind_said(row: Row) -> str:
    """Return what the figure of a row measures, where the words of its quote say so; empty where they do not."""
    measure = row.target.measure if row.target else ""
    if measure == "年均":
        return "每年的数" if _YEARLY.search(row.quote) else ""
    return measure if measure and measure in row.quote else ""


def _grows(targets: Sequence[Target]) -> bool:
    """True of what there was at one time and what there is to be at another: two stocks, or two sums over years."""
    reported = [target for target in targets if target.measure == "完成情况"]
    aimed = [target for target in targets if target.measure != "完成情况"]
    if len({target.measure for target in aimed}) != 1 or not reported:
        return False
    if aimed[0].measure == "比例":
        return True
    flows = any(word in target.indicator for target in reported for word in ("新增", "新建", "年均"))
    if aimed[0].measure == "总量":
        return not flows and all(target.period[0] is None for target in reported)
    return aimed[0].measure == "累计" and all(target.period[0] is not None for target in targets)


def _sense(target: Target) -> int:
    return 1 if target.bound in AT_LEAST else -1 if target.bound in AT_MOST else 0


def _value(row: Row) -> Decimal:
    assert row.target is not None and row.target.value is not None
    return row.target.value


def _difference(first: Row, second: Row) -> str:
    assert first.target is not None
    value = abs(_value(first) - _value(second))
    unit = "个百分点" if first.target.unit == "%" else first.target.unit
    for step, name in ((10**8, "亿"), (10**4, "万")):
        if value >= step:
            return f"{_plain(value / step)}{name}{unit}"
    return f"{_plain(value)}{unit}"


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _period_said(row: Row) -> str:
    """Return the period of a row's figure in brackets, where its quote or its document's title names it."""
    named = row.target.period_text if row.target else ""
    lent = row.target is not None and row.target.measure == "其他" and named not in row.quote
    return f"({named})" if named and not row.timed and not lent and named in f"{row.quote} {row.title}" else ""


def _mark(row: Row) -> str:
    return f"[{row.marker}]" if row.marker else ""


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("|", "｜")).strip()
