from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest

from corpus.errors import UnreadableSource
from corpus.formats import archive
from corpus.sources import read_bytes

RECORD = {
    "title": "关于稳就业的通知",
    "text": "一、总则\n坚持就业优先。",
    "doc_number": "某政发〔2024〕5号",
    "issuer": "某市人民政府",
    "issued": "2024-05-06",
}


def json_lines(*records: object) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return file.getvalue()


CSV = """标题,正文,文号,发文机关,成文日期
关于稳就业的通知,"一、总则
坚持就业优先。",某政发〔2024〕5号,某市人民政府,2024-05-06
"""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", json_lines(RECORD)),
        ("a.json", json.dumps([RECORD]).encode()),
        ("a.csv", CSV.encode()),
        ("a.csv", CSV.encode("gbk")),
        ("a.csv", CSV.encode("utf-8-sig")),
        ("a.tsv", CSV.replace(",", "\t").encode()),
    ],
)
def test_a_record_is_a_document(name: str, data: bytes) -> None:
    (source,) = read_bytes(name, data).sources
    assert (source.name, source.stem) == (f"{name}#1", "a-1")
    assert source.text == "关于稳就业的通知\n一、总则\n坚持就业优先。"
    said = source.metadata
    assert (said.title, said.doc_number, said.issuers, said.issued, said.origin) == (
        "关于稳就业的通知",
        "某政发〔2024〕5号",
        ("某市人民政府",),
        "2024-05-06",
        "记录字段",
    )


def test_a_title_that_opens_the_text_is_not_printed_twice() -> None:
    (source,) = read_bytes("a.jsonl", json_lines({"title": "通知甲乙", "content": "通知甲乙\n正文。"})).sources
    assert source.text == "通知甲乙\n正文。"


def test_the_id_of_a_record_names_its_document() -> None:
    assert read_bytes("a.jsonl", json_lines(RECORD | {"id": "gov-7"})).sources[0].stem == "gov-7"


def test_bad_records_are_refused_one_by_one() -> None:
    data = json_lines(RECORD) + b'\n{"title": "x"}\nno json\n[1]\n\n' + b'{"text": "\\ud800"}\n' + json_lines(RECORD)
    reading = read_bytes("a.jsonl", data)
    assert [source.name for source in reading.sources] == ["a.jsonl#1", "a.jsonl#6"]
    assert [(name, why[:4]) for name, why in reading.refused] == [
        ("a.jsonl#2", "没有正文"),
        ("a.jsonl#3", "不是合法"),
        ("a.jsonl#4", "记录不是"),
        ("a.jsonl#5", "含有不成"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.json", b"[1, 2", "不是合法的 JSON"),
        ("a.json", b"[" * 100_000, "不是合法的 JSON"),
        ("a.csv", "标题,文号\n甲,乙\n".encode(), "没有正文一列"),
        ("a.csv", ("正文\n" + "长" * 200_000).encode(), "不是合法的 CSV"),
        ("a.zip", b"PK\x03\x04 broken", "压缩包打不开"),
        ("a.zip", zipped({}), "没有文件"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word", "另存为 .docx"),
        ("a.xlsx", zipped({"xl/workbook.xml": b""}), "另存为 .csv"),
        ("a.rar", b"Rar!", "先解压"),
        ("a.png", b"\x89PNG", "图片"),
        ("a.exe", b"MZ", "暂不支持 .exe"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_hint(name: str, data: bytes, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says) as caught:
        read_bytes(name, data)
    assert name in caught.value.message
    assert caught.value.hint


def test_members_of_an_archive_are_read_or_refused_by_name() -> None:
    data = zipped(
        {
            "甲/通知.txt": "某市关于就业的通知\n一、总则".encode("gbk"),
            "b.jsonl": json_lines(RECORD, RECORD),
            "c.png": b"\x89PNG",
            "__MACOSX/._a": b"x",
            ".DS_Store": b"x",
            "../../etc/passwd.txt": "越界的名字".encode(),
            "C:\\windows\\d.txt": "反斜杠".encode(),
            "inner.zip": zipped({"e.md": "# 通知\n正文".encode(), "deep.zip": zipped({"f.txt": b"x"})}),
        }
    )
    reading = read_bytes("a.zip", data)
    assert [source.name for source in reading.sources] == [
        "a.zip/甲/通知.txt",
        "a.zip/b.jsonl#1",
        "a.zip/b.jsonl#2",
        "a.zip/etc/passwd.txt",
        "a.zip/windows/d.txt",
        "a.zip/inner.zip/e.md",
    ]
    assert [(name, why[:9]) for name, why in reading.refused] == [
        ("a.zip/c.png", "暂不支持 .png"),
        ("a.zip/inner.zip/deep.zip", "压缩包套压缩包超过"),
    ]


def test_names_in_gbk_are_shown_as_they_were() -> None:
    data = zipped({"XX.txt": b"text"}).replace(b"XX.txt", "通.txt".encode("gbk"))
    assert read_bytes("a.zip", data).sources[0].name == "a.zip/通.txt"


def test_a_bomb_is_refused_and_the_rest_is_read() -> None:
    data = zipped({"bomb.txt": b"0" * 30_000_000, "a.txt": "正文".encode()})
    reading = read_bytes("a.zip", data)
    assert [source.name for source in reading.sources] == ["a.zip/a.txt"]
    assert reading.refused[0].name == "a.zip/bomb.txt" and "压缩炸弹" in reading.refused[0].why


@pytest.mark.parametrize(
    ("limit", "value", "says"), [("MAX_MEMBERS", 2, "文件太多"), ("MAX_TOTAL_BYTES", 10, "总量过大")]
)
def test_an_archive_is_bounded_as_a_whole(monkeypatch: pytest.MonkeyPatch, limit: str, value: int, says: str) -> None:
    monkeypatch.setattr(archive, limit, value)
    inner = zipped({"a.txt": b"12345678", "b.txt": b"12345678"}, zipfile.ZIP_STORED)
    reading = read_bytes("a.zip", zipped({"x.txt": b"12345678", "y.txt": b"12345678", "z.zip": inner}))
    assert len(reading.sources) < 4
    assert any(says in why for _, why in reading.refused)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.doc", "<html><body><p>坚持就业优先政策,稳定岗位。</p></body></html>".encode()),
        ("page", "<!DOCTYPE html><html><body><p>坚持就业优先政策,稳定岗位。</p></body></html>".encode()),
    ],
)
def test_a_page_under_another_name_is_read_as_a_page(name: str, data: bytes) -> None:
    pytest.importorskip("lxml", reason="needs the extra formats")
    assert read_bytes(name, data).sources[0].text.strip() == "坚持就业优先政策,稳定岗位。"


@pytest.mark.parametrize("name", ["../../x.txt", "C:\\x\\x.txt", "\x00x.txt", "/x.txt"])
def test_only_the_last_part_of_an_uploaded_name_counts(name: str) -> None:
    assert read_bytes(name, "正文".encode()).sources[0].name == "x.txt"
