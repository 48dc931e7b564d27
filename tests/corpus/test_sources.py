from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import sources
from corpus.errors import UnreadableSource
from corpus.formats.text import decode
from corpus.sources import find_sources, read_source

TEXT = "一、总体要求\n各市人民政府,省政府各部门:请认真贯彻执行。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_known_encodings_and_line_ends(encoding: str, line_end: str) -> None:
    assert decode(TEXT.replace("\n", line_end).encode(encoding), name="a.txt") == TEXT


def test_utf16_big_endian_with_a_byte_order_mark() -> None:
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be"), name="a.txt") == TEXT


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b" \r\n\t ", "空的"),
        ("\ufeff".encode(), "没有文字"),
        ("\u3000\u3000\n".encode(), "没有文字"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "编码无法识别"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "编码无法识别"),
        (bytes(range(128, 256)) * 20, "编码无法识别"),
        (TEXT.encode("utf-16-le"), "编码无法识别"),
        (TEXT.encode("utf-32"), "编码无法识别"),
        ("Décret présidentiel à l'été ñandú".encode("latin-1") * 3, "编码无法识别"),
    ],
)
def test_what_is_no_text_is_refused_with_a_hint(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says) as caught:
        decode(data, name="a.txt")
    assert "a.txt" in caught.value.message
    assert caught.value.hint


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text = decode(data, name="a.txt")
    except UnreadableSource:
        return
    assert text.strip()
    assert "\r" not in text and "\0" not in text


def test_read_source_keeps_name_and_checksum(tmp_path: Path) -> None:
    path = tmp_path / "通知.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    source = read_source(path)
    assert (source.name, source.stem, source.text) == ("通知.txt", "通知", TEXT)
    assert source.sha256 == hashlib.sha256(TEXT.encode("gb18030")).hexdigest()


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(UnreadableSource, match="读不了文件"):
            read_source(path)


def test_a_file_above_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(sources, "MAX_SOURCE_BYTES", path.stat().st_size)
    assert read_source(path).text == TEXT
    monkeypatch.setattr(sources, "MAX_SOURCE_BYTES", path.stat().st_size - 1)
    with pytest.raises(UnreadableSource, match="文件过大"):
        read_source(path)


def test_find_sources_takes_texts_and_says_what_it_leaves(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.pdf", "noext", ".hidden.txt", "sub/d.TXT"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    found, refused = find_sources([tmp_path, tmp_path / "b.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.md", "b.txt", "sub/d.TXT"]
    assert [(path.name, why) for path, why in refused] == [
        ("c.pdf", "暂不支持 .pdf 格式"),
        ("noext", "暂不支持 无扩展名 格式"),
    ]


def test_find_sources_refuses_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="找不到"):
        find_sources([tmp_path / "none"])
