"""The table of figures as an Excel workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from corpus.model import Document, Target
from ui import figures

WIDTHS = (14, 30, 14, 12, 10, 8, 10, 10, 9, 9, 18, 40, 22, 34, 60)
"""Widths of the columns in a workbook, in characters."""

MAX_CELL = 32_000
"""The longest text in a cell; a workbook takes 32,767 characters."""


def to_xlsx(targets: Iterable[Target], documents: Mapping[str, Document]) -> bytes:
    """Return the table as an Excel workbook of one sheet: numbers as numbers, every text a text and never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("指标")
    sheet.freeze_panes = "A2"
    for position, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + position)].width = width
    head = [WriteOnlyCell(sheet, value=name) for name in figures.COLUMNS]
    for cell in head:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EEF2F7")
    sheet.append(head)
    rows = 1
    for row in figures.rows(targets, documents):
        sheet.append([_cell(sheet, value) for value in row])
        rows += 1
    sheet.auto_filter.ref = f"A1:{chr(ord('A') + len(figures.COLUMNS) - 1)}{rows}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: str | int | Decimal) -> Any:
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value=value)
    text = figures.harmless(ILLEGAL_CHARACTERS_RE.sub("", value))[:MAX_CELL]
    cell = WriteOnlyCell(sheet, value=text)
    # openpyxl would make a formula of what begins with "="; an apostrophe alone could be typed over.
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
