"""BM25 over memory-mapped postings; scores are made when a query asks, from counts added up over all segments.

Formula: Lucene's variant of BM25 (Robertson & Zaragoza 2009; Kamphuis et al. 2020), with k1 = 1.2 and b = 0.6:
``idf · tf / (tf + k1 · (1 − b + b · length / average length))``, ``idf = ln(1 + (N − df + 0.5) / (df + 0.5))``.
Skipping rows that cannot be among the best follows MaxScore (Turtle & Flood 1995).
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import concatenated, open_array

_K1 = 1.2
_B = 0.6
_MAX_COUNT = 255
# Rows up to which looking each of them up beats walking through whole postings.
_FEW_ROWS = 4_000
# A threshold is worth finding only before a posting list that holds this share of all rows.
_COMMON = 0.02
# Blocks of rows whose best scores tell about how high the k-th best is.
_BLOCKS_FOR_ONE = 16
# Counts of terms that are remembered; a question asks for the same few words many times.
_REMEMBERED = 50_000

Mask = NDArray[np.bool_] | None
"""Which rows of a segment may be found; ``None`` for all."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The rows of each term of one segment.

    ``hashes`` (terms,) is sorted; ``starts`` (terms + 1,) delimits ``rows`` (postings,), ascending within a term, and
    ``counts`` (postings,), how often the row has the term, 255 at most; ``lengths`` (rows,) counts all terms of a row.
    """

    hashes: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    lengths: NDArray[np.uint32]

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Open what ``save`` wrote, memory-mapped."""
        return cls(*(open_array(folder / name) for name in _FILES))

    def save(self, folder: Path) -> None:
        """Write the arrays into ``folder``."""
        for name, values in zip(_FILES, self._arrays(), strict=True):
            np.save(folder / name, values)

    @property
    def is_consistent(self) -> bool:
        """Whether the arrays fit together."""
        return (
            len(self.starts) == len(self.hashes) + 1
            and int(self.starts[-1]) == len(self.rows) == len(self.counts)
            and int(self.starts[0]) == 0
        )

    def span(self, key: np.uint64) -> tuple[int, int]:
        """Return where the postings of the term with hash ``key`` begin and end; two equal numbers where none are."""
        at = int(np.searchsorted(self.hashes, key))
        if at >= len(self.hashes) or self.hashes[at] != key:
            return 0, 0
        return int(self.starts[at]), int(self.starts[at + 1])

    def _arrays(self) -> tuple[NDArray[np.generic], ...]:
        return self.hashes, self.starts, self.rows, self.counts, self.lengths


_FILES = ("term-hashes.npy", "term-starts.npy", "posting-rows.npy", "posting-counts.npy", "row-lengths.npy")


class PostingsWriter:
    """Takes rows one by one and makes the ``Postings`` of a segment; holds numbers, no texts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms, self._rows, self._counts = array("I"), array("I"), array("B")
        self._lengths = array("I")

    def add(self, terms: Iterable[str]) -> None:
        """Add the next row."""
        row, length, numbers = len(self._lengths), 0, self._numbers
        for term, count in Counter(terms).items():
            self._terms.append(numbers.setdefault(term, len(numbers)))
            self._rows.append(row)
            self._counts.append(min(count, _MAX_COUNT))
            length += count
        self._lengths.append(length)

    def finish(self) -> Postings:
        """Return the postings of all rows added."""
        keys = np.fromiter(map(term_hash, self._numbers), dtype=np.uint64, count=len(self._numbers))
        return _sorted_postings(
            np.sort(keys),
            np.argsort(np.argsort(keys))[_view(self._terms, np.uint32)],
            _view(self._rows, np.uint32),
            _view(self._counts, np.uint8),
            _view(self._lengths, np.uint32),
        )


def merge_postings(parts: Sequence[tuple[Postings, NDArray[np.bool_]]]) -> Postings:
    """Return the postings of the rows of all ``parts`` that are marked as kept, in order."""
    hashes = np.unique(concatenated([np.asarray(part.hashes) for part, _ in parts], np.uint64))
    terms: list[NDArray[np.int32]] = []
    rows: list[NDArray[np.uint32]] = []
    counts: list[NDArray[np.uint8]] = []
    lengths: list[NDArray[np.uint32]] = []
    offset = 0
    for part, kept in parts:
        numbers = np.repeat(np.searchsorted(hashes, part.hashes).astype(np.int32), np.diff(part.starts))
        place = np.cumsum(kept) - 1 + offset
        stays = kept[part.rows]
        terms.append(numbers[stays])
        rows.append(place[part.rows[stays]].astype(np.uint32))
        counts.append(np.asarray(part.counts[stays]))
        lengths.append(np.asarray(part.lengths[kept]))
        offset += int(kept.sum())
    used, places = np.unique(concatenated(terms, np.int32), return_inverse=True)
    return _sorted_postings(
        hashes[used],
        places.astype(np.int32),
        concatenated(rows, np.uint32),
        concatenated(counts, np.uint8),
        concatenated(lengths, np.uint32),
    )


class LexicalIndex:
    """BM25 over the rows of several segments.

    Rows are numbered through all segments in order. ``dead`` holds for each segment the sorted rows that were removed:
    they are in no count, as if they had never been there.
    """

    def __init__(self, segments: Sequence[Postings], dead: Sequence[NDArray[np.int64]] | None = None) -> None:
        self._segments = tuple(segments)
        self._dead = tuple(rows.astype(np.uint32) for rows in dead or [np.zeros(0, np.int64)] * len(segments))
        self.offsets = np.cumsum([0, *(len(part.lengths) for part in self._segments)])
        gone = [int(part.lengths[rows].sum()) for part, rows in zip(self._segments, self._dead, strict=True)]
        self.size = int(self.offsets[-1]) - sum(map(len, self._dead))
        total = sum(int(part.lengths.sum(dtype=np.int64)) for part in self._segments) - sum(gone)
        self._average = max(total / max(self.size, 1), 1e-9)
        self._norms: list[NDArray[np.float32] | None] = [None] * len(self._segments)
        self._spans: dict[str, tuple[tuple[int, int], ...]] = {}
        self._frequencies: dict[str, int] = {}

    @classmethod
    def build(cls, passages: Iterable[Iterable[str]]) -> LexicalIndex:
        """Index ``passages``, each a sequence of terms, as one segment in memory."""
        writer = PostingsWriter()
        for terms in passages:
            writer.add(terms)
        return cls([writer.finish()])

    def frequency(self, term: str) -> int:
        """Return the number of rows that hold ``term``."""
        found = self._frequencies.get(term)
        if found is None:
            found = 0
            for part, dead, (start, end) in zip(self._segments, self._dead, self._span(term), strict=True):
                found += end - start - _common_count(part.rows[start:end], dead)
            if len(self._frequencies) < _REMEMBERED:
                self._frequencies[term] = found
        return found

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every row for ``terms``. *Shape:* (rows of all segments,)"""
        scores = np.zeros(int(self.offsets[-1]), dtype=np.float32)
        for number in range(len(self._segments)):
            rows, values = self._best(number, self._weighted(terms), None, k=None)
            scores[self.offsets[number] + rows] = values
        return scores

    def top(self, terms: Sequence[str], masks: Sequence[Mask], k: int) -> dict[int, float]:
        """Return row → score of the ``k`` best rows among those that the masks, one for each segment, allow.

        Rows without any of the terms are left out; of equal scores at the end the smaller rows are taken.
        """
        weighted = self._weighted(terms)
        best: list[tuple[float, int]] = []
        floor = 0.0
        # The largest first: what it finds spares most of the work in the others.
        for number in sorted(range(len(masks)), key=lambda one: -len(self._segments[one].lengths)):
            rows, values = self._best(number, weighted, masks[number], k=k, floor=floor)
            best += zip(values.tolist(), (rows + self.offsets[number]).tolist(), strict=True)
            best.sort(key=lambda item: (-item[0], item[1]))
            del best[k:]
            floor = best[-1][0] if len(best) == k else 0.0
        return {int(row): score for score, row in best}

    def _span(self, term: str) -> tuple[tuple[int, int], ...]:
        found = self._spans.get(term)
        if found is None:
            key = term_hash(term)
            found = tuple(part.span(key) for part in self._segments)
            if len(self._spans) < _REMEMBERED:
                self._spans[term] = found
        return found

    def _weighted(self, terms: Sequence[str]) -> list[tuple[str, float]]:
        """Return the known terms with idf times their count in the query, the rarest first."""
        weighted: list[tuple[str, float]] = []
        for term, count in Counter(terms).items():
            frequency = self.frequency(term)
            if frequency:
                idf = math.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))
                weighted.append((term, idf * count))
        # One order for every segment: sums of floats depend on it.
        return sorted(weighted, key=lambda item: (-item[1], item[0]))

    def _norm(self, number: int) -> NDArray[np.float32]:
        norm = self._norms[number]
        if norm is None:
            lengths = np.asarray(self._segments[number].lengths, dtype=np.float64)
            norm = (_K1 * (1 - _B + _B * lengths / self._average)).astype(np.float32)
            self._norms[number] = norm
        return norm

    def _best(
        self, number: int, weighted: Sequence[tuple[str, float]], mask: Mask, *, k: int | None, floor: float = 0.0
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return rows of one segment, none twice, with their scores; the ``k`` best are among them (None: all).

        Rows whose score is below ``floor`` may be left out.
        """
        part, norm = self._segments[number], self._norm(number)
        size = len(norm)
        if mask is None and len(self._dead[number]):
            mask = np.ones(size, dtype=np.bool_)
            mask[self._dead[number]] = False
        lists = [(weight, *self._span(term)[number]) for term, weight in weighted]
        lists = [(weight, start, end) for weight, start, end in lists if end > start]
        left = np.cumsum([0.0, *(weight for weight, _, _ in reversed(lists))])[::-1]
        if mask is not None and k is not None and (allowed := int(mask.sum())) <= _FEW_ROWS:
            chosen = np.flatnonzero(mask) if allowed else np.zeros(0, np.int64)
            return self._cut(chosen, self._looked_up(part, norm, lists, chosen, np.zeros(len(chosen), np.float32)), k)
        scores = np.zeros(size, dtype=np.float32)
        # No row has more than the weights so far; a look that found too low a threshold is not soon repeated.
        threshold, next_look = floor, max(0.5 * left[0], floor)
        for at, (weight, start, end) in enumerate(lists):
            if k is not None and left[at] < next_look and end - start > max(_COMMON * size, _FEW_ROWS):
                next_look = 0.8 * left[at]
                threshold = max(threshold, _kth_at_least(scores if mask is None else scores * mask, k))
                # A margin for the rounding of 32-bit sums.
                needed = threshold * (1 - 1e-5)
                if left[at] < needed:
                    near = scores >= float(needed - left[at])
                    chosen = np.flatnonzero(near if mask is None else near & mask)
                    if len(chosen) < (end - start) / 8:
                        return self._cut(chosen, self._looked_up(part, norm, lists[at:], chosen, scores[chosen]), k)
            rows = part.rows[start:end]
            scores[rows] += _share(weight, part.counts[start:end], norm[rows])
        if mask is not None:
            scores *= mask
        if k is not None:
            threshold = max(threshold * (1 - 1e-5), _kth_at_least(scores, k))
        found = np.flatnonzero(scores >= threshold if threshold > 0 else scores > 0)
        return self._cut(found, scores[found], k)

    @staticmethod
    def _looked_up(
        part: Postings,
        norm: NDArray[np.float32],
        lists: Sequence[tuple[float, int, int]],
        chosen: NDArray[np.int64],
        scores: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Return ``scores`` of the rows ``chosen`` with what ``lists`` add."""
        keys = chosen.astype(np.uint32)
        for weight, start, end in lists:
            rows = part.rows[start:end]
            places = np.searchsorted(rows, keys)
            places[places == len(rows)] = 0
            hits = np.flatnonzero(rows[places] == keys)
            scores[hits] += _share(weight, part.counts[start:end][places[hits]], norm[chosen[hits]])
        return scores

    @staticmethod
    def _cut(
        rows: NDArray[np.int64], scores: NDArray[np.float32], k: int | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        kept = scores > 0
        rows, scores = rows[kept], scores[kept]
        if k is None or len(rows) <= k:
            return rows, scores
        # All that equal the last one stay, so that ties are settled over all segments together.
        tied = scores >= np.partition(scores, len(scores) - k)[-k]
        return rows[tied], scores[tied]


def term_hash(term: str) -> np.uint64:
    """Return the 64-bit key under which ``term`` is found."""
    return np.uint64(int.from_bytes(hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8).digest(), "little"))


def _share(weight: float, counts: NDArray[np.uint8], norm: NDArray[np.float32]) -> NDArray[np.float32]:
    times = counts.astype(np.float32)
    return np.asarray(np.float32(weight) * (times / (times + norm)), dtype=np.float32)


def _kth_at_least(scores: NDArray[np.float32], k: int) -> float:
    """Return a score that at least ``k`` of ``scores`` reach, near the ``k``-th best; 0 where that cannot be said."""
    # The best of each of some blocks are scores of different rows.
    width = max(1, len(scores) // (_BLOCKS_FOR_ONE * k))
    blocks = len(scores) // width
    if blocks < k:
        return 0.0
    tops = scores[: blocks * width].reshape(blocks, width).max(axis=1)
    return float(np.partition(tops, blocks - k)[-k])


def _common_count(rows: NDArray[np.uint32], dead: NDArray[np.uint32]) -> int:
    """Return how many of the sorted ``rows`` are in the sorted ``dead``."""
    if not len(rows) or not len(dead):
        return 0
    few, many = (rows, dead) if len(rows) < len(dead) else (dead, rows)
    places = np.searchsorted(many, few)
    places[places == len(many)] = 0
    return int((many[places] == few).sum())


def _sorted_postings(
    hashes: NDArray[np.uint64],
    terms: NDArray[np.integer],
    rows: NDArray[np.uint32],
    counts: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
) -> Postings:
    """Return postings given in row order, ``terms`` being places in ``hashes``."""
    # Stable, so that rows stay ascending within a term.
    order = np.argsort(terms, kind="stable")
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(terms, minlength=len(hashes)))])
    return Postings(hashes, starts.astype(np.int64), rows[order], counts[order], lengths)


def _view(values: array[int], dtype: type) -> NDArray[Any]:
    return np.frombuffer(values, dtype=dtype) if len(values) else np.zeros(0, dtype=dtype)
