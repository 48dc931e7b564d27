"""Picks the extracted figure that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence import coverage, covers
from assistant.question import Question
from corpus.model import Clause, Target
from corpus.periods import Period
from indexer.passages import strip_mark
from indexer.tokenizer import fold

_INDICATOR, _SPAN, _FIT = 0.45, 0.35, 0.2
_NAME_WEIGHT = 2.2


@dataclass(frozen=True, slots=True)
class Figure:
    """A target with how well it fits a question, 0–1 and up."""

    target: Target
    clause: Clause
    score: float
    coverage: float


def rank_figures(
    question: Question, candidates: Sequence[tuple[Clause, float, Sequence[Target]]]
) -> list[Figure]:
    """Return the figures of ``candidates`` (clause, its retrieval score 0–1, its targets) that fit, best first.

    Left out are figures of another period, of another kind of sum (累计 for 每年), and those whose statement does not
    name every subject of the question.
    """
    figures: list[Figure] = []
    wanted_unit = _wanted_unit(question.text)
    subject = fold(" ".join([question.topic, *question.expansion]))
    names = [t for t in question.terms if t.name and t.weight >= _NAME_WEIGHT]
    for clause, clause_score, targets in candidates:
        headings = fold(" ".join(map(strip_mark, clause.heading_path[-2:])))
        for target in targets:
            if not all(compatible(period, target.period) for period in question.periods):
                continue
            if not _same_sum(question.text, target):
                continue
            span = fold(clause.text[target.sentence_start - clause.start : target.sentence_end - clause.start])
            named = fold(target.indicator)
            statement = f"{named} {span} {headings}"
            if any(covers(term, statement) < 0.5 for term in names):
                continue
            score = (
                _INDICATOR * _overlap(named, subject)
                + _SPAN * coverage(question.terms, named, f"{span} {headings}")
                + _FIT * clause_score
                + _fit(question, target, wanted_unit)
            )
            figures.append(Figure(target, clause, score, coverage(question.terms, statement)))
    return sorted(figures, key=lambda f: (-f.score, f.target.clause_id, f.target.start))


def _same_sum(text: str, target: Target) -> bool:
    """False where the question insists on one kind of sum and the figure is of another."""
    if re.search(r"总量|总数|一共有|总共有", text) and target.measure in ("新增", "年均"):
        return False
    if "新增" in text and target.measure == "总量":
        return False
    yearly = re.search(r"每年|一年(?!.{0,6}还是)|年均|当年|全年", text)
    return not (yearly and target.measure in ("累计", "总量") and target.period[0] != target.period[1])


def compatible(asked: Period, stated: tuple[int | None, int | None]) -> bool:
    """True where a figure stated for ``stated`` (first, last year) can answer a question about ``asked``."""
    first, last = stated
    if asked.first is None and asked.last is None or first is None and last is None:
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


def _fit(question: Question, target: Target, wanted_unit: str) -> float:
    """Reward the kind of figure asked for: done or aimed at, share or count, per year or in all."""
    fit = 0.0
    reported = target.measure == "完成情况"
    if question.intent.done and not question.intent.aim:
        fit += 0.15 if reported else -0.15
    elif reported:
        fit -= 0.15
    if question.intent.asks("ratio"):
        fit += 0.15 if target.unit == "%" or target.measure == "比例" else -0.2
    elif question.intent.asks("count") and target.measure == "比例":
        fit -= 0.03
    text = question.text
    for word, measure in (("新增", "新增"), ("总量", "总量"), ("年均", "年均"), ("每年", "年均"), ("累计", "累计")):
        if word in text:
            fit += 0.08 if target.measure == measure or word in target.indicator else -0.05
    if wanted_unit and target.unit:
        fit += 0.06 if target.unit == wanted_unit else -0.04
    return fit


def _wanted_unit(text: str) -> str:
    for unit in ("人次", "家", "期", "所", "项", "名", "人", "个"):
        if f"多少{unit}" in text or f"几{unit}" in text:
            return unit
    return ""


def _overlap(indicator: str, subject: str) -> float:
    """Return the share of the indicator's character pairs that the question has too (1 for an empty indicator's 0.5)."""
    pairs = [indicator[i : i + 2] for i in range(len(indicator) - 1)]
    if not pairs:
        return 0.5
    return sum(pair in subject for pair in pairs) / len(pairs)
