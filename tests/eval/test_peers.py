"""Somebody else's answers with the passages they rest on, and the tables that a scored run becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from eval.export import EXPORTS, HEAD
from eval.items import Item
from eval.library import Library
from eval.locate import Locator, ranking_of
from eval.replies import Record, Reply
from eval.scoring import score, summarise
from eval.systems import FileSystem
from eval.tables import read_table

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("context", "doc_id", "clauses"),
    [
        ("新增高技能人才25万人以上。全省技能人才总量达到565万人。", "liaoning", ("liaoning#1",)),
        ("新增高技能人才 25万人\n以上", "liaoning", ("liaoning#1",)),
        ("全省技能人才总量达到565万人。\n二、保障\n由省财政厅牵头。", "liaoning", ("liaoning#1", "liaoning#2")),
        ("高技能人才达到９万人以上", "zunyi", ("zunyi#1",)),
        ("不在任何文件里的一段话", "", ()),
        ("目标", "", ()),  # too short to tell
    ],
)  # fmt: skip
def test_a_context_is_found_in_its_document(
    library: Library, context: str, doc_id: str, clauses: tuple[str, ...]
) -> None:
    found = Locator(library).find(context)
    assert (found.cited.doc_id, found.clause_ids) == (doc_id, clauses)
    if doc_id:
        assert library.by_id[doc_id].text[found.cited.start : found.cited.end] == found.cited.quote


def test_a_passage_from_elsewhere_keeps_its_rank(library: Library) -> None:
    locator = Locator(library)
    located = [locator.find(text) for text in ("别处的一段话没有收录", "由省财政厅牵头。", "由省财政厅牵头")]
    assert ranking_of(located) == ("context-1", "liaoning#2")


def test_answers_with_contexts_are_scored(make_item: Callable[..., Item], library: Library, tmp_path: Path) -> None:
    rows = [
        {"question": "辽宁新增多少高技能人才", "answer": "25万人以上", "contexts": ["新增高技能人才25万人以上。"]},
        {"id": "q2", "answer": "9万人以上", "contexts": ["由省财政厅牵头。", "新增高技能人才25万人以上。"]},
    ]
    path = tmp_path / "peer.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    system = FileSystem(path, library)
    items = [make_item("辽宁 新增多少高技能人才"), make_item("另一问", id="q2")]
    scored = score([Record(item=item, reply=system.reply(item, ())) for item in items], library, as_of=DAY)
    assert [one.problems for one in scored] == [(), ("缺少“25万”",)]
    summary = summarise(scored)
    assert summary["RR"].value == pytest.approx((1 + 1 / 2) / 2)
    assert summary["citation_precision"].value == pytest.approx(2 / 3)
    assert summary["unsupported_number"].value == pytest.approx(1 / 2)


def test_exports_say_the_same(
    make_item: Callable[..., Item], make_reply: Callable[..., Reply], library: Library, tmp_path: Path
) -> None:
    pairs = [(make_item(), make_reply()), (make_item("=1+1", id="evil", outcome=()), make_reply("@cmd"))]
    scored = score([Record(item=item, reply=reply) for item, reply in pairs], library, as_of=DAY)
    for ending in ("csv", "xlsx"):
        path = tmp_path / f"out.{ending}"
        path.write_bytes(EXPORTS[ending][0](scored))
        rows = [row for _, row in read_table(path)]
        assert rows[0] == list(HEAD)
        assert [row[0] for row in rows[1:]] == ["q1", "evil"]
        assert [row[HEAD.index("是否正确")] for row in rows[1:]] == ["是", "未评"]
        assert rows[2][1] == ("'=1+1" if ending == "csv" else "=1+1")
    lines = [json.loads(line) for line in EXPORTS["jsonl"][0](scored).decode().splitlines()]
    assert [line["correct"] for line in lines] == [True, None]
    assert lines[0]["scores"]["gold_answers"] == [1, 1]
