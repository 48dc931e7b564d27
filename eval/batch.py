"""A CSV of questions, as an office would make it in a spreadsheet, read as a question set."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import get_args

from assistant.answer import Outcome
from corpus.errors import CorpusError
from eval.dataset import Kind, Question

_COLUMNS = {
    "id": "编号", "question": "问题", "region": "地区", "kind": "种类", "outcome": "结果", "answers": "答案",
    "forbidden": "禁用", "topic": "主题",
}  # fmt: skip
_HINT = f"第一行写列名:{'、'.join(_COLUMNS.values())}(或 {', '.join(_COLUMNS)});只有“问题”必填"


def read_batch(path: Path) -> tuple[Question, ...]:
    """Return the questions of a CSV in UTF-8 or GB18030 with a header row; only the column 问题 is needed.

    ``答案`` holds what must be in the reply: groups apart by ``;``, equivalents by ``|`` (``25万|250000;高技能人才``).
    ``结果`` holds acceptable outcomes apart by ``|``; by default ``answered``. There is no evidence, so citations and
    retrieval are not judged.

    Raises CorpusError, with the line, for a file that cannot be read so.
    """
    rows = list(csv.reader(io.StringIO(_text(path), newline="")))
    if not rows:
        raise CorpusError(f"{path.name} 是空的", hint=_HINT)
    names = {chinese: name for name, chinese in _COLUMNS.items()} | {name: name for name in _COLUMNS}
    header = [names.get(cell.strip()) for cell in rows[0]]
    if "question" not in header:
        raise CorpusError(f"{path.name} 没有“问题”一列", hint=_HINT)
    questions: list[Question] = []
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], 2):
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}
        if not any(cells.values()):
            continue
        question = _question(cells, f"{path.name} 第 {number} 行", str(number))
        if question.id in seen:
            raise CorpusError(f"{path.name} 第 {number} 行: 编号 {question.id} 重复", hint="编号不能相同,或整列留空")
        seen.add(question.id)
        questions.append(question)
    return tuple(questions)


def _question(cells: dict[str, str], where: str, number: str) -> Question:
    if not cells.get("question"):
        raise CorpusError(f"{where}: 问题是空的", hint=_HINT)
    kind = cells.get("kind") or "other"
    outcomes = _parts(cells.get("outcome", ""), "|") or ("answered",)
    if kind not in get_args(Kind):
        raise CorpusError(f"{where}: 不认识的种类 {kind}", hint=f"可用:{'、'.join(get_args(Kind))}")
    for outcome in outcomes:
        if outcome not in get_args(Outcome):
            raise CorpusError(f"{where}: 不认识的结果 {outcome}", hint=f"可用:{'、'.join(get_args(Outcome))}")
    answered = "answered" in outcomes or "partial" in outcomes
    identity = cells.get("id") or number
    return Question(
        id=identity,
        topic=cells.get("topic") or identity,
        question=cells["question"],
        history=(),
        region=cells.get("region") or None,
        kind=kind,  # type: ignore[arg-type]
        outcome=outcomes,  # type: ignore[arg-type]
        why=None if answered else "not_stated",
        # No document is named; the short answers are judged all the same.
        documents=("*",) if answered else (),
        evidence=(),
        answers=tuple(_parts(group, "|") for group in _parts(cells.get("answers", ""), ";")),
        forbidden=_parts(cells.get("forbidden", ""), "|"),
        note="",
    )


def _parts(text: str, separator: str) -> tuple[str, ...]:
    plain = text.replace("；", ";").replace("｜", "|")
    return tuple(part.strip() for part in plain.split(separator) if part.strip())


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"读不了 {path}", hint="检查文件是否存在") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CorpusError(f"{path.name} 的编码认不出来", hint="在表格软件里另存为“CSV UTF-8”")
