from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.passages import GRAINS, Grain
from indexer.vectors import VectorIndex

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


VECTORS = unit_vectors(len(ROWS), 1)


@pytest.fixture(scope="module")
def index() -> VectorIndex:
    keys = np.random.default_rng(2).integers(0, 256, size=(len(ROWS), 16), dtype=np.uint8)
    return VectorIndex.build(VECTORS, ROWS, UNIT_GRAINS, keys)


def test_size_and_dimension(index: VectorIndex) -> None:
    assert (index.size, index.dimension) == (len(ROWS), DIMENSION)
    np.testing.assert_array_equal(index.vectors(), VECTORS)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), allowed=st.lists(st.booleans(), min_size=len(CLAUSES), max_size=len(CLAUSES)))
def test_clause_scores_are_those_of_brute_force(index: VectorIndex, seed: int, allowed: list[bool]) -> None:
    (query,) = unit_vectors(1, seed)
    scores = index.clause_scores(query, np.array(allowed), units=len(ROWS))
    assert set(scores) == {row for row, may in enumerate(allowed) if may}
    for row, score in scores.items():
        assert score == pytest.approx(brute_force(VECTORS, query, row), abs=1e-5)


@pytest.mark.parametrize("units", [1, 3, 7])
def test_the_best_units_name_the_clauses(index: VectorIndex, units: int) -> None:
    (query,) = unit_vectors(1, 99)
    best = np.argsort(-(VECTORS @ query))[:units]
    scores = index.clause_scores(query, np.ones(len(CLAUSES), dtype=np.bool_), units=units)
    assert set(scores) == set(map(int, ROWS[best]))


@pytest.mark.parametrize("row", range(len(CLAUSES)))
@pytest.mark.parametrize("grain", GRAINS)
def test_unit_scores_are_in_order(index: VectorIndex, row: int, grain: Grain) -> None:
    (query,) = unit_vectors(1, 5)
    mine = (row == ROWS) & (GRAINS.index(grain) == UNIT_GRAINS)
    np.testing.assert_allclose(index.unit_scores(query, row, grain), (VECTORS @ query)[mine], atol=1e-6)


def test_best_similarity(index: VectorIndex) -> None:
    (query,) = unit_vectors(1, 6)
    assert index.best_similarity(query) == pytest.approx(float((VECTORS @ query).max()), abs=1e-6)


def test_save_and_load(index: VectorIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    loaded = VectorIndex.load(tmp_path)
    (query,) = unit_vectors(1, 7)
    everything = np.ones(len(CLAUSES), dtype=np.bool_)
    assert loaded.clause_scores(query, everything, units=50) == index.clause_scores(query, everything, units=50)
    np.testing.assert_array_equal(loaded.vectors(), index.vectors())
    np.testing.assert_array_equal(loaded.keys, index.keys)
    np.testing.assert_array_equal(loaded.grains, index.grains)
