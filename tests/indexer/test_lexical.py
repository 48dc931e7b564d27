from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.lexical import LexicalIndex

PASSAGES: tuple[list[str], ...] = (
    ["培训", "补贴", "企业"],
    ["培训", "藏毯", "藏毯", "编织"],
    [],
    ["培训", "证书", "申请", "窗口", "办理", "材料"],
)


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(PASSAGES)


@pytest.mark.parametrize(
    ("terms", "best"),
    [(["藏毯"], 1), (["补贴", "企业"], 0), (["窗口", "材料"], 3), (["培训", "藏毯"], 1), (["藏毯", "没有这个词"], 1)],
)
def test_the_matching_passage_is_first(index: LexicalIndex, terms: list[str], best: int) -> None:
    scores = index.scores(terms)
    assert scores.shape == (4,)
    assert scores.dtype == np.float32
    assert int(scores.argmax()) == best


def test_a_rare_term_counts_more_and_a_short_passage_too(index: LexicalIndex) -> None:
    common, rare = index.scores(["培训"]), index.scores(["藏毯"])
    assert rare[1] > common[1]
    assert common[0] > common[3] > 0


@pytest.mark.parametrize("terms", [[], ["没有这个词"]])
def test_nothing_matches(index: LexicalIndex, terms: list[str]) -> None:
    np.testing.assert_array_equal(index.scores(terms), np.zeros(4, dtype=np.float32))


@pytest.mark.parametrize(("term", "rows"), [("培训", 3), ("藏毯", 1), ("没有这个词", 0)])
def test_frequency_counts_rows(index: LexicalIndex, term: str, rows: int) -> None:
    assert index.frequency(term) == rows


def test_save_and_load(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path)
    assert loaded.size == index.size == 4
    for terms in (["培训"], ["藏毯", "证书"], ["没有这个词"]):
        np.testing.assert_array_equal(loaded.scores(terms), index.scores(terms))
    assert loaded.frequency("培训") == 3
