"""Unit vectors of the pieces of clauses: all compared while they are few, in two stages where they are many.

Every piece is kept as 16-bit floats in a flat FAISS file that is mapped, not read. A large segment has besides such a
file of its whole clauses alone; the nearest of these are candidates, which are then scored by all their pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.arrays import concatenated, open_array, ranges
from indexer.passages import GRAINS, Grain

Vectors = NDArray[np.float32]
Mask = NDArray[np.bool_] | None
"""Which clause rows of a segment may be found; ``None`` for all."""

EXACT_UNITS = 250_000
"""Up to this many allowed units every one is compared with the query."""

_UNITS_FILE = "units.faiss"
_WHOLES_FILE = "clauses.faiss"
_ARRAY_FILES = ("unit-starts.npy", "unit-grains.npy", "unit-keys.npy")
# Below, a second file would not pay even where many such segments come together.
_WHOLES_UNITS = 40_000
# Clauses named by their whole text for one that units would name: what a sentence alone brings up is among them.
_MORE_WHOLES = 2.5
# Up to this many allowed units they are fetched and compared; beyond, a scan that skips the others is faster.
_FEW_UNITS = 20_000
_CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class VectorSegment:
    """The vectors of one segment, in the order of its clauses.

    ``starts`` (clauses + 1,) delimits the units of each clause, its whole text first; ``grains`` (units,) indexes
    ``GRAINS``; ``keys`` (units, 16) is the hash of the text each was made from.
    """

    units: faiss.Index
    starts: NDArray[np.int64]
    grains: NDArray[np.int8]
    keys: NDArray[np.uint8]
    wholes: faiss.Index | None = None

    @classmethod
    def build(
        cls, vectors: Vectors, rows: NDArray[np.int64], grains: NDArray[np.int8], keys: NDArray[np.uint8], clauses: int
    ) -> VectorSegment:
        """Return a segment of L2-normalised ``vectors`` (n, d); ``rows`` (n,) are their clauses, ascending."""
        units = _flat(vectors.shape[1])
        if len(vectors):
            units.add(np.ascontiguousarray(vectors, dtype=np.float32))
        starts = np.searchsorted(rows, np.arange(clauses + 1)).astype(np.int64)
        return cls._with_wholes(units, starts, grains, keys)

    @classmethod
    def merge(cls, parts: Sequence[tuple[VectorSegment, NDArray[np.bool_]]]) -> VectorSegment:
        """Return the units of the clauses of all ``parts`` that are marked as kept; vectors are taken over as they are.

        Raises ``ValueError`` for no parts.
        """
        units = _flat(parts[0][0].dimension)
        counts, grains, keys = [], [], []
        for part, kept in parts:
            lengths = np.diff(part.starts)
            stays = np.repeat(kept, lengths)
            for start in range(0, part.size, _CHUNK):
                end = min(start + _CHUNK, part.size)
                block = np.asarray(part.units.reconstruct_n(start, end - start))[stays[start:end]]
                if len(block):
                    units.add(np.ascontiguousarray(block))
            counts.append(lengths[kept])
            grains.append(np.asarray(part.grains[stays]))
            keys.append(np.asarray(part.keys[stays]))
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(concatenated(counts, np.int64))])
        return cls._with_wholes(units, starts, np.concatenate(grains), np.concatenate(keys))

    @classmethod
    def load(cls, folder: Path) -> VectorSegment:
        """Open what ``save`` wrote, memory-mapped."""
        wholes = folder / _WHOLES_FILE
        starts, grains, keys = (open_array(folder / name) for name in _ARRAY_FILES)
        return cls(
            faiss.read_index(str(folder / _UNITS_FILE), faiss.IO_FLAG_MMAP_IFC),
            starts,
            grains,
            keys,
            faiss.read_index(str(wholes), faiss.IO_FLAG_MMAP_IFC) if wholes.is_file() else None,
        )

    def save(self, folder: Path) -> None:
        """Write the files into ``folder``."""
        faiss.write_index(self.units, str(folder / _UNITS_FILE))
        arrays: tuple[NDArray[Any], ...] = (self.starts, self.grains, self.keys)
        for name, values in zip(_ARRAY_FILES, arrays, strict=True):
            np.save(folder / name, values)
        (folder / _WHOLES_FILE).unlink(missing_ok=True)
        if self.wholes is not None:
            faiss.write_index(self.wholes, str(folder / _WHOLES_FILE))

    @property
    def size(self) -> int:
        """The number of units."""
        return int(self.units.ntotal)

    @property
    def clauses(self) -> int:
        """The number of clauses."""
        return len(self.starts) - 1

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self.units.d)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The clause of each unit. *Shape:* (units,)"""
        return np.repeat(np.arange(self.clauses), np.diff(self.starts))

    @property
    def is_consistent(self) -> bool:
        """Whether the parts fit together."""
        return int(self.starts[-1]) == self.size == len(self.grains) == len(self.keys) and (
            self.wholes is None or self.wholes.ntotal == self.clauses
        )

    def vectors(self) -> Vectors:
        """Return all vectors. *Shape:* (units, dimension)"""
        return np.asarray(self.units.reconstruct_n(0, self.size), dtype=np.float32)

    def take(self, units: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some units. *Shape:* (len(units), dimension)"""
        if not len(units):
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(self.units.reconstruct_batch(np.ascontiguousarray(units, dtype=np.int64)), dtype=np.float32)

    def best_similarities(self, queries: Vectors) -> Vectors:
        """Return the highest similarity of any unit to each of ``queries``, -1 in an empty segment."""
        if not self.size:
            return np.full(len(queries), -1.0, np.float32)
        similarity, _ = self.units.search(np.ascontiguousarray(queries), 1)
        return np.asarray(similarity[:, 0], dtype=np.float32)

    def best_units(self, queries: Vectors, mask: Mask, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Return the similarities and the clause rows of the best units of allowed clauses, for each query.

        *Shape:* (queries, at most count)
        """
        lengths = np.diff(self.starts)
        allowed = self.size if mask is None else int(lengths[mask].sum())
        count = min(count, allowed)
        if not count:
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        if mask is not None and allowed <= _FEW_UNITS:
            rows = np.flatnonzero(mask)
            few = ranges(np.asarray(self.starts[rows]), lengths[rows])
            similarity = self.take(few) @ queries.T
            best = np.argpartition(-similarity, count - 1, axis=0)[:count]
            owners = np.repeat(rows, lengths[rows])[best]
            return np.take_along_axis(similarity, best, axis=0).T, owners.T
        parameters = None
        if mask is not None and allowed < self.size:
            parameters = faiss.SearchParameters(sel=_selector(np.repeat(mask, lengths)))
        found = self.units.search(np.ascontiguousarray(queries), count, params=parameters)
        return found[0], np.searchsorted(self.starts, found[1], side="right") - 1

    def best_wholes(self, queries: Vectors, mask: Mask, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Return similarities and rows of the allowed clauses whose whole text is nearest to each query.

        *Shape:* (queries, at most count)
        """
        assert self.wholes is not None
        allowed = self.clauses if mask is None else int(mask.sum())
        parameters = None if mask is None else faiss.SearchParameters(sel=_selector(mask))
        if not (count := min(count, allowed)):
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        found = self.wholes.search(np.ascontiguousarray(queries), count, params=parameters)
        return found[0], found[1]

    def clause_scores(self, queries: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """Return the exact scores of clauses. *Shape:* (len(rows), len(queries))

        A score is the mean over grains of the best unit of that grain; a grain that a clause lacks counts as its
        whole text, which for a short clause is its only sentence.
        """
        if not len(rows):
            return np.zeros((0, len(queries)), np.float32)
        starts = np.asarray(self.starts[rows])
        lengths = np.asarray(self.starts[rows + 1]) - starts
        units = ranges(starts, lengths)
        similarity = self.take(units) @ queries.T
        firsts = np.cumsum(lengths) - lengths
        best = np.repeat(similarity[firsts][:, None, :], len(GRAINS), axis=1)
        # A clause's units stand grain by grain.
        groups = np.repeat(np.arange(len(rows)), lengths) * len(GRAINS) + self.grains[units]
        heads = np.flatnonzero(np.diff(groups, prepend=-1))
        places = groups[heads]
        best[places // len(GRAINS), places % len(GRAINS)] = np.maximum.reduceat(similarity, heads, axis=0)
        return np.asarray(best.mean(axis=1), dtype=np.float32)

    def unit_scores(self, query: Vectors, row: int, grain: Grain) -> Vectors:
        """Return the similarities of the units of one clause and grain, in order. *Shape:* (units,)"""
        start, end = int(self.starts[row]), int(self.starts[row + 1])
        chosen = start + np.flatnonzero(self.grains[start:end] == GRAINS.index(grain))
        return np.asarray(self.take(chosen) @ query, dtype=np.float32)

    @classmethod
    def _with_wholes(
        cls, units: faiss.Index, starts: NDArray[np.int64], grains: NDArray[np.int8], keys: NDArray[np.uint8]
    ) -> VectorSegment:
        plain = cls(units, starts, grains, keys)
        if plain.size < _WHOLES_UNITS:
            return plain
        wholes = _flat(plain.dimension)
        for first in range(0, plain.clauses, _CHUNK):
            wholes.add(plain.take(starts[first : min(first + _CHUNK, plain.clauses)]))
        return cls(units, starts, grains, keys, wholes)


class VectorIndex:
    """Inner-product search over the segments of an index; clause rows are numbered through all of them in order."""

    def __init__(self, segments: Sequence[VectorSegment], *, exact_units: int = EXACT_UNITS) -> None:
        self._segments = tuple(segments)
        self._exact_units = exact_units
        self.offsets = np.cumsum([0, *(part.clauses for part in self._segments)])

    @property
    def size(self) -> int:
        """The number of units."""
        return sum(part.size for part in self._segments)

    def unit_scores(self, query: Vectors, row: int, grain: Grain) -> Vectors:
        """Return the similarities of the units of one clause and grain, in order. *Shape:* (units,)"""
        number = int(np.searchsorted(self.offsets, row, side="right")) - 1
        return self._segments[number].unit_scores(query, row - int(self.offsets[number]), grain)

    def clause_scores(self, queries: Vectors, masks: Sequence[Mask], *, units: int) -> list[dict[int, float]]:
        """Return, for each of ``queries`` (n, d), clause row → score for the clauses behind the best units.

        Those are behind the ``units`` best among all units of the clauses that ``masks``, one for each segment, allow
        or, where these are more than ``exact_units``, behind the best whole texts, of which there are more. Scores are
        those of ``VectorSegment.clause_scores``, always exact.
        """
        allowed = sum(
            part.size if mask is None else int(np.diff(part.starts)[mask].sum())
            for part, mask in zip(self._segments, masks, strict=True)
        )
        is_exact = allowed <= self._exact_units
        count = units if is_exact else round(_MORE_WHOLES * units)
        similarities: list[Vectors] = []
        owners: list[NDArray[np.int64]] = []
        for part, mask, offset in zip(self._segments, masks, self.offsets, strict=False):
            by_wholes = part.wholes is not None and not is_exact
            found, rows = (part.best_wholes if by_wholes else part.best_units)(queries, mask, count)
            similarities.append(found)
            owners.append(np.where(rows < 0, -1, rows + offset))
        similarity, owner = np.concatenate(similarities, axis=1), np.concatenate(owners, axis=1)
        chosen: list[set[int]] = []
        for values, rows in zip(similarity, owner, strict=True):
            rows, values = rows[rows >= 0], values[rows >= 0]
            best = np.argpartition(-values, count - 1)[:count] if len(values) > count else slice(None)
            chosen.append(set(map(int, rows[best])))
        wanted = np.array(sorted(set().union(*chosen)), dtype=np.int64)
        scores = self._scores(queries, wanted)
        return [
            {row: float(value) for row, value in zip(wanted.tolist(), column, strict=True) if row in mine}
            for mine, column in zip(chosen, scores.T, strict=True)
        ]

    def _scores(self, queries: Vectors, rows: NDArray[np.int64]) -> Vectors:
        found = [np.zeros((0, len(queries)), np.float32)]
        for number, part in enumerate(self._segments):
            start, end = self.offsets[number], self.offsets[number + 1]
            found.append(part.clause_scores(queries, rows[(rows >= start) & (rows < end)] - start))
        return np.concatenate(found)


def _flat(dimension: int) -> faiss.Index:
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _selector(mask: NDArray[np.bool_]) -> faiss.IDSelector:
    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
