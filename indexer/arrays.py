"""Arrays on disk, opened without reading them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def open_array(path: Path) -> NDArray[Any]:
    """Open an array that ``np.save`` wrote, memory-mapped; an empty one, which cannot be mapped, is read."""
    array = np.load(path, mmap_mode=None if path.stat().st_size <= _SMALL else "r", allow_pickle=False)
    return np.asarray(array)


# Reading a page costs less than mapping it.
_SMALL = 4096


def ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``start, start + 1, …`` of every range, one after another. *Shape:* (sum of lengths,)"""
    ends = np.cumsum(lengths)
    if not len(ends):
        return np.zeros(0, dtype=np.int64)
    return np.asarray(np.arange(int(ends[-1])) + np.repeat(starts - (ends - lengths), lengths), dtype=np.int64)


def concatenated(arrays: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    """Return ``arrays`` one after another; an empty array for none."""
    return np.concatenate([np.zeros(0, dtype=dtype), *arrays]).astype(dtype, copy=False)
