"""What a text says of its own validity: from when it applies, until when, for how many years, and on trial or not.

Everything is read from words of the text; nothing is inferred from a document's age.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.model import StatementKind
from corpus.numbering import parse_cn
from corpus.periods import find_dates, find_periods


@dataclass(frozen=True, slots=True)
class Spoken:
    """A statement at ``text[start:end]``; ``day`` is ``None`` where none is printed or can be counted (疫情结束后失效).

    For 有效期 ``day`` is the last day of validity: 有效期5年 from 2024-06-01 ends on 2029-05-31. ``printed`` is false
    where the day was counted and does not stand in the text.
    """

    kind: StatementKind
    day: date | None
    start: int
    end: int
    printed: bool = True


# 自2020年1月1日起施行 · 自发布之日起施行, said of this document
_EFFECTIVE = re.compile(
    r"(?:本[\u4e00-\u9fff]{1,10}|^|[。；;,，\s])自(?P<date>即日|[^,，。;；自]{2,20}?)(?:起|开始|(?<=[日时])(?=施行|生效))"
    r"(?P<later>[\d一二三四五六七八九十百]{1,4}(?:个?工作)?[日天月]以?后)?(?:正式)?(?:施行|实施|执行|生效)",
    re.MULTILINE,
)
_FROM_ISSUE = re.compile(r"(?:发布|印发|公布|颁布|下发|发文)之日|^即日")
_PRINTED = r"(?:19|20)\d{2}\s*年\s*(?:\d{1,2}\s*月\s*(?:\d{1,2}\s*日|底|末)|底|末)"
# 有效期至2025年12月31日 · 有效期5年 · 有效期为五年 · 有效期自2023年1月1日至2027年12月31日 · 执行期暂定为3个月
_VALIDITY = re.compile(
    r"(?:有效|执行|实施|施行|试行)期(?:限)?\s*[:：]?\s*(?:暂定)?(?:为|是|共)?\s*(?:自?(?:发布|印发|公布)之日起的?)?\s*(?:"
    rf"(?:(?:自|从)?[^,，。;；]{{0,16}}?)(?:至|到|截至|截止到?|-|—)\s*(?P<date>{_PRINTED})"
    r"|(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,2})\s*(?P<unit>年|个月)"
    r"|(?:至|到)?\s*(?P<event>[^,，。;；()（）]{0,16}(?:疫情|响应)[^,，。;；()（）]{0,16}(?:结束|解除|期间|为止|止)))"
)
# 本通知自2020年2月1日起执行至2020年12月31日 · 本办法自2023年1月1日至2025年12月31日施行
_UNTIL = re.compile(
    rf"(?:(?:施行|实施|执行|有效)(?:期限)?(?:至|到|截止至?|截至)|自[^,，。;；]{{4,16}}?(?:起)?至)\s*(?P<date>{_PRINTED})"
)
# 疫情结束后自动废止 · 至疫情解除之日止
_EVENT = re.compile(r"(?:疫情|响应)[^,，。;；]{0,10}(?:结束|解除)[^,，。;；]{0,8}(?:自动|自行|即行)?(?:废止|失效|终止)")
# What makes a 有效期 the document's own: 本办法…有效期 · …起施行,有效期
_OWN = re.compile(
    r"(?<![成根基资样版文课日])本(?:(?!的)[\u4e00-\u9fff]){0,6}?(?:通知|意见|办法|规定|细则|方案|规划|措施|政策|文件|公告|"
    r"通告|条例|规则|决定|计划|纲要)|(?:以上|上述)(?:政策)?(?:措施|政策)"
)
_OWN_START = re.compile(r"(?:施行|实施|执行)[,，、\s]")
# What has a 有效期 of its own: 许可证有效期3年 · 备案自准予之日起生效,有效期为10年
_PAPER = re.compile("证|许可|备案|注册|登记|资质|资格|专利|商标|批文|批件|合同|协议|认定|称号|名单|评价|检测|报告")
_TRIAL = re.compile(r"[(（]试行[)）]|试行(?:办法|方案|规定|意见)$|[(（]暂行[)）]|暂行(?:办法|规定|条例|细则)")
# 是否有效 否 · 效力状态:失效 · 时效性: 现行有效
_FIELD = re.compile(
    r"(?:是否有效|有效性|效力状态|时效性|文件状态|法规状态|效力)\s*[\]】]?\s*[:：]?\s*(?P<state>"
    r"已?失效|已?废止|已?作废|无效|否|全文失效|全文废止|现行有效|有效|现行|是)(?![\u4e00-\u9fff])"
)
# 【已废止】 · (失效)
_BANNER = re.compile(r"[【\[(（](?:本文件|全文)?(?:已|现已)?(?:失效|废止|作废)[)）\]】]")
_ENDED = re.compile(r"失效|废止|作废|无效|否")
# (2024年11月28日 第十六届人民代表大会常务委员会第十七次会议通过)
_ADOPTED_LINE = re.compile(r"^\s*[(（]\s*(?:19|20)\d{2}年\d{1,2}月\d{1,2}日[^，,。;；\n]{0,60}会议通过[)）]{1,2}\s*$")
# A year alone is the period of a plan (2020年工作要点), not of an edition (2023年修订) nor of what a notice counts.
_PLANNED = re.compile("规划|计划|方案|纲要|行动|要点|目标")
_EDITION = re.compile(r"\s*(?:第[一二三四五\d]次)?(?:修订|修正|修改|版|本)")
_AMENDED = re.compile(r"修正|修订|修改")
# (2004年4月6日 第十届全国人民代表大会常务委员会第八次会议修订)
_NOTE_LINE = re.compile(r"^\s*[(（]?\s*(?:(?:根据|依据)?\s*(?:19|20)\d{2}年|[^,，。]{0,40}(?:通过|公布|发布))")
_STOPS = "。；;\n"
_MAX_SENTENCE = 240


def spoken_validity(text: str, issued: date | None) -> list[Spoken]:
    """Return what the running text says of the document's beginning and end, in text order.

    ``issued`` is the day that 发布之日 stands for.
    """
    found: list[Spoken] = []
    effective: date | None = None
    for match in _EFFECTIVE.finditer(text):
        dates = find_dates(match["date"])
        day, printed = (dates[0].value, True) if dates else (None, True)
        if not dates and _FROM_ISSUE.search(match["date"]):
            # 发布之日起30日后: how such days are counted is not said, so no day is named.
            day, printed = (None if match["later"] else issued), False
        elif not dates:
            continue
        effective = day or effective
        found.append(Spoken("施行", day, *_sentence(text, match.start("date"), match.end()), printed))
    for match in [*_VALIDITY.finditer(text), *_UNTIL.finditer(text)]:
        before = re.split(f"[{_STOPS}]", text[max(0, match.start() - 60) : match.start()])[-1]
        if not _is_own(before):
            continue
        begin, groups = effective or issued, match.groupdict()
        day = _day_of(groups["date"]) if groups["date"] else None
        printed = day is not None
        if day is None and begin and groups.get("count") and (count := parse_cn(groups["count"].replace("两", "二"))):
            day = _later(begin, count * (12 if groups["unit"] == "年" else 1)) - timedelta(days=1)
        found.append(Spoken("有效期", day, *_sentence(text, match.start(), match.end()), printed))
    for match in _EVENT.finditer(text):
        before = re.split(f"[{_STOPS}]", text[max(0, match.start() - 60) : match.start()])[-1]
        if _is_own(before):
            found.append(Spoken("有效期", None, *_sentence(text, match.start(), match.end()), False))
    return sorted(dict.fromkeys(found), key=lambda spoken: (spoken.start, spoken.end))


def noted_state(line: str) -> Iterator[tuple[StatementKind, int, int]]:
    """Yield what one line of a page around a text notes of its state: ``(失效 or 有效, start, end)``."""
    for match in _FIELD.finditer(line):
        yield ("失效" if _ENDED.search(match["state"]) else "有效"), match.start(), match.end()
    for match in _BANNER.finditer(line):
        yield "失效", match.start(), match.end()


def title_statements(title: str) -> list[Spoken]:
    """Return what a title says: 试行, a banner, and the last day of the period a plan is for."""
    found: list[Spoken] = []
    if trial := _TRIAL.search(title):
        found.append(Spoken("试行", None, trial.start(), trial.end()))
    if banner := _BANNER.search(title):
        found.append(Spoken("失效", None, banner.start(), banner.end()))
    periods = [
        p
        for p in find_periods(title)
        if p.last
        and (p.kind in ("plan", "range") or (p.kind in ("until", "year") and _PLANNED.search(title)))
        and not _EDITION.match(title, p.end)
    ]
    if periods:
        last = max(periods, key=lambda period: (period.last or 0, period.start))
        found.append(Spoken("规划期", date(last.last or 1, 12, 31), last.start, last.end, printed=False))
    return found


def amendments(line: str) -> list[Spoken]:
    """Return the days on which a 题注 says the text was amended (根据…2018年12月29日…修正)."""
    if not _AMENDED.search(line) or not _NOTE_LINE.match(line):
        return []
    found = []
    for mention in find_dates(line):
        rest = line[mention.end :]
        nearest = find_dates(rest)
        until = rest[: nearest[0].start] if nearest else rest
        if re.search(r"(?:修正|修订|修改)(?![〈《])", re.sub(r"《[^》]*》", "", until)):
            found.append(Spoken("修订", mention.value, mention.start, min(len(line), mention.end + len(until))))
    return found


def adoption(line: str) -> Spoken | None:
    """Return the day on which a line of a 题注 says a meeting adopted the text."""
    found = _ADOPTED_LINE.match(line)
    mention = next(iter(find_dates(line)), None) if found else None
    return Spoken("修订", mention.value, mention.start, len(line)) if mention else None


def _is_own(before: str) -> bool:
    """True where the words of the sentence before a 有效期 say that it is the document's own."""
    named = [match.end() for match in _OWN.finditer(before)]
    if named:
        return not _PAPER.search(before, named[-1])
    return bool(_OWN_START.search(before + " ")) and not _PAPER.search(before)


def _day_of(printed: str) -> date | None:
    mention = next(iter(find_dates(printed)), None)
    if mention is not None:
        return mention.value
    edge = re.fullmatch(r"(\d{4})\s*年\s*(?:(\d{1,2})\s*月\s*)?[底末]", printed.strip())
    if edge is None or not 1 <= int(edge[2] or 12) <= 12:
        return None
    return _later(date(int(edge[1]), int(edge[2] or 12), 1), 1) - timedelta(days=1)


def _later(day: date, months: int) -> date:
    """Return the same day ``months`` later; where that month is shorter, the first of the next."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return day.replace(year=day.year + years, month=month + 1)
    except ValueError:
        return _later(day.replace(day=1), months + 1)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence around a match, no longer than about 240 characters."""
    begin = start
    while begin > 0 and text[begin - 1] not in _STOPS and end - begin < _MAX_SENTENCE:
        begin -= 1
    stop = end
    while stop < len(text) and text[stop] not in _STOPS and stop - begin < _MAX_SENTENCE:
        stop += 1
    if stop < len(text) and text[stop] == "。":
        stop += 1
    while begin < stop and (text[begin].isspace() or text[begin] in _STOPS):
        begin += 1
    return begin, stop
