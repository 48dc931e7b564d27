"""What is known of a document beside its text: its state on a day, its copies and versions, and its relations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from assistant.answer import Citation
from assistant.currency import Currency
from assistant.select import Quote
from corpus.model import RelationKind
from corpus.validity import Standing, State
from indexer.store import Store


@dataclass(frozen=True, slots=True)
class Kin:
    """A copy or another version of a document; ``likeness`` is the share of common text, of copies only.

    ``day`` tells versions apart: the last amendment, issue, or entry into force.
    """

    doc_id: str
    title: str
    doc_number: str | None
    source: str
    day: date | None
    state: State
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A relation to, or from, another document, with the words that make it.

    ``doc_ids`` are the documents of the index at the other end; none where it is not in the index.
    """

    kind: RelationKind
    title: str
    doc_number: str | None
    doc_ids: tuple[str, ...]
    partial: bool
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of it for one document; ``cited_as`` is the document of its group of copies that answers cite."""

    standing: Standing
    evidence: tuple[Citation, ...]
    cited_as: str
    copies: tuple[Kin, ...] = ()
    versions: tuple[Kin, ...] = ()
    relations: tuple[Link, ...] = ()
    mentions: tuple[Link, ...] = ()


def make_dossier(
    doc_id: str, day: date, currency: Currency, store: Store, cite: Callable[[Quote, int], Citation]
) -> Dossier:
    """Return the dossier of a document on ``day``; ``cite`` makes a citation of a quote and its number."""
    ledger = currency.ledger
    found = currency.standing(doc_id, day)

    def kin(other: str, likeness: float | None = None) -> Kin:
        entry = ledger.entries[other]
        state = currency.standing(other, day).state
        return Kin(other, entry.title, entry.doc_number, store.heads[other].source, entry.dated, state, likeness)

    quotes = [quote for quote in map(currency.quote, found.evidence) if quote is not None]
    relations = []
    for resolved in ledger.relations(doc_id):
        relation, quote = resolved.relation, currency.quote_of(resolved.relation)
        cited = cite(quote, 1) if quote else None
        relations.append(
            Link(relation.kind, relation.title, relation.doc_number, resolved.doc_ids, relation.partial, cited)
        )
    mentions = []
    for relation in ledger.mentions(doc_id):
        head, quote = store.heads[relation.doc_id], currency.quote_of(relation)
        cited = cite(quote, 1) if quote else None
        mentions.append(Link(relation.kind, head.title, head.doc_number, (head.doc_id,), relation.partial, cited))
    return Dossier(
        standing=found,
        evidence=tuple(cite(quote, number) for number, quote in enumerate(quotes, 1)),
        cited_as=ledger.original(doc_id),
        copies=tuple(kin(copy.doc_id, copy.likeness) for copy in ledger.copies(doc_id)),
        versions=tuple(kin(other) for other in ledger.versions(doc_id) if other != doc_id),
        relations=tuple(relations),
        mentions=tuple(mentions),
    )
