"""What an index was made of, and whether it can be used here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpus.errors import CorruptIndex, StaleIndex

FORMAT_VERSION = 6
_OLDEST_WITH_SEGMENTS = 3
MANIFEST_FILE = "manifest.json"
# seg-000012
SEGMENT_NAME = re.compile(r"seg-\d{6,}")
_REBUILD = "请运行 wence index --rebuild 重建索引。"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment as a generation lists it: folder name, sizes as written, and the documents removed since."""

    name: str
    documents: int
    clauses: int
    units: int
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The identity of an index: its corpus, encoder and tokenizer, its size, and the segments it consists of.

    ``words_id`` identifies the words that were added to the dictionary; sizes leave removed documents out; ``noise`` is
    the similarity that everyday sentences off every policy subject (``indexer/data/probes.txt``) reach;
    ``files`` maps the path of every other file of the generation to its size in bytes.
    """

    format_version: int
    corpus_hash: str
    encoder_id: str
    dimension: int
    tokenizer_id: str
    words_id: str
    documents: int
    clauses: int
    units: int
    noise: float
    built_at: str
    segments: tuple[SegmentEntry, ...]
    files: dict[str, int] = field(default_factory=dict)

    def check_files(self, folder: Path) -> None:
        """Raise ``CorruptIndex`` where a file of ``folder`` is missing or has not the size it was written with."""
        for name, size in self.files.items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != size:
                raise CorruptIndex(f"索引文件缺失或已损坏:{folder.name}/{name}", hint=_REBUILD)

    def check(self, *, encoder_id: str, dimension: int, tokenizer_id: str | None = None) -> None:
        """Raise ``StaleIndex`` where this index cannot serve queries of that encoder, or cut by that tokenizer."""
        if self.format_version != FORMAT_VERSION:
            raise StaleIndex(f"索引格式为第 {self.format_version} 版,本程序需要第 {FORMAT_VERSION} 版", hint=_REBUILD)
        if self.encoder_id != encoder_id or self.dimension != dimension:
            raise StaleIndex(
                f"索引用的向量模型是 {self.encoder_id}({self.dimension} 维),现在设置的是 {encoder_id}({dimension} 维)",
                hint=f"{_REBUILD}或把 WENCE_ENCODER 改回原来的设置。",
            )
        if tokenizer_id is not None and self.tokenizer_id != tokenizer_id:
            raise StaleIndex("索引的分词方式与本程序的不同", hint=_REBUILD)

    def write(self, folder: Path) -> None:
        """Write the manifest into ``folder``."""
        (folder / MANIFEST_FILE).write_text(
            json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the relative path and the size in bytes of every file below ``folder``, sorted by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in paths}


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of ``folder``. Raises ``CorruptIndex`` or ``StaleIndex``."""
    with _reading():
        body = _body(folder)
        _check_format(body, oldest=FORMAT_VERSION)
        segments = _segments(body.pop("segments"))
        manifest = Manifest(segments=segments, **body)
        if not isinstance(manifest.files, dict):
            raise ValueError("files is no table")
        return manifest


def read_segments(folder: Path) -> tuple[SegmentEntry, ...]:
    """Read which segments ``folder`` has, also in an older format whose stores this program reads.

    Raises ``CorruptIndex`` or ``StaleIndex``.
    """
    with _reading():
        body = _body(folder)
        _check_format(body, oldest=_OLDEST_WITH_SEGMENTS)
        return _segments(body["segments"])


def _body(folder: Path) -> dict[str, Any]:
    body = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


def _check_format(body: dict[str, Any], *, oldest: int) -> None:
    version = body.get("format_version")
    if not isinstance(version, int) or not oldest <= version <= FORMAT_VERSION:
        raise StaleIndex(f"索引格式为第 {version} 版,本程序需要第 {FORMAT_VERSION} 版", hint=_REBUILD)


def _segments(entries: Iterable[dict[str, Any]]) -> tuple[SegmentEntry, ...]:
    segments = tuple(SegmentEntry(**entry | {"removed": tuple(entry["removed"])}) for entry in entries)
    if not all(SEGMENT_NAME.fullmatch(entry.name) for entry in segments):
        raise ValueError("a segment has a strange name")
    return segments


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CorruptIndex(f"索引清单 {MANIFEST_FILE} 读不出来", hint=_REBUILD) from error
