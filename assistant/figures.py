"""Picks the extracted figure that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.evidence import coverage, covers
from assistant.question import FIRM_WEIGHT, Question, Term
from assistant.vocabulary import Vocabulary
from corpus.model import Clause, Target
from corpus.periods import Period
from corpus.quantities import AT_LEAST, AT_MOST
from corpus.sentences import split_sentences
from indexer.passages import strip_mark
from indexer.tokenizer import fold

_INDICATOR, _SPAN, _FIT = 0.35, 0.3, 0.45
_NARROWER, _OTHER_GROUP, _UNNAMED_PART, _MEMBER = 0.3, 0.2, 0.2, 0.3
MIN_SCORE = 0.45
MIN_NAMES = 0.55
_PARTS = frozenset("项 条 个 类 种 大".split())
# 18个部门, 等5项计划: what is counted follows the measure word
_COUNTED = re.compile(r"[\u4e00-\u9fff]{2}")
# 最低工资 and 最高人民法院 are names.
_ASKS_FLOOR = re.compile(r"最低(?!生活|工资|限度|价)|最少|起码|至少|不低于|不少于|下限")
_ASKS_CEILING = re.compile(r"最[高多](?!人民|检察|法院)|顶多|至多|封顶|上限|不超过")
_TOTAL = re.compile(r"总量|总数|一共有|总共有")
# 一年能培训多少人, but not 一年内 · 满一年
_YEARLY = re.compile(
    r"每一?年度?|(?<![满第近前后这那去今两])一年(?![以之内里中间期后前级来到]|.{0,6}还是)|年均|当年|全年"
)
SUMS = ("累计", "总量", "新增", "年均", "完成情况")
# Measure words that people use for one another.
UNIT_GROUPS = tuple(
    frozenset(group.split())
    for group in (
        "人次 人 名 位",
        "家 个 所 处 座 间",
        "期 次 场 届 批",
        "条 项 个 类 种",
        "课时 学时 小时 钟头 节",
        "天 日 工作日",
        "分钟 秒 小时",
        "岁 周岁",
        "元 块 块钱 元钱",
        "年 个月 月",
        "户 家庭",
        "亩 公顷 平方米",
        "吨 公斤 千克 斤 克",
        "分 分数",
        "倍",
        "% 百分点 点 个点 基点",
        "公里 千米 米",
        "级 等",
        "只 条 头 匹 羽 口",
    )
)
# 一车最多几个: nothing says of what, and 六人 answers
_ANYTHING = re.compile(r"(?:多少|(?<![哪好])几)个(?=[,，。;；?？!！吗呢啊呀]|$)")
# 多少农民工 · 多少高技能人才
_PEOPLE = re.compile(
    r"多少(?:[\u4e00-\u9fff]{0,5}?(?:人才|人员|民工|职工|学员|学生|教师|老师|军人|技师|工人|劳动者|劳动力|毕业生|残疾人|妇女|学徒))(?!的|[基培工]|所|家)"
)
_ANIMALS = re.compile(
    r"(?:多少|(?<!哪)几)[只条头匹羽口](?=[\u4e00-\u9fff]{0,2}(?:狗|犬|猫|鸡|鸭|鹅|鸽|鸟|鱼|兔|牛|羊|猪|马|驴|骡|宠物|牲口|牲畜|家禽|家畜))|"
    r"(?:狗|犬|猫|鸡|鸭|鹅|鸽|鸟|鱼|兔|牛|羊|猪|马|驴|骡|宠物|牲口|牲畜|家禽|家畜)[^,，。;；?？]{0,6}(?:多少|(?<!哪)几)[只条头匹羽口](?![\u4e00-\u9fff]{0,2}(?:规定|办法|措施|政策))"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A target with the span of its clause that states it, and how well it fits a question, 0–1 and up."""

    target: Target
    clause: Clause
    start: int
    end: int
    score: float
    coverage: float


def rank_figures(
    question: Question,
    candidates: Sequence[tuple[Clause, Callable[[int], float], Sequence[Target]]],
    units: frozenset[str],
    vocabulary: Vocabulary,
    place: str,
) -> list[Figure]:
    """Return the figures of ``candidates`` that fit, best first.

    ``units`` (empty for any) are those asked for; ``place`` is the part of the document's region that was asked for,
    whose share in a sum no other sum tells. A candidate is a clause, a function from an offset in it to the score (0–1)
    of the sentence there, and its targets.
    Left out are figures of another period, of another kind of sum (累计 for 每年), and those whose statement does not
    name the subjects of the question.
    """
    figures: list[Figure] = []
    subject = fold(" ".join([question.text, *question.expansion]))
    asked = fold(question.text)
    groups = vocabulary.groups_in(subject) | vocabulary.groups_in(asked)
    for clause, score_at, targets in candidates:
        headings = fold(" ".join(map(strip_mark, clause.heading_path[-2:])))
        for target in targets:
            if not all(compatible(period, target.period) for period in question.periods):
                continue
            if not _same_sum(question.text, target) or (units and target.unit and not _unit_fits(target.unit, units)):
                continue
            begin, end = target.sentence_start - clause.start, target.sentence_end - clause.start
            sentence_begin, sentence_end = _sentence_around(clause, begin, end)
            named = fold(target.indicator)
            narrow = f"{named} {fold(clause.text[begin:end])} {headings}"
            wide = f"{narrow} {fold(clause.text[sentence_begin:sentence_end])}"
            if place and target.measure in SUMS and fold(place) not in wide:
                continue
            if names_share(question.terms, wide) < MIN_NAMES:
                continue
            if names_share(question.terms, narrow) < names_share(question.terms, wide):
                begin, end = sentence_begin, sentence_end
            score = (
                _INDICATOR * _overlap(named, subject)
                + _SPAN * coverage(question.terms, named, narrow)
                + _FIT * score_at(begin)
                + _fit(question, target)
                - (
                    _NARROWER
                    if any(vocabulary.is_narrower(named, t.surface, f"{asked} {subject}") for t in question.terms)
                    else 0.0
                )
                - (_MEMBER if _closes_list(target, clause, subject) else 0.0)
                - (_OTHER_GROUP if vocabulary.groups_in(narrow) - groups else 0.0)
            )
            figures.append(Figure(target, clause, begin, end, score, coverage(question.terms, wide)))
    parts = {
        id(f)
        for f in figures
        for whole in figures
        if is_part(f.target, whole.target) and not _tells_apart(f.target, whole.target, subject)
    }
    figures = [replace(f, score=f.score - _UNNAMED_PART) if id(f) in parts else f for f in figures]
    return sorted(figures, key=lambda f: (-f.score, f.target.clause_id, f.target.start))


def is_part(part: Target, whole: Target) -> bool:
    """Return whether ``part`` is a smaller sum of the kind of ``whole`` in the same clause (其中…)."""
    return (
        (part.clause_id, part.unit, part.measure, part.period)
        == (whole.clause_id, whole.unit, whole.measure, whole.period)
        and part.measure in SUMS
        and (part.value or 0) < (whole.value or 0)
    )


def _closes_list(target: Target, clause: Clause, subject: str) -> bool:
    """True where the figure counts a list (…、高技能人才培养计划等5项计划) and ``subject`` no such thing."""
    before, after = target.start - clause.start, target.end - clause.start
    if target.unit not in _PARTS or not clause.text[:before].rstrip().endswith("等"):
        return False
    counted = _COUNTED.match(clause.text, after)
    return counted is not None and fold(counted[0]) not in subject


def _tells_apart(part: Target, whole: Target, subject: str) -> bool:
    """True where ``subject`` has something of what ``part`` counts that ``whole`` does not name."""
    mine, other = fold(part.indicator), fold(whole.indicator)
    pairs = {mine[i : i + 2] for i in range(len(mine) - 1)}
    return any(pair in subject for pair in pairs if not set(pair) <= set(other))


def _sentence_around(clause: Clause, begin: int, end: int) -> tuple[int, int]:
    for first, last in split_sentences(clause.text):
        if first <= begin < last:
            return first, max(last, end)
    return begin, end


def _same_sum(text: str, target: Target) -> bool:
    """False where the question insists on one kind of sum and the figure is of another."""
    if asks_total(text) and target.measure in ("新增", "年均"):
        return False
    if "新增" in text and target.measure == "总量":
        return False
    return not (asks_yearly(text) and spans_years(target))


def asks_total(text: str) -> bool:
    """Return whether ``text`` asks how many there are, not how many are added."""
    return bool(_TOTAL.search(text))


def asks_yearly(text: str) -> bool:
    """Return whether ``text`` speaks of what comes in each year."""
    return bool(_YEARLY.search(text))


def without_yearly(text: str) -> str:
    """Return ``text`` without the words that ask for each year."""
    return _YEARLY.sub("", text)


def spans_years(target: Target) -> bool:
    """Return whether ``target`` is a sum of several years, or of all up to one."""
    return target.measure in SUMS and target.measure != "年均" and target.period[0] != target.period[1]


def names_share(terms: Sequence[Term], text: str) -> float:
    """Return the weighted share of the firm subjects in ``terms`` that a folded text covers; 1 where there is none."""
    firm = [t for t in terms if t.name and t.weight >= FIRM_WEIGHT]
    if not firm:
        return 1.0
    return sum(t.weight for t in firm if covers(t, text) >= 0.5) / sum(t.weight for t in firm)


def compatible(asked: Period, stated: tuple[int | None, int | None]) -> bool:
    """True where a figure stated for ``stated`` (first, last year) can answer a question about ``asked``."""
    first, last = stated
    if (asked.first is None and asked.last is None) or (first is None and last is None):
        return True
    end = last if last is not None else first
    begin = first if first is not None else end
    assert end is not None and begin is not None
    if asked.last is None:
        return asked.first is None or end >= asked.first
    if asked.kind == "until":
        return end == asked.last
    asked_first = asked.first if asked.first is not None else asked.last
    if asked.kind == "year" and asked.first == asked.last:
        return end == asked.last
    if asked.kind in ("range", "plan"):
        return begin <= asked.last and end >= asked_first and end <= asked.last
    return begin <= asked.last and end >= asked_first


def _fit(question: Question, target: Target) -> float:
    """Reward the kind of figure asked for: done or aimed at, share or count, per year or in all."""
    fit = 0.0
    reported = target.measure == "完成情况"
    if question.intent.done and not question.intent.aim:
        fit += 0.15 if reported else -0.3
    elif reported:
        # What has been done is no goal.
        fit -= 0.5 if question.intent.aim and not question.periods else 0.15
    if target.measure == "其他" and target.unit in _PARTS and "目标" in question.text:
        # What a document counts of itself (5项计划) is no goal.
        fit -= 0.3
    if question.intent.asks("ratio"):
        fit += 0.15 if target.unit == "%" or target.measure == "比例" else -0.2
    elif question.intent.asks("count") and target.measure == "比例":
        fit -= 0.03
    text = question.text
    for asked, wanted, other in ((_ASKS_FLOOR, AT_LEAST, AT_MOST), (_ASKS_CEILING, AT_MOST, AT_LEAST)):
        if asked.search(text):
            fit += 0.12 if target.bound in wanted else -0.12 if target.bound in other else 0.0
    for word, measure in (("新增", "新增"), ("总量", "总量"), ("年均", "年均"), ("每年", "年均"), ("累计", "累计")):
        if word in text:
            fit += 0.08 if target.measure == measure or word in target.indicator else -0.05
    for unit in ("人次", "条", "家", "期", "名"):
        if re.search(rf"(?:多少|几)万?{unit}", text) and target.unit == unit:
            fit += 0.08
    return fit


def _unit_fits(unit: str, wanted: frozenset[str]) -> bool:
    return unit in wanted or any(unit in group for group in UNIT_GROUPS if group & wanted and unit in "家个所")


def wanted_units(text: str) -> frozenset[str]:
    """Return the units that would answer 多少…/几…, ``frozenset()`` where the question leaves the unit open."""
    if _ANYTHING.search(text):
        return frozenset()
    if _ANIMALS.search(text):
        return UNIT_GROUPS[-1]
    text = re.sub(r"(多少|几)个(人(?!月)|钟头|小时|点(?!钟|儿)|百分点|基点)", r"\1\2", text)
    if _PEOPLE.search(text):
        return UNIT_GROUPS[0]
    for match in re.finditer(r"(?:多少|(?<!哪)几)万?(?P<unit>[\u4e00-\u9fff]{1,2})", text):
        for unit in (match["unit"], match["unit"][:1]):
            for group in UNIT_GROUPS:
                if unit in group:
                    return group
    return frozenset()


def _overlap(indicator: str, subject: str) -> float:
    """Return the share of the indicator's character pairs that the question has too; 0.5 for a bare figure."""
    pairs = [indicator[i : i + 2] for i in range(len(indicator) - 1)]
    if not pairs:
        return 0.5
    return sum(pair in subject for pair in pairs) / len(pairs)
