"""PDF files with text: lines joined to paragraphs, ruled tables as rows, page heads and numbers left out.

PDFium reads the characters with their boxes. Pages without text are recognised by ``corpus.formats.ocr`` where that
extra is installed, else reported.
"""

from __future__ import annotations

import ctypes
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import ModuleType
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.formats import ocr
from corpus.formats.extracted import Extracted, optional_module
from corpus.formats.tables import expand, render_rows
from corpus.numbering import mark_at

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MAX_PAGES = 1_000
MAX_CHARACTERS = 3_000_000

# PDFium may be used by one thread at a time in a process; uploads come in several.
_ONE_AT_A_TIME = threading.Lock()
_SCANNED_BELOW = 15
"""A page with fewer characters and a picture is a scan (a stamped date or a page number may be text)."""
_EDGE_LINES = 3
# - 3 - · — 3 — · 3 · 第3页 共10页 · 3/10
_PAGE_NUMBER = re.compile(
    r"^(?:[-—–－_\s·.]*\d{1,4}[-—–－_\s·.]*|第\s*\d{1,4}\s*页(?:[\s,，/]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|[ivxIVX]{1,6})$"
)
_ENDS_SENTENCE = re.compile(r"[。；;：:！？!?][”’」』）)》]*$")
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—·]")
# A scan's noise and typesetting leave control and private characters; a soft hyphen and U+FFFE mark a broken word.
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\xad\ufffe\uffff\ue000-\uf8ff]")
_LEAST_COLUMN = 0.5
_FEW_LINES = 3
_RULE_WIDTH = 3.0
_LEAST_RULE = 6.0
_MAX_RULES = 4_000
# CJK radicals without a compatibility mapping in Unicode that common fonts use for the character itself.
_RADICALS = str.maketrans(
    "⺅⺉⺁⺄⺆⺇⺈⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺴⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
    "亻刂厂乙冂几刀卜㔾小小尢尢尢尢巳幺彐忄心扌攵旡日月歺民氵氺灬爫丬牛犭王疋目示礻竹糸纟罒罒网羊羊羊耂肀聿肉臼艹艹艹虎衤西西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
)


def read_pdf(data: bytes, *, name: str) -> Extracted:
    """Return the text of a PDF file, a line per paragraph and per row of a ruled table.

    Raises:
        UnreadableSource: damaged, with a password, too many pages, scanned without text recognition installed, without
            any text, or pypdfium2 is not installed.

    """
    pdfium = optional_module("pypdfium2", kind="PDF", name=name)
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(data)
        except (pdfium.PdfiumError, ValueError) as error:
            locked = "password" in str(error).lower()
            raise UnreadableSource(
                f"PDF {'有密码' if locked else '打不开,可能已损坏'}:{name}",
                hint="请去掉密码后再导入。" if locked else "请重新下载或用阅读软件另存后再试。",
            ) from error
        try:
            return _read(document, pdfium, name=name)
        except (pdfium.PdfiumError, ctypes.ArgumentError, ValueError, OverflowError) as error:
            raise UnreadableSource(f"PDF 内容已损坏:{name}", hint="请重新下载或用阅读软件另存后再试。") from error
        finally:
            document.close()


def fold_radicals(text: str) -> str:
    """Return ``text`` with Kangxi and CJK radicals (⼈, ⺠) as the characters that they stand for (人, 民)."""
    if not re.search(r"[\u2e80-\u2fdf]", text):
        return text
    mapped = text.translate(_RADICALS)
    return re.sub(r"[\u2e80-\u2fdf]", lambda match: unicodedata.normalize("NFKC", match[0]), mapped)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in points; ``bottom`` < ``top`` as in PDF."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def holds(self, point: tuple[float, float]) -> bool:
        """True where ``point`` lies in it."""
        return self.left <= point[0] <= self.right and self.bottom <= point[1] <= self.top


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line; ``rows`` are the lines of a table that stands there instead."""

    text: str
    box: Box
    rows: tuple[str, ...] = ()


@dataclass(slots=True)
class _Page:
    lines: list[Line]
    width: float
    height: float
    scanned: bool = False


@dataclass(slots=True)
class _Glyphs:
    """The characters of one line or cell with their boxes."""

    chars: list[str] = field(default_factory=list)
    boxes: list[Box | None] = field(default_factory=list)

    def text(self) -> str:
        """Return the characters, without the spaces that typesetting puts between Chinese characters."""
        usual = self._usual_gap()
        shown = [char for at, char in enumerate(self.chars) if not (char.isspace() and self._is_typesetting(at, usual))]
        return fold_radicals(_UNPRINTED.sub("", "".join(shown))).strip()

    def _usual_gap(self) -> float:
        gaps = sorted(b.left - a.right for a, b in pairwise(self.boxes) if a is not None and b is not None)
        return gaps[len(gaps) // 2] if gaps else 0.0

    def _is_typesetting(self, at: int, usual: float) -> bool:
        if not 0 < at < len(self.chars) - 1:
            return True
        # A space that the file itself holds is the writer's; one that PDFium puts in may come from a justified line,
        # where all gaps are wide.
        before, after = self.boxes[at - 1], self.boxes[at + 1]
        if self.boxes[at] is not None or before is None or after is None:
            return False
        if not _CJK.match(self.chars[at - 1]) or not _CJK.match(self.chars[at + 1]):
            return False
        em = before.top - before.bottom
        return after.left - before.right < min(0.4 * em, 2 * usual + 0.15 * em)

    def box(self) -> Box | None:
        known = [box for box in self.boxes if box is not None]
        if not known:
            return None
        return Box(
            min(b.left for b in known),
            min(b.bottom for b in known),
            max(b.right for b in known),
            max(b.top for b in known),
        )


def _read(document: PdfDocument, pdfium: ModuleType, *, name: str) -> Extracted:
    count = len(document)
    if count > MAX_PAGES:
        raise UnreadableSource(f"PDF 页数过多:{name}({count} 页,上限 {MAX_PAGES} 页)", hint="请拆分后再导入。")
    pages: list[_Page] = []
    size = 0
    for number in range(count):
        page = document[number]
        pages.append(_page(page, pdfium))
        size += sum(len(line.text) for line in pages[-1].lines)
        page.close()
        if size > MAX_CHARACTERS:
            raise UnreadableSource(f"PDF 文字过多:{name}(上限 {MAX_CHARACTERS} 字)", hint="请拆分后再导入。")
    scanned = [number for number, page in enumerate(pages) if page.scanned]
    notes: list[str] = []
    if scanned and ocr.is_installed():
        if len(scanned) > ocr.MAX_PAGES:
            raise UnreadableSource(
                f"扫描页过多:{name}({len(scanned)} 页,上限 {ocr.MAX_PAGES} 页)", hint="请拆分后再导入。"
            )
        engine = ocr.Recogniser()
        for number in scanned:
            pages[number].lines = [Line(text, Box(*box)) for text, box in engine.lines(document[number])]
        notes.append(f"{_numbers(scanned)}是扫描图像,文字由机器识别,可能有错,引用前请与原件核对")
    elif scanned and len(scanned) == count:
        raise UnreadableSource(
            f"PDF 是扫描件,没有文字:{name}(共 {count} 页)",
            hint="请先做文字识别;或运行 pip install 'wence[ocr]' 安装识别组件后再导入。",
        )
    elif scanned:
        notes.append(f"{_numbers(scanned)}是扫描图像,没有文字,未收录")
    text = "\n".join(paragraphs(pages))
    if not text.strip():
        raise UnreadableSource(f"PDF 里没有文字:{name}", hint="请换一份有文字的文件。")
    return Extracted(text + "\n", notes=tuple(notes))


def _numbers(pages: Sequence[int]) -> str:
    shown = "、".join(str(number + 1) for number in pages[:10])
    return f"第 {shown} {'等 ' + str(len(pages)) + ' ' if len(pages) > 10 else ''}页"


# -- a page -------------------------------------------------------------------------------------------------


def _page(page: PdfPage, pdfium: ModuleType) -> _Page:
    raw = pdfium.raw
    textpage = page.get_textpage()
    try:
        chars, boxes = _characters(textpage, raw)
    finally:
        textpage.close()
    printed = sum(1 for char in chars if not char.isspace())
    if printed < _SCANNED_BELOW and next(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3), None):
        return _Page([], page.get_width(), page.get_height(), scanned=True)
    tables = [] if page.get_rotation() else _tables(_rules(page, raw))
    inside: list[dict[Box, _Glyphs]] = [{cell: _Glyphs() for *_, cell in table.cells} for table in tables]
    lines: list[Line] = []
    line = _Glyphs()

    def close() -> None:
        nonlocal line
        box, text = line.box(), line.text()
        if box is not None and text:
            lines.append(Line(text, box))
        line = _Glyphs()

    for char, box in zip(chars, boxes, strict=True):
        if char in "\r\n":
            close()
            continue
        at = next((i for i, table in enumerate(tables) if box is not None and table.box.holds(box.middle)), None)
        if at is not None and box is not None:
            cell = next((glyphs for place, glyphs in inside[at].items() if place.holds(box.middle)), None)
            if cell is not None:
                cell.chars.append(char)
                cell.boxes.append(box)
                close()
                continue
        line.chars.append(char)
        line.boxes.append(box)
    close()
    for table, cells in zip(tables, inside, strict=True):
        grid = expand([(y, x, rows, columns, cells[cell].text()) for y, x, rows, columns, cell in table.cells])
        rendered = render_rows(grid)
        if rendered:
            place = next((i for i, other in enumerate(lines) if other.box.top <= table.box.bottom + 2), len(lines))
            lines.insert(place, Line("", table.box, tuple(rendered)))
    return _Page(lines, page.get_width(), page.get_height())


def _characters(textpage: object, raw: ModuleType) -> tuple[list[str], list[Box | None]]:
    chars: list[str] = []
    boxes: list[Box | None] = []
    rect = raw.FS_RECTF()
    handle = textpage.raw  # type: ignore[attr-defined]
    for index in range(min(textpage.count_chars(), MAX_CHARACTERS)):  # type: ignore[attr-defined]
        code = raw.FPDFText_GetUnicode(handle, index)
        # Characters beyond the basic plane come as surrogate pairs.
        if 0xDC00 <= code <= 0xDFFF and chars and 0xD800 <= ord(chars[-1]) <= 0xDBFF:
            chars[-1] = chr(0x10000 + ((ord(chars[-1]) - 0xD800) << 10) + (code - 0xDC00))
            continue
        if chars and 0xD800 <= ord(chars[-1]) <= 0xDFFF:
            chars[-1] = "\ufffd"
        chars.append(chr(code) if code <= 0x10FFFF else "\ufffd")
        generated = raw.FPDFText_IsGenerated(handle, index) == 1
        found = not generated and raw.FPDFText_GetLooseCharBox(handle, index, rect)
        boxes.append(Box(rect.left, rect.bottom, rect.right, rect.top) if found else None)
    if chars and 0xD800 <= ord(chars[-1]) <= 0xDFFF:
        chars[-1] = "\ufffd"
    return chars, boxes


# -- tables -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """A ruled table: its box, and ``(row, column, rows, columns, box)`` of each cell."""

    box: Box
    cells: tuple[tuple[int, int, int, int, Box], ...]


Rule = tuple[float, float, float]
"""Where a rule lies across its direction, and from where to where it goes along it."""


def _rules(page: PdfPage, raw: ModuleType) -> tuple[list[Rule], list[Rule]]:
    """Return the horizontal and the vertical rules of a page."""
    across: list[Rule] = []
    down: list[Rule] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for drawn in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=3):
        if len(across) + len(down) > _MAX_RULES:
            break
        matrix = drawn.get_matrix()
        points: list[tuple[float, float]] = []
        for index in range(min(raw.FPDFPath_CountSegments(drawn.raw), 500)):
            segment = raw.FPDFPath_GetPathSegment(drawn.raw, index)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = matrix.on_point(x.value, y.value)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                points = [point]
                continue
            if kind == raw.FPDF_SEGMENT_LINETO and points:
                _add_rule(points[-1], point, across, down)
            points.append(point)
            if raw.FPDFPathSegment_GetClose(segment):
                _add_rule(point, points[0], across, down)
    return _joined(across), _joined(down)


def _add_rule(a: tuple[float, float], b: tuple[float, float], across: list[Rule], down: list[Rule]) -> None:
    wide, high = abs(a[0] - b[0]), abs(a[1] - b[1])
    if wide >= _LEAST_RULE and high < 1:
        across.append(((a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0])))
    elif high >= _LEAST_RULE and wide < 1:
        down.append(((a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1])))


def _joined(rules: list[Rule]) -> list[Rule]:
    """Join rules that lie on one line and touch; a thin rectangle gives its two long sides."""
    joined: list[Rule] = []
    for at, low, high in sorted(rules):
        near = [
            index
            for index, (other, *_) in enumerate(joined[-20:], max(0, len(joined) - 20))
            if at - other <= _RULE_WIDTH
        ]
        for index in near:
            other, start, end = joined[index]
            if low <= end + _RULE_WIDTH and start <= high + _RULE_WIDTH:
                joined[index] = (other, min(start, low), max(end, high))
                break
        else:
            joined.append((at, low, high))
    return joined


def _tables(rules: tuple[list[Rule], list[Rule]]) -> list[_Table]:
    """Return the tables that rules form, each a group of rules that cross or touch."""
    across, down = rules
    groups: list[tuple[list[Rule], list[Rule]]] = []
    for rule in down:
        touched = [a for a in across if _touch(a, rule)]
        hits = [group for group in groups if any(a in group[0] for a in touched)]
        merged = (touched, [rule])
        for group in hits:
            merged = (merged[0] + group[0], merged[1] + group[1])
            groups.remove(group)
        groups.append(merged)
    found = (_table(list(dict.fromkeys(a)), d) for a, d in groups)
    return sorted(filter(None, found), key=lambda table: -table.box.top)


def _touch(across: Rule, down: Rule) -> bool:
    gap = _RULE_WIDTH
    return across[1] - gap <= down[0] <= across[2] + gap and down[1] - gap <= across[0] <= down[2] + gap


def _table(across: list[Rule], down: list[Rule]) -> _Table | None:
    ys = sorted(_places(across), reverse=True)
    xs = sorted(_places(down))
    height, width = len(ys) - 1, len(xs) - 1
    if height < 2 or width < 2 or height * width > 5_000:
        return None

    def wall(rules: list[Rule], at: float, along: float) -> bool:
        return any(abs(place - at) <= _RULE_WIDTH and low - 1 <= along <= high + 1 for place, low, high in rules)

    cells: list[tuple[int, int, int, int, Box]] = []
    taken: set[tuple[int, int]] = set()
    for y in range(height):
        for x in range(width):
            if (y, x) in taken:
                continue
            columns = 1
            while x + columns < width and not wall(down, xs[x + columns], (ys[y] + ys[y + 1]) / 2):
                columns += 1
            rows = 1
            while y + rows < height and not wall(across, ys[y + rows], (xs[x] + xs[x + 1]) / 2):
                rows += 1
            taken.update((y + below, x + beside) for below in range(rows) for beside in range(columns))
            cells.append((y, x, rows, columns, Box(xs[x], ys[y + rows], xs[x + columns], ys[y])))
    return _Table(Box(xs[0], ys[-1], xs[-1], ys[0]), tuple(cells))


def _places(rules: list[Rule]) -> list[float]:
    places: list[float] = []
    for at, *_ in sorted(rules):
        if not places or at - places[-1] > _RULE_WIDTH:
            places.append(at)
    return places


# -- paragraphs ---------------------------------------------------------------------------------------------


def paragraphs(pages: Sequence[_Page]) -> list[str]:
    """Return the paragraphs and table rows of pages: page numbers, heads and feet left out, broken lines joined."""
    running = _running_lines(pages)
    shown: list[str] = []
    previous: Line | None = None
    margins: tuple[float, float] | None = None
    full = False
    for page in pages:
        lines = [line for at, line in enumerate(page.lines) if not _is_margin(page, at, running)]
        # A page of a few lines, mostly the last, has the margins of the one before it.
        if margins is None or len(lines) >= _FEW_LINES:
            margins = _margins(lines, page.width)
        pitch = _pitch(lines)
        for index, line in enumerate(lines):
            if line.rows:
                shown += _without_repeated_heads(shown, line.rows)
                previous, full = None, False
                continue
            same_page = index > 0
            if previous is not None and full and _goes_on(previous, line, margins, pitch if same_page else 0):
                shown[-1] = _joined_text(shown[-1], line.text)
            else:
                shown.append(line.text)
            previous = line
            full = line.box.right >= margins[1] - 1.6 * _em(line)
    return shown


def _running_lines(pages: Sequence[_Page]) -> frozenset[str]:
    """Return the lines, figures left out, that stand at the edge of several pages: running heads and feet."""
    counts: Counter[str] = Counter()
    for page in pages:
        edge = {_figureless(line.text) for line in (*page.lines[:2], *page.lines[-2:]) if line.text}
        counts.update(edge)
    least = max(3, len(pages) // 3)
    return frozenset(text for text, count in counts.items() if count >= least and len(text) <= 60)


def _figureless(text: str) -> str:
    return re.sub(r"[\d\s]+", "#", text)


def _is_margin(page: _Page, at: int, running: frozenset[str]) -> bool:
    line = page.lines[at]
    if not line.text or _EDGE_LINES <= at < len(page.lines) - _EDGE_LINES:
        return False
    outer = not 0.12 * page.height < line.box.middle[1] < 0.88 * page.height
    if _PAGE_NUMBER.match(line.text):
        return outer or at in (0, len(page.lines) - 1)
    return _figureless(line.text) in running and outer


def _margins(lines: Sequence[Line], width: float) -> tuple[float, float]:
    """Return where lines begin and end; a page of short lines says nothing of its right margin."""
    printed = [line for line in lines if line.text]
    if not printed:
        return 0.0, 1e9
    lefts = Counter(round(line.box.left) for line in printed)
    left = min((at for at, count in lefts.items() if count >= 2), default=min(lefts))
    rights = sorted(line.box.right for line in printed)
    right = rights[max(0, int(0.98 * len(rights)) - 1)] if len(rights) > 3 else rights[-1]
    return float(left), max(right, left + _LEAST_COLUMN * width)


def _pitch(lines: Sequence[Line]) -> float:
    steps = sorted(a.box.bottom - b.box.bottom for a, b in pairwise(lines) if a.text and b.text)
    return steps[len(steps) // 2] if steps else 0.0


def _goes_on(previous: Line, line: Line, margins: tuple[float, float], pitch: float) -> bool:
    """True where ``line`` continues the paragraph of ``previous``, which reaches the right margin."""
    if line.box.left > margins[0] + 0.9 * _em(line):
        return False
    if pitch and previous.box.bottom - line.box.bottom > 1.7 * pitch:
        return False
    if abs(_em(previous) - _em(line)) > 0.2 * _em(previous):
        return False
    # Where paragraphs are not indented only the sense tells them apart.
    return mark_at(line.text, 0) is None or _ENDS_SENTENCE.search(previous.text) is None


def _em(line: Line) -> float:
    return line.box.top - line.box.bottom


def _joined_text(before: str, after: str) -> str:
    latin = bool(re.search(r"[A-Za-z0-9,.;]$", before)) and bool(re.match(r"[A-Za-z]", after))
    return before + (" " if latin else "") + after


def _without_repeated_heads(shown: list[str], rows: tuple[str, ...]) -> Iterator[str]:
    """Yield rows of a table; one that goes on over a page break repeats its heads, which are no rows of it."""
    yield from rows if not shown or shown[-1] != rows[0] else rows[1:]
