"""Plain questions from a spreadsheet or a JSONL; tables out again, with no cell that runs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from corpus.errors import CorpusError
from eval import tables
from eval.batch import read_batch
from eval.tables import as_csv, as_xlsx, read_table

HEAD = ["编号", "问题", "地区", "答案", "结果"]
ROWS = [
    ["甲", "辽宁新增多少高技能人才", None, "25万|250000;高技能", None],
    ["乙", "公积金怎么提取", "辽宁", None, "refused|clarify"],
    ["丙", "随便问问", None, None, None],
]


def workbook(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def comma(path: Path, *rows: list[object]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize(("make", "name"), [(workbook, "批量.xlsx"), (comma, "批量.csv")])
def test_a_table_of_questions(tmp_path: Path, make, name: str) -> None:
    found = read_batch(make(tmp_path / name, HEAD, *ROWS))
    assert [(one.id, one.question, one.region) for one in found] == [
        ("甲", "辽宁新增多少高技能人才", None), ("乙", "公积金怎么提取", "辽宁"), ("丙", "随便问问", None),
    ]  # fmt: skip
    assert found[0].answers == (("25万", "250000"), ("高技能",))
    assert [one.outcome for one in found] == [("answered",), ("refused", "clarify"), ()]
    assert [one.judged for one in found] == [True, True, False]


@pytest.mark.parametrize(
    ("line", "answers", "outcome"),
    [
        ({"question": "问"}, (), ()),
        ({"question": "问", "answers": "25万"}, (("25万",),), ("answered",)),
        ({"question": "问", "answers": [["25万", "250000"], "人"]}, (("25万", "250000"), ("人",)), ("answered",)),
        ({"question": "问", "outcome": "refused"}, (), ("refused",)),
    ],
)
def test_a_line_of_json(tmp_path: Path, line: dict[str, object], answers: object, outcome: object) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(json.dumps(line, ensure_ascii=False), "utf-8")
    (found,) = read_batch(path)
    assert (found.id, found.answers, found.outcome) == ("1", answers, outcome)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"question": "问"}\n{"query": "问"}', "第 2 行: question: 缺少这个字段"),
        ('{"question": "问", "gold": 1}', "第 1 行: gold: 没有这个字段"),
        ('{"question": ""}', "第 1 行: 问题是空的"),
        ('{"question": 3}', "第 1 行: question: 类型不对"),
        ('{"question": "问", "outcome": "maybe"}', "第 1 行: 不认识的结果 maybe"),
        ("[1]", "第 1 行: 不是 JSON 对象"),
        ("[" * 100_000, "第 1 行: 不是合法的 JSON"),
        ("\n\n", "里没有问题"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=message):
        read_batch(path)


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(workbook(path, HEAD), "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/big.xml", b"0" * 70_000_000)
    return path


def laughs(path: Path) -> Path:
    """A sheet whose entities would unfold to gigabytes."""
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE x [{lines}]><worksheet xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e11;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    whole = workbook(path.with_suffix(".whole"), HEAD)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as packed:
        for name in source.namelist():
            packed.writestr(name, sheet if name.endswith("sheet1.xml") else source.read(name))
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: bomb(path), "解压后过大"),
        (lambda path: laughs(path), "不是能读的 XLSX"),
        (lambda path: path.write_bytes(b"PK\x03\x04 no zip") and path, "不是能读的 XLSX"),
        (lambda path: path, "读不了"),
        (lambda path: workbook(path, ["问题"], *[["问"]] * 12), "超过 10 行"),
        (lambda path: workbook(path, ["标题"], ["问"]), "没有“问题”一列"),
    ],
    ids=["bomb", "laughs", "torn", "missing", "long", "headless"],
)
def test_a_workbook_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make, message: str) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 10)
    with pytest.raises(CorpusError, match=message):
        read_batch(make(tmp_path / "批量.xlsx"))


HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "＝1", "<script>", "正常\x07文字", "长" * 40_000]


def test_no_cell_of_a_workbook_runs(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(as_xlsx(["列"] * len(HOSTILE), [HOSTILE], title="结果"))
    cells = list(load_workbook(path).active)[1]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells] == [True] * 6 + [False] * 3
    assert [cell.value for cell in cells[:7]] == HOSTILE[:7]
    assert cells[7].value == "正常文字"
    assert len(cells[8].value) == tables.MAX_CELL
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_no_cell_of_a_csv_runs() -> None:
    text = as_csv(["列"] * len(HOSTILE), [HOSTILE]).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(text)))[1]
    assert [cell[0] for cell in row[:6]] == ["'"] * 6
    assert row[6:8] == ["<script>", "正常文字"]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    for name, data in (
        ("t.csv", as_csv(HEAD, [["1", "问,\n题", "", "x", ""]])),
        ("t.xlsx", as_xlsx(HEAD, [], title="t")),
    ):
        (tmp_path / name).write_bytes(data)
    assert read_table(tmp_path / "t.csv") == [(1, HEAD), (2, ["1", "问,\n题", "", "x", ""])]
    assert read_table(tmp_path / "t.xlsx") == [(1, HEAD)]
