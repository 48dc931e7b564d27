from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer import vectors as vectors_module
from indexer.passages import GRAINS, Grain
from indexer.vectors import VectorIndex, VectorSegment

DIMENSION = 8
# The grains of each clause: a short one is its only unit.
CLAUSES = ((0,), (0, 2, 2), (0, 1, 1, 2, 2, 2), (0,), (0, 1, 1, 1, 2), (0, 2, 2, 2, 2), (0,), (0, 2, 2), (0, 1), (0, 2))
ROWS = np.array([row for row, grains in enumerate(CLAUSES) for _ in grains], dtype=np.int64)
UNIT_GRAINS = np.array([grain for grains in CLAUSES for grain in grains], dtype=np.int8)


def unit_vectors(count: int, seed: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def brute_force(vectors: NDArray[np.float32], query: NDArray[np.float32], row: int) -> float:
    best = []
    similarity = vectors @ query
    for grain in range(len(GRAINS)):
        mine = similarity[(row == ROWS) & (grain == UNIT_GRAINS)]
        best.append(float(mine.max()) if len(mine) else float(similarity[(row == ROWS) & (UNIT_GRAINS == 0)].max()))
    whole, chunk, sentence = best
    return (whole + chunk + 2 * sentence) / 4


# 16-bit floats are what is kept.
VECTORS = unit_vectors(len(ROWS), 1).astype(np.float16).astype(np.float32)
KEYS = np.random.default_rng(2).integers(0, 256, size=(len(ROWS), 16), dtype=np.uint8)


def segment_of(first: int, last: int) -> VectorSegment:
    mine = (first <= ROWS) & (last > ROWS)
    return VectorSegment.build(VECTORS[mine], ROWS[mine] - first, UNIT_GRAINS[mine], KEYS[mine], last - first)


@pytest.fixture(scope="module")
def segment() -> VectorSegment:
    return segment_of(0, len(CLAUSES))


@pytest.fixture(scope="module", params=[(), (1,), (3, 4, 9)], ids=str)
def index(request: pytest.FixtureRequest) -> VectorIndex:
    cuts = (0, *request.param, len(CLAUSES))
    return VectorIndex([segment_of(first, last) for first, last in itertools.pairwise(cuts)])


def masks_of(index: VectorIndex, allowed: list[bool]) -> list[NDArray[np.bool_] | None]:
    return [np.array(allowed[a:b]) for a, b in itertools.pairwise(index.offsets)]


def test_size_and_dimension(segment: VectorSegment) -> None:
    assert (segment.size, segment.dimension, segment.clauses) == (len(ROWS), DIMENSION, len(CLAUSES))
    assert segment.is_consistent
    np.testing.assert_array_equal(segment.vectors(), VECTORS)
    np.testing.assert_array_equal(segment.rows, ROWS)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), allowed=st.lists(st.booleans(), min_size=len(CLAUSES), max_size=len(CLAUSES)))
def test_clause_scores_are_those_of_brute_force(index: VectorIndex, seed: int, allowed: list[bool]) -> None:
    queries = unit_vectors(2, seed)
    found = index.clause_scores(queries, masks_of(index, allowed), units=len(ROWS))
    for query, scores in zip(queries, found, strict=True):
        assert set(scores) == {row for row, may in enumerate(allowed) if may}
        for row, score in scores.items():
            assert score == pytest.approx(brute_force(VECTORS, query, row), abs=1e-5)


@pytest.mark.parametrize("units", [1, 3, 7])
def test_the_best_units_name_the_clauses(index: VectorIndex, units: int) -> None:
    (query,) = queries = unit_vectors(1, 99)
    best = np.argsort(-(VECTORS @ query))[:units]
    (scores,) = index.clause_scores(queries, masks_of(index, [True] * len(CLAUSES)), units=units)
    assert set(scores) == set(map(int, ROWS[best]))


@pytest.mark.parametrize("row", range(len(CLAUSES)))
@pytest.mark.parametrize("grain", GRAINS)
def test_unit_scores_are_in_order(index: VectorIndex, row: int, grain: Grain) -> None:
    (query,) = unit_vectors(1, 5)
    mine = (row == ROWS) & (GRAINS.index(grain) == UNIT_GRAINS)
    np.testing.assert_allclose(index.unit_scores(query, row, grain), (VECTORS @ query)[mine], atol=1e-6)


def test_best_similarities(segment: VectorSegment) -> None:
    queries = unit_vectors(3, 6)
    np.testing.assert_allclose(segment.best_similarities(queries), (VECTORS @ queries.T).max(axis=0), atol=1e-5)


@pytest.mark.parametrize("kept", [[True] * 10, [row % 3 > 0 for row in range(10)], [False] * 10], ids=str)
def test_merging_takes_vectors_over(kept: list[bool]) -> None:
    keep = np.array(kept)
    parts = [(segment_of(0, 4), keep[:4]), (segment_of(4, 10), keep[4:])]
    merged = VectorSegment.merge(parts)
    stays = keep[ROWS]
    assert merged.is_consistent
    assert merged.clauses == keep.sum()
    np.testing.assert_array_equal(merged.vectors().reshape(-1, DIMENSION), VECTORS[stays])
    np.testing.assert_array_equal(merged.keys, KEYS[stays])
    np.testing.assert_array_equal(merged.grains, UNIT_GRAINS[stays])


def test_save_and_load(segment: VectorSegment, tmp_path: Path) -> None:
    segment.save(tmp_path)
    loaded = VectorSegment.load(tmp_path)
    queries = unit_vectors(1, 7)
    before, after = (VectorIndex([one]).clause_scores(queries, [None], units=50) for one in (segment, loaded))
    assert after == before
    np.testing.assert_array_equal(loaded.vectors(), segment.vectors())
    np.testing.assert_array_equal(loaded.keys, segment.keys)
    np.testing.assert_array_equal(loaded.grains, segment.grains)


LARGE_ROWS = np.repeat(np.arange(3000), 3)
LARGE_GRAINS = np.tile(np.array([0, 2, 2], np.int8), 3000)


def clustered() -> NDArray[np.float32]:
    """3,000 clauses of three units near each other, in clusters."""
    random = np.random.default_rng(3)
    centres = random.normal(size=(60, 32))
    whole = centres[random.integers(0, 60, 3000)] + 0.5 * random.normal(size=(3000, 32))
    units = np.repeat(whole, 3, axis=0) + 0.2 * random.normal(size=(9000, 32))
    return np.asarray(units / np.linalg.norm(units, axis=1, keepdims=True), dtype=np.float32)


LARGE_VECTORS = clustered()


def part_of_large(first: int, last: int) -> VectorSegment:
    mine = (first <= LARGE_ROWS) & (last > LARGE_ROWS)
    keys = np.zeros((int(mine.sum()), 16), np.uint8)
    return VectorSegment.build(LARGE_VECTORS[mine], LARGE_ROWS[mine] - first, LARGE_GRAINS[mine], keys, last - first)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorSegment]:
    """A segment kept in 8 bits and searched by sketches."""
    folder = tmp_path_factory.mktemp("large")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors_module, "_LARGE_UNITS", 5000)
        built = part_of_large(0, 3000)
        assert built.sketches is not None
        built.save(folder)
        yield VectorSegment.load(folder)


def test_eight_bits_are_near(large: VectorSegment) -> None:
    assert large.is_consistent
    assert (large.size, large.dimension, large.clauses) == (9000, 32, 3000)
    np.testing.assert_allclose(large.vectors(), LARGE_VECTORS, atol=1 / 254)
    queries = LARGE_VECTORS[:4]
    every = np.arange(9000)
    np.testing.assert_allclose(large.products(queries, every), LARGE_VECTORS @ queries.T, atol=0.01)
    np.testing.assert_allclose(large.products(queries, every), large.take(every) @ queries.T, atol=1e-5)
    np.testing.assert_allclose(large.best_similarities(queries), 1, atol=0.01)


@pytest.mark.parametrize(
    ("few_units", "few_wholes"), [(20_000, 25_000), (0, 25_000), (0, 0)], ids=["units", "wholes", "sketches"]
)
@pytest.mark.parametrize("share", [None, 1.0, 0.3, 0.01])
def test_two_stages_find_what_one_finds(
    large: VectorSegment, share: float | None, few_units: int, few_wholes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_module, "_FEW_UNITS", few_units)
    monkeypatch.setattr(vectors_module, "_FEW_WHOLES", few_wholes)
    mask = None if share is None else np.random.default_rng(4).random(3000) < share
    queries = large.take(np.arange(0, 9000, 450))
    index = VectorIndex([large])
    exact, coarse = (index.clause_scores(queries, [mask], units=60, exact=flag) for flag in (True, False))
    for one, other in zip(exact, coarse, strict=True):
        assert mask is None or all(mask[row] for row in other)
        best = sorted(one, key=lambda row: -one[row])[:10]
        assert len(set(best) & set(other)) >= 0.9 * len(best)
        assert all(other[row] == pytest.approx(one[row], abs=1e-6) for row in set(best) & set(other))


def test_nothing_is_allowed_in_a_large_segment(large: VectorSegment) -> None:
    assert VectorIndex([large]).clause_scores(LARGE_VECTORS[:2], [np.zeros(3000, np.bool_)], units=60) == [{}, {}]


def test_large_and_small_segments_are_ranked_together(large: VectorSegment) -> None:
    index = VectorIndex([large, part_of_large(0, 300)])
    (found,) = index.clause_scores(LARGE_VECTORS[:1], [None, None], units=60)
    assert sorted(found, key=lambda row: -found[row])[:2] in ([0, 3000], [3000, 0])


@pytest.mark.parametrize("dropped", [0, 3, 2], ids=str)
def test_merging_large_segments_takes_codes_over(large: VectorSegment, dropped: int) -> None:
    keep = np.ones(3000, np.bool_) if not dropped else np.arange(3000) % dropped > 0
    small = part_of_large(0, 100)
    merged = VectorSegment.merge([(large, keep), (small, np.ones(100, np.bool_))])
    assert merged.is_consistent
    taken = merged.vectors()[: 3 * int(keep.sum())]
    if merged.sketches is None:  # written in 16 bits again
        assert dropped == 2
        np.testing.assert_allclose(taken, large.vectors()[keep[LARGE_ROWS]], atol=1e-3)
    else:
        np.testing.assert_array_equal(taken, large.vectors()[keep[LARGE_ROWS]])
    np.testing.assert_allclose(merged.vectors()[-300:], small.vectors(), atol=1 / 254)


def test_what_a_segment_was_before_is_not_read_again(large: VectorSegment, tmp_path: Path) -> None:
    large.save(tmp_path)
    small = part_of_large(0, 100)
    small.save(tmp_path)
    loaded = VectorSegment.load(tmp_path)
    assert loaded.is_consistent
    np.testing.assert_array_equal(loaded.vectors(), small.vectors())
