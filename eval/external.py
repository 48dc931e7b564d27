"""Readers of public evaluation formats, by path: BEIR folders, TREC files, span questions, RGB, a document pool.

Files may be gzipped. Nothing is downloaded; every reader raises CorpusError, with the line where there is one.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from corpus.errors import CorpusError
from eval.qrels import Qrels


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to be found."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Passages and queries by id, and which passage is relevant to which query."""

    passages: dict[str, Passage]
    queries: dict[str, str]
    qrels: Qrels


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanQuestion:
    """A question whose ``answers`` are verbatim spans: of ``context``, or of the document ``doc_id`` without one.

    Equal answers of several annotators stand once. ``answers`` is empty for an ``impossible`` question; YES and NO are
    answers of CJRC's yes/no questions (``type`` says so).
    """

    id: str
    question: str
    answers: tuple[str, ...]
    context: str
    doc_id: str
    type: str
    impossible: bool


@dataclass(frozen=True, slots=True)
class NoiseQuestion:
    """A question of RGB with passages that tell and that do not; each group of ``answers`` lists equivalents."""

    id: str
    question: str
    answers: tuple[tuple[str, ...], ...]
    positive: tuple[str, ...]
    negative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentPool:
    """Documents by id and span questions over them, as in the ``ncp`` set."""

    documents: dict[str, Passage]
    questions: tuple[SpanQuestion, ...]


def read_beir(folder: Path, split: str = "test") -> RetrievalSet:
    """Return a BEIR folder (``corpus.jsonl``, ``queries.jsonl``, ``qrels/<split>.tsv``); only judged queries."""
    passages = {
        row.id: Passage(row.id, row.title, row.text) for row in _rows(_either(folder, "corpus.jsonl"), _BEIR_ROW)
    }
    qrels: Qrels = {}
    path = folder / "qrels" / f"{split}.tsv"
    for number, (query, passage, grade) in _columns(path, 3):
        if number == 1 and not grade.lstrip("-").isdigit():
            continue
        _judge(qrels, query, passage, grade, path, number)
    queries = {row.id: row.text for row in _rows(_either(folder, "queries.jsonl"), _BEIR_ROW) if row.id in qrels}
    return RetrievalSet(passages, queries, qrels)


def read_trec_qrels(path: Path) -> Qrels:
    """Return a TREC qrels file: ``query 0 document grade`` lines. Grades of 0 and below are left out."""
    qrels: Qrels = {}
    for number, (query, _, document, grade) in _columns(path, 4):
        _judge(qrels, query, document, grade, path, number)
    return qrels


def read_trec_run(path: Path) -> dict[str, tuple[str, ...]]:
    """Return a TREC run file (``query Q0 document rank score tag``) as ids by query, best first, ties by id."""
    scored: dict[str, list[tuple[float, str]]] = {}
    for number, (query, _, document, _, score, _) in _columns(path, 6):
        try:
            scored.setdefault(query, []).append((-float(score), document))
        except ValueError:
            raise CorpusError(f"{path.name} 第 {number} 行: 得分不是数", hint="得分是第五列") from None
    return {query: tuple(document for _, document in sorted(listed)) for query, listed in scored.items()}


def read_spans(path: Path) -> tuple[SpanQuestion, ...]:
    """Return the questions of SQuAD's nested JSON (CMRC 2018, CJRC, DRCD), or of one flat JSON object a line."""
    name = path.name.removesuffix(".gz")
    if name.endswith(".jsonl"):
        return tuple(_span(row) for row in _rows(path, _FLAT))
    try:
        nested = _NESTED.validate_json(_open(path))
    except ValidationError as error:
        raise CorpusError(f"{path.name} 不是 SQuAD 格式({_field(error)})", hint="应有 data、paragraphs、qas") from error
    return tuple(
        SpanQuestion(
            id=qa.id,
            question=qa.question,
            answers=tuple(dict.fromkeys(answer.text for answer in qa.answers)),
            context=paragraph.context,
            doc_id="",
            type="",
            impossible=qa.is_impossible,
        )
        for article in nested.data
        for paragraph in article.paragraphs
        for qa in paragraph.qas
    )


def read_rgb(path: Path) -> tuple[NoiseQuestion, ...]:
    """Return the questions of RGB's ``zh`` files; an answer that is a list of equivalents is one group."""
    return tuple(
        NoiseQuestion(
            str(row.id),
            row.question,
            tuple((part,) if isinstance(part, str) else part for part in row.answer),
            row.positive,
            row.negative,
        )
        for row in _rows(path, _RGB_ROW)
    )


def read_pool(folder: Path) -> DocumentPool:
    """Return a folder with ``documents.jsonl`` and ``questions.jsonl`` whose answers are spans of the documents.

    Raises CorpusError for a question whose answer does not stand where it says.
    """
    documents = {row.id: row for row in read_passages(_either(folder, "documents.jsonl"))}
    path = _either(folder, "questions.jsonl")
    rows = tuple(_rows(path, _FLAT))
    for row in rows:
        document = documents.get(row.doc_id)
        if document is None:
            raise CorpusError(f"{path.name}: {row.id} 的文件 {row.doc_id} 不在 documents 里", hint="检查数据是否完整")
        for answer, start in zip(row.answers, row.answer_starts, strict=True):
            if document.text[start : start + len(answer)] != answer:
                raise CorpusError(f"{path.name}: {row.id} 的答案不在所说的位置", hint="检查数据是否为同一版本")
    return DocumentPool(documents, tuple(_span(row) for row in rows))


def read_passages(path: Path) -> Iterator[Passage]:
    """Yield the texts of a JSONL with ``id``, ``title`` and ``text`` a line, such as ``laws`` and ``news``."""
    yield from _rows(path, _PASSAGE)


@dataclass(frozen=True, slots=True)
class _BeirRow:
    _id: str
    text: str
    title: str = ""

    @property
    def id(self) -> str:
        return self._id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flat:
    id: str
    question: str
    answers: tuple[str, ...]
    answer_starts: tuple[int, ...] = ()
    context: str = ""
    doc_id: str = ""
    type: str = ""
    is_impossible: bool = False


@dataclass(frozen=True, slots=True)
class _RgbRow:
    id: str | int
    question: str
    answer: tuple[str | tuple[str, ...], ...]
    positive: tuple[str, ...]
    negative: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _SquadAnswer:
    text: str


@dataclass(frozen=True, slots=True)
class _SquadQuestion:
    id: str
    question: str
    answers: tuple[_SquadAnswer, ...]
    is_impossible: bool = False


@dataclass(frozen=True, slots=True)
class _SquadParagraph:
    context: str
    qas: tuple[_SquadQuestion, ...]


@dataclass(frozen=True, slots=True)
class _SquadArticle:
    paragraphs: tuple[_SquadParagraph, ...]


@dataclass(frozen=True, slots=True)
class _Squad:
    data: tuple[_SquadArticle, ...]


_BEIR_ROW = TypeAdapter(_BeirRow)
_FLAT = TypeAdapter(_Flat)
_PASSAGE = TypeAdapter(Passage)
_RGB_ROW = TypeAdapter(_RgbRow)
_NESTED = TypeAdapter(_Squad)
_Row = TypeVar("_Row")


def _span(row: _Flat) -> SpanQuestion:
    return SpanQuestion(
        id=row.id,
        question=row.question,
        answers=tuple(dict.fromkeys(row.answers)),
        context=row.context,
        doc_id=row.doc_id,
        type=row.type,
        impossible=row.is_impossible,
    )


def _judge(qrels: Qrels, query: str, document: str, grade: str, path: Path, number: int) -> None:
    try:
        value = int(grade)
    except ValueError:
        raise CorpusError(f"{path.name} 第 {number} 行: 等级不是整数", hint="最后一列是相关等级") from None
    if value > 0:
        qrels.setdefault(query, {})[document] = value


def _either(folder: Path, name: str) -> Path:
    """Return the file ``name`` of ``folder``, gzipped or not."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), folder / name)


def _open(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise CorpusError(f"读不了 {path}", hint="检查路径;应为 UTF-8 文本或其 .gz") from error


def _rows(path: Path, adapter: TypeAdapter[_Row]) -> Iterator[_Row]:
    for number, line in enumerate(_open(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield adapter.validate_python(json.loads(line))
        except json.JSONDecodeError as error:
            raise CorpusError(f"{path.name} 第 {number} 行: 不是合法的 JSON", hint="每行一个 JSON 对象") from error
        except ValidationError as error:
            raise CorpusError(
                f"{path.name} 第 {number} 行: {_field(error)} 不对", hint="检查文件是否为所说的格式"
            ) from error


def _columns(path: Path, count: int) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(_open(path).split("\n"), 1):
        cells = line.split()
        if not cells:
            continue
        if len(cells) != count:
            raise CorpusError(f"{path.name} 第 {number} 行: 有 {len(cells)} 列,应为 {count} 列", hint="用空白分列")
        yield number, cells


def _field(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"]) or "整行"
