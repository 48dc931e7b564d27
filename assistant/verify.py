"""The last gate: an answer says nothing that its quotes do not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from assistant.answer import Citation
from corpus.errors import UngroundedAnswer
from corpus.periods import find_dates, find_periods
from corpus.quantities import Quantity, find_quantities, same_quantity

# What a text says that a figure measures; the words of one group contradict those of another of the same line.
_KINDS: tuple[tuple[tuple[str, re.Pattern[str]], ...], ...] = (
    (
        ("年均", re.compile(r"年均|每年|每一年|一年(?!.{0,2}[内度])|(?:^|[,，、。;；:：\s])年(?=[\u4e00-\u9fff])")),
        ("累计", re.compile(r"累计|总共|共计|合计")),
    ),
    (
        ("新增", re.compile(r"新增|净增|新[建培]")),
        ("总量", re.compile(r"总量|总数|总规模|存量|保有量|累计达到")),
    ),
    (
        (
            "完成情况",
            re.compile(r"已经?(?!有关)|截[至止]|完成情况|(?:完成|实现|达到|开展|培训|新增|建成|组织)了|末,?全[省市区]"),
        ),
        ("目标", re.compile(r"目标|力争|争取|确保|计划(?=[新建培开])|预期|将(?=[新建培开达])")),
    ),
)
_DIFFERENCE = re.compile(r"相差$")
_DENIAL = re.compile(r"不是$")
_STOP = re.compile(r"[。;；!！?？\n]")


def verify_quotes(citations: Sequence[Citation], texts: dict[str, str]) -> None:
    """Check that each citation is verbatim: ``texts`` maps doc_id to the raw text.

    Raises:
        UngroundedAnswer: a citation does not stand where it says.
    """
    for citation in citations:
        raw = texts[citation.doc_id]
        if (
            raw[citation.start : citation.end] != citation.quote
            or citation.quote not in citation.text
            or citation.text not in raw
        ):
            raise UngroundedAnswer(f"引文与原文不一致:{citation.clause_id}", hint="这是程序错误,请报告。")


def unsupported(statement: str, quotes: Sequence[str]) -> tuple[str, ...]:
    """Return the figures, periods and dates of ``statement`` that no quote contains after normalisation.

    A figure counts as contained only where the quote does not say another measure of it (``contradicts``). What two
    figures differ by (相差25万人次) must be the difference of two of the quotes; what is denied (不是200万) must not be
    in the quotes.
    """
    figures = [(quote, q) for quote in quotes for q in find_quantities(quote)]
    periods = {(p.first, p.last) for quote in quotes for p in find_periods(quote)}
    dates = {d.value for quote in quotes for d in find_dates(quote)}
    missing = [q.surface for q in find_quantities(statement) if not _supported(statement, q, figures)]
    missing += [d.surface for d in find_dates(statement) if d.value not in dates]
    missing += [p.surface for p in find_periods(statement) if p.kind != "date" and (p.first, p.last) not in periods]
    return tuple(missing)


def contradicts(statement: str, figure: Quantity, quote: str, other: Quantity) -> bool:
    """Return whether two texts say that one amount measures different things: 每年 and 累计, 新增 and 总量.

    ``figure`` stands in ``statement`` and ``other`` in ``quote``; only what both say in so many words contradicts.
    """
    said, meant = measures_said(statement, figure), measures_said(quote, other)
    return any(
        one in said and another in meant
        for line in _KINDS
        for one, _ in line
        for another, _ in line
        if one != another and one not in meant and another not in said
    )


def measures_said(text: str, figure: Quantity) -> frozenset[str]:
    """Return what the words before ``figure``, since the figure or sentence before it, say that it measures."""
    before = [q.end for q in find_quantities(text) if q.end <= figure.start]
    before += [match.end() for match in _STOP.finditer(text, 0, figure.start)]
    said = text[max(before, default=0) : figure.number_end]
    return frozenset(name for line in _KINDS for name, words in line if words.search(said))


def _supported(statement: str, figure: Quantity, figures: Sequence[tuple[str, Quantity]]) -> bool:
    before = statement[: figure.start]
    stated = [(quote, other) for quote, other in figures if same_quantity(figure, other, with_bound=True)]
    if any(not contradicts(statement, figure, quote, other) for quote, other in stated):
        return True
    if _DIFFERENCE.search(before):
        return any(_differ_by(figure, a, b) for (_, a), (_, b) in combinations(figures, 2))
    if _DENIAL.search(before):
        return not any(same_quantity(figure, other) for _, other in figures)
    return False


def _differ_by(difference: Quantity, a: Quantity, b: Quantity) -> bool:
    if (
        a.value is None
        or b.value is None
        or a.high
        or b.high
        or not same_quantity(replace(a, value=b.value, bound=""), replace(b, bound=""))
    ):
        return False
    units = {a.unit, b.unit} - {""}
    same_unit = difference.unit in units or ("%" in units and difference.unit in ("百分点", "个百分点"))
    return (same_unit or not units) and difference.value == abs(a.value - b.value)
