"""Raw text in, a tree of clauses out.

Segmentation never refuses and never loses a character: clauses and noise tile the text. Ids come from the printed
numbering, so they survive re-segmentation; a number that occurs twice gets a ``~2``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from corpus.layout import BLANK, Layout, Line, Part, is_blank, is_row, read_layout
from corpus.model import Clause, ClauseRole, Noise
from corpus.numbering import DECIMALS, ORDINAL, RANK, Mark, MarkKind, decimal_at, mark_at, parse_cn, to_cn
from corpus.posting import POSTED_LABEL, find_postings
from corpus.sentences import split_sentences

_LIST_KINDS = frozenset({"cn_paren", "arabic", "arabic_paren", "circled"})
_INLINE_KINDS = frozenset({"chapter", "section", "article", "cn", "cn_paren", "arabic", "arabic_paren", "circled"})
_TABLE_KINDS = frozenset({"box", "annex", "arabic", "cn_paren", "cn"})
# Kinds whose order some documents turn around (1. above (一)).
_LEVELS: tuple[MarkKind, ...] = ("cn", "cn_paren", "arabic", "arabic_paren")
# Where a heading may begin inside a line: behind a sentence end, a colon, a closing bracket or white space.
_INLINE_START = re.compile(r"(?<=[。；;！!？?：:”）)\s\u3000])(?=[第(（一二三四五六七八九十\d①-⒛㈠-㈩])")
_LETTERS: dict[MarkKind, str] = {
    "annex": "annex", "box": "box", "part": "part", "chapter": "c", "section": "s", "dash": "d", "bullet": "b",
}  # fmt: skip
_BULLETS = "•●■◆▪◇○· "
_SENTENCE_END = re.compile(r"[。；;！？]")
_MAX_HEADING = 40
_MAX_HEADING_LINE = 60
_LIST_CHARS = 600
# How many marks ahead the next number of a list inside a line is looked for.
_LOOK_AHEAD = 40
_LEAST_DECIMALS = 3
# A paragraph without marks stays whole up to here, a numbered clause up to there; what is longer is cut at sentences.
_MAX_PARAGRAPH = 800
_MAX_CLAUSE = 1500
_PIECE = (200, 500)

Span = tuple[int, int]


@dataclass(slots=True)
class _Node:
    mark: Mark
    start: int
    end: int
    key: str
    label: str
    parent: _Node | None
    children: list[_Node] = field(default_factory=list)
    role: ClauseRole = "body"

    def last_end(self) -> int:
        return self.children[-1].last_end() if self.children else self.end


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What ``segment`` returns: the title, the layout, and clauses and noise that tile the text."""

    title: str
    layout: Layout
    clauses: tuple[Clause, ...]
    noise: tuple[Noise, ...]


def segment(text: str, *, doc_id: str, fallback_title: str = "", layout: Layout | None = None) -> Segmentation:
    """Return the clause tree of ``text`` as a flat tuple in text order.

    ``layout`` is the text's own, where the caller has it already; else it is read here.
    """
    layout = layout or read_layout(text, fallback_title=fallback_title)
    return _Builder(text, doc_id, layout).build()


class _Builder:
    """Emits clauses zone by zone; the only mutable state of a segmentation."""

    def __init__(self, text: str, doc_id: str, layout: Layout) -> None:
        self.text = text
        self.doc_id = doc_id
        self.layout = layout
        self.clauses: list[Clause] = []
        self.noise: list[Noise] = []
        self.used: dict[str, int] = {}
        self.tables = _tables(text, layout.lines)

    def build(self) -> Segmentation:
        runs: dict[Part, list[Span]] = {}
        for part, group in groupby(self.layout.lines, key=lambda line: line.part):
            members = list(group)
            runs.setdefault(part, []).append((members[0].start, members[-1].end))
        for start, end in runs.get("furniture", ()):
            self._furniture(start, end)
        self.noise += [Noise(start, end, "repeat") for start, end in runs.get("repeat", ())]
        for start, end in runs.get("record", ()):
            self._emit("record", "公文信息", (), "notice", start, end, None)
        for start, end in runs.get("title", ()):
            self._emit("title", "标题", (), "title", start, end, None)
        for start, end in runs.get("annexes", ()):
            self._emit("annexes", "附件", (), "notice", start, end, None)
        for start, end in runs.get("tail", ()):
            self._emit("sign", "落款", (), "notice", start, end, None)
        self._zone("front", runs.get("front", []))
        self._zone("body", runs.get("body", []))
        self.clauses.sort(key=lambda clause: clause.start)
        return Segmentation(self.layout.title, self.layout, tuple(self.clauses), self._tiled())

    def _furniture(self, start: int, end: int) -> None:
        """Mark furniture; the day on which the page put the document up becomes a clause, so that it can be cited."""
        position = start
        for posting in find_postings(self.text[start:end]):
            self._mark_furniture(position, start + posting.start)
            position = start + posting.end
            self._emit("posted", POSTED_LABEL, (), "notice", start + posting.start, position, None)
        self._mark_furniture(position, end)

    def _mark_furniture(self, start: int, end: int) -> None:
        start, end = _trim(self.text, start, end)
        if start < end:
            self.noise.append(Noise(start, end, "furniture"))

    # -- zones ----------------------------------------------------------------------------------------------

    def _zone(self, part: Part, runs: list[Span]) -> None:
        """Emit the covering letter (``front``) or the body; ``runs`` are its spans between other parts."""
        if not runs:
            return
        lines = [line for line in self.layout.lines if line.part == part]
        marks = _marks(self.text, lines)
        first = marks[0][0] if marks else lines[-1].end
        role: ClauseRole = "notice" if part == "front" else "preamble"
        key, label = ("notice", "通知") if part == "front" else ("0", "前言")
        if marks or part == "front":
            self._emit_text(key, label, (), role, _clip(runs, lines[0].start, first), None)
        else:
            self._emit_paragraphs(lines)
        for root in _tree(marks, zone_end=lines[-1].end, prefix="notice" if part == "front" else ""):
            self._fold_lists(root)
            self._emit_node(root, (), None, lines, runs)

    def _emit_paragraphs(self, lines: list[Line]) -> None:
        paragraphs: list[Span] = []
        for line in lines:
            if line.inside and paragraphs and is_blank(self.text[paragraphs[-1][1] : line.start]):
                paragraphs[-1] = (paragraphs[-1][0], line.end)
            else:
                paragraphs.append((line.start, line.end))
        ends = dict(self.tables)
        number = tables = 0
        for start, end in paragraphs:
            if _clip(self.tables, start, end):
                if start in ends:
                    tables += 1
                    self._emit_table(f"t{tables}", f"表{tables}", (), start, ends[start], None)
                continue
            for piece in _pieces(self.text, start, end) if end - start > _MAX_PARAGRAPH else [(start, end)]:
                number += 1
                self._emit(f"p{number}", f"第{number}段", (), "body", *piece, None)

    def _fold_lists(self, node: _Node) -> None:
        for child in node.children:
            self._fold_lists(child)
        if not node.children:
            return
        leaves = all(not child.children and child.mark.kind in _LIST_KINDS for child in node.children)
        boxed = any(child.mark.kind == "box" for child in node.children)
        if not boxed and _is_table(self.text[node.start : node.last_end()], node.mark.kind):
            node.role = "table"
        elif node.mark.kind != "article" and not (leaves and len(node.children) > 1 and _is_list(self.text, node)):
            return
        node.end = node.last_end()
        node.children = []

    def _emit_node(
        self, node: _Node, path: tuple[str, ...], parent: str | None, lines: list[Line], runs: list[Span]
    ) -> None:
        heading = _heading(self.text, node, lines)
        path = (*path, heading) if heading else path
        items = [] if node.role == "table" else _ordinal_items(self.text, node.start, node.end)
        own_end = items[0][1] if items else node.end
        role = node.role
        bare = self.text[node.start : own_end].lstrip(f"{_BULLETS}#")
        if role == "body" and heading and (items or node.children) and _squeeze(bare) == _squeeze(heading):
            role = "heading"
        clause_id = self._emit_text(node.key, node.label, path, role, _clip(runs, node.start, own_end), parent)
        for number, start, end in items:
            printed = f"{to_cn(number)}是"
            item = _Node(
                Mark("arabic", number, printed, start + len(printed)), start, end, f"{node.key}.{number}",
                _join(node.label, node.mark, printed), node,
            )  # fmt: skip
            named = _heading(self.text, item, lines)
            item_path = (*path, named) if named else path
            self._emit_text(item.key, item.label, item_path, "body", _clip(runs, start, end), clause_id)
        for child in node.children:
            self._emit_node(child, path, clause_id, lines, runs)

    # -- emitting -------------------------------------------------------------------------------------------

    def _emit_text(
        self, key: str, label: str, path: tuple[str, ...], role: ClauseRole, spans: list[Span], parent: str | None
    ) -> str | None:
        """Emit the first span under ``key`` and what a page break, a table or great length parts from it below it."""
        clause_id = parent
        texts = tables = 0
        for start, end, table in self._without_tables(spans):
            if table:
                tables += 1
                self._emit_table(f"{key}.t{tables}", f"{label}表{tables}", path, start, end, clause_id)
                continue
            whole = role == "table" or key.rpartition(".")[2].startswith("a") or end - start <= _MAX_CLAUSE
            for low, high in [(start, end)] if whole else _pieces(self.text, start, end):
                texts += 1
                if texts == 1:
                    clause_id = self._emit(key, label, path, role, low, high, parent)
                else:
                    self._emit(f"{key}.p{texts}", label, path, role, low, high, clause_id)
        return clause_id

    def _emit_table(
        self, key: str, label: str, path: tuple[str, ...], start: int, end: int, parent: str | None
    ) -> None:
        """Emit the rows ``start:end`` as one clause; what is too long goes on, cut between rows, as ``.p2``."""
        pieces: list[Span] = []
        position = start
        for row in self.text[start:end].split("\n"):
            stop = position + len(row)
            if pieces and stop - pieces[-1][0] <= _MAX_CLAUSE:
                pieces[-1] = (pieces[-1][0], stop)
            elif row.strip(BLANK):
                pieces.append((position, stop))
            position = stop + 1
        first: str | None = None
        for number, (low, high) in enumerate(pieces, 1):
            if first is None:
                first = self._emit(key, label, path, "table", low, high, parent)
            else:
                self._emit(f"{key}.p{number}", label, path, "table", low, high, first)

    def _without_tables(self, spans: list[Span]) -> Iterator[tuple[int, int, bool]]:
        """Yield ``(start, end, is a table)`` of the parts of ``spans``; blank text between tables is left out."""
        for start, end in spans:
            position = start
            for low, high in _clip(self.tables, start, end):
                if not is_blank(self.text[position:low]):
                    yield position, low, False
                yield low, high, True
                position = high
            if position == start or not is_blank(self.text[position:end]):
                yield position, end, False

    def _emit(
        self, key: str, label: str, path: tuple[str, ...], role: ClauseRole, start: int, end: int, parent: str | None
    ) -> str:
        start, end = _trim(self.text, start, end)
        count = self.used[key] = self.used.get(key, 0) + 1
        clause_id = f"{self.doc_id}#{key}" if count == 1 else f"{self.doc_id}#{key}~{count}"
        self.clauses.append(Clause(clause_id, self.doc_id, label, path, role, start, end, self.text[start:end], parent))
        return clause_id

    def _tiled(self) -> tuple[Noise, ...]:
        spans = sorted([(c.start, c.end) for c in self.clauses] + [(n.start, n.end) for n in self.noise])
        gaps: list[Noise] = []
        position = 0
        for start, end in [*spans, (len(self.text), len(self.text))]:
            if start > position:
                gaps.append(Noise(position, start, "blank" if is_blank(self.text[position:start]) else "furniture"))
            position = end
        return tuple(sorted([*self.noise, *gaps], key=lambda noise: noise.start))


def _tables(text: str, lines: Sequence[Line]) -> list[Span]:
    """Return the spans of the tables of the body and the letter: rows with nothing but white space between them."""
    found: list[Span] = []
    for line in lines:
        if line.part not in ("body", "front") or not is_row(line.text):
            continue
        if found and is_blank(text[found[-1][1] : line.start]):
            found[-1] = (found[-1][0], line.end)
        else:
            found.append((line.start, line.end))
    return found


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in BLANK:
        start += 1
    while end > start and text[end - 1] in BLANK:
        end -= 1
    return start, end


def _clip(runs: Sequence[Span], start: int, end: int) -> list[Span]:
    """Return the parts of ``start:end`` that lie in ``runs``, which are sorted and do not overlap."""
    first = max(bisect_right(runs, (start, end)) - 1, 0)
    clipped: list[Span] = []
    for run_start, run_end in runs[first : bisect_left(runs, (end, end))]:
        low, high = max(start, run_start), min(end, run_end)
        if low < high:
            clipped.append((low, high))
    return clipped


def _pieces(text: str, start: int, end: int) -> list[Span]:
    """Return ``start:end`` cut at sentence ends (where there are none, anywhere) into paragraph-like spans."""
    least, most = _PIECE
    pieces: list[Span] = []
    for low, high in split_sentences(text[start:end]):
        for cut in range(start + low, start + high, most):
            stop = min(cut + most, start + high)
            joins = pieces and stop - pieces[-1][0] <= most
            stub = pieces and pieces[-1][1] - pieces[-1][0] < least and stop - cut < least
            if joins or stub:
                pieces[-1] = (pieces[-1][0], stop)
            else:
                pieces.append((cut, stop))
    return pieces


# -- marks --------------------------------------------------------------------------------------------------


def _marks(text: str, lines: list[Line]) -> list[tuple[int, Mark]]:
    """Return accepted marks with their offsets: at line starts, and inside lines where they continue a sequence."""
    candidates: list[tuple[int, Mark, bool]] = []
    for line in lines:
        if is_row(line.text):
            continue
        position = line.start
        head = mark_at(text, position)
        if head is not None and not (line.inside and head.kind not in _INLINE_KINDS):
            candidates.append((position, head, not line.inside))
            position = head.end
        for match in _INLINE_START.finditer(text, max(position, line.start + 1), line.end):
            mark = mark_at(text, match.start())
            if mark is not None and mark.kind in _INLINE_KINDS and mark.end < line.end:
                candidates.append((match.start(), mark, False))
    if decimals := _decimals(text, lines):
        candidates = [item for item in candidates if item[0] not in decimals]
        candidates = sorted([*candidates, *((offset, mark, True) for offset, mark in decimals.items())], key=_offset)
    found: list[tuple[int, Mark]] = []
    open_numbers: dict[MarkKind, int] = {}
    for position, (offset, mark, at_line_start) in enumerate(candidates):
        step = mark.number - open_numbers.get(mark.kind, mark.number)
        # Inside a line a number must go on from the last one; where it begins or leaves one out, it must go on itself.
        if not at_line_start and step != 1 and not ((mark.number == 1 or step == 2) and _goes_on(candidates, position)):
            continue
        found.append((offset, mark))
        if mark.number:
            open_numbers[mark.kind] = mark.number
    return _recover_lost_numbers(found, lines)


def _offset(candidate: tuple[int, Mark, bool]) -> int:
    return candidate[0]


def _decimals(text: str, lines: list[Line]) -> dict[int, Mark]:
    """Return the headings numbered 1, 1.1, 1.1.1 by offset; none where fewer than three go on from one another."""
    found: dict[int, Mark] = {}
    path: list[int] = []
    bare: tuple[int, Mark] | None = None
    for line in lines:
        mark = None if is_row(line.text) else decimal_at(text, line.start)
        if mark is None:
            continue
        numbers = [int(number) for number in mark.sub.split(".")]
        if len(numbers) == 1:
            bare = (line.start, mark) if numbers[0] in (1, (path[0] if path else 0) + 1) else bare
            continue
        depth, before = len(numbers), path[:]
        opens = numbers[-1] == 1 and (depth == 2 or before[: depth - 1] == numbers[:-1])
        siblings = len(before) >= depth and before[: depth - 1] == numbers[:-1]
        follows = siblings and 1 <= numbers[-1] - before[depth - 1] <= 2
        if not (opens or follows) or (opens and depth == 2 and numbers[0] > (before[0] if before else 0) + 2):
            continue
        if bare is not None and bare[1].number == numbers[0] and numbers[1:] == [1]:
            found[bare[0]] = bare[1]
        found[line.start] = mark
        path, bare = numbers, None
    return found if sum(1 for mark in found.values() if "." in mark.sub) >= _LEAST_DECIMALS else {}


def _goes_on(candidates: list[tuple[int, Mark, bool]], position: int) -> bool:
    mark = candidates[position][1]
    for _, other, _ in candidates[position + 1 : position + _LOOK_AHEAD]:
        if other.kind == mark.kind:
            return other.number == mark.number + 1
        if RANK[other.kind] < RANK[mark.kind]:
            return False
    return False


def _recover_lost_numbers(marks: list[tuple[int, Mark]], lines: list[Line]) -> list[tuple[int, Mark]]:
    """Turn a short bulleted line into the heading whose number the neighbouring headings leave out (一、• 三、)."""
    repaired = list(marks)
    kinds: tuple[MarkKind, ...] = ("cn", "cn_paren")
    for kind in kinds:
        numbered = [(i, m) for i, (_, m) in enumerate(marks) if m.kind == kind]
        for (i, before), (j, after) in pairwise(numbered):
            if after.number != before.number + 2:
                continue
            bullets = [k for k in range(i + 1, j) if marks[k][1].kind == "bullet" and _is_short(marks[k][0], lines)]
            if len(bullets) == 1:
                offset, bullet = marks[bullets[0]]
                repaired[bullets[0]] = (offset, Mark(kind, before.number + 1, bullet.printed, bullet.end))
    return repaired


def _is_short(offset: int, lines: list[Line]) -> bool:
    line = _line_at(offset, lines)
    return len(line.text) <= _MAX_HEADING and not re.search(r"[。；;，,]", line.text)


def _line_at(offset: int, lines: list[Line]) -> Line:
    return lines[bisect_right(lines, offset, key=lambda line: line.start) - 1]


# -- the tree -----------------------------------------------------------------------------------------------


def _tree(marks: list[tuple[int, Mark]], *, zone_end: int, prefix: str) -> list[_Node]:
    ranks = _ranks([mark for _, mark in marks])
    roots: list[_Node] = []
    stack: list[_Node] = []
    unnumbered: dict[tuple[int, MarkKind], int] = {}
    latest: dict[MarkKind, int] = {}
    outside: dict[MarkKind, int] = {}
    ends = [*(offset for offset, _ in marks[1:]), zone_end]
    for (offset, mark), end in zip(marks, ends if marks else (), strict=True):
        while stack and ranks[stack[-1].mark.kind] >= ranks[mark.kind]:
            stack.pop()
        # A 专栏 stands between (三) and (四): the next number belongs to the section around it.
        if stack and stack[-1].mark.kind == "box" and mark.number > 1 and mark.number == outside.get(mark.kind, -1) + 1:
            stack.pop()
        parent = stack[-1] if stack else None
        number = mark.number
        if not number:
            slot = (id(parent), mark.kind)
            number = unnumbered[slot] = unnumbered.get(slot, 0) + 1
        node = _Node(mark, offset, end, _key(mark, number, parent, prefix), _label(mark, parent), parent)
        (parent.children if parent else roots).append(node)
        stack.append(node)
        if mark.kind == "box":
            outside = dict(latest)
        elif all(above.mark.kind != "box" for above in stack):
            latest[mark.kind] = mark.number
    return roots


def _ranks(marks: list[Mark]) -> dict[MarkKind, int]:
    """Return the rank of each kind, turned around where the document prints 1. above (一)."""
    ranks = dict(RANK)
    for low, outer in enumerate(_LEVELS):
        for inner in _LEVELS[low + 1 :]:
            sequence = [mark for mark in marks if mark.kind in (outer, inner)]
            if sequence and sequence[0].kind == inner and _encloses(sequence, inner) and not _encloses(sequence, outer):
                ranks[outer], ranks[inner] = ranks[inner], ranks[outer]
                return ranks
    return ranks


def _encloses(sequence: list[Mark], kind: MarkKind) -> bool:
    """True where ``kind`` counts on, n to n+1, across a run of the other kind that begins with 1."""
    number, began = 0, False
    for mark in sequence:
        if mark.kind != kind:
            began = began or mark.number == 1
            continue
        if began and number and mark.number == number + 1:
            return True
        number, began = mark.number, False
    return False


def _annex_of(node: _Node | None) -> _Node | None:
    while node is not None and node.mark.kind != "annex":
        node = node.parent
    return node


def _key(mark: Mark, number: int, parent: _Node | None, prefix: str) -> str:
    annex = _annex_of(parent)
    base = annex.key if annex else prefix
    if mark.kind in DECIMALS:
        # 1.1 below 1 adds its last number; where 1 is not printed it is the whole number.
        above = DECIMALS.index(mark.kind) - 1
        nested = parent is not None and above >= 0 and parent.mark.kind == DECIMALS[above]
        own = str(number) if nested or above < 0 else mark.sub
        base = parent.key if parent else base
    elif mark.kind == "article":
        own = f"a{number}" + (f"-{parse_cn(mark.sub[1:])}" if mark.sub else "")
    else:
        own = f"{_LETTERS.get(mark.kind, '')}{number}"
        if mark.kind not in ("box", "annex") and parent:
            base = parent.key
    return f"{base}.{own}" if base else own


def _label(mark: Mark, parent: _Node | None) -> str:
    if mark.kind in ("dash", "bullet"):
        return parent.label if parent else "要点"
    printed = mark.printed.rstrip("、.．:： \u3000")
    if mark.printed[:1] in _BULLETS:
        printed = to_cn(mark.number) if mark.kind == "cn" else f"({to_cn(mark.number)})"
    if mark.kind in DECIMALS:
        return f"{annexed.label}、{mark.sub}" if (annexed := _annex_of(parent)) else mark.sub
    if parent is None or mark.kind in ("article", "part", "chapter", "box", "annex"):
        return printed
    return _join(parent.label, parent.mark, printed)


def _join(label: str, mark: Mark, printed: str) -> str:
    if mark.kind in ("cn", "box", "annex"):
        return f"{label}、{printed}"
    if mark.kind in ("part", "chapter", "section"):
        return f"{label} {printed}"
    return f"{label}{printed}"


# -- what a node's text is ------------------------------------------------------------------------------------


def _heading(text: str, node: _Node, lines: list[Line]) -> str:
    """Return the heading that opens a node, numbering included, or ``""`` where it starts with a sentence."""
    at = bisect_right(lines, node.start, key=lambda line: line.start) - 1
    line = text[node.start : min(node.end, lines[at].end)].strip().lstrip("# ")
    if node.mark.printed[:1] in _BULLETS:
        line = line.lstrip(_BULLETS)
    if node.mark.kind == "article":
        named = re.match(r"第[^\s\u3000]{1,8}条\s*[【\[(（](?P<name>[^】\])）]{2,30})[】\])）]", line)
        return named.group() if named else ""
    if not _SENTENCE_END.search(line):
        bare = line == node.mark.printed or node.mark.end >= lines[at].end
        if bare and at + 1 < len(lines) and lines[at + 1].end <= node.end and _is_short(lines[at + 1].start, lines):
            line = f"{line} {lines[at + 1].text}"
        return _spaced(line).rstrip(":：") if len(line) <= _MAX_HEADING_LINE else ""
    first = re.split(r"[。；;:：！？]", line, maxsplit=1)[0]
    more = text[node.start : node.end].strip().lstrip(f"# {_BULLETS}")[len(first) + 1 :].strip()
    if len(first) <= _MAX_HEADING and (more or node.children) and len(re.split(r"[,，]", first)) <= 3:
        return _spaced(first)
    return ""


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _squeeze(text: str) -> str:
    return re.sub(r"[\s:：。]", "", text)


def _is_table(block: str, kind: MarkKind) -> bool:
    """True where nearly all lines behind the first are short and many are single cells."""
    if kind not in _TABLE_KINDS:
        return False
    rows = [line.strip() for line in block.split("\n") if line.strip()][1:]
    short = [row for row in rows if len(row) <= _MAX_HEADING and not re.search(r"[。；;]", row)]
    cells = [row for row in short if len(row) <= 12 and not re.search(r"[，,]", row)]
    return len(rows) >= 6 and len(short) >= 0.9 * len(rows) and len(cells) >= 0.4 * len(rows)


def _is_list(text: str, node: _Node) -> bool:
    """True where the children are items of one sentence rather than headings with text of their own."""
    bodies = [text[child.start : child.end].strip() for child in node.children]
    if all(body.endswith(("；", ";", "，", ",", "、")) for body in bodies[:-1]):
        return True
    lead = text[node.start : node.end].strip()
    single = all(len(re.findall(r"[。！？]", body)) <= 1 and "\n" not in body for body in bodies)
    return lead.endswith((":", "：")) and single and sum(map(len, bodies)) <= _LIST_CHARS


def _ordinal_items(text: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """Return ``(number, start, end)`` of 一是…二是… items where each is a sentence of its own, else ``[]``."""
    starts: list[int] = []
    for match in ORDINAL.finditer(text, start, end):
        if parse_cn(match["n"]) != len(starts) + 1:
            continue
        before = match.start() - 1
        while before > start and text[before] in " \t\u3000\xa0":
            before -= 1
        if match.start() > start and text[before] not in "。；;，,：:、！\n":
            continue
        if starts and text[before] not in "。！\n":
            return []
        starts.append(match.start())
    if len(starts) < 2:
        return []
    return [(number, low, high) for number, (low, high) in enumerate(pairwise([*starts, end]), 1)]
