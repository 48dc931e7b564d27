"""Raw text in, a tree of clauses out.

Segmentation never refuses and never loses a character: clauses and noise tile the text. Ids come from the printed
numbering, so they survive re-segmentation; a number that occurs twice gets a ``~2``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.layout import Layout, Line, read_layout
from corpus.model import Clause, ClauseRole, Noise, NoiseKind
from corpus.numbering import ORDINAL, RANK, Mark, mark_at, parse_cn, to_cn

_LIST_KINDS = frozenset({"cn_paren", "arabic", "arabic_paren", "circled"})
_INLINE_KINDS = frozenset({"chapter", "section", "article", "cn", "cn_paren", "arabic", "arabic_paren"})
# Where a heading may begin inside a line: behind a sentence end, a colon, a closing bracket or white space.
_INLINE_START = re.compile(r"(?<=[。；;！!？?：:”）)\s　])(?=[第(（一二三四五六七八九十\d])")
_LETTERS = {"annex": "annex", "box": "box", "part": "p", "chapter": "c", "section": "s", "dash": "d", "bullet": "b"}
_BULLETS = "•●■◆▪◇○· "
_MAX_HEADING = 40
_MAX_HEADING_LINE = 60
_LIST_CHARS = 600


@dataclass(slots=True)
class _Node:
    mark: Mark
    start: int
    key: str
    label: str
    heading: str = ""
    role: ClauseRole = "body"
    end: int = 0
    parent: _Node | None = None
    children: list[_Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What ``segment`` returns: the title, the layout, and clauses and noise that tile the text."""

    title: str
    layout: Layout
    clauses: tuple[Clause, ...]
    noise: tuple[Noise, ...]


def segment(text: str, *, doc_id: str, fallback_title: str = "") -> Segmentation:
    """Return the clause tree of ``text`` as a flat tuple in text order."""
    layout = read_layout(text, fallback_title=fallback_title)
    builder = _Builder(text, doc_id, layout)
    return builder.build()


class _Builder:
    def __init__(self, text: str, doc_id: str, layout: Layout) -> None:
        self.text = text
        self.doc_id = doc_id
        self.layout = layout
        self.clauses: list[Clause] = []
        self.noise: list[Noise] = []
        self.used: dict[str, int] = {}

    def build(self) -> Segmentation:
        lines = self.layout.lines
        index = 0
        titles = 0
        while index < len(lines):
            part = lines[index].part
            last = index
            while last + 1 < len(lines) and lines[last + 1].part == part:
                last += 1
            run = lines[index : last + 1]
            if part in ("furniture", "repeat"):
                kind: NoiseKind = "furniture" if part == "furniture" else "repeat"
                self.noise.append(Noise(run[0].start, run[-1].end, kind))
            elif part == "title":
                titles += 1
                self._emit("title", "标题", (), "title", run[0].start, run[-1].end, None)
            elif part == "front":
                self._zone(run, prefix="notice", role="notice", label="通知")
            elif part == "tail":
                self._emit("sign", "落款", (), "notice", run[0].start, run[-1].end, None)
            else:
                self._zone(run, prefix="", role="body", label="")
            index = last + 1
        return Segmentation(self.layout.title, self.layout, tuple(self.clauses), self._tiled())

    # -- zones ----------------------------------------------------------------------------------------------

    def _zone(self, lines: tuple[Line, ...], *, prefix: str, role: ClauseRole, label: str) -> None:
        marks = _marks(self.text, lines)
        first = marks[0][0] if marks else lines[-1].end
        opening = [line for line in lines if line.start < first]
        if opening and (prefix or marks):
            end = min(opening[-1].end, first)
            name, printed = (prefix, label) if prefix else ("0", "前言")
            self._emit(name, printed, (), role if prefix else "preamble", opening[0].start, end, None)
        elif opening:
            for number, line in enumerate(opening, 1):
                self._emit(f"p{number}", f"第{number}段", (), "body", line.start, line.end, None)
        if not marks:
            return
        roots = _tree(self.text, marks, zone_end=lines[-1].end, prefix=prefix)
        for root in roots:
            self._fold_lists(root)
        for root in roots:
            self._emit_node(root, (), None)

    def _fold_lists(self, node: _Node) -> None:
        for child in node.children:
            self._fold_lists(child)
        if not node.children:
            return
        if node.mark.kind == "article" or _is_table(self.text[node.start : _last_end(node)], node.mark.kind):
            if node.mark.kind != "article":
                node.role = "table"
            node.end = _last_end(node)
            node.children = []
            return
        leaves = all(not child.children and child.mark.kind in _LIST_KINDS for child in node.children)
        if leaves and len(node.children) > 1 and _is_list(self.text, node):
            node.end = _last_end(node)
            node.children = []

    def _emit_node(self, node: _Node, path: tuple[str, ...], parent_id: str | None) -> None:
        own = self.text[node.start : node.end].strip()
        node.heading = _heading(own, node.mark)
        items = _ordinal_items(self.text, node.start, node.end) if node.role != "table" else []
        own_end = items[0][1] if items else node.end
        full_path = (*path, node.heading) if node.heading else path
        role = node.role
        own = self.text[node.start : own_end].strip()
        bare = own.lstrip(_BULLETS).strip() if node.mark.printed[:1] in _BULLETS else own
        if role == "body" and node.heading and _squeeze(bare) == _squeeze(node.heading):
            role = "heading"
        clause_id = self._emit(node.key, node.label, full_path, role, node.start, own_end, parent_id)
        for number, start, end in items:
            printed = f"{to_cn(number)}是"
            mark = Mark("arabic", number, printed, start + len(printed))
            heading = _heading(self.text[start:end].strip(), mark)
            item_path = (*full_path, heading) if heading else full_path
            self._emit(f"{node.key}.{number}", _join(node.label, node.mark, printed), item_path, "body", start, end, clause_id)
        for child in node.children:
            self._emit_node(child, full_path, clause_id)

    # -- emitting -------------------------------------------------------------------------------------------

    def _emit(
        self, key: str, label: str, path: tuple[str, ...], role: ClauseRole, start: int, end: int, parent: str | None
    ) -> str:
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        count = self.used[key] = self.used.get(key, 0) + 1
        clause_id = f"{self.doc_id}#{key}" if count == 1 else f"{self.doc_id}#{key}~{count}"
        if start < end:
            self.clauses.append(
                Clause(clause_id, self.doc_id, label, path, role, start, end, self.text[start:end], parent)
            )
        return clause_id

    def _tiled(self) -> tuple[Noise, ...]:
        spans = sorted([(c.start, c.end) for c in self.clauses] + [(n.start, n.end) for n in self.noise])
        blanks: list[Noise] = []
        position = 0
        for start, end in [*spans, (len(self.text), len(self.text))]:
            if start > position:
                kind: NoiseKind = "blank" if self.text[position:start].isspace() else "furniture"
                blanks.append(Noise(position, start, kind))
            position = max(position, end)
        return tuple(sorted([*self.noise, *blanks], key=lambda n: n.start))


# -- marks --------------------------------------------------------------------------------------------------


def _marks(text: str, lines: Iterable[Line]) -> list[tuple[int, Mark]]:
    """Return accepted marks with their offsets: at line starts, and inside lines where they continue a sequence."""
    found: list[tuple[int, Mark]] = []
    candidates: list[tuple[int, Mark, bool]] = []
    for line in lines:
        head = mark_at(text, line.start)
        if head is not None and head.end <= line.end:
            candidates.append((line.start, head, True))
        for match in _INLINE_START.finditer(text, line.start + 1, line.end):
            mark = mark_at(text, match.start())
            if mark is not None and mark.kind in _INLINE_KINDS and mark.end < line.end:
                candidates.append((match.start(), mark, False))
    open_numbers: dict[str, int] = {}
    for position, (offset, mark, at_line_start) in enumerate(candidates):
        previous = open_numbers.get(mark.kind)
        follows = previous is not None and mark.number == previous + 1
        if not at_line_start and not follows and not (mark.number == 1 and _has_second(candidates, position)):
            continue
        found.append((offset, mark))
        if mark.number:
            open_numbers[mark.kind] = mark.number
    return _recover_lost_numbers(text, found)


def _has_second(candidates: list[tuple[int, Mark, bool]], position: int) -> bool:
    kind = candidates[position][1].kind
    for _, mark, _ in candidates[position + 1 : position + 40]:
        if mark.kind == kind:
            return mark.number == 2
        if RANK[mark.kind] < RANK[kind]:
            return False
    return False


def _recover_lost_numbers(text: str, marks: list[tuple[int, Mark]]) -> list[tuple[int, Mark]]:
    """Turn a short bulleted line into the heading whose number the neighbouring headings leave out (一、• 三、)."""
    repaired = list(marks)
    for kind in ("cn", "cn_paren"):
        numbered = [(i, m) for i, (_, m) in enumerate(marks) if m.kind == kind]
        for (i, before), (j, after) in zip(numbered, numbered[1:], strict=False):
            if after.number != before.number + 2:
                continue
            bullets = [k for k in range(i + 1, j) if marks[k][1].kind == "bullet" and _is_short_line(text, marks[k][0])]
            if len(bullets) == 1:
                offset, bullet = marks[bullets[0]]
                repaired[bullets[0]] = (offset, Mark(before.kind, before.number + 1, bullet.printed, bullet.end))
    return repaired


def _is_short_line(text: str, offset: int) -> bool:
    line = text[offset : text.find("\n", offset) if "\n" in text[offset:] else len(text)]
    return len(line) <= _MAX_HEADING and not re.search(r"[。；;，,]", line)


# -- the tree -----------------------------------------------------------------------------------------------


def _tree(text: str, marks: list[tuple[int, Mark]], *, zone_end: int, prefix: str) -> list[_Node]:
    roots: list[_Node] = []
    stack: list[_Node] = []
    counts: dict[tuple[int, str], int] = {}
    for position, (offset, mark) in enumerate(marks):
        while stack and RANK[stack[-1].mark.kind] >= RANK[mark.kind]:
            stack.pop()
        parent = stack[-1] if stack else None
        number = mark.number
        if not number:
            slot = (id(parent) if parent else 0, mark.kind)
            number = counts[slot] = counts.get(slot, 0) + 1
        node = _Node(mark, offset, _key(mark, number, parent, prefix), _label(mark, parent), parent=parent)
        node.end = marks[position + 1][0] if position + 1 < len(marks) else zone_end
        (parent.children if parent else roots).append(node)
        stack.append(node)
    return roots


def _key(mark: Mark, number: int, parent: _Node | None, prefix: str) -> str:
    if mark.kind == "article":
        own = f"a{number}" + (f"-{parse_cn(mark.sub[1:])}" if mark.sub else "")
        annex = parent
        while annex is not None and annex.mark.kind != "annex":
            annex = annex.parent
        base = annex.key if annex else prefix
    elif mark.kind in ("box", "annex"):
        own, base = f"{_LETTERS[mark.kind]}{number}", prefix
    else:
        own = f"{_LETTERS.get(mark.kind, '')}{number}"
        base = parent.key if parent else prefix
    return f"{base}.{own}" if base else own


def _label(mark: Mark, parent: _Node | None) -> str:
    if mark.kind in ("dash", "bullet"):
        return parent.label if parent else "要点"
    printed = mark.printed.rstrip("、.．:： #　").lstrip("# ")
    if mark.printed[:1] in _BULLETS:
        printed = to_cn(mark.number) if mark.kind == "cn" else f"({to_cn(mark.number)})"
    if mark.kind in ("article", "part", "chapter", "box", "annex"):
        return printed
    return _join(parent.label, parent.mark, printed) if parent else printed


def _join(label: str, mark: Mark, printed: str) -> str:
    if mark.kind == "cn":
        return f"{label}、{printed}"
    if mark.kind in ("box", "annex"):
        return f"{label}、{printed}"
    if mark.kind in ("part", "chapter", "section"):
        return f"{label} {printed}"
    return f"{label}{printed}"


# -- what a node's text is ------------------------------------------------------------------------------------


def _heading(own: str, mark: Mark) -> str:
    """Return the heading that opens ``own``, numbering included, or ``""`` where the text starts with a sentence."""
    line = own.split("\n", 1)[0].strip()
    body = line.lstrip(_BULLETS).strip() if mark.printed[:1] in _BULLETS else line
    if mark.kind == "article":
        named = re.match(r"第[^\s　]{1,8}条\s*[【\[(（](?P<name>[^】\])）]{2,30})[】\])）]", line)
        return named.group() if named else ""
    if not re.search(r"[。；;！？]", body):
        return re.sub(r"[\s　\xa0]+", " ", body).rstrip(":：") if len(body) <= _MAX_HEADING_LINE else ""
    first = re.split(r"[。；;:：！？]", body, maxsplit=1)[0]
    rest = own[own.find(first) + len(first) + 1 :].strip()
    if len(first) <= _MAX_HEADING and rest and len(re.split(r"[,，]", first)) <= 3:
        return re.sub(r"[\s　\xa0]+", " ", first)
    return ""


def _squeeze(text: str) -> str:
    return re.sub(r"[\s　\xa0:：。]", "", text)


def _last_end(node: _Node) -> int:
    return _last_end(node.children[-1]) if node.children else node.end


def _is_table(block: str, kind: str) -> bool:
    if kind not in ("box", "annex", "arabic", "cn_paren", "cn"):
        return False
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    cells = [line for line in lines[1:] if len(line) <= 12 and not re.search(r"[。；;，,]", line)]
    short = [line for line in lines[1:] if len(line) <= _MAX_HEADING and not re.search(r"[。；;]", line)]
    return len(lines) > 6 and len(short) >= 0.9 * (len(lines) - 1) and len(cells) >= 0.4 * (len(lines) - 1)


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
    starts: list[tuple[int, int]] = []
    for match in ORDINAL.finditer(text, start, end):
        if parse_cn(match["n"]) == len(starts) + 1 and (
            match.start() == start or text[match.start() - 1] in "。；;，,：:、\n\t 　"
        ):
            starts.append((len(starts) + 1, match.start()))
    if len(starts) < 2:
        return []
    for _, offset in starts[1:]:
        if not text[start:offset].rstrip(" \t　\xa0").endswith(("。", "\n", "！")):
            return []
    ends = [offset for _, offset in starts[1:]] + [end]
    return [(number, offset, stop) for (number, offset), stop in zip(starts, ends, strict=True)]
