"""Figures in the rows of a table: what a cell counts is said by the head of its row and of its column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.layout import is_row
from corpus.model import Clause, Document, Measure, Target
from corpus.periods import find_periods
from corpus.quantities import Quantity, find_quantities

_COUNTING = re.compile(r"^(?:序号?|编号|项次|No\.?)$")
# What a column's head says besides its subject: 2025年目标, 目标值(2025年)
_BARE_HEAD = re.compile(
    r"(?:19|20)\d{2}\s*年?|[“”\"十一二三四五]+五[”\"]?(?:期末|时期)?|目标值?|指标值?|任务数?|数[量值]|[()（）/\s~—-]"
)
_MEASURES: tuple[Measure, ...] = ("累计", "年均", "新增")


class _Cell(NamedTuple):
    """A cell of a row: the head of its column, its text, and the offset of that text in the clause."""

    head: str
    text: str
    start: int


def row_targets(document: Document, clause: Clause) -> Iterator[Target]:
    """Yield a target for each figure with a unit in the rows of ``clause``; the whole row is what can be quoted."""
    position = 0
    for line in clause.text.split("\n"):
        if is_row(line):
            yield from _row(document, clause, line, position)
        position += len(line) + 1


def _row(document: Document, clause: Clause, line: str, position: int) -> Iterator[Target]:
    cells = list(_cells(line, position))
    named = (cell for cell in cells if cell.text and not _COUNTING.match(cell.head) and not _figures(cell))
    subject = next(named, None)
    if subject is None:
        return
    begin = position + len(line) - len(line.lstrip())
    for cell in cells:
        for figure in _figures(cell):
            column = _BARE_HEAD.sub("", cell.head)
            periods = find_periods(cell.head) or find_periods(cell.text)
            said = f"{cell.head}{cell.text}"
            measure = next((word for word in _MEASURES if word in said), "比例" if figure.kind == "ratio" else "其他")
            yield Target(
                doc_id=document.doc_id,
                clause_id=clause.clause_id,
                region=document.region.full_name if document.region else "",
                indicator=_joined(subject.text, column),
                figure=figure.surface,
                value=figure.value,
                high=figure.high,
                unit=figure.unit,
                bound=figure.bound,
                measure=measure,
                period=(periods[0].first, periods[0].last) if periods else (None, None),
                period_text=periods[0].surface if periods else "",
                start=clause.start + cell.start + figure.start,
                end=clause.start + cell.start + figure.end,
                sentence_start=clause.start + begin,
                sentence_end=clause.start + begin + len(line.strip()),
            )


def _cells(line: str, position: int) -> Iterator[_Cell]:
    for match in re.finditer(r"[^|]+", line):
        printed = match.group()
        text = printed.strip()
        start = position + match.start() + len(printed) - len(printed.lstrip())
        head, colon, value = text.partition(":")
        if colon:
            yield _Cell(head, value, start + len(head) + 1)
        elif text:
            yield _Cell("", text, start)


def _joined(subject: str, column: str) -> str:
    """Return 职业培训补贴 and 补贴标准 as 职业培训补贴标准."""
    if column in subject:
        return subject
    shared = next((size for size in range(len(column), 0, -1) if subject.endswith(column[:size])), 0)
    return subject + column[shared:]


def _figures(cell: _Cell) -> list[Quantity]:
    return [
        found
        for found in find_quantities(cell.text)
        if found.kind in ("count", "ratio", "money", "frequency")
        and (found.value is not None or found.fraction is not None)
        and (found.unit or found.fraction is not None)
    ]
