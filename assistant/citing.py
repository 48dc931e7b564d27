"""Quotes as citations: made, numbered and verified."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Citation
from assistant.select import Quote
from assistant.verify import verify_quotes
from indexer.store import DocumentHead, Store


def cite(quote: Quote, marker: int) -> Citation:
    """Return ``quote`` with its clause and its document's data; ``marker`` is n of the ``[n]`` in an answer."""
    head, clause = quote.head, quote.clause
    return Citation(
        marker=marker,
        clause_id=clause.clause_id,
        doc_id=clause.doc_id,
        title=head.title,
        doc_number=head.doc_number,
        issuer="、".join(head.issuers),
        region=head.region.full_name if head.region else "",
        issued=head.issued,
        label=clause.label,
        heading_path=clause.heading_path,
        text=clause.text,
        quote=quote.text,
        start=clause.start + quote.start,
        end=clause.start + quote.end,
    )


class Citations:
    """Numbers quotes in order of first use; the same span keeps its number."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int, int], Citation] = {}
        self._heads: list[DocumentHead] = []

    def mark(self, quote: Quote) -> int:
        """Return the number of ``quote``."""
        key = (quote.clause.clause_id, quote.start, quote.end)
        if key not in self._made:
            self._made[key] = cite(quote, len(self._made) + 1)
            self._heads.append(quote.head)
        return self._made[key].marker

    def all(self) -> tuple[Citation, ...]:
        """Return the citations by number."""
        return tuple(self._made.values())

    def heads(self) -> list[DocumentHead]:
        """Return the documents cited, in order of first use."""
        return self._heads


def verify(citations: Sequence[Citation], store: Store) -> None:
    """Check every quote against the raw text of its document; raises like ``verify_quotes``."""
    texts = {doc_id: store.text(doc_id) for doc_id in {c.doc_id for c in citations}}
    verify_quotes(citations, texts)


def tidy(text: str) -> str:
    """Return a quote on one line, without the stop at its end."""
    return re.sub(r"\s+", " ", text).strip().rstrip("。;；,，、!！")
