"""Write the public documents a benchmark is about as text files, for a benchmark whose documents are not committed.

``eval/benchmarks/other-policies/README.md`` says where the data folder comes from.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import CorpusError

_NON_WORD = re.compile(r"\W+")  # 社会法/劳动法(2018-12-29).md
_SOURCE = "{}/documents.jsonl.gz"
_HINT = "传入含有 ncp/ 与 laws/ 的数据文件夹"


@dataclass(frozen=True, slots=True)
class Document:
    """One line of ``documents.jsonl.gz``, as far as it is used."""

    id: str
    title: str
    text: str


_SELECTION = TypeAdapter(dict[str, list[str]])
_DOCUMENT = TypeAdapter(Document)


def materialise(data: Path, corpus: Path, target: Path) -> dict[str, Path]:
    """Write the documents listed in ``corpus`` into the folder ``target`` and return their files by id, in list order.

    ``corpus`` is a JSON object of ids by source folder: ``{"ncp": [...], "laws": [...]}``. A law's text gets its title
    as first line and a blank line, which it lacks; every other text is written as it is. Files are UTF-8 and named
    ``<id with non-word characters replaced by ->.txt``; one that stands there already is overwritten.

    Raises CorpusError for a list or a source that cannot be read, an id that is in no source, and two ids that would
    share a file name.
    """
    files: dict[str, Path] = {}
    for source, ids in _selection(corpus).items():
        found = _find(data / _SOURCE.format(source), frozenset(ids))
        for doc_id in ids:
            if doc_id not in found:
                raise CorpusError(f"{source} 数据里没有文档 {doc_id}", hint="检查数据文件夹是否为同一版本")
            file = target / f"{_NON_WORD.sub('-', doc_id)}.txt"
            if file in files.values():
                raise CorpusError(f"{corpus.name} 里有两个文档对应同一文件 {file.name}", hint="去掉其中一个")
            files[doc_id] = file
            document = found[doc_id]
            text = f"{document.title}\n\n{document.text}" if source == "laws" else document.text
            target.mkdir(parents=True, exist_ok=True)
            # Offsets must not depend on the platform's line ends.
            file.write_text(text, "utf-8", newline="\n")
    return files


def with_quotes(questions: Path, files: Mapping[str, Path], target: Path) -> Path:
    """Write a copy of ``questions`` below ``target`` whose evidence has its ``quote``, and return its path.

    The committed lines locate evidence by ``start`` and ``end`` in the materialised text, as the texts themselves are
    not committed; ``load_questions`` reads the copy.

    Raises CorpusError for a file that cannot be read, an unknown document and a span outside its text.
    """
    texts = {doc_id: file.read_text("utf-8") for doc_id, file in files.items()}
    lines: list[str] = []
    try:
        for number, line in enumerate(questions.read_text("utf-8").splitlines(), 1):
            row = json.loads(line)
            for evidence in row["evidence"]:
                start, end = evidence.pop("start"), evidence.pop("end")
                text = texts.get(evidence["document"], "")
                if not 0 <= start < end <= len(text):
                    raise CorpusError(f"{questions.name} 第 {number} 行:引文位置不在文档里", hint=_HINT)
                evidence["quote"] = text[start:end]
            lines.append(json.dumps(row, ensure_ascii=False))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"读不了问题文件 {questions.name}", hint="检查文件是否完整") from error
    copy = target / questions.name
    copy.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    return copy


def _selection(corpus: Path) -> dict[str, list[str]]:
    try:
        return _SELECTION.validate_json(corpus.read_bytes())
    except (OSError, ValidationError) as error:
        raise CorpusError(f"读不了文档清单 {corpus.name}", hint='应为 {"ncp": [编号], "laws": [编号]}') from error


def _find(path: Path, wanted: frozenset[str]) -> dict[str, Document]:
    """Return the wanted documents of one gzipped JSONL file by id."""
    try:
        return {document.id: document for document in _documents(path) if document.id in wanted}
    except (OSError, EOFError, ValueError) as error:  # EOFError: cut off; ValueError: not UTF-8, not a document
        raise CorpusError(f"读不了数据文件 {path.parent.name}/{path.name}", hint=_HINT) from error


def _documents(path: Path) -> Iterator[Document]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield _DOCUMENT.validate_json(line)
