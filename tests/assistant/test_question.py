from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question import MAX_QUESTION_CHARS, QuestionReader, asking_part, blank, clean
from corpus.errors import EmptyQuery, PolicyError, QueryTooLong


@pytest.mark.parametrize(
    ("question", "cleaned"),
    [
        (" 辽宁\t高技能\n\n人才 ", "辽宁 高技能 人才"),
        ("辽宁\x00高技能\x1b人才\x7f", "辽宁 高技能 人才"),
        ("辽宁\u200b高技能\ufeff人才", "辽宁 高技能 人才"),
        ("ＡＢＣ　１２％？", "ABC 12%?"),
        ("遼寧高技能人才總量", "辽宁高技能人才总量"),
        ("農民工補貼", "农民工补贴"),
        ("培训😀补贴", "培训😀补贴"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("你好,请问辽宁的目标是多少", "辽宁的目标是多少"),
        ("喂 你好我是退役军人 有补贴吗", "我是退役军人 有补贴吗"),
        ("你好像说错了", "你好像说错了"),
        ("喂养宠物要办证吗", "喂养宠物要办证吗"),
        ("咨询电话多少", "咨询电话多少"),
        ("您好", "您好"),
    ],
)
def test_clean(question: str, cleaned: str) -> None:
    assert clean(question) == cleaned


@pytest.mark.parametrize("question", ["", " ", "\n\t\u3000", "😀😀", "???", "。。。!", "\x00\x01", "👩‍👩‍👧", "…—"])
def test_nothing_to_read(question: str) -> None:
    with pytest.raises(EmptyQuery) as caught:
        clean(question)
    assert caught.value.hint


@pytest.mark.parametrize("length", [MAX_QUESTION_CHARS + 1, 10_000, 1_000_000])
def test_too_long(length: int) -> None:
    with pytest.raises(QueryTooLong) as caught:
        clean("问" * length)
    assert caught.value.hint
    assert str(length) in caught.value.message


def test_the_longest_question() -> None:
    assert len(clean("问" * MAX_QUESTION_CHARS)) == MAX_QUESTION_CHARS


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_clean_gives_one_printable_line_or_refuses(text: str) -> None:
    try:
        cleaned = clean(text)
    except PolicyError:
        return
    assert cleaned == cleaned.strip() != ""
    assert "\n" not in cleaned and "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [("辽宁的补贴", [(0, 2)], " 的补贴"), ("甲乙丙丁", [(1, 2), (3, 4)], "甲 丙 "), ("甲", [], "甲")],
)
def test_blank(text: str, spans: list[tuple[int, int]], expected: str) -> None:
    assert blank(text, spans) == expected


@pytest.mark.parametrize(
    ("question", "places", "periods", "quantities"),
    [
        ("辽宁十四五要新增多少高技能人才", ["辽宁"], ["十四五"], []),
        ("到2025年遵义和江西的目标", ["遵义", "江西"], ["到2025年"], []),
        ("仁怀要培训3万人次吗", ["仁怀"], [], ["3万人次"]),
        ("一个人一次", [], [], []),
        ("新型学徒制", [], [], []),
    ],
)
def test_slots(
    reader: QuestionReader, today: date, question: str, places: list[str], periods: list[str], quantities: list[str]
) -> None:
    read = reader.read(question, as_of=today)
    assert [mention.surface for mention in read.places] == places
    assert [period.surface for period in read.periods] == periods
    assert [quantity.surface for quantity in read.quantities] == quantities
    for mention in read.places:
        assert read.text[mention.start : mention.end] == mention.surface


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("辽宁高技能人才的目标是多少", {"高技能人才"}),
        ("遵义酱酒产业要培训多少人次", {"酱酒"}),
        ("江西赣鄱工匠几年评一次", {"赣鄱工匠"}),
        ("遵义证书直补是什么", {"证书直补"}),
        ("怎么样呢", set()),
    ],
)
def test_terms_hold_the_subject(reader: QuestionReader, today: date, question: str, terms: set[str]) -> None:
    found = {term.surface for term in reader.read(question, as_of=today).terms}
    assert all(any(term in surface for surface in found) for term in terms)
    assert bool(found) == bool(terms)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("技能等级评价多久出结果", "结果"),
        ("补贴几天能有结果", "结果"),
        ("拿到证书几年内能申请补贴", "内能"),
        ("毕业几个月内必须报名", "内必"),
    ],
)
def test_words_of_asking_for_a_time_are_no_terms(reader: QuestionReader, today: date, question: str, word: str) -> None:
    assert not any(word in term.surface for term in reader.read(question, as_of=today).terms)


@pytest.mark.parametrize(
    ("question", "deictic"), [("我省有哪些补贴", True), ("咱这儿能报吗", True), ("辽宁补贴", False)]
)
def test_deictic(reader: QuestionReader, today: date, question: str, deictic: bool) -> None:
    assert reader.read(question, as_of=today).deictic == deictic


def test_lay_words_bring_policy_words(reader: QuestionReader, today: date) -> None:
    assert "退役军人" in reader.read("当兵回来的能免费培训吗", as_of=today).expansion


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("辽宁补贴多少", "辽宁补贴多少"),
        (
            "我表弟去年从部队回来,一直没找着活,家里还有两个娃要养,他能不能去学焊工",
            "家里还有两个娃要养,他能不能去学焊工",
        ),
        (
            "老板说啥都不给交社保,我在厂里干了快十年了,现在厂子关门了,能领失业金吗,到哪里领",
            "能领失业金吗,到哪里领",
        ),
        ("儿子在外头打工让我打电话问问,说是有培训,我当时没听清楚,一句话也没有记住", None),
    ],
)
def test_the_part_of_a_story_that_asks(text: str, part: str | None) -> None:
    assert asking_part(text) == (text if part is None else part)
