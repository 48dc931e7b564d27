"""Find the document and extract the answer: 633 questions over 599 government documents that no rule was written for.

Usage, with ``WENCE_DATA`` naming the folder that holds ``ncp/``, from the repository root::

    python -m benchmarks.ncp [--limit N] [--home FOLDER] [--out result.json]

The index of the 599 documents is built in ``--home`` (default: a temporary folder) and reused where it is there; the
encoder comes from ``WENCE_HOME``. In the same run a baseline answers too: BM25 over whole documents, then the sentence
of the best document that BM25 over sentences likes best. Measures:

- document hit@1, hit@5: the gold document is first, or among the first five distinct documents; ``bearing`` counts any
  document that contains a gold answer verbatim, since the pool has near-duplicates
- exact match, character F1 and ROUGE-L of the answer's quotes against the gold spans, and whether they contain one; a
  refusal scores 0
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from tqdm import tqdm

from assistant.assembly import build_index, open_assistant
from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.errors import PolicyError
from corpus.sentences import split_sentences
from eval.external import DocumentPool, SpanQuestion, read_pool
from eval.measures.answers import best_of
from eval.measures.share import Share, estimate
from indexer.dictionary import Dictionary
from indexer.lexical import LexicalIndex
from indexer.tokenizer import Tokenizer

AS_OF = date(2020, 6, 1)
DEPTH = 20
FIRST = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system found: ids of distinct documents, best first, and its answer (empty where it refused)."""

    documents: tuple[str, ...]
    answer: str


class Baseline:
    """BM25 over documents, then over the sentences of the best one."""

    def __init__(self, pool: DocumentPool) -> None:
        self._tokenizer = Tokenizer(Dictionary.build())
        self._ids = tuple(pool.documents)
        texts = [document.text for document in pool.documents.values()]
        self._documents = LexicalIndex.build([self._tokenizer.terms(text) for text in texts])
        spans = [(row, start, end) for row, text in enumerate(texts) for start, end in split_sentences(text)]
        self._sentences = [texts[row][start:end] for row, start, end in spans]
        self._owner = np.array([row for row, _, _ in spans])
        self._index = LexicalIndex.build([self._tokenizer.terms(sentence) for sentence in self._sentences])

    def find(self, question: str) -> Outcome:
        """Return the best documents and the best sentence of the first."""
        terms = self._tokenizer.terms(question)
        order = np.argsort(-self._documents.scores(terms), kind="stable")[:FIRST]
        scores = np.where(self._owner == order[0], self._index.scores(terms), -1.0)
        return Outcome(tuple(self._ids[row] for row in order), self._sentences[int(np.argmax(scores))])


class Product:
    """The assistant: documents by its search, the answer by its quotes."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._names = {document.doc_id: Path(document.source).stem for document in assistant.documents()}

    def find(self, question: str) -> tuple[Outcome, Outcome]:
        """Return the documents of the best clauses with all quotes of the answer, and with the first quote alone."""
        hits = self._assistant.search(question, k=DEPTH)
        documents = tuple(dict.fromkeys(self._names[hit.citation.doc_id] for hit in hits))[:FIRST]
        quotes = [cited.quote for cited in self._assistant.ask(question, as_of=AS_OF).citations]
        return Outcome(documents, "".join(quotes)), Outcome(documents, "".join(quotes[:1]))


def measures(question: SpanQuestion, found: Outcome, pool: DocumentPool) -> dict[str, float]:
    """Return every measure of one answer."""
    bearing = [any(answer in pool.documents[name].text for answer in question.answers) for name in found.documents]
    exact, f1, rouge = best_of(found.answer, question.answers) if found.answer else (0.0, 0.0, 0.0)
    return {
        "hit@1": float(found.documents[:1] == (question.doc_id,)),
        "hit@5": float(question.doc_id in found.documents),
        "bearing@1": float(any(bearing[:1])),
        "bearing@5": float(any(bearing)),
        "answered": float(bool(found.answer)),
        "exact_match": exact,
        "char_f1": f1,
        "rouge_l": rouge,
        "contains": float(any(answer in found.answer for answer in question.answers)),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; print a table and, with ``--out``, write its values as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(argv)
    data = os.environ.get("WENCE_DATA")
    if not data:
        print("WENCE_DATA is not set: it names the folder that holds ncp/", file=sys.stderr)
        return 1
    try:
        pool = read_pool(Path(data) / "ncp")
        with tempfile.TemporaryDirectory() as temporary:
            assistant = open_pool(pool, args.home or Path(temporary))
            return report(pool, assistant, args.limit, args.out)
    except PolicyError as error:
        print(f"{error.message} {error.hint}", file=sys.stderr)
        return 1


def open_pool(pool: DocumentPool, home: Path) -> Assistant:
    """Return an assistant over the pool's documents, indexed below ``home``."""
    settings = Settings()
    folder = home / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    for document in pool.documents.values():
        (folder / f"{document.id}.txt").write_text(document.text, encoding="utf-8")
    (home / "models").unlink(missing_ok=True)
    (home / "models").symlink_to(settings.models_dir.resolve())
    settings = settings.model_copy(update={"home": home})
    if not (home / "index" / "CURRENT").is_file():
        built = build_index(settings, [folder])
        size = f"{built.documents} documents, {built.clauses} clauses"
        print(f"{size}, {built.seconds:.0f} s; skipped {len(built.skipped)}")
    return open_assistant(settings)


def report(pool: DocumentPool, assistant: Assistant, limit: int | None, out: Path | None) -> int:
    """Ask everything, print the table and return the exit status."""
    product, baseline = Product(assistant), Baseline(pool)
    questions = pool.questions[:limit]
    values: dict[str, list[dict[str, float]]] = {"assistant": [], "its first quote": [], "BM25 + sentence": []}
    for question in tqdm(questions, desc="ncp"):
        outcomes = (*product.find(question.question), baseline.find(question.question))
        for rows, found in zip(values.values(), outcomes, strict=True):
            rows.append(measures(question, found, pool))
    topics = [question.doc_id for question in questions]
    result: dict[str, dict[str, list[float]]] = {}
    print(f"{len(questions)} questions\n{'':16}" + "".join(f"{key:>24}" for key in values["assistant"][0]))
    for name, rows in values.items():
        cells = {key: estimate([Share(row[key]) for row in rows], topics) for key in rows[0]}
        result[name] = {key: [e.value, e.low, e.high] for key, e in cells.items() if e}
        shown = "".join(f"{f'{v:.3f} [{low:.3f}, {high:.3f}]':>24}" for v, low, high in result[name].values())
        print(f"{name:16}{shown}")
    if out:
        out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
