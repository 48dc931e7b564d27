"""Plain text and Markdown: the encoding found, line ends made one."""

from __future__ import annotations

import codecs

from corpus.errors import UnreadableSource
from corpus.formats.extracted import Extracted

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB18030 maps nearly every byte pair to something, so a decoded text must also look like Chinese or ASCII.
_PLAUSIBLE_SHARE = 0.85
_ACCEPT_HINT = "请另存为 UTF-8 或 GB18030 编码的文本文件后再试。"


def read_text(data: bytes, *, name: str) -> Extracted:
    """Return a text file as it is."""
    return Extracted(decode(data, name=name))


def decode(data: bytes, *, name: str) -> str:
    """Return ``data`` (UTF-8, UTF-16 with BOM, or GB18030) as text whose lines end in a line feed.

    Raises:
        UnreadableSource: empty, binary or undecodable data; ``name`` is named in the message.

    """
    if not data.strip():
        raise UnreadableSource(f"文件是空的:{name}", hint="请换一个有正文的文件。")
    text = decoded(data)
    if text is None or "\0" in text:
        raise UnreadableSource(f"不是文本文件或编码无法识别:{name}", hint=_ACCEPT_HINT)
    if not text.strip():
        raise UnreadableSource(f"文件里没有文字:{name}", hint="请换一个有正文的文件。")
    return unix_lines(text)


def unix_lines(text: str) -> str:
    """Return ``text`` with a line feed for each line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decoded(data: bytes) -> str | None:
    """Return ``data`` as text by its byte order mark, else as UTF-8, else as GB18030 that looks like Chinese."""
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
