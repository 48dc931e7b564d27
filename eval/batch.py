"""Plain questions, as an office would list them in a spreadsheet or one a line in JSON, read as a question set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from assistant.answer import Outcome
from corpus.errors import CorpusError
from eval.dataset import Kind, Question, lines_of
from eval.tables import read_table

TABLES = (".csv", ".xlsx")
"""What is read as a table."""

_COLUMNS = {
    "id": "编号", "question": "问题", "region": "地区", "kind": "种类", "outcome": "结果", "answers": "答案",
    "forbidden": "禁用", "topic": "主题",
}  # fmt: skip
_HINT = f"第一行写列名:{'、'.join(_COLUMNS.values())}(或 {', '.join(_COLUMNS)});只有“问题”必填"
_LINE_HINT = f'每行一个 JSON 对象,如 {{"question": "…"}};可用的字段:{"、".join(_COLUMNS)}、history'
_PROBLEMS = {"unexpected_keyword_argument": "没有这个字段", "missing": "缺少这个字段"}
_NAMES = {"kind": "种类", "outcome": "结果"}
_CHOICES = {
    "kind": Kind.__args__,  # type: ignore[attr-defined]
    "outcome": Outcome.__args__,  # type: ignore[attr-defined]
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A question with what little may be known of its answer.

    ``answers`` holds the groups that must be in the reply; one text alone is a group of its own. Without ``answers``,
    ``forbidden`` and ``outcome`` nothing is known: then the reply is listed, not judged.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    question: str
    id: str = ""
    region: str | None = None
    kind: Kind = "other"
    outcome: tuple[Outcome, ...] = ()
    answers: tuple[str | tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    topic: str = ""
    history: tuple[str, ...] = ()


_ROW = TypeAdapter(Row)


def read_batch(path: Path) -> tuple[Question, ...]:
    """Return the questions of a table (CSV or XLSX, with a header row) or of a JSONL of ``Row`` fields.

    In a table ``答案`` holds what must be in the reply: groups apart by ``;``, equivalents by ``|``
    (``25万|250000;高技能人才``), and ``结果`` the acceptable outcomes apart by ``|``. There is no evidence, so
    citations and retrieval are not judged.

    Raises CorpusError, with the line, for a file that cannot be read so.
    """
    questions: list[Question] = []
    seen: dict[str, str] = {}
    for where, number, row in _table(path) if path.suffix.lower() in TABLES else _lines(path):
        question = _question(row, where, number)
        if question.id in seen:
            raise CorpusError(f"{where}: 编号 {question.id} 重复", hint="编号不能相同,或整列留空")
        seen[question.id] = where
        questions.append(question)
    if not questions:
        raise CorpusError(f"{path.name} 里没有问题", hint=_HINT)
    return tuple(questions)


def _question(row: Row, where: str, number: str) -> Question:
    if not row.question.strip():
        raise CorpusError(f"{where}: 问题是空的", hint=_HINT)
    groups = tuple((group,) if isinstance(group, str) else group for group in row.answers)
    known = bool(groups or row.forbidden or row.outcome)
    outcomes: tuple[Outcome, ...] = row.outcome or (("answered",) if known else ())
    answered = "answered" in outcomes or "partial" in outcomes
    identity = row.id.strip() or number
    return Question(
        id=identity,
        topic=row.topic or identity,
        question=row.question.strip(),
        history=row.history,
        region=row.region or None,
        kind=row.kind,
        outcome=outcomes,
        why=None if answered or not known else "not_stated",
        # No document is named; the short answers are judged all the same.
        documents=("*",) if answered else (),
        evidence=(),
        answers=tuple(group for group in groups if any(group)),
        forbidden=row.forbidden,
        note="",
    )


def _table(path: Path) -> Iterator[tuple[str, str, Row]]:
    rows = read_table(path)
    if not rows:
        raise CorpusError(f"{path.name} 是空的", hint=_HINT)
    names = {chinese: name for name, chinese in _COLUMNS.items()} | {name: name for name in _COLUMNS}
    header = [names.get(cell) for cell in rows[0][1]]
    if "question" not in header:
        raise CorpusError(f"{path.name} 没有“问题”一列", hint=_HINT)
    for number, row in rows[1:]:
        cells = {name: cell for name, cell in zip(header, row, strict=False) if name and cell}
        if not cells:
            continue
        fields: dict[str, object] = {"question": "", **cells}
        for name, separator in (("outcome", "|"), ("forbidden", "|"), ("answers", ";")):
            if name in cells:
                fields[name] = _parts(cells[name], separator)
        if "answers" in cells:
            fields["answers"] = tuple(_parts(group, "|") for group in _parts(cells["answers"], ";"))
        where = f"{path.name} 第 {number} 行"
        yield where, str(number), _row(fields, where, _HINT)


def _lines(path: Path) -> Iterator[tuple[str, str, Row]]:
    for number, line in lines_of(path):
        where = f"{path.name} 第 {number} 行"
        try:
            fields = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise CorpusError(f"{where}: 不是合法的 JSON", hint=_LINE_HINT) from error
        if not isinstance(fields, dict):
            raise CorpusError(f"{where}: 不是 JSON 对象", hint=_LINE_HINT)
        if isinstance(fields.get("outcome"), str):
            fields["outcome"] = [fields["outcome"]]
        if isinstance(fields.get("answers"), str):
            fields["answers"] = [fields["answers"]]
        yield where, str(number), _row(fields, where, _LINE_HINT)


def _row(fields: dict[str, object], where: str, hint: str) -> Row:
    try:
        return _ROW.validate_python(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "整行"
        if first["type"] == "literal_error":
            choices = "、".join(_CHOICES[name])
            raise CorpusError(f"{where}: 不认识的{_NAMES[name]} {first['input']}", hint=f"可用:{choices}") from error
        raise CorpusError(f"{where}: {name}: {_PROBLEMS.get(first['type'], '类型不对')}", hint=hint) from error


def _parts(text: str, separator: str) -> tuple[str, ...]:
    plain = text.replace("；", ";").replace("｜", "|")
    return tuple(part.strip() for part in plain.split(separator) if part.strip())
