"""A quote as a citation."""

from __future__ import annotations

from assistant.answer import Citation
from assistant.select import Quote


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
