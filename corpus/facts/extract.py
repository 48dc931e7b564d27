"""All facts of a document."""

from __future__ import annotations

from dataclasses import dataclass

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
    return Facts(targets=extract_targets(document))
