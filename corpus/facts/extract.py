"""All facts of a document."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.facts.duties import extract_duties
from corpus.facts.eligibility import extract_eligibility
from corpus.facts.relations import extract_relations
from corpus.facts.targets import extract_targets
from corpus.model import Document, Duty, Eligibility, Relation, Target


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything extracted from one document, each kind in text order."""

    targets: tuple[Target, ...] = ()
    eligibility: tuple[Eligibility, ...] = ()
    duties: tuple[Duty, ...] = ()
    relations: tuple[Relation, ...] = ()


def extract_facts(document: Document) -> Facts:
    """Return the facts that the clauses of ``document`` state."""
    return Facts(
        targets=extract_targets(document),
        eligibility=extract_eligibility(document),
        duties=extract_duties(document),
        relations=extract_relations(document),
    )
