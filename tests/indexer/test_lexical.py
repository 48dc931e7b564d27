from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import lexical as lexical_module
from indexer.lexical import LexicalIndex, Postings, PostingsWriter, merge_postings

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


def test_save_and_load(tmp_path: Path) -> None:
    writer = PostingsWriter()
    for terms in PASSAGES:
        writer.add(terms)
    postings = writer.finish()
    postings.save(tmp_path)
    loaded, index = LexicalIndex([Postings.load(tmp_path)]), LexicalIndex([postings])
    assert loaded.size == index.size == 4
    for terms in (["培训"], ["藏毯", "证书"], ["没有这个词"]):
        np.testing.assert_array_equal(loaded.scores(terms), index.scores(terms))
    assert loaded.frequency("培训") == 3


def test_scores_are_those_of_the_formula(index: LexicalIndex) -> None:
    average = (3 + 4 + 0 + 6) / 4
    idf = math.log(1 + (4 - 1 + 0.5) / 1.5)
    expected = idf * 2 / (2 + 1.2 * (0.4 + 0.6 * 4 / average))
    assert index.scores(["藏毯"])[1] == pytest.approx(expected, rel=1e-6)
    assert index.scores(["藏毯", "藏毯"])[1] == pytest.approx(2 * expected, rel=1e-6)


TERMS = st.sampled_from("abcdefgh")


@st.composite
def cut_corpora(draw: st.DrawFn) -> tuple[list[list[str]], list[int], list[int], list[bool]]:
    """Passages, where they are cut into segments, which of them were removed, and which a filter allows."""
    # Some terms are in nearly every passage, so that the shortcuts for common and rare terms are both taken.
    rare = draw(st.lists(st.lists(TERMS, max_size=6), min_size=1, max_size=60))
    passages = [[*terms, *"xy"[: number % 3]] for number, terms in enumerate(rare)]
    cuts = sorted(draw(st.sets(st.integers(0, len(passages)), max_size=4)))
    removed = sorted(draw(st.sets(st.integers(0, len(passages) - 1), max_size=len(passages) - 1)))
    allowed = draw(st.lists(st.booleans(), min_size=len(passages), max_size=len(passages)))
    return passages, [0, *cuts, len(passages)], removed, allowed


@pytest.mark.parametrize(("few", "common", "blocks"), [(4000, 0.02, 16), (0, 0.0, 16), (0, 0.0, 1), (5, 0.1, 2)])
@settings(max_examples=100, deadline=None)
@given(corpus=cut_corpora(), query=st.lists(st.sampled_from("abcdxyz"), max_size=8), k=st.integers(1, 40))
def test_neither_cuts_nor_removed_rows_change_scores(
    few: int,
    common: float,
    blocks: int,
    corpus: tuple[list[list[str]], list[int], list[int], list[bool]],
    query: list[str],
    k: int,
) -> None:
    passages, cuts, removed, allowed = corpus
    left = [row for row in range(len(passages)) if row not in set(removed)]
    alone = LexicalIndex.build(passages[row] for row in left)
    parts, dead, kept = [], [], []
    for first, last in itertools.pairwise(cuts):
        writer = PostingsWriter()
        for terms in passages[first:last]:
            writer.add(terms)
        parts.append(writer.finish())
        dead.append(np.array([row - first for row in removed if first <= row < last], dtype=np.int64))
        kept.append(np.array([row in left for row in range(first, last)], dtype=np.bool_))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical_module, "_FEW_ROWS", few)
        patch.setattr(lexical_module, "_COMMON", common)
        patch.setattr(lexical_module, "_BLOCKS_FOR_ONE", blocks)
        segmented = LexicalIndex(parts, dead)
        merged = LexicalIndex([merge_postings(list(zip(parts, kept, strict=True)))])
        expected = alone.scores(query)
        np.testing.assert_allclose(segmented.scores(query)[left], expected, atol=1e-6)
        np.testing.assert_allclose(merged.scores(query), expected, atol=1e-6)
        assert segmented.size == merged.size == alone.size
        assert [segmented.frequency(term) for term in "abx"] == [alone.frequency(term) for term in "abx"]
        may = np.array([flag and row in left for row, flag in enumerate(allowed)])
        masks = [may[first:last] for first, last in itertools.pairwise(cuts)]
        wanted = {row: score for row, score in zip(left, expected.tolist(), strict=True) if may[row] and score > 0}
        best = sorted(wanted, key=lambda row: (-wanted[row], row))[:k]
        found = segmented.top(query, masks, k)
        assert list(found) == best
        assert list(found.values()) == pytest.approx([wanted[row] for row in best], abs=1e-6)
