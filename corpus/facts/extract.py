"""All facts of a document."""

from __future__ import annotations

from corpus.duplicates import signature
from corpus.facts.duties import extract_duties
from corpus.facts.eligibility import extract_eligibility
from corpus.facts.relations import extract_relations
from corpus.facts.targets import extract_targets
from corpus.facts.validity import extract_statements
from corpus.model import Document, Facts


def extract_facts(document: Document) -> Facts:
    """Return the facts that the clauses of ``document`` state."""
    return Facts(
        targets=extract_targets(document),
        eligibility=extract_eligibility(document),
        duties=extract_duties(document),
        relations=extract_relations(document),
        statements=extract_statements(document),
        signature=signature(document),
    )
