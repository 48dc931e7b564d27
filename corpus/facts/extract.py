"""All facts of a document."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.duplicates import signature
from corpus.facts.duties import extract_duties
from corpus.facts.eligibility import extract_eligibility
from corpus.facts.relations import extract_relations
from corpus.facts.targets import extract_targets
from corpus.facts.validity import extract_statements
from corpus.model import Document, Duty, Eligibility, Relation, Signature, Statement, Target


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything extracted from one document, each kind in text order, and the sketch of its text."""

    targets: tuple[Target, ...] = ()
    eligibility: tuple[Eligibility, ...] = ()
    duties: tuple[Duty, ...] = ()
    relations: tuple[Relation, ...] = ()
    statements: tuple[Statement, ...] = ()
    signature: Signature | None = None


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
