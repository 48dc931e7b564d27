"""Tables of text as spreadsheets have them, read from CSV and XLSX and written so that no cell runs as a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from pathlib import Path

from corpus.errors import CorpusError

MAX_ROWS = 10_000
MAX_COLUMNS = 50
MAX_CELL = 32_767
"""What a spreadsheet cell can hold, in characters."""

_MAX_UNPACKED = 64 * 1024 * 1024
# '=HYPERLINK(…)' in a cell would run in a spreadsheet
FORMULA = re.compile(r"^[\s\x00]*[=+\-@＝＋－＠\t\r]")
# What XML cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_table(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV (UTF-8 or GB18030) or of the first sheet of an XLSX, each with its number from 1.

    Cells are stripped text; a whole number is written without decimals and a date as 2025-01-31. Formulas give the
    value that was stored with them. Raises CorpusError for what cannot be read so, and beyond ``MAX_ROWS``.
    """
    rows = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    if len(rows) > MAX_ROWS + 1:
        raise CorpusError(f"{path.name} 超过 {MAX_ROWS} 行", hint="分成几个文件")
    return [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, 1)]


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV in UTF-8 with a byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([harmless(_CONTROL.sub("", cell)) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(
    head: Sequence[str], rows: Iterable[Sequence[str | int | Decimal]], *, title: str, widths: Sequence[int] = ()
) -> bytes:
    """Return a workbook of one sheet whose first row stays in sight; every text is a text, never a formula.

    ``widths`` are those of the columns, in characters.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for position, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    number = 0
    for number, row in enumerate(chain((head,), rows)):
        cells = []
        for text in row:
            if not isinstance(text, str):
                cells.append(WriteOnlyCell(sheet, value=text))
                continue
            cell = WriteOnlyCell(sheet, value="")
            # Set apart from the value: what begins with = would be made a formula.
            cell._value = _CONTROL.sub("", text)[:MAX_CELL]
            cell.data_type = "s"
            # What a spreadsheet itself notes for a cell typed with an apostrophe: it stays text when edited.
            cell.quotePrefix = bool(FORMULA.match(text))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if not number:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{number + 1}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Return ``cell``, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _csv(path: Path) -> list[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"读不了 {path}", hint="检查文件是否存在") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as error:
            raise CorpusError(f"{path.name} 不是正确的 CSV", hint="在表格软件里另存为“CSV UTF-8”") from error
    raise CorpusError(f"{path.name} 的编码认不出来", hint="在表格软件里另存为“CSV UTF-8”")


def _xlsx(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as packed:
            # A small file can unpack to anything; zipfile gives no more than the size it names.
            if sum(one.file_size for one in packed.infolist()) > _MAX_UNPACKED:
                raise CorpusError(f"{path.name} 解压后过大", hint="只留下问题所在的那一张表,另存后再试")
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            # The size that a file states of itself need not be true.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=MAX_ROWS + 2, values_only=True)
            return [[_text(value) for value in row[:MAX_COLUMNS]] for row in rows]
        finally:
            book.close()
    except CorpusError:
        raise
    except OSError as error:
        raise CorpusError(f"读不了 {path}", hint="检查文件是否存在") from error
    except Exception as error:  # whatever the library raises on damaged bytes
        raise CorpusError(f"{path.name} 不是能读的 XLSX", hint="在表格软件里另存为 .xlsx 或“CSV UTF-8”") from error


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value)
