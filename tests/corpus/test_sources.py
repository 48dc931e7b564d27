from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import sources
from corpus.errors import UnreadableSource
from corpus.formats.text import decode
from corpus.sources import SUFFIXES, find_sources, read_bytes, read_source

MAGIC = (
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<html><body><table><tr><td>",
    b'{"text": "',
)


def zip_of(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return file.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
DOCX = zip_of(
    {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        b'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
        b'document.main+xml"/><Default Extension="rels" ContentType='
        b'"application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + f'<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/></Relationships>'.encode(),
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body>'
        "</w:document>".encode(),
    }
)
WHOLE = [
    ("a.docx", DOCX),
    ("a.zip", zip_of({"a.txt": "正文".encode(), "b.jsonl": b'{"text": "x"}'})),
    ("a.html", "<html><body><table><tr><td rowspan=9>甲<td colspan=99999>乙<tr><td>丙</table></body></html>".encode()),
    ("a.csv", "标题,正文\n甲,乙\n".encode()),
]
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


def test_find_sources_takes_what_it_can_read_and_says_what_it_leaves(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.pdf", "e.doc", "f.bin", "noext", ".hidden.txt", "sub/d.TXT"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    found, refused = find_sources([tmp_path, tmp_path / "b.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.md", "b.txt", "c.pdf", "sub/d.TXT"]
    assert [(path.name, why) for path, why in refused] == [
        ("e.doc", "旧版 Word(.doc)请先用 Word 或 WPS 另存为 .docx"),
        ("f.bin", "暂不支持 .bin 格式"),
        ("noext", "暂不支持 无扩展名 格式"),
    ]


@settings(deadline=None)
@given(st.binary(max_size=600), st.sampled_from(SUFFIXES), st.sampled_from([b"", *MAGIC]))
def test_any_bytes_under_any_name_are_read_or_refused(data: bytes, suffix: str, head: bytes) -> None:
    try:
        reading = read_bytes(f"a{suffix}", head + data)
    except UnreadableSource as error:
        assert error.message and error.hint
        return
    for source in reading.sources:
        assert source.text.strip() and "\r" not in source.text and "\0" not in source.text
        source.text.encode()


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    name, whole = data.draw(st.sampled_from(WHOLE))
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_bytes(name, bytes(damaged[: data.draw(st.integers(1, len(damaged)))]))
    except UnreadableSource as error:
        assert error.message and error.hint


def test_find_sources_refuses_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="找不到"):
        find_sources([tmp_path / "none"])
