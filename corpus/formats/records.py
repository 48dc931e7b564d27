"""JSON Lines, JSON and CSV: one document per record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from corpus.errors import UnreadableSource
from corpus.formats.fields import metadata_of
from corpus.formats.text import decode, unix_lines
from corpus.model import SAYS_NOTHING, SourceMetadata

MAX_RECORDS = 50_000
TEXT_FIELDS = ("text", "content", "正文", "内容", "全文")
"""Names of the field that holds a document's text; ``corpus.formats.fields`` lists the others."""

_TITLE_FIELDS = ("title", "标题")
_ID_FIELDS = ("id", "doc_id", "编号")


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its ``number`` (from 1), its ``key`` (the id it prints, or ``""``), text, bytes and metadata.

    ``problem`` says in Chinese why it cannot be read; then there is no text.
    """

    number: int
    key: str = ""
    text: str = ""
    data: bytes = b""
    metadata: SourceMetadata = SAYS_NOTHING
    problem: str = ""


def read_json_lines(data: bytes, *, name: str) -> Iterator[Record]:
    """Yield the records of a file with a JSON object per line; blank lines are skipped.

    Raises:
        UnreadableSource: the file is no text.

    """
    number = 0
    for line in decode(data, name=name).split("\n"):
        if not line.strip():
            continue
        number += 1
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Record(number, problem="不是合法的 JSON")
            continue
        yield _record(number, value)


def read_json(data: bytes, *, name: str) -> Iterator[Record]:
    """Yield the records of a file with one JSON array of objects, or one object.

    Raises:
        UnreadableSource: the file is no JSON.

    """
    try:
        values = json.loads(decode(data, name=name))
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(
            f"不是合法的 JSON:{name}", hint="应为对象数组;每行一个对象的文件请用扩展名 .jsonl。"
        ) from error
    for number, value in enumerate(values if isinstance(values, list) else [values], 1):
        yield _record(number, value)


def read_csv(data: bytes, *, name: str) -> Iterator[Record]:
    """Yield the records of a CSV or TSV file whose first row names the fields.

    Raises:
        UnreadableSource: the file is no text, or no column holds the text.

    """
    text = decode(data, name=name).lstrip("\ufeff")
    delimiter = "\t" if name.lower().endswith(".tsv") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        heads = [head.strip() for head in next(rows, [])]
        if _first(dict.fromkeys(heads, "x"), TEXT_FIELDS) == "":
            raise UnreadableSource(
                f"表格里没有正文一列:{name}", hint=f"首行写列名,正文列叫 {'、'.join(TEXT_FIELDS)} 之一。"
            )
        number = 0
        for row in rows:
            if any(cell.strip() for cell in row):
                number += 1
                yield _record(number, dict(zip(heads, row, strict=False)))
    except csv.Error as error:
        raise UnreadableSource(
            f"不是合法的 CSV:{name}(第 {rows.line_num} 行)",
            hint=f"单个字段最多 {csv.field_size_limit()} 字;更长的正文请改用 JSONL。",
        ) from error


def _record(number: int, value: object) -> Record:
    if not isinstance(value, Mapping):
        return Record(number, problem="记录不是 JSON 对象")
    fields = {str(key).strip(): _printed(item) for key, item in value.items()}
    text = unix_lines(_first(fields, TEXT_FIELDS))
    if not text.strip():
        return Record(number, problem=f"没有正文(字段 {'、'.join(TEXT_FIELDS)} 都是空的)")
    if "\0" in text:
        return Record(number, problem="正文里有空字符")
    title = " ".join(_first(fields, _TITLE_FIELDS).split())
    if title and not "".join(text[: 2 * len(title) + 20].split()).startswith("".join(title.split())):
        text = f"{title}\n{text}"
    try:
        data = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()
    except UnicodeEncodeError:
        return Record(number, problem="含有不成对的代理字符")
    metadata = replace(metadata_of(fields.items(), origin="记录字段"), title=title[:200])
    return Record(number, _first(fields, _ID_FIELDS)[:100], text, data, metadata)


def _printed(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(_printed, value))
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if fields.get(name, "").strip()), "")
