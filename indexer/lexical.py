"""BM25 over index terms, kept on disk as arrays."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class LexicalIndex:
    """BM25 (Lucene's variant; Robertson & Zaragoza 2009) over passages, through the bm25s library."""

    def __init__(self, bm25: Any, size: int) -> None:
        self._bm25 = bm25
        self._vocabulary: dict[str, int] = bm25.vocab_dict
        self.size = size

    @classmethod
    def build(cls, passages: Iterable[Sequence[str]], *, progress: bool = False) -> LexicalIndex:
        """Index ``passages``, each a sequence of terms; rows are numbered in order from 0."""
        import bm25s

        corpus = [list(terms) or [""] for terms in passages]
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
        bm25.index(corpus, show_progress=progress, create_empty_token=True)
        return cls(bm25, len(corpus))

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Open an index written by ``save``; its arrays are memory-mapped."""
        import bm25s

        bm25 = bm25s.BM25.load(str(folder), mmap=True, load_vocab=True)
        return cls(bm25, int(bm25.scores["num_docs"]))

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        self._bm25.save(str(folder), show_progress=False)

    def frequency(self, term: str) -> int:
        """Return the number of rows that hold ``term``."""
        at = self._vocabulary.get(term)
        if at is None:
            return 0
        starts = self._bm25.scores["indptr"]
        return int(starts[at + 1] - starts[at])

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Return the BM25 score of every row for ``terms``. *Shape:* (size,)"""
        known = [term for term in terms if term in self._vocabulary]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)
