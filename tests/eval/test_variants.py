"""Robustness variants change one thing, always in the same way, and leave the gold alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.errors import PolicyError
from eval.items import Item
from eval.variants import VARIANTS, homophone, no_region, pinyin, pinyin_question, traditional, typo, vary

QUESTIONS = [
    "辽宁十四五期间要新增多少高技能人才",
    "遵义市失业人员参加培训有生活费补贴吗",
    "当兵回来的在江西能免费学技术不",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("辽宁的高技能人才目标", "高技能人才目标"),
        ("遵义市和辽宁省哪个目标高", "和哪个目标高"),
        ("高技能人才目标", "高技能人才目标"),
        ("辽宁", "辽宁"),  # nothing would be left
    ],
)
def test_dropping_the_place(text: str, expected: str) -> None:
    assert no_region(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("职业技能培训补贴", "職業技能培訓補貼"), ("谁负责", "誰負責"), ("25%", "25%")]
)
def test_traditional(text: str, expected: str) -> None:
    assert traditional(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("辽宁的目标", "辽宁的mubiao"), ("25%", "25%"), ("辽宁", "辽宁"), ("给谁", "给谁")]
)
def test_pinyin(text: str, expected: str) -> None:
    assert pinyin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("辽宁2025年的目标", "liaoning 2025 nian de mubiao"), ("25%", "25%"), ("", "")]
)
def test_whole_questions_in_pinyin(text: str, expected: str) -> None:
    assert pinyin_question(text) == expected


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_typo_is_one_edit_and_spares_the_place(text: str) -> None:
    changed = typo(text)
    assert changed != text
    assert abs(len(changed) - len(text)) <= 1
    assert set(changed) <= set(text)
    assert typo(text) == changed


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_homophone_sounds_the_same(text: str) -> None:
    from pypinyin import lazy_pinyin

    changed = homophone(text)
    places = [i for i, (a, b) in enumerate(zip(text, changed, strict=True)) if a != b]
    assert len(places) == 1
    assert lazy_pinyin(text[places[0]]) == lazy_pinyin(changed[places[0]])
    assert homophone(text) == changed


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("text", ["", "a", "?", "25%", "高", "辽宁省"])
def test_short_texts_survive(variant: str, text: str) -> None:
    assert bool(VARIANTS[variant](text)) == bool(text)


def test_the_gold_stays(make_item: Callable[..., Item]) -> None:
    item = make_item("辽宁新增多少高技能人才", history=("遵义呢",))
    ((changed,),) = vary([(item,)], "no-region")
    assert (changed.id, changed.question, changed.history) == (item.id, "新增多少高技能人才", ("呢",))
    assert changed.gold.answers == item.gold.answers


def test_an_unknown_variant_is_told(make_item: Callable[..., Item]) -> None:
    with pytest.raises(PolicyError, match="不认识的改写"):
        vary([(make_item(),)], "rot13")
