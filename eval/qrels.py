"""Gold quotes to relevant clauses."""

from __future__ import annotations

from collections.abc import Iterable

from eval.items import Item
from eval.library import Library

Qrels = dict[str, dict[str, int]]
"""Item id → clause id → grade (1 or 2)."""


def clauses_of(item: Item, library: Library) -> dict[str, int]:
    """Return the clauses that contain a quote of ``item`` with the highest such grade; titles and grade 0 never count.

    Empty where no quote lies in a clause, as those of a letterhead or a page header.
    """
    grades: dict[str, int] = {}
    for evidence in item.gold.evidence:
        document = library.by_stem.get(evidence.document)
        if document is None or not evidence.grade:
            continue
        for clause in document.clauses:
            if clause.role != "title" and evidence.quote in clause.text:
                grades[clause.clause_id] = max(evidence.grade, grades.get(clause.clause_id, 0))
    return grades


def make_qrels(items: Iterable[Item], library: Library) -> Qrels:
    """Return the relevant clauses of every item that has any; items without one take no part in retrieval measures."""
    found = {item.id: clauses_of(item, library) for item in items}
    return {item_id: grades for item_id, grades in found.items() if grades}


def trec_qrels(qrels: Qrels) -> str:
    """Return ``qrels`` in TREC format: ``query 0 clause grade`` lines."""
    return "".join(
        f"{query} 0 {clause} {grade}\n" for query, grades in qrels.items() for clause, grade in sorted(grades.items())
    )
