"""What a document says of its own validity, each statement tied to its clause."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta

from corpus.model import Clause, Document, Statement
from corpus.statements import Spoken, adoption, amendments, noted_state, spoken_validity, title_statements

_LONGEST_LINE = 400
_ANEW = timedelta(days=90)


def extract_statements(document: Document) -> tuple[Statement, ...]:
    """Return the statements in text order, each once; those of a second copy of the body are left out."""
    clauses = document.clauses
    starts = [clause.start for clause in clauses]
    found: dict[tuple[int, int, str], Statement] = {}
    for spoken in _spoken(document):
        at = bisect_right(starts, spoken.start) - 1
        clause: Clause | None = clauses[at] if at >= 0 and spoken.start < clauses[at].end else None
        if clause is None and spoken.kind not in ("失效", "有效", "修订"):
            continue
        # A statement ends with its clause: a quote must lie within one.
        end = min(spoken.end, clause.end) if clause else spoken.end
        found.setdefault(
            (spoken.start, end, spoken.kind),
            Statement(
                document.doc_id,
                spoken.kind,
                spoken.day,
                clause.clause_id if clause else "",
                spoken.start,
                end,
                spoken.printed,
            ),
        )
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.end, one.kind)))


def _spoken(document: Document) -> Iterator[Spoken]:
    yield from spoken_validity(document.text, document.issued)
    title = next((clause for clause in document.clauses if clause.role == "title"), None)
    if title is not None:
        for one in title_statements(title.text):
            yield _moved(one, title.start)
    for start, line in _lines_of(document, ("title", "notice")):
        for kind, begin, end in noted_state(line):
            yield Spoken(kind, None, start + begin, start + end, printed=False)
    first: date | None = None
    for start, line in _lines_of(document, ("notice", "preamble")):
        for one in amendments(line):
            yield _moved(one, start)
        adopted = adoption(line)
        if adopted and adopted.day:
            # A text that was adopted anew, long after, is another version; adoption and publication are weeks apart.
            if first and adopted.day - first > _ANEW:
                yield _moved(adopted, start)
            first = first or adopted.day


def _moved(spoken: Spoken, offset: int) -> Spoken:
    return Spoken(spoken.kind, spoken.day, spoken.start + offset, spoken.end + offset, spoken.printed)


def _lines_of(document: Document, roles: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield the lines of page furniture and of the clauses with these roles, with their offsets."""
    spans = [(noise.start, noise.end) for noise in document.noise if noise.kind == "furniture"]
    spans += [(clause.start, clause.end) for clause in document.clauses if clause.role in roles]
    for start, end in sorted(spans):
        for match in re.finditer(r"[^\n]+", document.text[start:end]):
            if len(match.group()) <= _LONGEST_LINE:
                yield start + match.start(), match.group()
