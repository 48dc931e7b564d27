"""The ledger of an index: made from what the store keeps of each document, without reading a text."""

from __future__ import annotations

from collections import defaultdict

from corpus.ledger import Entry, Ledger
from corpus.model import Relation, Statement
from indexer.store import Store


def read_ledger(store: Store) -> Ledger:
    """Return the copies, versions and relations among the documents of ``store``."""
    statements: dict[str, list[Statement]] = defaultdict(list)
    relations: dict[str, list[Relation]] = defaultdict(list)
    for statement in store.statements():
        statements[statement.doc_id].append(statement)
    for relation in store.relations():
        relations[relation.doc_id].append(relation)
    signatures = {signature.doc_id: signature for signature in store.signatures()}
    return Ledger(
        Entry(
            doc_id=head.doc_id,
            title=head.title,
            doc_number=head.doc_number,
            issuers=head.issuers,
            region=head.region,
            issued=head.issued,
            effective=head.effective,
            expires=head.expires,
            kind=head.kind,
            statements=tuple(statements[head.doc_id]),
            relations=tuple(relations[head.doc_id]),
            signature=signatures.get(head.doc_id),
        )
        for head in store.heads.values()
    )
