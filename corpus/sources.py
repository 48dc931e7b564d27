"""Files in, raw text out."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import UnreadableSource

MAX_SOURCE_BYTES = 20 * 1024 * 1024
TEXT_SUFFIXES = (".txt", ".md")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB18030 maps nearly every byte pair to something, so a decoded text must also look like Chinese or ASCII.
_PLAUSIBLE_SHARE = 0.85
_ACCEPT_HINT = "请另存为 UTF-8 或 GB18030 编码的文本文件后再试。"


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: ``name`` and ``stem`` of the file, its decoded ``text`` and the ``sha256`` of its bytes."""

    name: str
    stem: str
    text: str
    sha256: str


def find_sources(paths: list[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Return the text files named by or below ``paths``, sorted, and ``(path, why)`` for what cannot be taken.

    Raises:
        UnreadableSource: a path that does not exist.

    """
    found: list[Path] = []
    refused: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            for child in sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")):
                if child.suffix.lower() in TEXT_SUFFIXES:
                    found.append(child)
                else:
                    refused.append((child, f"暂不支持 {child.suffix or '无扩展名'} 格式"))
        elif path.is_file():
            found.append(path)
        else:
            raise UnreadableSource(f"找不到文件或文件夹:{path}", hint="请检查路径是否写对。")
    return list(dict.fromkeys(found)), refused


def read_source(path: Path) -> Source:
    """Read one text file: UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030; each line end becomes a line feed.

    Raises:
        UnreadableSource: missing, empty, binary, larger than ``MAX_SOURCE_BYTES`` or in no known encoding.

    """
    try:
        size = path.stat().st_size
        if size > MAX_SOURCE_BYTES:
            raise UnreadableSource(
                f"文件过大:{path.name}({size / 2**20:.0f} MB,上限 {MAX_SOURCE_BYTES // 2**20} MB)",
                hint="请拆分后再导入。",
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(
            f"读不了文件:{path}({error.strerror})", hint="请检查文件是否存在、是否有读取权限。"
        ) from error
    text = decode(data, name=path.name)
    return Source(name=path.name, stem=path.stem, text=text, sha256=hashlib.sha256(data).hexdigest())


def decode(data: bytes, *, name: str) -> str:
    """Return ``data`` as text whose lines end in a line feed.

    Raises:
        UnreadableSource: empty, binary or undecodable data; ``name`` is named in the message.

    """
    if not data.strip():
        raise UnreadableSource(f"文件是空的:{name}", hint="请换一个有正文的文件。")
    text = _decoded(data)
    if text is None or "\0" in text:
        raise UnreadableSource(f"不是文本文件或编码无法识别:{name}", hint=_ACCEPT_HINT)
    if not text.strip():
        raise UnreadableSource(f"文件里没有文字:{name}", hint="请换一个有正文的文件。")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _try(data, encoding)
    utf8 = _try(data, "utf-8")
    if utf8 is not None:
        return utf8
    legacy = _try(data, "gb18030")
    return legacy if legacy is not None and _plausible(legacy) else None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _plausible(text: str) -> bool:
    sample = text[:20_000]
    good = sum(
        "\u4e00" <= char <= "\u9fff"
        or "\u3000" <= char <= "\u303f"
        or "\uff00" <= char <= "\uffef"
        or " " <= char <= "~"
        or char in "\n\r\t—“”‘’…·○●■◆\xa0"
        for char in sample
    )
    return good >= _PLAUSIBLE_SHARE * len(sample)
