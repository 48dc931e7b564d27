"""Unit vectors of the pieces of clauses: all compared while they are few, in two stages where they are many.

A small segment keeps every piece as 16-bit floats in a flat FAISS file that is mapped, not read. A large one keeps 8
bits and has besides one-bit sketches of its whole clauses: the clauses that these name are scored by all their pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.arrays import concatenated, open_array, ranges
from indexer.codes import Codes, Vectors, sketches_of
from indexer.passages import GRAINS, Grain

Mask = NDArray[np.bool_] | None
"""Which clause rows of a segment may be found; ``None`` for all."""

_UNITS_FILE = "units.faiss"
_SKETCHES_FILE = "sketches.faiss"
_ARRAY_FILES = ("unit-starts.npy", "unit-grains.npy", "unit-keys.npy")
# Below, comparing all units takes about a millisecond.
_LARGE_UNITS = 40_000
# Clauses named by sketches for one that units would name: what a sentence alone brings up is among them.
_MORE_CLAUSES = 5
# Up to this many allowed units of a large segment, and of a small one, they are fetched and compared. Beyond, sketches
# are asked, or a scan that skips the others is faster.
_FEW_UNITS, _FEW_FLAT_UNITS = 20_000, 2_000
# The same for whole texts in a large segment.
_FEW_WHOLES = 25_000
# Sketches cannot be skipped: as many more are asked for as a filter is expected to drop, and some.
_SURPLUS = 1.25
_CHUNK = 50_000
# What each grain counts in a clause's score: one sentence answers, the rest says what it is about.
_SHARES = np.array([0.25, 0.25, 0.5], np.float32)


@dataclass(frozen=True, slots=True)
class VectorSegment:
    """The vectors of one segment, in the order of its clauses.

    ``starts`` (clauses + 1,) delimits the units of each clause, its whole text first; ``grains`` (units,) indexes
    ``GRAINS``; ``keys`` (units, 16) is the hash of the text each was made from.
    """

    units: faiss.Index | Codes
    starts: NDArray[np.int64]
    grains: NDArray[np.int8]
    keys: NDArray[np.uint8]
    sketches: faiss.Index | None = None

    @classmethod
    def build(
        cls, vectors: Vectors, rows: NDArray[np.int64], grains: NDArray[np.int8], keys: NDArray[np.uint8], clauses: int
    ) -> VectorSegment:
        """Return a segment of L2-normalised ``vectors`` (n, d); ``rows`` (n,) are their clauses, ascending."""
        starts = np.searchsorted(rows, np.arange(clauses + 1)).astype(np.int64)
        return cls._of([vectors] if len(vectors) else [], vectors.shape[1], starts, grains, keys)

    @classmethod
    def merge(cls, parts: Sequence[tuple[VectorSegment, NDArray[np.bool_]]]) -> VectorSegment:
        """Return the units of the clauses of all ``parts`` that are marked as kept.

        Vectors are taken over as they are, but for rounding to 8 bits where a large segment comes of small ones.
        Raises ``ValueError`` for no parts.
        """
        counts, grains, keys, stays = [], [], [], []
        for part, kept in parts:
            lengths = np.diff(part.starts)
            stay = np.repeat(kept, lengths)
            counts.append(lengths[kept])
            grains.append(np.asarray(part.grains[stay]))
            keys.append(np.asarray(part.keys[stay]))
            stays.append(stay)
        blocks = (
            part._block(np.flatnonzero(stay[start : start + _CHUNK]) + start)
            for (part, _), stay in zip(parts, stays, strict=True)
            for start in range(0, part.size, _CHUNK)
        )
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(concatenated(counts, np.int64))])
        return cls._of(blocks, parts[0][0].dimension, starts, np.concatenate(grains), np.concatenate(keys))

    @classmethod
    def load(cls, folder: Path) -> VectorSegment:
        """Open what ``save`` wrote, memory-mapped but for the sketches."""
        starts, grains, keys = (open_array(folder / name) for name in _ARRAY_FILES)
        if not Codes.exist(folder):
            return cls(faiss.read_index(str(folder / _UNITS_FILE), faiss.IO_FLAG_MMAP_IFC), starts, grains, keys)
        return cls(Codes.load(folder), starts, grains, keys, faiss.read_index(str(folder / _SKETCHES_FILE)))

    def save(self, folder: Path) -> None:
        """Write the files into ``folder``."""
        arrays: tuple[NDArray[Any], ...] = (self.starts, self.grains, self.keys)
        for name, values in zip(_ARRAY_FILES, arrays, strict=True):
            np.save(folder / name, values)
        if isinstance(self.units, Codes):
            self.units.save(folder)
            faiss.write_index(self.sketches, str(folder / _SKETCHES_FILE))
        else:
            Codes.remove(folder)
            faiss.write_index(self.units, str(folder / _UNITS_FILE))

    @property
    def size(self) -> int:
        """The number of units."""
        return len(self.units) if isinstance(self.units, Codes) else int(self.units.ntotal)

    @property
    def clauses(self) -> int:
        """The number of clauses."""
        return len(self.starts) - 1

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self.units.dimension if isinstance(self.units, Codes) else int(self.units.d)

    @property
    def rows(self) -> NDArray[np.int64]:
        """The clause of each unit. *Shape:* (units,)"""
        return np.repeat(np.arange(self.clauses), np.diff(self.starts))

    @property
    def is_consistent(self) -> bool:
        """Whether the parts fit together."""
        return int(self.starts[-1]) == self.size == len(self.grains) == len(self.keys) and (
            isinstance(self.units, Codes) == (self.sketches is not None)
            and (self.sketches is None or self.sketches.ntotal == self.clauses)
        )

    def vectors(self) -> Vectors:
        """Return all vectors. *Shape:* (units, dimension)"""
        if isinstance(self.units, Codes):
            return self.units.vectors()
        return np.asarray(self.units.reconstruct_n(0, self.size), dtype=np.float32)

    def take(self, units: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some units. *Shape:* (len(units), dimension)"""
        block = self._block(units)
        return block.vectors() if isinstance(block, Codes) else block

    def products(self, queries: Vectors, units: NDArray[np.int64]) -> Vectors:
        """Return the similarities of some units to ``queries``. *Shape:* (len(units), len(queries))"""
        if isinstance(self.units, Codes):
            return self.units.products(queries, units)
        return np.asarray(self.take(units) @ queries.T, dtype=np.float32)

    def best_similarities(self, queries: Vectors) -> Vectors:
        """Return the highest similarity of any unit to each of ``queries``, -1 in an empty segment."""
        if not self.size:
            return np.full(len(queries), -1.0, np.float32)
        return np.asarray(self.best_units(queries, None, 1)[0][:, 0], dtype=np.float32)

    def nearest(self, queries: Vectors, mask: Mask, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Return similarities and rows of clauses that are candidates for the best, for each query.

        They are those behind the best units in a small segment or where ``mask`` allows few, else those whose whole
        text is nearest by the sketches' estimate. *Shape:* (queries, at most count)
        """
        if self.sketches is None or (mask is not None and int(np.diff(self.starts)[mask].sum()) <= _FEW_UNITS):
            return self.best_units(queries, mask, count)
        allowed = self.clauses if mask is None else int(mask.sum())
        if allowed <= _FEW_WHOLES and mask is not None:
            rows = np.flatnonzero(mask)
            return _best(self.products(queries, np.asarray(self.starts[rows])), rows, count)
        surplus = 1.0 if mask is None else _SURPLUS * self.clauses / allowed
        asked = min(self.clauses, round(surplus * count))
        similarity, rows = self.sketches.search(np.ascontiguousarray(queries), asked)
        return similarity, rows if mask is None else np.where(mask[rows], rows, -1)

    def best_units(self, queries: Vectors, mask: Mask, count: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Return the similarities and the clause rows of the best units of allowed clauses, for each query.

        *Shape:* (queries, at most count)
        """
        lengths = np.diff(self.starts)
        allowed = self.size if mask is None else int(lengths[mask].sum())
        count = min(count, allowed)
        if not count:
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        if isinstance(self.units, Codes) or (mask is not None and allowed <= _FEW_FLAT_UNITS):
            rows = np.arange(self.clauses) if mask is None else np.flatnonzero(mask)
            units = ranges(np.asarray(self.starts[rows]), lengths[rows])
            return _best(self.products(queries, units), np.repeat(rows, lengths[rows]), count)
        parameters = None
        if mask is not None and allowed < self.size:
            parameters = faiss.SearchParameters(sel=_selector(np.repeat(mask, lengths)))
        found = self.units.search(np.ascontiguousarray(queries), count, params=parameters)
        return found[0], np.searchsorted(self.starts, found[1], side="right") - 1

    def clause_scores(self, queries: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """Return the scores of clauses. *Shape:* (len(rows), len(queries))

        A score is the mean over grains of the best unit of that grain, the sentence counted twice; a grain that a
        clause lacks counts as its whole text, which for a short clause is its only sentence.
        """
        if not len(rows):
            return np.zeros((0, len(queries)), np.float32)
        starts = np.asarray(self.starts[rows])
        lengths = np.asarray(self.starts[rows + 1]) - starts
        units = ranges(starts, lengths)
        similarity = self.products(queries, units)
        firsts = np.cumsum(lengths) - lengths
        best = np.repeat(similarity[firsts][:, None, :], len(GRAINS), axis=1)
        # A clause's units stand grain by grain.
        groups = np.repeat(np.arange(len(rows)), lengths) * len(GRAINS) + self.grains[units]
        heads = np.flatnonzero(np.diff(groups, prepend=-1))
        places = groups[heads]
        best[places // len(GRAINS), places % len(GRAINS)] = np.maximum.reduceat(similarity, heads, axis=0)
        return np.asarray(np.tensordot(best, _SHARES, axes=(1, 0)), dtype=np.float32)

    def unit_scores(self, query: Vectors, row: int, grain: Grain) -> Vectors:
        """Return the similarities of the units of one clause and grain, in order. *Shape:* (units,)"""
        start, end = int(self.starts[row]), int(self.starts[row + 1])
        chosen = start + np.flatnonzero(self.grains[start:end] == GRAINS.index(grain))
        return self.products(query[None], chosen)[:, 0]

    def _block(self, units: NDArray[np.int64]) -> Vectors | Codes:
        if isinstance(self.units, Codes):
            return self.units.at(units)
        if not len(units):
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(self.units.reconstruct_batch(np.ascontiguousarray(units, dtype=np.int64)), dtype=np.float32)

    @classmethod
    def _of(
        cls,
        blocks: Iterable[Vectors | Codes],
        dimension: int,
        starts: NDArray[np.int64],
        grains: NDArray[np.int8],
        keys: NDArray[np.uint8],
    ) -> VectorSegment:
        """Return a segment of the vectors in ``blocks``, small or large as their number is."""
        if len(grains) >= _LARGE_UNITS:
            codes = Codes.of(blocks, len(grains), dimension)
            return cls(codes, starts, grains, keys, sketches_of(codes, starts[:-1]))
        units = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        for block in blocks:
            vectors = block.vectors() if isinstance(block, Codes) else block
            if len(vectors):
                units.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(units, starts, grains, keys)


class VectorIndex:
    """Inner-product search over the segments of an index; clause rows are numbered through all of them in order."""

    def __init__(self, segments: Sequence[VectorSegment]) -> None:
        self._segments = tuple(segments)
        self._is_large = any(part.sketches is not None for part in self._segments)
        self.offsets = np.cumsum([0, *(part.clauses for part in self._segments)])

    @property
    def size(self) -> int:
        """The number of units."""
        return sum(part.size for part in self._segments)

    def unit_scores(self, query: Vectors, row: int, grain: Grain) -> Vectors:
        """Return the similarities of the units of one clause and grain, in order. *Shape:* (units,)"""
        number = int(np.searchsorted(self.offsets, row, side="right")) - 1
        return self._segments[number].unit_scores(query, row - int(self.offsets[number]), grain)

    def clause_scores(
        self, queries: Vectors, masks: Sequence[Mask], *, units: int, exact: bool = False
    ) -> list[dict[int, float]]:
        """Return, for each of ``queries`` (n, d), clause row → score for the clauses behind the best units.

        Those are behind the ``units`` best among all units of the clauses that ``masks``, one for each segment, allow.
        Where there is a large segment there are more, and those in it are named by ``VectorSegment.nearest``, unless
        all units are to be compared for ``exact`` candidates. Scores are those of ``VectorSegment.clause_scores``.
        """
        count = round(_MORE_CLAUSES * units) if self._is_large else units
        similarities: list[Vectors] = []
        owners: list[NDArray[np.int64]] = []
        for part, mask, offset in zip(self._segments, masks, self.offsets, strict=False):
            found, rows = (part.best_units if exact else part.nearest)(queries, mask, count)
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


def _best(similarity: Vectors, owners: NDArray[np.int64], count: int) -> tuple[Vectors, NDArray[np.int64]]:
    """Return the ``count`` best of ``similarity`` (n, queries) and their ``owners`` (n,), for each query."""
    count = min(count, len(similarity))
    best = np.argpartition(-similarity, count - 1, axis=0)[:count]
    return np.take_along_axis(similarity, best, axis=0).T, owners[best].T


def _selector(mask: NDArray[np.bool_]) -> faiss.IDSelector:
    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
