"""What came back: any system's reply in one shape, read from and written to JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.answer import Answer, Citation, Outcome, SearchHit
from corpus.errors import CorpusError
from eval.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation as a system gave it; ``start``/``end`` are -1 where it gave no offsets."""

    clause_id: str = ""
    doc_id: str = ""
    title: str = ""
    region: str = ""
    label: str = ""
    text: str = ""
    quote: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A system's reply. ``outcome`` is None where the system does not say one and none can be told from its text.

    ``ranking`` holds the ids of the clauses it retrieved, best first; ``None`` where it cannot retrieve. ``seconds`` is
    the wall-clock time of the answer. A reply with an ``error`` is a failed one.
    """

    outcome: Outcome | None = None
    answer: str = ""
    standalone_question: str = ""
    citations: tuple[Cited, ...] = ()
    related: tuple[Cited, ...] = ()
    ranking: tuple[str, ...] | None = None
    seconds: float = 0.0
    error: str = ""

    @property
    def answers(self) -> bool:
        """Whether it answers, at least in part."""
        return self.outcome in ("answered", "partial")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An item and the reply to it: a line of ``records.jsonl``."""

    item: Item
    reply: Reply


_REPLY = TypeAdapter(Reply)
_RECORD = TypeAdapter(Record)


def reply_of(answer: Answer, hits: tuple[SearchHit, ...] | None, seconds: float) -> Reply:
    """Return the assistant's own answer and search hits as a reply."""
    return Reply(
        outcome=answer.outcome,
        answer=answer.answer,
        standalone_question=answer.standalone_question,
        citations=tuple(map(_cited, answer.citations)),
        related=tuple(map(_cited, answer.related)),
        ranking=None if hits is None else tuple(hit.citation.clause_id for hit in hits),
        seconds=seconds,
    )


def read_reply(payload: Mapping[str, Any], where: str) -> Reply:
    """Return the reply that a JSON object of our contract holds; fields that are not there stay empty.

    Raises CorpusError, naming ``where``, for a field of the wrong type.
    """
    try:
        return _REPLY.validate_python(dict(payload))
    except ValidationError as error:
        raise CorpusError(
            f"{where}: 回答的格式不对({_field(error)})", hint="字段与 /api/v1/ask 的返回相同,见 docs/api.md"
        ) from error


def read_record(line: str, where: str) -> Record:
    """Return the record of one line. Raises CorpusError, naming ``where``."""
    try:
        return _RECORD.validate_json(line)
    except ValidationError as error:
        raise CorpusError(
            f"{where}: 记录读不出来({_field(error)})", hint="运行文件夹可能由别的版本写成,请重新运行 wence eval run"
        ) from error


def write_record(record: Record) -> str:
    """Return the record as one line of JSON, without a line end."""
    return _RECORD.dump_json(record).decode()


def _cited(citation: Citation) -> Cited:
    return Cited(**{name: getattr(citation, name) for name in Cited.__dataclass_fields__})


def _field(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"]) or "整行"
