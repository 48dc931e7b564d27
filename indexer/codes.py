"""Vectors in 8 bits for each number, memory-mapped, and sketches of one bit that say which of them are worth a look."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.arrays import open_array

Vectors = NDArray[np.float32]

_CODES_FILE, _SCALES_FILE = "unit-codes.npy", "unit-scales.npy"
_LEVELS = 127
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Codes:
    """Vectors as ``codes`` (n, d) times ``scales`` (n,).

    Each vector has a scale of its own, so that nothing is trained and a merge takes codes over as they are.
    """

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]

    @classmethod
    def of(cls, blocks: Iterable[Vectors | Codes], size: int, dimension: int) -> Codes:
        """Return the codes of ``size`` vectors that come in ``blocks``; blocks that are codes stay as they are."""
        codes, scales = np.empty((size, dimension), np.int8), np.empty(size, np.float32)
        at = 0
        for block in blocks:
            if not isinstance(block, Codes):
                block = _coded(block)
            codes[at : at + len(block)], scales[at : at + len(block)] = block.codes, block.scales
            at += len(block)
        return cls(codes, scales)

    @classmethod
    def load(cls, folder: Path) -> Codes:
        """Open what ``save`` wrote, memory-mapped."""
        codes = np.load(folder / _CODES_FILE, mmap_mode="r", allow_pickle=False)
        if isinstance(codes.base, mmap.mmap):
            # Pieces are fetched here and there: what the system would read ahead only drives out other pages.
            codes.base.madvise(mmap.MADV_RANDOM)
        return cls(np.asarray(codes), open_array(folder / _SCALES_FILE))

    @staticmethod
    def exist(folder: Path) -> bool:
        """Return whether ``folder`` holds codes."""
        return (folder / _CODES_FILE).is_file()

    def save(self, folder: Path) -> None:
        """Write the files into ``folder``."""
        np.save(folder / _CODES_FILE, self.codes)
        np.save(folder / _SCALES_FILE, self.scales)

    @staticmethod
    def remove(folder: Path) -> None:
        """Remove the codes in ``folder`` if there are any."""
        (folder / _CODES_FILE).unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self.codes.shape[1])

    def at(self, places: slice | NDArray[np.int64] | NDArray[np.bool_]) -> Codes:
        """Return some of the codes."""
        return Codes(np.asarray(self.codes[places]), np.asarray(self.scales[places]))

    def vectors(self) -> Vectors:
        """Return the vectors. *Shape:* (n, dimension)"""
        return np.asarray(self.codes * self.scales[:, None], dtype=np.float32)

    def products(self, queries: Vectors, places: NDArray[np.int64]) -> Vectors:
        """Return the inner products of the vectors at ``places`` with ``queries``. *Shape:* (places, queries)"""
        found = np.empty((len(places), len(queries)), np.float32)
        for start in range(0, len(places), _CHUNK):
            mine = places[start : start + _CHUNK]
            found[start : start + len(mine)] = self.codes[mine].astype(np.float32) @ queries.T
        return np.asarray(found * self.scales[places, None], dtype=np.float32)


def sketches_of(vectors: Codes, places: NDArray[np.int64]) -> faiss.Index:
    """Return sketches of the vectors at ``places``: one bit for each dimension (RaBitQ; Gao & Long 2024).

    A search gives estimates of inner products: unbiased, with an error of a few hundredths.
    """
    sketches = faiss.IndexRaBitQFastScan(vectors.dimension, faiss.METRIC_INNER_PRODUCT)
    # All that is trained is the mean.
    sketches.train(vectors.at(places[:: max(1, len(places) // _CHUNK)]).vectors())
    for start in range(0, len(places), _CHUNK):
        sketches.add(vectors.at(places[start : start + _CHUNK]).vectors())
    return sketches


def _coded(vectors: Vectors) -> Codes:
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0.0), 1e-12).astype(np.float32) / np.float32(_LEVELS)
    return Codes(np.rint(vectors / scales[:, None]).astype(np.int8), scales)
