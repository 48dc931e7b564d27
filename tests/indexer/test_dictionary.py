from __future__ import annotations

from pathlib import Path

import jieba
import numpy as np
import pytest

from indexer.dictionary import Dictionary


@pytest.fixture(scope="module")
def plain() -> Dictionary:
    return Dictionary.build()


@pytest.fixture(scope="module")
def reference() -> jieba.Tokenizer:
    jieba.setLogLevel("WARNING")
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def test_counts_are_those_of_jieba(plain: Dictionary, reference: jieba.Tokenizer) -> None:
    # jieba counts a word that its file lists twice twice.
    assert 0 <= reference.total - plain.total < 10
    assert len(plain.hashes) == len(reference.FREQ)
    words = sorted(reference.FREQ)[::23]
    assert [plain.get(word) for word in words] == [reference.FREQ[word] for word in words]


def test_no_two_entries_share_a_hash(plain: Dictionary) -> None:
    assert (np.diff(plain.hashes.astype(object)) > 0).all()


@pytest.mark.parametrize(
    ("word", "known", "counted"),
    [
        ("培训", True, True),
        ("职业技能培训", False, False),
        ("中华人民共", True, False),
        ("", False, False),
        ("赣鄱", False, False),
        ("abc", False, False),
        ("\U0001f600", False, False),
    ],
)
def test_lookup(plain: Dictionary, word: str, known: bool, counted: bool) -> None:
    assert (word in plain) == known
    assert (plain.get(word) is not None) == known
    assert bool(plain.get(word)) == counted
    assert plain.get(word, -1) == (plain[word] if known else -1)


def test_an_unknown_word_is_a_key_error(plain: Dictionary) -> None:
    with pytest.raises(KeyError):
        plain["赣鄱"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("培训", "verb"),
        ("补贴", "noun"),
        ("企业", "noun"),
        ("辽宁", "name"),
        ("王府井", "name"),
        ("优秀", "adjective"),
        ("我们", "function"),
        ("以及", "function"),
        ("十四", "function"),
        ("赣鄱", "other"),
        ("中华人民共", "other"),
    ],
)
def test_word_class(plain: Dictionary, word: str, expected: str) -> None:
    assert plain.word_class(word) == expected


@pytest.fixture(scope="module")
def extended() -> Dictionary:
    return Dictionary.build(["赣鄱工匠", "补贴", "才"])


def test_extra_words_are_nouns_that_win(extended: Dictionary, plain: Dictionary) -> None:
    assert extended.word_class("赣鄱工匠") == "noun"
    assert extended["赣鄱工匠"] > 0
    assert extended.get("赣鄱工") == 0
    assert extended["补贴"] >= plain["补贴"]
    assert extended["才"] == plain["才"]


def test_order_of_extra_words_does_not_matter(extended: Dictionary) -> None:
    assert Dictionary.build(["才", "补贴", "赣鄱工匠"]).id == extended.id


def test_id_tells_words_apart(extended: Dictionary, plain: Dictionary) -> None:
    assert plain.id != extended.id


def test_save_and_load(tmp_path: Path, extended: Dictionary) -> None:
    extended.save(tmp_path)
    loaded = Dictionary.load(tmp_path)
    assert (loaded.id, loaded.total) == (extended.id, extended.total)
    assert isinstance(loaded.hashes, np.memmap)
    assert loaded["赣鄱工匠"] == extended["赣鄱工匠"]
    assert loaded.word_class("培训") == "verb"


@pytest.mark.parametrize(
    "words",
    [["赣鄱工匠", "补贴", "才"], [], ["补贴", "补贴性", "补贴性培训"], ["补贴性培训", "补贴性"], ["赣鄱", "赣鄱"]],
)
def test_extending_is_like_building(plain: Dictionary, words: list[str], tmp_path: Path) -> None:
    plain.save(tmp_path)
    whole = Dictionary.build(words)
    asked = {word[:end] for word in (*words, "培训", "中华人民共", "龘龘") for end in range(1, len(word) + 1)}
    for base in (plain, Dictionary.load(tmp_path)):
        grown = base.extended(words)
        assert {word: grown.get(word) for word in asked} == {word: whole.get(word) for word in asked}
        assert {word: grown.word_class(word) for word in asked} == {word: whole.word_class(word) for word in asked}
        assert grown.total == whole.total
        assert {word: grown.weight(word) for word in asked} == {word: whole.weight(word) for word in asked}


def test_what_a_dictionary_was_extended_by_is_not_saved(plain: Dictionary, tmp_path: Path) -> None:
    plain.extended(["赣鄱工匠"]).save(tmp_path)
    assert Dictionary.load(tmp_path).get("赣鄱工匠") is None
    assert plain.extended(["赣鄱工匠"]).id == plain.id
