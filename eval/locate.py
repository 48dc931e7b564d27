"""Where a passage that somebody else's system quotes stands in the documents, line ends and spaces apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Document
from eval.library import Library
from eval.replies import Cited

_SHORTEST = 6
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Located:
    """A context as a citation, and the clauses that it covers at least half of, in the document's order."""

    cited: Cited
    clause_ids: tuple[str, ...]


class Locator:
    """Finds passages in a library."""

    def __init__(self, library: Library) -> None:
        self._folded = [(document, *_folded(document.text)) for document in library.by_id.values()]

    def find(self, context: str) -> Located:
        """Return where ``context`` stands; a citation without ids where it stands nowhere or is too short to tell."""
        wanted, _ = _folded(context)
        if len(wanted) >= _SHORTEST:
            for document, text, offsets in self._folded:
                at = text.find(wanted)
                if at >= 0:
                    return _located(document, offsets[at], offsets[at + len(wanted) - 1] + 1)
        return Located(Cited(text=context, quote=context), ())


def _located(document: Document, start: int, end: int) -> Located:
    shares = {
        clause.clause_id: min(end, clause.end) - max(start, clause.start)
        for clause in document.clauses
        if clause.start < end and start < clause.end and clause.role != "title"
    }
    sizes = {clause.clause_id: clause.end - clause.start for clause in document.clauses}
    covered = [i for i, share in shares.items() if 2 * share >= min(sizes[i], end - start)]
    best = max(covered, key=lambda i: (shares[i], i)) if covered else ""
    clause = next((clause for clause in document.clauses if clause.clause_id == best), None)
    cited = Cited(
        clause_id=best,
        doc_id=document.doc_id,
        title=document.title,
        region=document.region.full_name if document.region else "",
        label=clause.label if clause else "",
        text=document.text[start:end],
        quote=document.text[start:end],
        start=start,
        end=end,
    )
    return Located(cited, tuple(covered))


def ranking_of(located: Sequence[Located]) -> tuple[str, ...]:
    """Return the clauses of the contexts in order; one that stands nowhere keeps its place by a name of its own."""
    ids = [i for n, one in enumerate(located, 1) for i in (one.clause_ids or (f"context-{n}",))]
    return tuple(dict.fromkeys(ids))


def _folded(text: str) -> tuple[str, list[int]]:
    """Return ``text`` without spaces and full-width forms, and the offset in ``text`` of each character kept."""
    kept = [
        (plain, offset)
        for offset, char in enumerate(text)
        for plain in unicodedata.normalize("NFKC", char)
        if not _SPACE.match(plain)
    ]
    return "".join(char for char, _ in kept), [offset for _, offset in kept]
