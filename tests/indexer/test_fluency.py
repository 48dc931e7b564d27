from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.dictionary import Dictionary
from indexer.fluency import Line, Unigrams
from indexer.pinyin import ASKING_COUNT, Word

UNIGRAMS = Unigrams([Word("技能", 30, "ji neng"), Word("赣鄱", 3, "gan po"), Word("多少", ASKING_COUNT, "duo shao")])
DICTIONARY = Dictionary.build()
RUN = st.text(alphabet="技能培训赣鄱多少的了囧", min_size=1, max_size=12)


def line(run: str) -> Line:
    return Line(run, UNIGRAMS, DICTIONARY)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("职业技能培训多少人", ["职业", "技能", "培训", "多少", "人"]),
        ("赣鄱技能", ["赣鄱", "技能"]),
        ("训培", ["训", "培"]),
        ("囧", ["囧"]),
    ],
)
def test_the_likeliest_division(run: str, words: list[str]) -> None:
    cuts = line(run).cuts

    assert [run[i:j] for i, j in pairwise(cuts)] == words


@pytest.mark.parametrize(
    ("run", "start", "end", "right", "least", "most"),
    [
        ("职业技能训培", 4, 6, "培训", 7, 25),
        ("补贴少多", 2, 4, "多少", 7, 25),
        ("培训训", 1, 3, "训", 7, 25),
        ("谁先接谁管", 1, 3, "衔接", -5, 9.2),
        ("培训", 0, 2, "训培", -25, -7),
        ("培训", 0, 2, "培训", 0, 0),
    ],
)
def test_what_a_change_gains(run: str, start: int, end: int, right: str, least: float, most: float) -> None:
    assert least <= round(line(run).gain(start, end, right), 9) <= most


@settings(max_examples=200, deadline=None)
@given(RUN, RUN, st.data())
def test_a_gain_is_the_difference_of_two_lines(run: str, right: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run)))
    end = data.draw(st.integers(start, len(run)))
    back = run[:start] + right + run[end:]

    there = line(run).gain(start, end, right)
    and_back = line(back).gain(start, start + len(right), run[start:end])

    assert math.isclose(there, -and_back, abs_tol=1e-9)


def test_a_change_names_the_words_that_it_makes() -> None:
    assert line("目的标").changed(1, 3, "标的") == ["目标", "的"]
