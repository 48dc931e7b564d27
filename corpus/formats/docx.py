"""Word files: paragraphs with the numbers that Word prints, tables with their heads, footnotes."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.formats.archive import unpacked_size
from corpus.formats.extracted import Extracted, optional_module
from corpus.formats.tables import expand, render_rows
from corpus.formats.text import unix_lines

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_UNPACKED_BYTES = 200 * 1024 * 1024

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
# What stands in the XML of a paragraph and is not printed with it: deleted text, the fallback copy of a drawing.
_UNPRINTED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_MC}Fallback", f"{_W}txbxContent", f"{_W}rPr", f"{_W}pPr"})
_PLACEHOLDER = re.compile(r"%([1-9])")
_DAMAGE = (
    *(KeyError, ValueError, AttributeError, TypeError, IndexError, AssertionError, OSError, SyntaxError, EOFError),
    *(NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error),
)
_MAX_LEVEL = 9
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def read_docx(data: bytes, *, name: str) -> Extracted:
    """Return the text of a Word file, a line per paragraph and per table row.

    Deleted text and hidden runs are left out, inserted text stays. The properties of the file (author, title) are not
    read: they are mostly those of the template.

    Raises:
        UnreadableSource: no Word file, damaged, with a password, too large unpacked, without text, or python-docx is
            not installed.

    """
    docx = optional_module("docx", kind="Word 文件", name=name)
    opc = optional_module("docx.opc.exceptions", kind="Word 文件", name=name)
    if (size := unpacked_size(data)) > MAX_UNPACKED_BYTES:
        raise UnreadableSource(
            f"Word 文件解压后过大:{name}({size / 2**20:.0f} MB,上限 {MAX_UNPACKED_BYTES // 2**20} MB)",
            hint="请删去文件里的图片后再导入。",
        )
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        numbering = _Numbering.read(document)
        notes = _footnotes(document)
        lines = [line for line in _Writer(numbering, notes).lines(body) if line.strip()]
    # The package reports damage by whatever its parser, zip reader or look-up of a part raises.
    except (*_DAMAGE, opc.OpcError) as error:
        raise UnreadableSource(
            f"Word 文件打不开:{name}", hint="请确认它没有损坏、没有密码,用 Word 或 WPS 另存为 .docx 后再试。"
        ) from error
    if not lines:
        raise UnreadableSource(f"Word 文件里没有文字:{name}", hint="内容若是图片,请先做文字识别。")
    return Extracted(unix_lines("\n".join(lines)) + "\n")


@dataclass(slots=True)
class _Level:
    """A level of a list: the format of its number, the text around it, and where it starts."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False
    restart: int | None = None


@dataclass(slots=True)
class _Numbering:
    """The lists of a Word file and their running numbers."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    default_style: str = ""
    contents: frozenset[str] = frozenset()
    counters: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    used: set[tuple[str, int]] = field(default_factory=set)

    @staticmethod
    def read(document: object) -> _Numbering:
        found = _Numbering()
        found._read_styles(document.styles.element)  # type: ignore[attr-defined]
        try:
            root = document.part.numbering_part.element  # type: ignore[attr-defined]
        except (KeyError, NotImplementedError):
            return found
        links: dict[str, str] = {}
        for abstract in root.iter(f"{_W}abstractNum"):
            key = abstract.get(f"{_W}abstractNumId") or ""
            found.levels[key] = {_int(level, "ilvl"): _level(level) for level in abstract.iterchildren(f"{_W}lvl")}
            if (link := _value(abstract, "numStyleLink")) and not found.levels[key]:
                links[key] = link
        for num in root.iterchildren(f"{_W}num"):
            key = num.get(f"{_W}numId") or ""
            found.abstract_of[key] = _value(num, "abstractNumId") or ""
            for override in num.iterchildren(f"{_W}lvlOverride"):
                level = _int(override, "ilvl")
                start = _value(override, "startOverride")
                if start and start.isdecimal():
                    found.overrides[key, level] = int(start)
        for key, style in links.items():
            target = found.styles.get(style)
            if target and target[0] in found.abstract_of:
                found.levels[key] = found.levels.get(found.abstract_of[target[0]], {})
        return found

    def _read_styles(self, root: _Element) -> None:
        contents = set()
        for style in root.iterchildren(f"{_W}style"):
            key = style.get(f"{_W}styleId") or ""
            name = (_value(style, "name") or "").lower()
            if re.fullmatch(r"toc ?\d?|目录 ?\d?", name):
                contents.add(key)
            if style.get(f"{_W}default") == "1" and style.get(f"{_W}type") == "paragraph":
                self.default_style = key
            if base := _value(style, "basedOn"):
                self.parents[key] = base
            number = style.find(f"{_W}pPr/{_W}numPr")
            if number is not None:
                self.styles[key] = (_value(number, "numId") or "", _small(_value(number, "ilvl")))
        self.contents = frozenset(contents)

    def is_contents(self, paragraph: _Element) -> bool:
        return _style(paragraph) in self.contents

    def next_number(self, paragraph: _Element) -> str:
        """Return what Word prints before ``paragraph``, its number counted on; ``""`` where it is in no list."""
        found = self._list_of(paragraph)
        if found is None:
            return ""
        num, depth = found
        abstract = self.abstract_of.get(num, "")
        levels = self.levels.get(abstract, {})
        level = levels.get(depth)
        if level is None or num == "0":
            return ""
        counters = self.counters[abstract]
        if (num, depth) in self.overrides and (num, depth) not in self.used:
            counters[depth] = self.overrides[num, depth]
            self.used.add((num, depth))
        else:
            counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper in [d for d in counters if d > depth]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart and depth < restart):
                del counters[deeper]
        if level.format == "bullet":
            return "• "
        if level.format == "none" and not level.text:
            return ""

        def printed(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, level)
            value = counters.setdefault(at, other.start)
            return _numeral(value, "decimal" if level.legal else other.format)

        text = _PLACEHOLDER.sub(printed, level.text)
        return f"{text} " if text and re.search(r"[\w]$", text) else text

    def _list_of(self, paragraph: _Element) -> tuple[str, int] | None:
        number = paragraph.find(f"{_W}pPr/{_W}numPr")
        style: str | None = _style(paragraph) or self.default_style
        inherited: tuple[str, int] | None = None
        for _ in range(20):
            if style is None or inherited is not None:
                break
            inherited = self.styles.get(style)
            style = self.parents.get(style)
        if number is None:
            return inherited
        num = _value(number, "numId") or (inherited[0] if inherited else "")
        depth = _value(number, "ilvl")
        return num, _small(depth) if depth is not None else (inherited[1] if inherited else 0)


@dataclass(slots=True)
class _Writer:
    numbering: _Numbering
    footnotes: dict[str, str]
    printed_notes: int = 0

    def lines(self, container: _Element) -> Iterator[str]:
        for child in container:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag in (
                f"{_W}sdt",
                f"{_W}sdtContent",
                f"{_W}ins",
                f"{_W}moveTo",
                f"{_W}customXml",
                f"{_W}smartTag",
            ):
                yield from self.lines(child)

    def _paragraph(self, paragraph: _Element) -> Iterator[str]:
        notes: list[str] = []
        boxes: list[_Element] = []
        text = "".join(_printed(paragraph, notes, boxes)).strip(" \t")
        if text.strip():
            if self.numbering.is_contents(paragraph):
                text = re.sub(r"[\s.…·]*\d{1,4}$", "", text)
            yield from (self.numbering.next_number(paragraph) + text).split("\n")
        for key in notes:
            if note := self.footnotes.get(key):
                self.printed_notes += 1
                yield f"注{self.printed_notes}:{note}"
        for box in boxes:
            yield from self.lines(box)

    def _table(self, table: _Element) -> Iterator[str]:
        cells: list[tuple[int, int, int, int, str]] = []
        # Column → (row, index in cells) of the cell that a vertical merge goes on with.
        merged: dict[int, int] = {}
        blocks: list[list[str]] = []
        head_rows = 0
        rows = list(_rows(table))
        for y, row in enumerate(rows):
            if y == head_rows and row.find(f"{_W}trPr/{_W}tblHeader") is not None:
                head_rows += 1
            x = _small(_value(row.find(f"{_W}trPr"), "gridBefore"), most=63)
            for cell in _cells(row):
                properties = cell.find(f"{_W}tcPr")
                width = max(1, _small(_value(properties, "gridSpan"), most=63))
                merge = properties.find(f"{_W}vMerge") if properties is not None else None
                if merge is not None and merge.get(f"{_W}val") != "restart" and x in merged:
                    at = merged[x]
                    top, left, height, columns, text = cells[at]
                    cells[at] = (top, left, max(height, y - top + 1), columns, text)
                else:
                    content = [line for line in self.lines(cell) if line.strip()]
                    blocks.append(content)
                    merged[x] = len(cells)
                    cells.append((y, x, 1, width, " ".join(content)))
                x += width
        grid = expand(cells)
        if len(rows) < 2 or not grid or len(grid[0]) < 2 or max(len(cell[4]) for cell in cells) > 3_000:
            for block in blocks:
                yield from block
            return
        yield from render_rows(grid, head_rows=head_rows or None)


def _rows(table: _Element) -> Iterator[_Element]:
    for child in table:
        if child.tag == f"{_W}tr":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins"):
            yield from _rows(child)


def _cells(row: _Element) -> Iterator[_Element]:
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent"):
            yield from _cells(child)


def _printed(element: _Element, notes: list[str], boxes: list[_Element]) -> Iterator[str]:
    """Yield the printed text of a paragraph; its footnotes and text boxes are appended to the lists."""
    for child in element:
        tag = child.tag
        if tag == f"{_W}txbxContent":
            boxes.append(child)
        elif tag in _UNPRINTED or (tag == f"{_W}r" and _is_hidden(child)):
            continue
        elif tag == f"{_W}t":
            yield child.text or ""
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            yield " "
        elif tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif tag == f"{_W}footnoteReference":
            notes.append(child.get(f"{_W}id") or "")
        else:
            yield from _printed(child, notes, boxes)


def _is_hidden(run: _Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val") not in ("0", "false")


def _footnotes(document: object) -> dict[str, str]:
    from lxml import etree

    for relation in document.part.rels.values():  # type: ignore[attr-defined]
        if relation.reltype == _FOOTNOTES and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(relation.target_part.blob, parser)
            return {
                note.get(f"{_W}id") or "": " ".join(
                    filter(None, ("".join(_printed(p, [], [])).strip() for p in note.iter(f"{_W}p")))
                )
                for note in root.iterchildren(f"{_W}footnote")
            }
    return {}


def _style(paragraph: _Element) -> str:
    return _value(paragraph.find(f"{_W}pPr"), "pStyle") or ""


def _value(parent: _Element | None, tag: str) -> str | None:
    child = parent.find(f"{_W}{tag}") if parent is not None else None
    return child.get(f"{_W}val") if child is not None else None


def _int(element: _Element, attribute: str) -> int:
    return _small(element.get(f"{_W}{attribute}"))


def _small(printed: str | None, most: int = _MAX_LEVEL) -> int:
    return min(int(printed), most) if printed and printed.isdecimal() and len(printed) < 6 else 0


def _level(level: _Element) -> _Level:
    start = _value(level, "start") or "1"
    restart = _value(level, "lvlRestart")
    return _Level(
        format=_value(level, "numFmt") or "decimal",
        text=_value(level, "lvlText") or "",
        start=int(start) if start.isdecimal() and len(start) < 6 else 1,
        legal=level.find(f"{_W}isLgl") is not None,
        restart=int(restart) if restart and restart.isdecimal() and len(restart) < 3 else None,
    )


def _numeral(value: int, style: str) -> str:
    """Return ``value`` as Word prints it in a number format (ECMA-376 part 1, 17.18.59)."""
    if style in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographTraditionalCounting",
                 "taiwaneseCounting", "taiwaneseCountingThousand", "koreanDigital2"):  # fmt: skip
        return _chinese(value)
    if style in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(value))
    if style == "chineseLegalSimplified":
        return _chinese(value, digits="零壹贰叁肆伍陆柒捌玖", units=("", "拾", "佰", "仟"))
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= len(_CIRCLED):
        return _CIRCLED[value - 1]
    if style == "decimalEnclosedParen":
        return f"({value})"
    if style == "decimalEnclosedFullstop":
        return f"{value}."
    if style == "decimalZero":
        return f"{value:02d}"
    if style == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))
    if style == "ideographTraditional" and 1 <= value <= len(_STEMS):
        return _STEMS[value - 1]
    if style == "ideographZodiac" and 1 <= value <= len(_BRANCHES):
        return _BRANCHES[value - 1]
    if style in ("upperLetter", "lowerLetter") and value >= 1:
        letter = chr(ord("A") + (value - 1) % 26) * min((value - 1) // 26 + 1, 10)
        return letter if style == "upperLetter" else letter.lower()
    if style in ("upperRoman", "lowerRoman") and 0 < value < 4000:
        roman = _roman(value)
        return roman if style == "upperRoman" else roman.lower()
    return "" if style == "none" else str(value)


def _chinese(
    value: int, *, digits: str = "零一二三四五六七八九", units: tuple[str, ...] = ("", "十", "百", "千")
) -> str:
    if not 0 < value < 10_000:
        return str(value)
    printed, zero = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            # 一十二 is 十二, and a nought stands once between what is printed: 一百零五.
            one = digit == 1 and place == 1 and not printed
            printed += (
                ("零" if zero and printed else "") + ("" if one and digits[1] == "一" else digits[digit]) + units[place]
            )
        zero = not digit and bool(printed)
    return printed


def _roman(value: int) -> str:
    printed = ""
    for size, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split(), strict=True
    ):
        while value >= size:
            printed += letters
            value -= size
    return printed
