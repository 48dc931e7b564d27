from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer
from assistant.assembly import open_assistant
from assistant.assistant import Assistant
from assistant.question import QuestionReader
from assistant.settings import Settings
from assistant.verify import unsupported
from corpus.model import Document
from corpus.regions import Gazetteer
from indexer.encoder import HashEncoder
from indexer.lexicon import Lexicon
from indexer.model_folder import DEFAULT_MODEL
from indexer.search import Retriever

ROOT = Path(__file__).parents[2]
MARKER = re.compile(r"\[(\d+)\]")
Check = Callable[[Assistant, Answer], None]


@pytest.fixture(scope="session")
def today() -> date:
    """The day that every question is asked on."""
    return date(2024, 6, 1)


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant with the default model over the bundled documents; only for slow tests.

    The model is that of WENCE_TEST_MODEL, else the repository's own, else one made for this run.
    """
    home = tmp_path_factory.mktemp("home")
    made = os.environ.get("WENCE_TEST_MODEL") or ROOT / ".wence" / "models" / DEFAULT_MODEL
    if Path(made).is_dir():
        (home / "models").mkdir()
        (home / "models" / DEFAULT_MODEL).symlink_to(Path(made).resolve())
    opened = open_assistant(Settings(home=home, threads=1), progress=False)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def toy_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home for the toy encoder, fresh until ``toy`` is made; not to be changed."""
    return Settings(home=tmp_path_factory.mktemp("toy"), encoder="hash")


@pytest.fixture(scope="session")
def toy(toy_settings: Settings) -> Iterator[Assistant]:
    """An assistant over the bundled documents that knows words and no meaning; made on a fresh home."""
    opened = open_assistant(toy_settings, progress=False)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def toy_retriever(toy: Assistant, toy_settings: Settings) -> Iterator[Retriever]:
    opened = Retriever.open(toy_settings.index_dir, HashEncoder())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def reader(toy_retriever: Retriever) -> QuestionReader:
    return QuestionReader(Gazetteer.load(), Lexicon.load(), toy_retriever)


@pytest.fixture(scope="session")
def dev_questions() -> list[dict[str, Any]]:
    """The questions with known answers, as their file has them."""
    return _benchmark("questions.dev.jsonl")


@pytest.fixture(scope="session")
def dev_dialogues() -> list[dict[str, Any]]:
    """The dialogues with known answers, as their file has them."""
    return _benchmark("dialogues.dev.jsonl")


def _benchmark(name: str) -> list[dict[str, Any]]:
    path = resources.files("eval").joinpath("benchmarks/skills-2018-2024", name)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def check_grounded() -> Check:
    """Asserts that an answer says only what its citations say, and that they stand in the documents."""

    def check(assistant: Assistant, answer: Answer) -> None:
        markers = list(dict.fromkeys(int(match[1]) for match in MARKER.finditer(answer.answer)))
        assert markers == [citation.marker for citation in answer.citations], answer
        assert markers == list(range(1, len(markers) + 1)), answer
        if answer.outcome in ("refused", "clarify"):
            assert answer.citations == (), answer
        else:
            assert answer.citations, answer
        documents: dict[str, Document] = {}
        for citation in (*answer.citations, *answer.related):
            document = documents.setdefault(citation.doc_id, assistant.document(citation.doc_id))
            assert document.text[citation.start : citation.end] == citation.quote != "", citation
            assert citation.quote in citation.text, citation
            assert citation.text in document.text, citation
            assert citation.text == assistant.clause(citation.clause_id).text, citation
            assert citation.title == document.title and citation.doc_number == document.doc_number, citation
            assert citation.verification == "verified", citation
        for line in answer.answer.splitlines():
            cited = [c for c in answer.citations if f"[{c.marker}]" in line]
            if cited:
                sources = [text for c in cited for text in (c.quote, c.title)]
                assert unsupported(MARKER.sub("", line), sources) == (), answer

    return check
