from __future__ import annotations

import pytest

from assistant.lists import announces, lead_of, with_items
from corpus.model import Clause

FINE = (
    "第十八条 有下列行为之一的，处200元以下罚款：\n（一）使用虚假材料；\n（二）出租、出借居住证；\n（三）其他行为。\n"
    "构成犯罪的，依法追究刑事责任。"
)
STEPS = "具体任务是:到2025年完成。一是加强宣传。二是加强监管。各地要抓紧落实。"


def clause(text: str) -> Clause:
    return Clause("d#1", "d", "", (), "body", 0, len(text), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("主要包括以下5个专项计划:", True),
        ("具体范围包括：", True),
        ("主要采取以下11条措施。", True),
        ("各地要抓紧落实。", False),
        ("比例为1:2", False),
    ],
)
def test_what_announces_a_list(text: str, expected: bool) -> None:
    assert announces(text) is expected


@pytest.mark.parametrize(
    ("text", "sentence", "whole"),
    [
        (FINE, "第十八条 有下列行为之一的，处200元以下罚款：", FINE[: FINE.index("\n构成")]),
        (FINE, "构成犯罪的，依法追究刑事责任。", "构成犯罪的，依法追究刑事责任。"),
        ("措施如下：抓紧落实。", "措施如下：", "措施如下："),
    ],
)
def test_an_announced_list_is_quoted_whole(text: str, sentence: str, whole: str) -> None:
    begin = text.index(sentence)
    start, end = with_items(clause(text), begin, begin + len(sentence))
    assert text[start:end] == whole


@pytest.mark.parametrize(
    ("text", "item", "lead"),
    [
        (FINE, "（二）出租、出借居住证；", "第十八条 有下列行为之一的，处200元以下罚款："),
        (FINE, "构成犯罪的，依法追究刑事责任。", None),
        ("（一）使用虚假材料；（二）其他行为。", "（二）其他行为。", None),
    ],
)
def test_an_item_is_told_with_what_it_is_an_item_of(text: str, item: str, lead: str | None) -> None:
    span = lead_of(clause(text), text.index(item))
    assert (None if span is None else text[span[0] : span[1]]) == lead
