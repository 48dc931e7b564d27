"""Clauses as indexed text: what stands before a clause, and the pieces in which it is embedded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.model import Clause, Document
from corpus.posting import POSTED_LABEL
from corpus.sentences import split_sentences

Grain = Literal["clause", "chunk", "sentence"]
GRAINS: tuple[Grain, ...] = ("clause", "chunk", "sentence")

_SKIPPED_ROLES = frozenset({"title"})
_CHUNK_CHARS = 160
_MAX_CELL = 9
_MIN_SENTENCE = 6
_MAX_SENTENCES = 60


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a clause to embed: ``text`` with its prefix; ``row`` is the clause's row in the index."""

    row: int
    grain: Grain
    text: str


def is_indexed(clause: Clause) -> bool:
    """True where a clause can be a hit: everything but titles, bare headings and the day on which a page was put up."""
    return (
        clause.role not in _SKIPPED_ROLES
        and clause.label != POSTED_LABEL
        and not (clause.role == "heading" and not re.search("[。；;]", clause.text))
    )


def prefix_of(document: Document, clause: Clause) -> str:
    """Return ``region + last heading``, the context that helped most (docs/evaluation.md has the comparison)."""
    heading = clause.heading_path[-1] if clause.heading_path else document.title
    return f"{document.region.full_name if document.region else ''} {strip_mark(heading)}".strip()


def lexical_parts(document: Document, clause: Clause) -> list[str]:
    """Return the text that BM25 indexes in parts: region, title, headings, and the body last."""
    region = document.region.full_name if document.region else ""
    return [region, document.title, *clause.heading_path, clause.text]


def units_of(document: Document, clause: Clause, row: int) -> Iterator[Unit]:
    """Yield the units of one clause: the whole, chunks of neighbouring sentences, single sentences."""
    prefix = prefix_of(document, clause)
    body = clause.text
    yield Unit(row, "clause", f"{prefix}\n{squeeze(body)}")
    sentences = [squeeze(body[start:end]) for start, end in sentence_spans(clause)]
    if not sentences:
        return
    chunk: list[str] = []
    chunks: list[str] = []
    for sentence in sentences:
        if chunk and sum(map(len, chunk)) + len(sentence) > _CHUNK_CHARS:
            chunks.append("".join(chunk))
            chunk = chunk[-1:] if len(chunk[-1]) < _CHUNK_CHARS // 2 else []
        chunk.append(sentence)
    chunks.append("".join(chunk))
    if len(chunks) > 1:
        for piece in chunks:
            yield Unit(row, "chunk", f"{prefix}\n{piece}")
    for sentence in sentences:
        yield Unit(row, "sentence", f"{prefix}\n{sentence}")


def sentence_spans(clause: Clause) -> list[tuple[int, int]]:
    """Return the spans of the sentences that are units of their own, in order; none where there is just one."""
    pieces = table_rows(clause.text) if clause.role == "table" else split_sentences(clause.text)
    spans = [(a, b) for a, b in pieces if len(squeeze(clause.text[a:b])) >= _MIN_SENTENCE]
    return spans[:_MAX_SENTENCES] if len(spans) > 1 else []


def table_rows(text: str) -> list[tuple[int, int]]:
    """Return the spans of the rows of a table: ``| … |`` lines, or a label and the short cells below it."""
    rows: list[tuple[int, int]] = []
    for match in re.finditer(r"[^\n]+", text):
        cell = match.group().strip()
        start, end = match.start() + match.group().index(cell or match.group()), match.end()
        is_label = cell.startswith("|") or len(cell) > _MAX_CELL or re.match(r"\d{1,2}[.、．]\D", cell)
        if is_label or not rows:
            rows.append((start, end))
        elif cell:
            rows[-1] = (rows[-1][0], end)
    return rows


def strip_mark(heading: str) -> str:
    """Return a heading without its numbering: ``(四)抓好重点群体`` → ``抓好重点群体``."""
    return re.sub(
        r"^\s*(?:第[^\s　]{1,8}[编章节条]|[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]+"
        r"|[一二三四五六七八九十]{1,3}是|专栏\s*\d+|[•●■◆—-]+)\s*",
        "",
        heading,
    )


def squeeze(text: str) -> str:
    """Return ``text`` with every run of white space made one space."""
    return re.sub(r"\s+", " ", text).strip()
