"""Public data sets, read from a folder by path: how well passages are found, and what is answered from a given text.

Nothing is downloaded and nothing of the data is kept but vectors. Samples are spread evenly or drawn by a hash of the
id, so that the same numbers give the same table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.assistant import Assistant
from corpus.errors import PolicyError
from corpus.facts.extract import extract_facts
from corpus.parse import parse_document, with_id
from corpus.regions import Gazetteer
from corpus.sentences import split_sentences
from corpus.sources import Source
from eval.dataset import mentions
from eval.external import RetrievalSet, SpanQuestion, read_beir, read_rgb, read_spans
from eval.measures.answers import best_of
from eval.measures.retrieval import MEASURES, retrieval
from eval.measures.share import Estimate, Share, estimate
from indexer.build import build_index
from indexer.dictionary import Dictionary
from indexer.encoder import Encoder
from indexer.lexical import LexicalIndex
from indexer.lexicon import Lexicon
from indexer.search import Hit, Retriever, SearchQuery, Weights, fuse
from indexer.store import DocumentHead
from indexer.tokenizer import Tokenizer

Vectors = NDArray[np.float32]
Said = Callable[[str], None]

SETS = ("stard", "cmrc", "cjrc", "rgb")
DEPTH = 20
READING = {
    "answered": "作答",
    "exact_match": "完全一致",
    "char_f1": "字符 F1",
    "rouge_l": "ROUGE-L",
    "contains": "含有答案",
    "rejected": "无答案时拒答",
}
"""The columns of a reading table. All but the last are over the questions with an answer; a refusal scores 0."""

_AS_OF = date(2026, 11, 22)
_LEG = 100
_NO_SPAN = frozenset({"YES", "NO"})


@dataclass(frozen=True, slots=True)
class Row:
    """A system and its measures with 95 % intervals."""

    name: str
    values: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows over ``measures`` (key → heading); ``about`` says what was sampled."""

    about: str
    measures: dict[str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A question over ``passages``. Every group of ``answers`` lists equivalents; none where nothing answers it.

    Questions of one ``topic`` are drawn together when intervals are made.
    """

    id: str
    topic: str
    question: str
    passages: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]


def as_markdown(table: Table) -> str:
    """Return the table in Markdown, each value with its interval."""
    lines = [table.about, "", f"| | {' | '.join(table.measures.values())} |", "|---|" + "---:|" * len(table.measures)]
    for row in table.rows:
        cells = (row.values.get(key) for key in table.measures)
        shown = (f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" if one else "–" for one in cells)
        lines.append(f"| {row.name} | {' | '.join(shown)} |")
    return "\n".join(lines)


# -- finding


def retrieval_table(folder: Path, encoder: Encoder, *, queries: int, articles: int, cache: Path, say: Said) -> Table:
    """Return BM25, vectors and both fused on a BEIR folder.

    ``queries`` are spread evenly over the judged ones; ``articles`` are those relevant to them and others drawn by a
    hash of their id. Vectors are kept below ``cache``. Weights are the product's own, without its lay-term expansion.
    """
    whole = read_beir(folder)
    ids = sorted(whole.queries)
    asked = [ids[n * len(ids) // min(queries, len(ids))] for n in range(min(queries, len(ids)))]
    names = _articles(whole, asked, articles)
    texts = [f"{whole.passages[name].title} {whole.passages[name].text}".strip() for name in names]
    say(f"{len(asked)} 个问题,{len(names)} 条条文,建 BM25 …")
    tokenizer = Tokenizer(Dictionary.build())
    lexical = LexicalIndex.build([tokenizer.terms(text) for text in texts])
    vectors = _vectors(encoder, texts, cache, say)
    weights = Weights()
    runs: dict[str, dict[str, list[str]]] = {"BM25": {}, "向量": {}, "BM25 + 向量": {}}
    for query in asked:
        question = whole.queries[query]
        words = _best(lexical.scores(tokenizer.terms(question)))
        near = _best(vectors @ encoder.encode_queries([question])[0])
        legs = (words, near, fuse([(weights.dense, near), (weights.lexical, words)]))
        for run, leg in zip(runs.values(), legs, strict=True):
            run[query] = [names[row] for row in sorted(leg, key=lambda row: (-leg[row], names[row]))[:DEPTH]]
    qrels = {query: whole.qrels[query] for query in asked}
    rows = []
    for name, run in runs.items():
        scores = retrieval(qrels, run)
        values = {key: estimate([scores[query][key] for query in asked], asked) for key in MEASURES}
        rows.append(Row(name, {key: value for key, value in values.items() if value}))
    about = f"{len(asked)} 个问题(共 {len(ids)}),{len(names)} 条条文(共 {len(whole.passages)}),编码器 {encoder.id}"
    return Table(about, {key: key for key in MEASURES}, tuple(rows))


def _articles(whole: RetrievalSet, asked: Sequence[str], count: int) -> list[str]:
    relevant = {name for query in asked for name in whole.qrels[query] if name in whole.passages}
    others = sorted((name for name in whole.passages if name not in relevant), key=_hash)
    return sorted([*relevant, *others[: max(0, count - len(relevant))]])


def _vectors(encoder: Encoder, texts: Sequence[str], cache: Path, say: Said) -> Vectors:
    file = cache / f"{_hash(chr(0).join([encoder.id, *texts]))[:32]}.npy"
    if file.is_file():
        return np.asarray(np.load(file), dtype=np.float32)
    say(f"为 {len(texts)} 条条文算向量,只算一次 …")
    vectors = encoder.encode_passages(texts, progress=True)
    cache.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".new.npy")
    np.save(temporary, vectors.astype(np.float16))
    temporary.replace(file)
    # As it will be read next time, so that both times give the same.
    return vectors.astype(np.float16).astype(np.float32)


def _best(scores: NDArray[np.float32]) -> dict[int, float]:
    order = np.argsort(-scores, kind="stable")[:_LEG]
    return {int(row): float(scores[row]) for row in order if scores[row] > 0}


# -- reading


def tasks_of(kind: str, path: Path, limit: int) -> tuple[Task, ...]:
    """Return ``limit`` tasks of CMRC, CJRC (without its yes/no questions) or RGB, spread evenly.

    A question of RGB gives two: over all its passages, and over those alone that do not tell.
    """
    if kind == "rgb":
        found = read_rgb(path)
        chosen = [found[n * len(found) // min(limit, len(found))] for n in range(min(limit, len(found)))]
        full = [Task(f"{q.id}", q.id, q.question, _first(q.positive, q.negative), q.answers) for q in chosen]
        bare = [Task(f"{q.id}-", q.id, q.question, _first((), q.negative), ()) for q in chosen]
        return (*full, *bare)
    spans = [one for one in read_spans(path) if one.context and not _NO_SPAN & set(one.answers)]
    chosen_spans = [spans[n * len(spans) // min(limit, len(spans))] for n in range(min(limit, len(spans)))]
    return tuple(map(_task, chosen_spans))


def _first(telling: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Return at most two passages that tell, then others, five in all."""
    return (*telling[:2], *others)[:5]


def _task(one: SpanQuestion) -> Task:
    answers = () if one.impossible else (one.answers,)
    return Task(one.id, _hash(one.context), one.question, (one.context,), answers)


class BestSentence:
    """A reader that always answers: the sentence that BM25 over all sentences of the sample likes best."""

    name = "BM25 最佳句"

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tokenizer = Tokenizer(Dictionary.build())
        self._sentences: list[str] = []
        self._rows: dict[tuple[str, ...], range] = {}
        for passages in dict.fromkeys(task.passages for task in tasks):
            start = len(self._sentences)
            self._sentences += [text[a:b] for text in passages for a, b in split_sentences(text)]
            self._rows[passages] = range(start, len(self._sentences))
        self._index = LexicalIndex.build([self._tokenizer.terms(sentence) for sentence in self._sentences])

    def answer(self, task: Task) -> str:
        """Return the sentence."""
        rows = self._rows[task.passages]
        if not rows:
            return ""
        scores = self._index.scores(self._tokenizer.terms(task.question))[rows.start : rows.stop]
        return self._sentences[rows.start + int(np.argmax(scores))]


class Narrowed(Retriever):
    """A retriever that sees the documents of ``only`` alone."""

    only: frozenset[str] = frozenset()

    def search(
        self,
        query: SearchQuery,
        *,
        allow: Callable[[DocumentHead], bool] | None = None,
        clause_ids: Collection[str] | None = None,
        k: int = 10,
    ) -> list[Hit]:
        """Return the ``k`` best clauses of the documents of ``only`` that ``allow`` admits."""

        def narrowed(head: DocumentHead) -> bool:
            return head.doc_id in self.only and (allow is None or allow(head))

        return super().search(query, allow=narrowed, clause_ids=clause_ids, k=k)


class Extractive:
    """The assistant, confined to the task's passages; it answers with its quotes, or declines.

    The passages of all tasks are in one index below ``scratch``: a word is rare that is rare among them all.
    """

    def __init__(self, tasks: Sequence[Task], encoder: Encoder, scratch: Path) -> None:
        gazetteer = Gazetteer.load()
        texts = list(dict.fromkeys(text for task in tasks for text in task.passages))
        self._ids = {text: f"text-{n}" for n, text in enumerate(texts, 1)}
        documents = [
            with_id(parse_document(Source(f"{name}.txt", name, text, _hash(text)), gazetteer), name)
            for text, name in self._ids.items()
        ]
        build_index(scratch, documents, extract_facts, encoder, progress=True)
        retriever = Narrowed.open(scratch, encoder)
        assert isinstance(retriever, Narrowed)
        self._retriever = retriever
        self._assistant = Assistant(self._retriever, gazetteer, Lexicon.load())

    def quotes(self, task: Task) -> tuple[str, ...]:
        """Return the quotes of the answer, none where it declines."""
        only = frozenset(self._ids[text] for text in task.passages)
        self._retriever.only = only
        try:
            answer = self._assistant.ask(task.question, as_of=_AS_OF)
        except PolicyError:
            return ()
        return tuple(cited.quote for cited in answer.citations if cited.doc_id in only)

    def close(self) -> None:
        """Release the index."""
        self._retriever.close()


def reading_table(tasks: Sequence[Task], encoder: Encoder, *, scratch: Path, about: str) -> Table:
    """Return the extractive assistant, its first quote alone, and the best sentence, each over the given passages."""
    sentence, extractive = BestSentence(tasks), Extractive(tasks, encoder, scratch)
    said: dict[str, list[str]] = {"助手(全部引文)": [], "助手(第一处引文)": [], BestSentence.name: []}
    for task in tasks:
        quotes = extractive.quotes(task)
        answers = ("".join(quotes), "".join(quotes[:1]), sentence.answer(task))
        for listed, answer in zip(said.values(), answers, strict=True):
            listed.append(answer)
    extractive.close()
    return Table(about, READING, tuple(Row(name, dict(_read(tasks, answers))) for name, answers in said.items()))


def _read(tasks: Sequence[Task], answers: Sequence[str]) -> Iterator[tuple[str, Estimate]]:
    scores = [measured(task, answer) for task, answer in zip(tasks, answers, strict=True)]
    for key in READING:
        having = [(task, one[key]) for task, one in zip(tasks, scores, strict=True) if key in one]
        found = estimate([Share(value) for _, value in having], [task.topic for task, _ in having]) if having else None
        if found:
            yield key, found


def measured(task: Task, answer: str) -> dict[str, float]:
    """Return the measures of one answer: of ``READING``, ``rejected`` for a task without an answer, else the others.

    ``contains`` is 1 where every group has an equivalent in the answer (RGB's accuracy, Chen et al. 2024); the text
    measures take the best equivalent of the first group.
    """
    if not task.answers:
        return {"rejected": float(not answer)}
    exact, f1, rouge = best_of(answer, task.answers[0]) if answer else (0.0, 0.0, 0.0)
    found = all(any(mentions(answer, option) for option in group if option) for group in task.answers)
    return {
        "answered": float(bool(answer)),
        "exact_match": exact,
        "char_f1": f1,
        "rouge_l": rouge,
        "contains": float(bool(answer) and found),
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
