"""Tables as text: one line per row that says what each cell means, so that a row can be quoted by itself.

A row reads ``| 补贴项目:职业培训补贴 | 标准:每人1000元 |``: bars at both ends mark a row of a table, each cell
stands behind the head of its column. Cells that span rows or columns are repeated in each. ``corpus.layout.TABLE_ROW``
knows these lines again; a Markdown table looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_CELLS = 100_000
"""A table with more cells, spans counted out, is cut off there."""

_SPACE = re.compile(r"\s+")
# A cell with a figure, a sentence or much text is no head of a column (2023年 and 第1档 are).
_NO_HEAD = re.compile(r"[。；;]|\d(?![\d年月季档级类岁]|\s*$)")
_MAX_HEAD = 30
_MAX_HEAD_ROWS = 3

Grid = list[list[str]]


def clean_cell(text: str) -> str:
    """Return the text of a cell on one line, without the bar that ends a cell."""
    return _SPACE.sub(" ", text).replace("|", "｜").strip()


def render_rows(grid: Sequence[Sequence[str]], *, head_rows: int | None = None) -> list[str]:
    """Return the lines of a table given as rows of cells, spans repeated.

    ``head_rows`` is the number of rows of column heads where the format says so; else it is read from the cells. A row
    whose cells are all the same (one cell across the table) is a line of plain text: a caption or a note.
    """
    rows = [[clean_cell(cell) for cell in row] for row in grid]
    rows = [row for row in rows if any(row)]
    lines: list[str] = []
    while rows and _spanning(rows[0]):
        lines.append(rows.pop(0)[0])
    heads = _head_rows(rows) if head_rows is None else min(head_rows, len(rows) - 1)
    names = _names(rows[:heads])
    for row in rows[heads:]:
        if _spanning(row):
            lines.append(row[0])
            continue
        lines.append(f"| {' | '.join(_cells(row, names))} |")
    return lines


def expand(cells: Sequence[tuple[int, int, int, int, str]]) -> Grid:
    """Return the grid of ``(row, column, rows, columns, text)`` cells, each repeated over its span."""
    filled: dict[tuple[int, int], str] = {}
    for row, column, rows, columns, text in cells:
        for y in range(row, row + rows):
            for x in range(column, column + columns):
                if len(filled) >= MAX_CELLS:
                    break
                filled.setdefault((y, x), text)
    height = max((y for y, _ in filled), default=-1) + 1
    width = max((x for _, x in filled), default=-1) + 1
    if height * width > 2 * MAX_CELLS:
        height = 2 * MAX_CELLS // width
    return [[filled.get((y, x), "") for x in range(width)] for y in range(height)]


def _spanning(row: list[str]) -> bool:
    return len(row) > 1 and len(set(row)) == 1


def _head_rows(rows: list[list[str]]) -> int:
    """Return how many rows hold column heads: the first, and those below it that it spans into."""
    if len(rows) < 2 or not _is_head(rows[0]):
        return 0
    count = 1
    while (
        count < min(_MAX_HEAD_ROWS, len(rows) - 1)
        and _is_head(rows[count])
        # A head that spans rows or columns stands above another row of heads.
        and any(above and above == below for above, below in zip(rows[count - 1], rows[count], strict=False))
        and len(set(filter(None, rows[count - 1]))) < len(rows[count - 1])
    ):
        count += 1
    return count


def _is_head(row: list[str]) -> bool:
    named = [cell for cell in row if cell]
    return (
        len(named) >= 2
        and len(named) >= len(row) - 1
        and all(len(cell) <= _MAX_HEAD and not _NO_HEAD.search(cell) for cell in named)
    )


def _names(heads: list[list[str]]) -> list[str]:
    width = max(map(len, heads), default=0)
    return [
        "/".join(dict.fromkeys(row[x] for row in heads if x < len(row) and row[x])).rstrip(":：") for x in range(width)
    ]


def _cells(row: list[str], names: list[str]) -> list[str]:
    shown: list[str] = []
    for x, cell in enumerate(row):
        name = names[x] if x < len(names) else ""
        if not cell or (x and cell == row[x - 1] and (not name or name == names[x - 1])):
            continue
        shown.append(f"{name}:{cell}" if name and name != cell else cell)
    return shown
