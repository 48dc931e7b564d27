from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Clause, ClauseRole, Document
from indexer.passages import (
    is_indexed,
    lexical_parts,
    prefix_of,
    sentence_spans,
    squeeze,
    strip_mark,
    table_rows,
    units_of,
)

TABLE = (
    "专栏1  培训主要指标\n\n主要指标\n\n2021-2025年\n\n目标\n\n1.开展补贴性职业技能培训(人次)\n\n150万\n\n预期性\n\n"
    "2.其中:农民工参加职业培训(人次)\n\n25万"
)


def clause(text: str, role: ClauseRole = "body", headings: tuple[str, ...] = ("一、总体目标",)) -> Clause:
    return Clause("d#1", "d", "一", headings, role, 0, len(text), text)


@pytest.fixture
def hainan(documents: tuple[Document, ...]) -> Document:
    return documents[0]


@pytest.mark.parametrize(
    ("role", "text", "expected"),
    [
        ("title", "关于开展培训的通知", False),
        ("heading", "二、重点任务", False),
        ("heading", "二、重点任务。抓好培训;", True),
        ("heading", "(一)实施计划。主要采取以下措施:", True),
        ("body", "抓好培训", True),
        ("table", "150万", True),
        ("preamble", "为做好工作", True),
        ("notice", "2024年5月25日", True),
    ],
)
def test_is_indexed(role: ClauseRole, text: str, expected: bool) -> None:
    assert is_indexed(clause(text, role)) == expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("(四)抓好重点群体", "抓好重点群体"),
        ("（四）抓好重点群体", "抓好重点群体"),
        ("三、健全制度", "健全制度"),
        ("12.强化教师素质", "强化教师素质"),
        ("第三条 牧区劳动者", "牧区劳动者"),
        ("第二章　培训补贴", "培训补贴"),
        ("一是青年专项计划", "青年专项计划"),
        ("专栏6  评价扩面", "评价扩面"),
        ("• 总体要求", "总体要求"),
        ("总体要求", "总体要求"),
        ("十四五规划", "十四五规划"),
    ],
)
def test_strip_mark(heading: str, expected: str) -> None:
    assert strip_mark(heading) == expected


@pytest.mark.parametrize(("text", "expected"), [(" 甲\n\n乙\u3000 丙 ", "甲 乙 丙"), ("", ""), ("\n", "")])
def test_squeeze(text: str, expected: str) -> None:
    assert squeeze(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (
            TABLE,
            [
                "专栏1  培训主要指标\n\n主要指标",
                "2021-2025年\n\n目标",
                "1.开展补贴性职业技能培训(人次)\n\n150万\n\n预期性",
                "2.其中:农民工参加职业培训(人次)\n\n25万",
            ],
        ),
        ("1.培训\n20\n2.评价\n30", ["1.培训\n20", "2.评价\n30"]),
        ("1.5万\n20", ["1.5万\n20"]),
    ],
    ids=["empty", "real", "short labels", "a decimal is no label"],
)
def test_table_rows(text: str, expected: list[str]) -> None:
    rows = [text[start:end] for start, end in table_rows(text)]
    assert rows == expected


@given(text=st.text(st.sampled_from("培训万12.、 \n(:"), max_size=60))
def test_table_rows_are_in_order_and_lose_nothing(text: str) -> None:
    rows = table_rows(text)
    assert all(0 <= start <= end <= len(text) for start, end in rows)
    assert all(first[1] <= second[0] for first, second in pairwise(rows))
    assert "".join("".join(text[a:b].split()) for a, b in rows) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("只有一句话的条款。", "body", []),
        ("第一句话在这里。第二句话也在。", "body", ["第一句话在这里。", "第二句话也在。"]),
        ("第一句话在这里。短。", "body", []),
        ("第一句话在这里。短。第三句话在此。", "body", ["第一句话在这里。", "第三句话在此。"]),
        ("1.开展培训(人次)\n150万\n2.建设基地(个)\n20", "table", ["1.开展培训(人次)\n150万", "2.建设基地(个)\n20"]),
        ("", "body", []),
    ],
)
def test_sentence_spans(text: str, role: ClauseRole, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(clause(text, role))] == expected


def test_prefix_is_region_and_last_heading(hainan: Document) -> None:
    inner = clause("正文在此。", headings=("二、重点任务", "(一)支持企业培训"))
    assert prefix_of(hainan, inner) == "海南省 支持企业培训"
    assert prefix_of(hainan, clause("正文在此。", headings=())) == f"海南省 {hainan.title}"
    assert prefix_of(replace(hainan, region=None), inner) == "支持企业培训"


def test_lexical_parts_are_region_title_headings_and_body(hainan: Document) -> None:
    inner = clause("正文在此。", headings=("二、重点任务", "(一)支持企业培训"))
    assert lexical_parts(hainan, inner) == ["海南省", hainan.title, "二、重点任务", "(一)支持企业培训", "正文在此。"]


@pytest.mark.parametrize(
    ("text", "grains"),
    [
        ("只有一句话的条款。", ["clause"]),
        ("第一句话在这里。第二句话也在。", ["clause", "sentence", "sentence"]),
        (
            "这是很长的一句话" * 12 + "。" + "那也是很长的一句" * 12 + "。",
            ["clause", "chunk", "chunk", "sentence", "sentence"],
        ),
    ],
    ids=["one sentence", "two sentences", "two chunks"],
)
def test_units(hainan: Document, text: str, grains: list[str]) -> None:
    found = clause(text)
    units = list(units_of(hainan, found, 7))
    assert [unit.grain for unit in units] == grains
    assert all(unit.row == 7 and unit.text.startswith("海南省 总体目标\n") for unit in units)
    sentences = [unit.text.partition("\n")[2] for unit in units if unit.grain == "sentence"]
    assert sentences == [squeeze(text[start:end]) for start, end in sentence_spans(found)]


def test_chunks_overlap_by_a_short_sentence(hainan: Document) -> None:
    sentences = [
        f"这是第{number}句话,讲的是培训的第{number}件事情,它不长也不短,四十来个字,正好用来试一试。"
        for number in range(9)
    ]
    chunks = [
        unit.text.partition("\n")[2]
        for unit in units_of(hainan, clause("".join(sentences)), 0)
        if unit.grain == "chunk"
    ]
    assert len(chunks) > 2
    for before, after in pairwise(chunks):
        assert any(before.endswith(sentence) and after.startswith(sentence) for sentence in sentences)


def test_every_indexed_clause_has_a_whole_unit(
    parse: Callable[[str, str], Document], documents: tuple[Document, ...]
) -> None:
    for document in documents:
        for row, found in enumerate(document.clauses):
            first = next(iter(units_of(document, found, row)))
            assert first.grain == "clause"
            assert first.text.endswith(squeeze(found.text))
