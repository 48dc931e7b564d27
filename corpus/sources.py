"""Files in, raw texts out: the one place that knows which reader takes which file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from corpus.errors import UnreadableSource
from corpus.formats.archive import MAX_DEPTH, Budget, read_members
from corpus.formats.docx import read_docx
from corpus.formats.extracted import Extracted
from corpus.formats.html import read_html, read_mht
from corpus.formats.pdf import read_pdf
from corpus.formats.records import MAX_RECORDS, Record, read_csv, read_json, read_json_lines
from corpus.formats.text import read_text
from corpus.model import SAYS_NOTHING, SourceMetadata

MAX_SOURCE_BYTES = 20 * 1024 * 1024
"""The largest file that holds one document."""
MAX_CONTAINER_BYTES = 100 * 1024 * 1024
"""The largest file that holds several: an archive or records."""


class Reader(Protocol):
    """Reads the bytes of one document; raises ``UnreadableSource``."""

    def __call__(self, data: bytes, *, name: str) -> Extracted: ...


class RecordReader(Protocol):
    """Reads the bytes of a file of records; raises ``UnreadableSource``."""

    def __call__(self, data: bytes, *, name: str) -> Iterator[Record]: ...


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_text,
    ".markdown": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".shtml": read_html,
    ".mht": read_mht,
    ".mhtml": read_mht,
    ".docx": read_docx,
    ".pdf": read_pdf,
}
"""The reader of each file name extension that holds one document."""

RECORD_READERS: dict[str, RecordReader] = {
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_csv,
}
"""The reader of each extension that holds a document per record."""

SUFFIXES = (*READERS, *RECORD_READERS, ".zip")
"""Every extension that ``read_sources`` takes, lower case."""

_CONTAINERS = (*RECORD_READERS, ".zip")
_OTHER_FORMATS = {
    ".doc": "旧版 Word(.doc)请先用 Word 或 WPS 另存为 .docx",
    ".wps": "WPS 文字(.wps)请先另存为 .docx",
    ".rtf": "RTF 请先用 Word 或 WPS 另存为 .docx",
    ".ofd": "OFD 请先用阅读软件导出为 PDF 或 .docx",
    ".xls": "Excel 表格请先另存为 .csv(首行写列名)",
    ".xlsx": "Excel 表格请先另存为 .csv(首行写列名)",
    ".rar": "RAR 请先解压,或改用 ZIP",
    ".7z": "7z 请先解压,或改用 ZIP",
}
_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Source:
    """One document as read, before segmentation.

    ``name`` is the file's name, for a part of a file that of the part behind it (``a.zip/b.docx``, ``a.jsonl#3``);
    ``stem`` makes the id of a document without a 文号. ``sha256`` is that of the bytes it was read from: the file, the
    member, the record. ``metadata`` is what the file says apart from the text; ``notes`` say in Chinese what the reader
    should know (pages without text).
    """

    name: str
    stem: str
    text: str
    sha256: str
    metadata: SourceMetadata = SAYS_NOTHING
    notes: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """A file, or a part of one, that was not read, and why (Chinese)."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave: its documents in order, and the parts that could not be read."""

    sources: tuple[Source, ...]
    refused: tuple[Refusal, ...] = field(default=())


def find_sources(paths: list[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Return the readable files named by or below ``paths``, sorted, and ``(path, why)`` for what cannot be taken.

    Raises:
        UnreadableSource: a path that does not exist.

    """
    found: list[Path] = []
    refused: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            for child in sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")):
                if child.suffix.lower() in SUFFIXES:
                    found.append(child)
                else:
                    refused.append((child, _unsupported(child.suffix.lower())))
        elif path.is_file():
            found.append(path)
        else:
            raise UnreadableSource(f"找不到文件或文件夹:{path}", hint="请检查路径是否写对。")
    return list(dict.fromkeys(found)), refused


def read_sources(path: Path) -> Reading:
    """Read the file at ``path``: one document, or as many as its records or members hold.

    Raises:
        UnreadableSource: the file as a whole cannot be read; a part that cannot is in ``refused``.

    """
    try:
        size = path.stat().st_size
        if size > _limit(path.name):
            raise _too_large(path.name, size)
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(
            f"读不了文件:{path}({error.strerror})", hint="请检查文件是否存在、是否有读取权限。"
        ) from error
    return read_bytes(path.name, data)


def stem_of(name: str) -> str:
    """Return the ``stem`` of the source called ``name``: 通知 of ``a.zip/通知.docx``, ``a-3`` of ``a.jsonl#3``."""
    path, mark, record = name.rpartition("#")
    if mark and record.isdecimal():
        return f"{PurePosixPath(path).stem}-{record}"
    return PurePosixPath(name).stem


def read_source(path: Path) -> Source:
    """Read the file at ``path``, which holds one document.

    Raises:
        UnreadableSource: as ``read_sources``, or where the file holds none or several.

    """
    reading = read_sources(path)
    if len(reading.sources) != 1 or reading.refused:
        raise UnreadableSource(f"文件里不是正好一份文件:{path.name}", hint="请用 read_sources 读取。")
    return reading.sources[0]


def read_bytes(name: str, data: bytes) -> Reading:
    """Read ``data`` as the file ``name`` (only its last part counts), as an upload brings them.

    Raises:
        UnreadableSource: as ``read_sources``.

    """
    name = _clean(PurePosixPath(name.replace("\\", "/")).name) or "未命名"
    if len(data) > _limit(name):
        raise _too_large(name, len(data))
    sources: list[Source] = []
    refused: list[Refusal] = []
    for item in _items(name, data, depth=1, budget=Budget.whole()):
        if isinstance(item, Source):
            sources.append(item)
        else:
            refused.append(item)
    return Reading(tuple(sources), tuple(refused))


def _items(name: str, data: bytes, *, depth: int, budget: Budget) -> Iterator[Source | Refusal]:
    suffix = _kind(name, data)
    if suffix == ".zip":
        yield from _members(name, data, depth=depth, budget=budget)
    elif suffix in RECORD_READERS:
        yield from _records(name, RECORD_READERS[suffix](data, name=name))
    elif suffix in READERS:
        found = READERS[suffix](data, name=name)
        digest = hashlib.sha256(data).hexdigest()
        yield Source(name, stem_of(name), found.text, digest, found.metadata, found.notes)
    else:
        raise UnreadableSource(f"{_unsupported(suffix)}:{name}", hint=f"能读的格式:{' '.join(SUFFIXES)}。")


def _members(name: str, data: bytes, *, depth: int, budget: Budget) -> Iterator[Source | Refusal]:
    for member in read_members(data, name=name, limit=MAX_CONTAINER_BYTES, budget=budget):
        inner = f"{name}/{member.name}"
        if member.problem:
            yield Refusal(inner, member.problem)
        elif _kind(inner, member.data) == ".zip" and depth >= MAX_DEPTH:
            yield Refusal(inner, f"压缩包套压缩包超过 {MAX_DEPTH} 层")
        elif len(member.data) > _limit(inner):
            yield Refusal(inner, _too_large(inner, len(member.data)).message)
        else:
            try:
                yield from _items(inner, member.data, depth=depth + 1, budget=budget)
            except UnreadableSource as error:
                yield Refusal(inner, error.message)


def _records(name: str, records: Iterator[Record]) -> Iterator[Source | Refusal]:
    for record in records:
        part = f"{name}#{record.number}"
        if record.number > MAX_RECORDS:
            yield Refusal(part, f"记录太多(上限 {MAX_RECORDS} 条),从这里起不再读")
            return
        if record.problem:
            yield Refusal(part, record.problem)
        else:
            digest = hashlib.sha256(record.data).hexdigest()
            stem = record.key or stem_of(part)
            yield Source(part, stem, record.text, digest, record.metadata)


def _kind(name: str, data: bytes) -> str:
    """Return the extension that fits the file: its own, unless its first bytes say otherwise."""
    suffix = PurePosixPath(name).suffix.lower()
    if data.startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(_OLE):
        return suffix if suffix in _OTHER_FORMATS else ".doc"
    if data.startswith(b"PK\x03\x04") and suffix not in _OTHER_FORMATS:
        return suffix if suffix in (".zip", ".docx") else ".docx" if b"word/" in data[:4096] else ".zip"
    # Word and WPS save web pages under .doc; browsers save them without an extension.
    if suffix in ("", ".doc", ".wps", ".txt") and _looks_like_page(data):
        return ".html"
    if suffix == ".doc" and data.startswith(b"PK\x03\x04"):
        return ".docx"
    return suffix or ".txt"


def _looks_like_page(data: bytes) -> bool:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or (head.startswith(b"<?xml") and b"<html" in head)


def _unsupported(suffix: str) -> str:
    if suffix in _IMAGES:
        return f"暂不支持 {suffix} 图片,请先做文字识别或合成 PDF"
    return _OTHER_FORMATS.get(suffix, f"暂不支持 {suffix or '无扩展名'} 格式")


def _limit(name: str) -> int:
    return MAX_CONTAINER_BYTES if PurePosixPath(name).suffix.lower() in _CONTAINERS else MAX_SOURCE_BYTES


def _clean(name: str) -> str:
    return "".join(char for char in name if char.isprintable())[-200:].strip()


def _too_large(name: str, size: int) -> UnreadableSource:
    return UnreadableSource(
        f"文件过大:{name}({size / 2**20:.0f} MB,上限 {_limit(name) // 2**20} MB)", hint="请拆分后再导入。"
    )
