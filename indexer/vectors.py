"""Unit vectors in a FAISS index, with the clause and grain of each."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.passages import GRAINS, Grain

_INDEX_FILE = "vectors.faiss"
_UNITS_FILE = "units.npz"


class VectorIndex:
    """Exact inner-product search over unit vectors.

    ``rows`` (n,) holds the clause row of each unit, ``grains`` (n,) its grain as an index of ``GRAINS``, and
    ``keys`` (n, 16) the hash of the text it was made from.
    """

    def __init__(
        self, index: faiss.Index, rows: NDArray[np.int64], grains: NDArray[np.int8], keys: NDArray[np.uint8]
    ) -> None:
        self._index = index
        self.rows = rows
        self.grains = grains
        self.keys = keys
        self._starts = np.searchsorted(rows, np.arange(int(rows[-1]) + 2 if len(rows) else 1))

    @classmethod
    def build(
        cls, vectors: NDArray[np.float32], rows: NDArray[np.int64], grains: NDArray[np.int8], keys: NDArray[np.uint8]
    ) -> VectorIndex:
        """Index L2-normalised ``vectors`` (n, d); ``rows`` must be sorted."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index, rows, grains, keys)

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        """Open an index written by ``save``, memory-mapped."""
        with np.load(folder / _UNITS_FILE) as units:
            return cls(
                faiss.read_index(str(folder / _INDEX_FILE), faiss.IO_FLAG_MMAP),
                units["rows"],
                units["grains"],
                units["keys"],
            )

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        faiss.write_index(self._index, str(folder / _INDEX_FILE))
        np.savez(folder / _UNITS_FILE, rows=self.rows, grains=self.grains, keys=self.keys)

    @property
    def size(self) -> int:
        """The number of units."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def vectors(self) -> NDArray[np.float32]:
        """Return all vectors. *Shape:* (size, dimension)"""
        return np.asarray(self._index.reconstruct_n(0, self.size), dtype=np.float32)

    def best_similarity(self, query: NDArray[np.float32]) -> float:
        """Return the highest similarity of any unit to ``query``."""
        similarity, _ = self._index.search(query.reshape(1, -1), 1)
        return float(similarity[0, 0])

    def unit_scores(self, query: NDArray[np.float32], row: int, grain: Grain) -> NDArray[np.float32]:
        """Return the similarities of the units of one clause and grain, in order. *Shape:* (units,)"""
        start, end = int(self._starts[row]), int(self._starts[row + 1])
        chosen = self.grains[start:end] == GRAINS.index(grain)
        if not chosen.any():
            return np.zeros(0, dtype=np.float32)
        units = np.asarray(self._index.reconstruct_n(start, end - start))[chosen]
        return np.asarray(units @ query, dtype=np.float32)

    def clause_scores(self, query: NDArray[np.float32], allowed: NDArray[np.bool_], *, units: int) -> dict[int, float]:
        """Return clause row → score for the clauses behind the ``units`` best units among ``allowed`` clause rows.

        A clause's score is the mean over grains of its best unit of that grain; a grain it lacks counts as its
        whole text, which for a short clause is its only sentence.
        """
        mask = allowed[self.rows]
        count = min(units, int(mask.sum()))
        if count == 0:
            return {}
        selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        _, found = self._index.search(query.reshape(1, -1), count, params=faiss.SearchParameters(sel=selector))
        scores: dict[int, float] = {}
        for row in np.unique(self.rows[found[0][found[0] >= 0]]):
            start, end = int(self._starts[row]), int(self._starts[row + 1])
            similarity = np.asarray(self._index.reconstruct_n(start, end - start)) @ query
            grains = self.grains[start:end]
            whole = float(similarity[grains == 0].max())
            best = [
                float(similarity[grains == grain].max()) if (grains == grain).any() else whole
                for grain in range(len(GRAINS))
            ]
            scores[int(row)] = sum(best) / len(best)
        return scores
