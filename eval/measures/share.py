"""The one shape of every measure: a question's part of a whole, so that each set-level value is a ratio of sums.

A mean over questions has the whole 1 for each; a micro average such as citation precision has the number of citations;
precision, recall and F1 of a decision have their counts (F1 = 2·TP / (2·TP + FP + FN)).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20261122
SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Share:
    """One question's ``part`` of its ``whole``; a whole of 0 says nothing about the set."""

    part: float
    whole: float = 1.0


Scores = dict[str, Share]
"""Measure name → share; a measure that does not apply to a question is left out."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A set's value with its 95 % interval. ``count`` is the number of questions with a whole above 0."""

    value: float
    low: float
    high: float
    count: int


def ratio(shares: Iterable[Share]) -> float | None:
    """Return Σ part / Σ whole, ``None`` where the wholes sum to 0."""
    listed = list(shares)
    whole = sum(share.whole for share in listed)
    return sum(share.part for share in listed) / whole if whole else None


def estimate(
    shares: Sequence[Share], clusters: Sequence[str], *, seed: int = SEED, samples: int = SAMPLES
) -> Estimate | None:
    """Return the ratio with its percentile bootstrap interval (Efron 1979), ``None`` for an empty whole.

    Whole clusters are drawn with replacement, ``clusters[i]`` being that of ``shares[i]``: paraphrases of one topic
    stand and fall together, and drawing them singly would make the interval too narrow (Field & Welsh 2007). The
    same input and seed give the same interval. Raises ValueError where the lengths differ.
    """
    value = ratio(shares)
    if value is None:
        return None
    parts, wholes = totals(shares, clusters)
    low, high = np.quantile(resampled(parts, wholes, seed=seed, samples=samples), (0.025, 0.975))
    return Estimate(value, float(low), float(high), sum(share.whole > 0 for share in shares))


def totals(shares: Sequence[Share], clusters: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the parts and the wholes summed by cluster, in order of first appearance. *Shape:* (clusters,) each."""
    if len(shares) != len(clusters):
        raise ValueError(f"expected one cluster a share, got {len(clusters)} for {len(shares)}")
    names = {name: index for index, name in enumerate(dict.fromkeys(clusters))}
    parts, wholes = np.zeros(len(names)), np.zeros(len(names))
    for share, name in zip(shares, clusters, strict=True):
        parts[names[name]] += share.part
        wholes[names[name]] += share.whole
    return parts, wholes


def resampled(
    parts: NDArray[np.float64], wholes: NDArray[np.float64], *, seed: int = SEED, samples: int = SAMPLES
) -> NDArray[np.float64]:
    """Return the ratios of ``samples`` bootstrap samples of the clusters; those with an empty whole are left out."""
    count = len(parts)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=samples)
    sums = drawn @ wholes
    usable = sums > 0
    return np.asarray((drawn @ parts)[usable] / sums[usable], dtype=np.float64)
