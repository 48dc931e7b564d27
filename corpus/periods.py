"""Years, plan periods and dates as Chinese policy texts write them.

``find_periods("“十四五”期末,力争…")`` → one `Period` that ends in 2025. Offsets count characters of the text given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

PeriodKind = Literal["until", "range", "year", "plan", "since", "date"]
"""``until`` 到2025年; ``range`` 2023—2025年; ``year`` 2024年; ``plan`` “十四五”时期; ``since`` 2020年后, 五年来;
``date`` 2024年5月25日."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of years named in a text; ``text[start:end] == surface``.

    ``first`` and ``last`` are years, both included; ``None`` is an open end (到2025年 has no ``first``) or, for
    五年来, a year that only the context knows (then both are ``None``).
    """

    start: int
    end: int
    surface: str
    first: int | None
    last: int | None
    kind: PeriodKind


@dataclass(frozen=True, slots=True)
class DateMention:
    """A calendar day named in a text; ``text[start:end] == surface``."""

    start: int
    end: int
    surface: str
    value: date


# One character for one, so that offsets stay: ２０２４ → 2024, － → -, ／ → /.
HALF_WIDTH = str.maketrans("０１２３４５６７８９．／％，－：", "0123456789./%,-:")
_DIGITS = {char: str(n) for n, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "Ｏ": "0", "两": "2"}

# 2024, 二〇二四, 二○三五: a year of the 20th or 21st century, with the 年 kept apart.
_YEAR = r"(?:(?<!\d)(?:19|20)\d{2}(?!\d)|(?:一九|二[〇○零Ｏ])[〇○零Ｏ一二三四五六七八九]{2})"
_NIAN = r"[ \u3000\xa0]?年"
_TO = r"[ ]?(?:[-—–―~～]{1,2}|至|到)[ ]?"
# 5月, 05月25日, 五月二十五日
_MONTH = r"[ ]?(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])[ ]?月"
_DAY = r"[ ]?(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[ ]?[日号]"
_EDGE = r"(?:年?[底末初]|上半年|下半年|度)"
_UNTIL = r"(?:截至目前|截至到?|截止到?|力争到|争取到|力争在|直到|到|至)"
_BEFORE = r"(?:之前|以前|前)"
_SINCE = r"(?:以来|以后|之后|起|后(?!备|续|勤)|开始)"

# 2021—2025年, 2021年至2025年, (2021-2025), 2020年1月1日至2025年12月31日, 2020年2月1日至6月30日
_RANGE = re.compile(
    rf"(?P<a>{_YEAR})(?:{_NIAN}(?:{_MONTH}(?:{_DAY})?)?)?(?:底|初|起)?{_TO}(?P<b>{_YEAR})"
    rf"(?:{_NIAN}(?:{_MONTH}(?:{_DAY})?|底|末)?)?(?!\d)"
    rf"|(?P<same>{_YEAR}){_NIAN}{_MONTH}(?:{_DAY})?{_TO}{_MONTH}(?:{_DAY})?"
)
# “十四五”, 十三五, “十五”, 第十四个五年规划; with 至 before and 期末 after it is a deadline.
_PLAN = re.compile(
    rf"(?P<until>{_UNTIL})?(?:"
    r"(?P<quoted>[“\"「‘](?P<q>十[一二三四五六七八九]?)五[”\"」’])"
    r"|(?P<bare>十[一二三四五六七八九])五(?=规划|时期|期|末|以来|[^一-龥]|$|[^五十百千万亿个年月日人家])"
    r"|第(?P<nth>[一二三四五六七八九十]{1,3})个五年(?=规划|计划)"
    r")(?P<tail>(?:时?期)?末|时期|期间|以来)?"
)
# 2024年5月25日, 2024-05-25, 2024/5/25, 2024.5.25, 20181128, 二〇二四年五月二十五日
_DATE = re.compile(
    rf"(?P<y>{_YEAR}){_NIAN}(?P<m>{_MONTH})(?P<d>{_DAY})"
    r"|(?<![\d.])(?P<y2>(?:19|20)\d{2})(?P<s>[-/.])(?P<m2>\d{1,2})(?P=s)(?P<d2>\d{1,2})(?![\d.])"
    r"|(?<![\dA-Za-z./-])(?P<y3>(?:19|20)\d{2})(?P<m3>0[1-9]|1[0-2])(?P<d3>[0-2]\d|3[01])(?![\dA-Za-z.%/-])"
)
# 到2025年, 至2020年底, 2020年底前, 2020年后, 自2018年起, 2024年, 2024年度
_SINGLE = re.compile(
    rf"(?P<until>{_UNTIL})?(?P<from>自|从)?(?P<y>{_YEAR}){_NIAN}(?P<month>{_MONTH}(?:{_DAY})?(?:底|末|初)?)?"
    rf"(?P<edge>{_EDGE})?(?P<tail>{_BEFORE}|{_SINCE})?"
)
# 五年来, 近三年, 过去5年, 三年以来
_LOOKING_BACK = re.compile(
    r"(?:(?:近|过去|这)[一二两三四五六七八九十\d]{1,2}年(?:以?来)?|[一二两三四五六七八九十\d]{1,2}(?:多|余)?年(?:以?来))(?!的?年)"
)
# 今年, 明年底前, 到去年末
_RELATIVE = re.compile(
    rf"(?P<until>{_UNTIL})?(?P<word>今年|本年度|明年|后年|去年|前年)(?P<edge>年?[底末初])?(?P<before>{_BEFORE})?"
)
_RELATIVE_YEARS = {"今年": 0, "本年度": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
# 25年底, 到25年 (a question's short form)
_COLLOQUIAL = re.compile(
    rf"(?P<until>{_UNTIL})(?<!\d)(?P<a>\d\d)年(?P<a_edge>年?[底末初])?(?!\d)|(?<!\d)(?P<b>\d\d)年(?P<b_edge>年?[底末])(?!\d)"
)


def find_periods(text: str, *, year: int | None = None, colloquial: bool = False) -> tuple[Period, ...]:
    """Return the periods named in ``text``, sorted, without overlap.

    ``year`` is the year that 今年 and 明年 refer to; without it they are not reported. ``colloquial`` also reads
    25年底 as 2025, which only a question means that way.
    """
    plain = text.translate(HALF_WIDTH)
    taken: list[Period] = []
    for start, end, first, last, kind in _candidates(plain, year, colloquial):
        if all(end <= other.start or other.end <= start for other in taken):
            taken.append(Period(start, end, text[start:end], first, last, kind))
    return tuple(sorted(taken, key=lambda period: period.start))


def find_dates(text: str) -> tuple[DateMention, ...]:
    """Return the calendar days written out in ``text``; impossible ones (2024年2月30日) are left out."""
    mentions = []
    for match in _DATE.finditer(text.translate(HALF_WIDTH)):
        value = _date_of(match)
        if value is not None:
            mentions.append(DateMention(match.start(), match.end(), text[match.start() : match.end()], value))
    return tuple(mentions)


def plan_years(ordinal: int) -> tuple[int, int]:
    """Return the first and last year of the ``ordinal``-th five-year plan: 14 → (2021, 2025)."""
    first = 2016 + 5 * (ordinal - 13)
    return first, first + 4


_Candidate = tuple[int, int, int | None, int | None, PeriodKind]


def _candidates(plain: str, year: int | None, colloquial: bool) -> Iterator[_Candidate]:
    """Yield every reading of ``plain``, the ones that win over the others first."""
    for match in _RANGE.finditer(plain):
        first = _year_of(match["a"] or match["same"])
        last = _year_of(match["b"] or match["same"])
        if first <= last:
            yield match.start(), match.end(), first, last, "range"
    for match in _DATE.finditer(plain):
        value = _date_of(match)
        # 到2025年12月31日 is a deadline: the single-year reading below takes it with its 到.
        if value is not None and not _is_bounded(plain, match.start(), match.end()):
            yield match.start(), match.end(), value.year, value.year, "date"
    for match in _PLAN.finditer(plain):
        ordinal = _small_number(match["nth"]) if match["nth"] else _small_number((match["q"] or match["bare"])[0:2])
        first, last = plan_years(ordinal)
        tail = match["tail"] or ""
        if match["until"] or tail.endswith("末"):
            yield match.start(), match.end(), None, last, "until"
        elif tail == "以来":
            yield match.start(), match.end(), first, None, "since"
        else:
            yield match.start(), match.end(), first, last, "plan"
    for match in _SINGLE.finditer(plain):
        named, tail = _year_of(match["y"]), match["tail"] or ""
        if match["until"] or re.fullmatch(_BEFORE, tail):
            yield match.start(), match.end(), None, named, "until"
        elif tail:
            yield match.start(), match.end(), named, None, "since"
        else:
            yield match.start(), match.end(), named, named, "year"
    for match in _LOOKING_BACK.finditer(plain):
        yield match.start(), match.end(), None, None, "since"
    if year is not None:
        for match in _RELATIVE.finditer(plain):
            named = year + _RELATIVE_YEARS[match["word"]]
            if match["until"] or match["before"]:
                yield match.start(), match.end(), None, named, "until"
            else:
                yield match.start(), match.end(), named, named, "year"
    if colloquial:
        for match in _COLLOQUIAL.finditer(plain):
            named = 2000 + int(match["a"] or match["b"])
            if match["until"]:
                yield match.start(), match.end(), None, named, "until"
            else:
                yield match.start(), match.end(), named, named, "year"


def _is_bounded(plain: str, start: int, end: int) -> bool:
    return re.search(rf"{_UNTIL}$", plain[max(0, start - 4) : start]) is not None or (
        re.match(rf"{_BEFORE}|{_SINCE}", plain[end : end + 2]) is not None
    )


def _date_of(match: re.Match[str]) -> date | None:
    parts = [match[a] or match[b] or match[c] for a, b, c in (("y", "y2", "y3"), ("m", "m2", "m3"), ("d", "d2", "d3"))]
    try:
        return date(_year_of(parts[0]), *(_small_number(part.strip(" 月日号")) for part in parts[1:]))
    except ValueError:
        return None


def _year_of(printed: str) -> int:
    return int("".join(_DIGITS.get(char, char) for char in printed))


def _small_number(printed: str) -> int:
    """Read 1–99 in either script: 25, 五, 十四, 二十五."""
    if "十" not in printed:
        return _year_of(printed)
    tens, _, ones = printed.partition("十")
    return 10 * (_year_of(tens) if tens else 1) + (_year_of(ones) if ones else 0)
