"""Files in, raw texts out: the one place that knows which reader takes which file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from corpus.errors import UnreadableSource
from corpus.formats.extracted import Extracted
from corpus.formats.text import read_text
from corpus.model import SAYS_NOTHING, SourceMetadata

MAX_SOURCE_BYTES = 20 * 1024 * 1024

Reader = Callable[..., Extracted]

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_text,
    ".markdown": read_text,
}
"""The reader of each file name extension that holds one document."""

SUFFIXES = (*READERS,)
"""Every extension that ``read_sources`` takes, lower case."""


@dataclass(frozen=True, slots=True)
class Source:
    """One document as read, before segmentation.

    ``name`` is the file's name, for a part of a file that of the part behind it (``a.zip/b.docx``, ``a.jsonl#3``);
    ``stem`` makes the id of a document without a 文号; ``sha256`` is that of the bytes it was read from; ``metadata`` is what
    the file says apart from the text; ``notes`` say in Chinese what the reader should know (pages without text).
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
                    refused.append((child, f"暂不支持 {child.suffix or '无扩展名'} 格式"))
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
        if size > MAX_SOURCE_BYTES:
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
    name = PurePosixPath(name.replace("\\", "/")).name or "未命名"
    if len(data) > MAX_SOURCE_BYTES:
        raise _too_large(name, len(data))
    sources: list[Source] = []
    refused: list[Refusal] = []
    for item in _items(name, data):
        if isinstance(item, Source):
            sources.append(item)
        else:
            refused.append(item)
    return Reading(tuple(sources), tuple(refused))


def _items(name: str, data: bytes) -> Iterator[Source | Refusal]:
    reader = READERS.get(PurePosixPath(name).suffix.lower(), read_text)
    found = reader(data, name=name)
    yield Source(name, stem_of(name), found.text, hashlib.sha256(data).hexdigest(), found.metadata, found.notes)


def _too_large(name: str, size: int) -> UnreadableSource:
    return UnreadableSource(
        f"文件过大:{name}({size / 2**20:.0f} MB,上限 {MAX_SOURCE_BYTES // 2**20} MB)", hint="请拆分后再导入。"
    )
