from __future__ import annotations

import itertools
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
    return sum(best) / len(best)


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


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> VectorSegment:
    """A segment searched in two stages: 3,000 clauses of three units near each other, in clusters."""
    random = np.random.default_rng(3)
    centres = random.normal(size=(60, 32))
    whole = centres[random.integers(0, 60, 3000)] + 0.5 * random.normal(size=(3000, 32))
    units = np.repeat(whole, 3, axis=0) + 0.2 * random.normal(size=(9000, 32))
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    folder = tmp_path_factory.mktemp("large")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors_module, "_WHOLES_UNITS", 5000)
        built = VectorSegment.build(
            units.astype(np.float32),
            np.repeat(np.arange(3000), 3),
            np.tile(np.array([0, 2, 2], np.int8), 3000),
            np.zeros((9000, 16), np.uint8),
            3000,
        )
    assert built.wholes is not None
    built.save(folder)
    return VectorSegment.load(folder)


@pytest.mark.parametrize("share", [1.0, 0.3, 0.01])
def test_two_stages_find_what_one_finds(large: VectorSegment, share: float) -> None:
    mask = np.random.default_rng(4).random(3000) < share
    queries = large.take(np.arange(0, 9000, 450))
    exact, coarse = (
        VectorIndex([large], exact_units=limit).clause_scores(queries, [mask], units=200) for limit in (10**9, 0)
    )
    for one, other in zip(exact, coarse, strict=True):
        assert all(mask[row] for row in other)
        best = sorted(one, key=lambda row: -one[row])[:10]
        assert len(set(best) & set(other)) >= 0.9 * len(best)
        assert all(other[row] == pytest.approx(one[row], abs=1e-6) for row in set(best) & set(other))
