"""Benchmark questions and dialogues: one JSON object a line, typed here and checked against the documents.

The format is described in ``eval/benchmarks/skills-2018-2024/README.md``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from assistant.answer import Outcome
from corpus.errors import CorpusError

Kind = Literal[
    "target",
    "eligibility",
    "duty",
    "procedure",
    "funding",
    "definition",
    "date",
    "document",
    "comparison",
    "list",
    "yesno",
    "other",
]
Why = Literal[
    "not_stated",
    "other_region",
    "other_subject",
    "other_period",
    "false_premise",
    "chitchat",
    "injection",
    "ambiguous",
]
Grade = Literal[0, 1, 2]

QUOTE_LENGTH = range(6, 201)
_SPACE = re.compile(r"\s+")  # 辽宁省 教育厅
_PROBLEMS = {
    "missing": "缺少这个字段",
    "unexpected_keyword_argument": "没有这个字段",
    "literal_error": "取值不在允许的范围里",
}
_HINT = "对照 eval/benchmarks 中 README.md 的字段说明改这一行"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A verbatim span of a document: grade 2 answers fully, 1 is a fair citation too, 0 is only the nearest text."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    document: str
    quote: str
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A user's message and what a good reply to it looks like.

    ``outcome`` lists the acceptable outcomes; ``why`` says what kind of unanswerable it is (None when the documents
    answer it in full). ``documents`` are file stems. Every group of ``answers`` must appear in the reply, by any one of
    its equivalents; nothing of ``forbidden`` may.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    question: str
    kind: Kind
    outcome: tuple[Outcome, ...]
    why: Why | None
    documents: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    answers: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...]
    note: str

    @property
    def judged(self) -> bool:
        """Whether anything is known of a good reply; a bare question of a batch is only asked."""
        return bool(self.outcome)

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it, at least in part."""
        return bool(self.documents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Gold):
    """A single question. ``history`` holds earlier user messages, ``region`` the place picked beside the question.

    Questions of one ``topic`` are paraphrases or neighbours and stay in one split.
    """

    id: str
    topic: str
    history: tuple[str, ...]
    region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """User messages in order, each with its gold; ``region`` is the place picked for the whole dialogue."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    id: str
    topic: str
    region: str | None
    turns: tuple[Gold, ...]


_Row = TypeVar("_Row", Question, Dialogue)


def load_questions(path: Path) -> tuple[Question, ...]:
    """Return the questions of a JSONL file, in order.

    Raises CorpusError with the line number for a line that is not a question, and for a file that cannot be read.
    """
    return _load(path, TypeAdapter(Question))


def load_dialogues(path: Path) -> tuple[Dialogue, ...]:
    """Return the dialogues of a JSONL file, in order. Raises CorpusError as :func:`load_questions` does."""
    return _load(path, TypeAdapter(Dialogue))


def mentions(reply: str, phrase: str) -> bool:
    """Whether ``phrase`` stands in ``reply``, apart from spaces, line ends and full-width forms.

    A number is matched whole: 25万 does not stand in 125万人次.
    """
    text, wanted = (_SPACE.sub("", unicodedata.normalize("NFKC", part)) for part in (reply, phrase))
    before = r"(?<![\d.])" if wanted[:1].isdigit() else ""
    after = r"(?![\d.]*\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, text) is not None


def validate(path: Path, documents_dir: Path) -> list[str]:
    """Return what is wrong with a file of questions or dialogues, one line-numbered message each; empty when sound.

    Quotes are looked up in ``documents_dir/<document>.txt``. Raises CorpusError when the file cannot be read.
    """
    texts = {file.stem: file.read_text("utf-8") for file in sorted(documents_dir.glob("*.txt"))}
    lines = list(lines_of(path))
    dialogues = any('"turns"' in line for _, line in lines)
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, line in lines:
        where = f"{path.name} 第 {number} 行"
        row: Question | Dialogue
        try:
            if dialogues:
                row = _parse(line, where, TypeAdapter(Dialogue))
            else:
                row = _parse(line, where, TypeAdapter(Question))
        except CorpusError as error:
            problems.append(error.message)
            continue
        keys = [f"编号 {row.id}"]
        if isinstance(row, Question):
            # The same words after another history or for another place are another question.
            keys.append(f"问题 {row.question}({row.region or ''};{'/'.join(row.history)})")
        for key in keys:
            if key in seen:
                problems.append(f"{where}: {key} 与第 {seen[key]} 行重复")
            seen.setdefault(key, number)
        if isinstance(row, Dialogue):
            if not row.turns:
                problems.append(f"{where}: 没有任何一轮")
            for index, turn in enumerate(row.turns, 1):
                problems += [f"{where} 第 {index} 轮: {problem}" for problem in _gold_problems(turn, texts)]
        else:
            problems += [f"{where}: {problem}" for problem in _gold_problems(row, texts)]
    return problems


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the non-blank lines with their 1-based numbers."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"读不了评测集 {path.name}", hint="检查文件是否存在、是否为 UTF-8 编码") from error
    # Not splitlines(): a quote may hold characters that it takes for line ends.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _load(path: Path, adapter: TypeAdapter[_Row]) -> tuple[_Row, ...]:
    return tuple(_parse(line, f"{path.name} 第 {number} 行", adapter) for number, line in lines_of(path))


def _parse(line: str, where: str, adapter: TypeAdapter[_Row]) -> _Row:
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "json_invalid":
            raise CorpusError(f"{where}: 不是合法的 JSON", hint=_HINT) from error
        field = ".".join(str(part) for part in first["loc"]) or "整行"
        problem = _PROBLEMS.get(first["type"], "类型不对")
        raise CorpusError(f"{where}: {field}: {problem}", hint=_HINT) from error


def _gold_problems(gold: Gold, texts: dict[str, str]) -> Iterator[str]:
    if not gold.question.strip():
        yield "问题是空的"
    if not gold.outcome:
        yield "outcome 是空的"
    if "answered" in gold.outcome and gold.why is None and not any(item.grade == 2 for item in gold.evidence):
        yield "可答的问题没有 2 级证据"
    if not gold.answerable and (gold.answers or any(item.grade for item in gold.evidence)):
        yield "不可答的问题却有答案或 1 级以上证据"
    if "answered" not in gold.outcome and gold.why is None:
        yield "不能答全的问题要写明 why"
    for item in gold.evidence:
        if item.document not in texts:
            yield f"没有文件 {item.document}"
        elif item.quote not in texts[item.document]:
            yield f"原文没有这句:{item.quote}"
        if len(item.quote) not in QUOTE_LENGTH:
            yield f"引文长 {len(item.quote)} 字,应为 {QUOTE_LENGTH.start} 到 {QUOTE_LENGTH.stop - 1} 字:{item.quote}"
    cited = {item.document for item in gold.evidence if item.grade}
    for document in gold.documents:
        if document not in cited:
            yield f"documents 中的 {document} 没有证据"
    for group in gold.answers:
        if not group or not all(group):
            yield "answers 里有空的一组"
        for word in gold.forbidden:
            if group and all(mentions(option, word) for option in group):
                yield f"禁用词 {word} 就在答案 {group[0]} 里"
