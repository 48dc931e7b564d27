"""What the assistant says: an answer with its citations, and a search hit. Refusal is an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Outcome = Literal["answered", "partial", "refused", "clarify"]
Verification = Literal["verified", "mismatch", "not_found"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause that supports the answer, with the verbatim span that does.

    ``text`` is the whole clause, ``quote`` a substring of it; ``start``/``end`` are the quote's offsets in the raw
    document. ``marker`` is n of the ``[n]`` in the answer.
    """

    marker: int
    clause_id: str
    doc_id: str
    title: str
    doc_number: str | None
    issuer: str
    region: str
    issued: date | None
    label: str
    heading_path: tuple[str, ...]
    text: str
    quote: str
    start: int
    end: int
    verification: Verification = "verified"


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A citation-shaped view of a retrieved clause with its ``rank`` (1-based) and fused ``score``."""

    citation: Citation
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The places an answer speaks about and the day it speaks for."""

    regions: tuple[str, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the dialogue so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The assistant's whole reply, as in the JSON contract."""

    question: str
    standalone_question: str
    outcome: Outcome
    answer: str
    citations: tuple[Citation, ...]
    scope: Scope
    related: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    mode: Literal["extractive", "llm"] = "extractive"
    timings_ms: dict[str, float] = field(default_factory=dict)
