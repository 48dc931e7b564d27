"""A figure that a question claims (…达到200万对不对), held against what the documents state for the same thing.

A claim is confirmed or corrected only by a figure of the same indicator, period and place; what a document states of
another measure of it (累计 for 每年, 目标 for 完成) is told as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.evidence import coverage, covers
from assistant.figures import MIN_SCORE, UNIT_GROUPS, Figure, asks_yearly, is_part, rank_figures, without_yearly
from assistant.intent import CONFIRMING
from assistant.question import FIRM_WEIGHT, Question
from assistant.vocabulary import Vocabulary
from corpus.model import Clause, Target
from corpus.quantities import AT_LEAST, AT_MOST, Quantity, find_quantities, same_quantity
from indexer.passages import strip_mark
from indexer.tokenizer import fold

Verdict = Literal["stated", "other", "measure", "aim", "report"]
"""``stated`` the documents say just this figure; ``other`` another one; ``measure`` a sum of another kind than claimed
(累计 for 每年); ``aim`` only what is aimed at where something is said to be done, ``report`` the reverse."""

_ASKED_AFTER = re.compile(
    rf"[^,，。;；?？!！]{{0,10}}[,，]?(?:(?:是|对|有|行)?(?:[吗吧嘛]|(?<!什)么)|是不是|对不对|不[?？]?$|{CONFIRMING.pattern})"
)
_SAID_BEFORE = re.compile(r"听说|听人[说讲]|据说|都说|有人说|网上说|传言|传说|说是|说要|是不是|是否|不是|规定|写[着明]")
# 能领5000元吗 · 55岁可以参加吗: asks what one may do, and claims nothing
_MAY = re.compile(
    r"(?<![技功职性智])能(?![力源])|可|(?<![社协工学大])会(?![员议])|够|(?<![预决计])算|我|俺|本人|如果|要是|怎么|多少|几[个家人]"
)
# 一百户起码得配多大面积: asks for a figure of its own
_ASKS_FIGURE = re.compile(r"多少|几|多[大高长远久重宽深厚]")
_LENIENT = 0.12
_MIN_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Claim:
    """The figure that a question claims as ``asked``, and what the document's own figure makes of it."""

    asked: Quantity
    verdict: Verdict


def claimed(question: Question) -> Quantity | None:
    """Return the figure that ``question`` wants confirmed, ``None`` where it claims none."""
    if question.intent.wanted[0] not in ("yesno", "any", "list", "definition", "count", "money"):
        return None
    for quantity in question.quantities:
        before, after = question.text[: quantity.start], question.text[quantity.end :]
        if _ASKS_FIGURE.search(question.text[: quantity.start] + after):
            continue
        asked = _ASKED_AFTER.match(after)
        if not (asked or _SAID_BEFORE.search(before)) or _MAY.search(re.split(r"[,，。;；]", after)[0]):
            continue
        if not re.search(r"我(?!们?[省市县区])|俺|本人", re.split(r"[,，。;；]", before)[-1]):
            return quantity
    return None


def judge(
    question: Question,
    asked: Quantity,
    candidates: Sequence[tuple[Clause, Callable[[int], float], Sequence[Target]]],
    vocabulary: Vocabulary,
    place: str,
) -> tuple[Figure, Claim] | None:
    """Return the figure of ``candidates`` that settles the claim ``asked``, ``None`` where none is of the same thing.

    ``candidates`` and ``place`` are those of `rank_figures`.
    """
    text = f"{question.text[: asked.start]}多少{question.text[asked.end :]}"
    text = CONFIRMING.sub("", text)
    plain = replace(question, text=text, quantities=())
    units = next((group for group in UNIT_GROUPS if asked.unit in group), frozenset({asked.unit} - {""}))
    for insists in (True, False):
        asking = plain if insists else replace(plain, text=without_yearly(text))
        figures = [
            figure
            for figure in rank_figures(asking, candidates, units, vocabulary, place)
            if figure.score >= MIN_SCORE and figure.target.value is not None and _same_thing(question, figure)
        ]
        if not figures:
            continue
        near = _wholes([figure for figure in figures if figure.score >= figures[0].score - _LENIENT])
        # What stands anywhere for the same thing is not denied.
        equal = next((figure for figure in figures if same_amount(asked, figure.target)), None)
        best = equal or near[0]
        return best, Claim(asked, _verdict(question, best.target, insists, equal is not None))
    return None


def _wholes(figures: Sequence[Figure]) -> list[Figure]:
    """Return ``figures`` without those that are parts of another: a smaller sum of one kind in the same clause."""
    return [figure for figure in figures if not any(is_part(figure.target, other.target) for other in figures)]


def same_amount(asked: Quantity, target: Target) -> bool:
    """Return whether the claimed figure is that of ``target``; opposite bounds (不超过, 不少于) make two figures."""
    if (asked.bound in AT_LEAST and target.bound in AT_MOST) or (asked.bound in AT_MOST and target.bound in AT_LEAST):
        return False
    return any(
        same_quantity(replace(asked, unit=""), replace(stated, unit="")) for stated in find_quantities(target.figure)
    ) or (asked.value == target.value and asked.high == target.high)


def _verdict(question: Question, target: Target, insists: bool, equal: bool) -> Verdict:
    reported = target.measure == "完成情况"
    if question.intent.done and not question.intent.aim and not reported:
        return "aim"
    if question.intent.aim and not question.intent.done and reported:
        return "report"
    if not insists and asks_yearly(question.text) and target.measure != "年均":
        return "measure"
    return "stated" if equal else "other"


def _same_thing(question: Question, figure: Figure) -> bool:
    """True where the figure's own indicator names every subject of the question, and little besides."""
    target = figure.target
    headings = " ".join(map(strip_mark, figure.clause.heading_path[-1:]))
    named = fold(f"{target.indicator} {headings}")
    money = target.unit.startswith("元")
    # Amounts of money have no indicator to speak of, so that all that the question names must be there.
    firm = [t for t in question.terms if t.name and (money or t.weight >= FIRM_WEIGHT or t.policy or not t.known)]
    if any(covers(t, named) < 0.5 for t in firm) or not (firm if money else question.terms):
        return False
    return coverage(question.terms, named) >= _MIN_SHARE
