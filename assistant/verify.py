"""The last gate: an answer says nothing that its quotes do not say."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation
from corpus.errors import UngroundedAnswer
from corpus.periods import find_dates, find_periods
from corpus.quantities import find_quantities, same_quantity


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
    """Return the figures, periods and dates of ``statement`` that no quote contains after normalisation."""
    figures = [q for quote in quotes for q in find_quantities(quote)]
    periods = {(p.first, p.last) for quote in quotes for p in find_periods(quote)}
    dates = {d.value for quote in quotes for d in find_dates(quote)}
    missing = [
        q.surface
        for q in find_quantities(statement)
        if not any(same_quantity(q, other, with_bound=True) for other in figures)
    ]
    missing += [d.surface for d in find_dates(statement) if d.value not in dates]
    missing += [p.surface for p in find_periods(statement) if p.kind != "date" and (p.first, p.last) not in periods]
    return tuple(missing)
