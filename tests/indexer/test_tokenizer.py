from __future__ import annotations

import jieba
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.dictionary import Dictionary
from indexer.tokenizer import Tokenizer, fold

PLAIN = (
    "大规模开展职业技能培训是提升劳动者就业创业能力缓解就业结构性矛盾的重要举措",
    "推动职业院校积极开设数字技能类专业",
    "面向农村转移劳动力返乡农民工脱贫劳动力开展安全知识培训",
    "南京市长江大桥",
    "研究生命起源",
)
# Any characters, among them many that no word holds together.
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=20)
POLICY = st.lists(
    st.sampled_from(
        "职业 技能 培训 补贴 高 的 人才 企业 新型 学徒制 农民 工 机构 和 年 中心 城市 规划 就业 创业".split()
    )
).map("".join)


@pytest.fixture(scope="module")
def plain() -> Tokenizer:
    return Tokenizer(Dictionary.build())


@pytest.fixture(scope="module")
def reference() -> jieba.Tokenizer:
    jieba.setLogLevel("WARNING")
    return jieba.Tokenizer()


def words_by_jieba(reference: jieba.Tokenizer, tokenizer: Tokenizer, text: str) -> list[str]:
    # A stop word alone gives no words.
    return [word for word in reference.lcut(text, HMM=False) if tokenizer.words_of(word)]


@pytest.mark.parametrize("text", PLAIN)
def test_cut_is_that_of_jieba(plain: Tokenizer, reference: jieba.Tokenizer, text: str) -> None:
    assert plain.words_of(text) == words_by_jieba(reference, plain, text)
    assert plain.words_of(text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=HAN | POLICY)
def test_cut_of_any_han_text_is_that_of_jieba(plain: Tokenizer, reference: jieba.Tokenizer, text: str) -> None:
    assert plain.words_of(text) == words_by_jieba(reference, plain, text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("《通知》(遵府办函〔2024〕19号)", "遵府办函〔2024〕19号"),
        ("遵府办函[2024]19号", "遵府办函〔2024〕19号"),
        ("遵府办函(2024) 19号", "遵府办函(2024)19号"),
        ("国发〔2018〕第11号", "国发〔2018〕第11号"),
        ("不得少于教师总数的1/3", "1/3"),
        ("累计培训12万人次。", "12万人次"),
        ("总量达到146.5万人", "146.5万人"),
        ("６０％以上", "60%"),
        ("建设50家", "50家"),
        ("年满16周岁", "16周岁"),
        ("任职1年内", "1年"),
        ("到2025年,", "2025年"),
        ("“互联网+”和C++课程", "c++"),
        ("使用WPS.Office", "wps.office"),
    ],
)
def test_a_unit_stays_whole(tokenizer: Tokenizer, text: str, unit: str) -> None:
    assert unit in tokenizer.terms(text)
    assert unit in tokenizer.words_of(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\u3000。,!", []),
        ("请问怎么可以的", []),
        ("高技能人才补贴性培训", ["高技能人才", "补贴性培训"]),
        ("培训,补贴", ["培训", "补贴"]),
        ("培\n训", []),
    ],
)
def test_words_of(tokenizer: Tokenizer, text: str, words: list[str]) -> None:
    assert tokenizer.words_of(text) == words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("培训", ["培训", "培", "训"]),
        ("培训的和", ["培训", "培", "训"]),
        ("什么培训", ["培训", "培", "训"]),
        ("竹", ["竹"]),
        ("12万人次", ["12万人次"]),
    ],
)
def test_terms_are_words_and_their_characters(tokenizer: Tokenizer, text: str, terms: list[str]) -> None:
    assert tokenizer.terms(text) == terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("康养培训", [("康养", "unknown"), ("培训", "verb")]),
        ("赣鄱工匠", [("赣鄱", "unknown"), ("工匠", "noun")]),
        ("竹产业", [("竹产业", "unknown")]),
        ("什么补贴", [("补贴", "noun")]),
        ("赣,鄱", []),
        ("", []),
    ],
)
def test_subjects(tokenizer: Tokenizer, text: str, expected: list[tuple[str, str]]) -> None:
    assert tokenizer.subjects(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("赣鄱工匠,康养服务", ["赣鄱", "康养"]), ("的赣鄱", ["赣鄱"]), ("赣,鄱", []), ("职业培训", []), ("", [])],
)
def test_runs_may_be_new_words(tokenizer: Tokenizer, text: str, expected: list[str]) -> None:
    assert tokenizer.read(text).runs == expected


@pytest.mark.parametrize("text", ["赣鄱工匠", "新康养服务", "康养"])
def test_a_word_learned_later_is_found_in_what_was_read_before(tokenizer: Tokenizer, text: str) -> None:
    learned = Tokenizer(tokenizer.dictionary.extended(["赣鄱", "康养"]))
    assert set(learned.terms(text)) <= set(tokenizer.read(text).terms)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.sampled_from("职业技能培训补贴高人才企业退役军的一二康养赣鄱大学生产品质量"), max_size=20))
def test_the_cut_is_that_of_jieba(tokenizer: Tokenizer, text: str) -> None:
    reference = jieba.Tokenizer()
    reference.FREQ, reference.total, reference.initialized = tokenizer.dictionary, tokenizer.dictionary.total, True
    assert tokenizer._cut(text) == reference.lcut(text, HMM=False)


@given(text=st.text(max_size=40))
def test_reading_gives_terms_and_words(tokenizer: Tokenizer, text: str) -> None:
    reading = tokenizer.read(text)
    assert reading.words == tokenizer.words_of(text)
    assert set(tokenizer.terms(text)) <= set(reading.terms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２％", "abc12%"),
        ("“马兰花”‘计划’「好」", "马兰花计划好"),
        ("〔2024〕[2024]【2024】", "〔2024〕〔2024〕〔2024〕"),
        ("2023—2025–2026－2027", "2023-2025-2026-2027"),
        ("二○二五", "二〇二五"),
        ("甲\xa0乙\u3000丙", "甲 乙 丙"),
        ("（全角）", "(全角)"),
        ("", ""),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(text=st.text(max_size=30))
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_cut_without_loss_of_sense(tokenizer: Tokenizer, text: str) -> None:
    terms = tokenizer.terms(text)
    assert all(term and not term.isspace() for term in terms)
    assert set(tokenizer.words_of(text)) <= set(terms)


def test_id_follows_the_dictionary(tokenizer: Tokenizer, plain: Tokenizer) -> None:
    assert plain.id == Tokenizer(plain.dictionary).id
    assert plain.id != tokenizer.id
