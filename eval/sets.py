"""Which questions a run asks: a folder of splits, one file, or what another format was read into."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from corpus.errors import CorpusError
from eval.batch import TABLES, read_batch
from eval.dataset import load_dialogues, load_questions
from eval.items import Conversation, conversations

Split = Literal["dev", "test"]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Conversations and the files they came from, as ``name → SHA-256``."""

    conversations: tuple[Conversation, ...]
    files: dict[str, str]


def bundled() -> Path:
    """Return the folder of the benchmark that comes with the program."""
    return Path(__file__).parent / "benchmarks" / "skills-2018-2024"


def read_set(data: Path, split: Split = "dev") -> QuestionSet:
    """Return the questions of ``data``: a folder with ``questions.<split>.jsonl`` and/or ``dialogues.<split>.jsonl``,
    or one such file (then ``split`` is not looked at), or plain questions in JSONL, CSV or XLSX (see ``eval.batch``).

    Raises CorpusError for what is none of these.
    """
    if data.is_dir():
        files = [file for kind in ("questions", "dialogues") if (file := data / f"{kind}.{split}.jsonl").is_file()]
    else:
        files = [data]
    if not files:
        raise CorpusError(
            f"{data} 里没有 questions.{split}.jsonl 或 dialogues.{split}.jsonl", hint="检查 --data 和 --split"
        )
    found = [conversation for file in files for conversation in _read_file(file)]
    return QuestionSet(tuple(found), {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files})


def with_region(all_conversations: Sequence[Conversation], region: str | None) -> tuple[Conversation, ...]:
    """Return the conversations with ``region`` picked beside every message that has no place picked."""
    if not region:
        return tuple(all_conversations)
    return tuple(
        tuple(item if item.region else replace(item, region=region) for item in conversation)
        for conversation in all_conversations
    )


def is_plain(path: Path) -> bool:
    """Whether a file holds plain questions: a table, or lines without evidence and turns.

    Raises CorpusError where it cannot be read.
    """
    if path.suffix.lower() in TABLES:
        return True
    text = _text(path)
    return '"evidence"' not in text and '"turns"' not in text


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"读不了评测集 {path.name}", hint="检查文件是否存在、是否为 UTF-8 编码") from error


def _read_file(path: Path) -> tuple[Conversation, ...]:
    if is_plain(path):
        return conversations(read_batch(path))
    if '"turns"' in _text(path):
        return conversations(dialogues=load_dialogues(path))
    return conversations(load_questions(path))
