"""How long answers take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of the wall-clock time of an answer, in milliseconds, over ``count`` answers."""

    p50: float
    p90: float
    p95: float
    p99: float
    highest: float
    count: int


def latency(seconds: Sequence[float]) -> Latency | None:
    """Return the percentiles (linear interpolation, Hyndman & Fan 1996 type 7), ``None`` for no answers."""
    if not seconds:
        return None
    p50, p90, p95, p99, highest = np.percentile(np.asarray(seconds) * 1000, (50, 90, 95, 99, 100))
    return Latency(float(p50), float(p90), float(p95), float(p99), float(highest), len(seconds))
