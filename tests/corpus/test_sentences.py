from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import split_parts, split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\u3000", []),
        ("到2025年达到9万人。其中一半;另一半", ["到2025年达到9万人。", "其中一半;", "另一半"]),
        ("(含技校;下同)开展培训。好", ["(含技校;下同)开展培训。", "好"]),
        ("实施“先培训。后上岗”制度。好", ["实施“先培训。后上岗”制度。", "好"]),
        ("他说:“好。”然后", ["他说:“好。”然后"]),
        ("要抓好!》后", ["要抓好!》", "后"]),
        ("没有闭合(括号。第二句。", ["没有闭合(括号。", "第二句。"]),
        ("混用(半角）。后", ["混用(半角）。", "后"]),
        ("各县<市、区>。后", ["各县<市、区>。", "后"]),
        ("第一行\n第二行。", ["第一行", "第二行。"]),
        ("“一行\n二行”。", ["“一行", "二行”。"]),
        ("(外〔内。〕内;)。尾", ["(外〔内。〕内;)。", "尾"]),
    ],
)
def test_split_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("其中,高技能人才达到9万人以上。", ["其中,", "高技能人才达到9万人以上。"]),
        ("累计12万人次,围绕茶产业(含茶叶,茶艺)1万人次", ["累计12万人次,", "围绕茶产业(含茶叶,茶艺)1万人次"]),
        ("具体任务是:到2025年,35万", ["具体任务是:", "到2025年,", "35万"]),
    ],
)
def test_split_parts(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in split_parts(text, 0, len(text))] == expected


def test_split_parts_stays_inside_its_span() -> None:
    text = "甲,乙(丙,丁),戊"
    assert [text[start:end] for start, end in split_parts(text, 2, 5)] == ["乙(丙"]


@given(st.text(alphabet="一二。；;,，()（）“”《》<>〔]\n \u3000a1", max_size=200))
def test_sentences_and_parts_lose_no_visible_character(text: str) -> None:
    for spans in (split_sentences(text), split_parts(text, 0, len(text))):
        assert all(start < end for start, end in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        assert "".join("".join(text[start:end] for start, end in spans).split()) == "".join(text.split())
