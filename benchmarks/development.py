"""Development questions with the index they are asked of: what the three programs that fit something read."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.answerable import Answerability
from assistant.assembly import open_assistant
from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.model import Clause, Document
from eval.dataset import Question, load_questions

Place = tuple[str, int, int]
"""``(doc_id, start, end)``: a span of a document's text."""


class Quoted(Protocol):
    """A span of a clause, with offsets in the clause's text."""

    @property
    def clause(self) -> Clause: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class DevelopmentSet:
    """The single questions of a file, and the assistant over the index they are about."""

    label: str
    questions: tuple[Question, ...]
    assistant: Assistant
    documents: dict[str, Document]

    def gold_spans(self, question: Question) -> set[Place]:
        """Return where the quotes that answer ``question`` stand."""
        spans: set[Place] = set()
        for evidence in question.evidence:
            document = self.documents[_key(evidence.document)]
            if evidence.grade > 0:
                for match in re.finditer(re.escape(evidence.quote), document.text):
                    spans.add((document.doc_id, *match.span()))
        return spans


def question_set(item: str) -> tuple[Path, Path | None]:
    """Return the file and the home of an argument ``QUESTIONS[@HOME]``; a test split is refused."""
    name, _, home = item.partition("@")
    if ".test." in name:
        raise argparse.ArgumentTypeError(f"{name}: a test split is not for fitting")
    return Path(name), Path(home) if home else None


def read_set(path: Path, home: Path | None, answerability: Answerability | None = None) -> DevelopmentSet:
    """Return the questions of ``path`` over the index below ``home`` (default: the configured one)."""
    settings = Settings() if home is None else Settings(home=home)
    assistant = open_assistant(settings, progress=False, answerability=answerability)
    return DevelopmentSet(
        f"{path.parent.name}/{path.stem}",
        tuple(question for question in load_questions(path) if not question.history),
        assistant,
        {_key(Path(document.source).stem): document for document in assistant.documents()},
    )


def place_of(quoted: Quoted) -> Place:
    """Return where a span of a clause stands in its document."""
    clause = quoted.clause
    return clause.doc_id, clause.start + quoted.start, clause.start + quoted.end


def overlaps(place: Place, others: set[Place]) -> bool:
    """Return whether ``place`` shares a character with one of ``others``."""
    doc_id, start, end = place
    return any(doc_id == other and start < last and first < end for other, first, last in others)


def _key(name: str) -> str:
    return re.sub(r"\W+", "-", name)
