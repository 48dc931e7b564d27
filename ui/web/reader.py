"""A document as it is read: its heading tree, and its clauses in place with a passage marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from corpus.model import Clause, Document
from ui.web.layout import anchor, clause_address
from ui.web.marks import mark_words

# one printed line of a clause
LINE = re.compile(r"[^\n]+")

Span = tuple[int, int]

MAX_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Outline:
    """A clause with its depth in the heading tree, 0 for the outermost."""

    clause: Clause
    depth: int


def outline(document: Document) -> tuple[Outline, ...]:
    """The clauses that have a heading of their own, in the order of the text."""
    depths: dict[str, int] = {}
    found: list[Outline] = []
    for clause in document.clauses:
        depth = depths.get(clause.parent_id or "", -1) + 1
        depths[clause.clause_id] = depth
        if own_heading(clause, document):
            found.append(Outline(clause, depth))
    return tuple(found)


def own_heading(clause: Clause, document: Document) -> str:
    """The clause's own heading, ``""`` where it only stands under another's."""
    if not clause.heading_path or clause.role in ("title", "notice"):
        return ""
    heading = clause.heading_path[-1]
    # A heading may follow a bullet or other mark of a few characters that is no part of it.
    return heading if 0 <= clause.text.find(heading) <= 4 else ""


def contents(document: Document, *, current: str = "", link: str = "") -> str:
    """The heading tree as links; ``link`` is put before a clause's id (the document's own place by default)."""
    items = []
    for entry in outline(document):
        clause = entry.clause
        here = ' aria-current="true"' if clause.clause_id == current else ""
        target = f"{link}{quote(clause.clause_id)}" if link else f"#{quote(anchor(clause.clause_id))}"
        items.append(
            f'<li class="depth-{min(entry.depth, 3)}"><a href="{escape(target)}"{here}>'
            f"{escape(clause.heading_path[-1])}</a></li>"
        )
    return f'<ol class="contents">{"".join(items)}</ol>' if items else ""


def text_of(document: Document, span: Span | None = None, words: Sequence[str] = ()) -> str:
    """The whole document without what is no part of the policy; ``span`` of the raw text is marked."""
    depths = {entry.clause.clause_id: entry.depth for entry in outline(document)}
    marked = False
    parts: list[str] = []
    for clause in document.clauses:
        level = min(depths.get(clause.clause_id, MAX_LEVEL) + 2, MAX_LEVEL)
        body = clause_html(clause, document, level, span, words)
        if not marked and "<mark" in body and span:
            body = body.replace("<mark", '<mark id="quote" tabindex="-1"', 1)
            marked = True
        label = f'<a class="label" href="{clause_address(clause.doc_id, clause.clause_id)}">{escape(clause.label)}</a>'
        parts.append(
            f'<section class="passage {clause.role}" id="{escape(anchor(clause.clause_id))}" tabindex="-1">'
            f"{label}{body}</section>"
        )
    return "".join(parts)


def clause_html(
    clause: Clause, document: Document, level: int, span: Span | None = None, words: Sequence[str] = ()
) -> str:
    """A clause's text: its heading as one, every printed line a paragraph, nothing left out but white space."""
    end = _heading_end(clause, document)
    head = "".join(_marked(text, at, span, words) for at, text in _lines(clause.text[:end], clause.start))
    return (f"<h{level}>{head}</h{level}>" if head else "") + body_html(clause, document, span, words)


def body_html(clause: Clause, document: Document, span: Span | None = None, words: Sequence[str] = ()) -> str:
    """A clause's text below its own heading; ``""`` where there is none."""
    end = _heading_end(clause, document)
    lines = list(_lines(clause.text[end:], clause.start + end))
    if clause.role == "table":
        cells = "".join(f"<li>{_marked(text, at, span, words)}</li>" for at, text in lines)
        return f'<ul class="cells">{cells}</ul>'
    return "".join(f"<p>{_marked(text, at, span, words)}</p>" for at, text in lines)


def _heading_end(clause: Clause, document: Document) -> int:
    heading = own_heading(clause, document)
    end = clause.text.find(heading) + len(heading) if heading else 0
    return end + 1 if heading and clause.text[end : end + 1] == "。" else end


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    for match in LINE.finditer(text):
        line = match.group()
        stripped = line.strip()
        if stripped:
            yield start + match.start() + len(line) - len(line.lstrip()), stripped


def _marked(text: str, at: int, span: Span | None, words: Sequence[str]) -> str:
    if span is None:
        return mark_words(text, words)
    first, last = max(span[0] - at, 0), min(span[1] - at, len(text))
    if first >= last:
        return escape(text)
    return f"{escape(text[:first])}<mark>{escape(text[first:last])}</mark>{escape(text[last:])}"
