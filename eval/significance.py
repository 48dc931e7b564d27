"""Two systems on the same questions: the paired difference, its interval and whether it may be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.measures.catalogue import BY_KEY
from eval.measures.share import SAMPLES, SEED, Share, totals
from eval.scoring import Scored

_NOTHING = Share(0.0, 0.0)
_PERMUTATIONS = 4000


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of both systems; ``low``/``high`` is the 95 % interval of ``second - first``, ``p`` two-sided."""

    first: float
    second: float
    low: float
    high: float
    p: float
    count: int

    @property
    def shown_p(self) -> str:
        """``p`` with three decimals; a permutation test of this size knows no smaller one than 0.001."""
        return f"{self.p:.3f}" if self.p >= 0.001 else "<0.001"

    @property
    def change(self) -> float:
        """How much higher the second system's value is."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences by measure key, and the pairs (first, second) whose ``correct`` changed."""

    differences: dict[str, Difference]
    gained: tuple[tuple[Scored, Scored], ...]
    lost: tuple[tuple[Scored, Scored], ...]
    paired: int


def compare(first: Sequence[Scored], second: Sequence[Scored], *, seed: int = SEED) -> Comparison:
    """Return the comparison over the items that both have with the same gold; the words may differ (``eval.variants``).

    Measures that only one system has (such as retrieval for a chat model) are left out.
    """
    others = {one.item.id: one for one in second}
    pairs = [(a, others[a.item.id]) for a in first if _same_gold(a, others.get(a.item.id))]
    topics = [a.item.topic for a, _ in pairs]
    differences: dict[str, Difference] = {}
    for key in BY_KEY:
        if not any(key in a.scores for a, _ in pairs) or not any(key in b.scores for _, b in pairs):
            continue
        found = difference(
            [a.scores.get(key, _NOTHING) for a, _ in pairs], [b.scores.get(key, _NOTHING) for _, b in pairs], topics,
            seed=seed,
        )  # fmt: skip
        if found is not None:
            differences[key] = found
    changed = [(a, b) for a, b in pairs if bool(a.problems) != bool(b.problems)]
    return Comparison(
        differences,
        gained=tuple(pair for pair in changed if pair[0].problems),
        lost=tuple(pair for pair in changed if pair[1].problems),
        paired=len(pairs),
    )


def difference(
    first: Sequence[Share], second: Sequence[Share], clusters: Sequence[str], *, seed: int = SEED
) -> Difference | None:
    """Return the paired difference of two ratios of sums, ``None`` where either has an empty whole.

    The interval is a percentile bootstrap that draws clusters with both systems' shares; ``p`` comes from a
    randomisation test that swaps the systems within clusters at random (Smucker, Allan & Carterette 2007),
    ``(1 + #{|d*| ≥ |d|}) / (1 + permutations)``.
    """
    a_part, a_whole = totals(first, clusters)
    b_part, b_whole = totals(second, clusters)
    if not a_whole.sum() or not b_whole.sum():
        return None
    count = len(a_part)
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(count, np.full(count, 1 / count), size=SAMPLES)
    with np.errstate(divide="ignore", invalid="ignore"):
        resampled = (drawn @ b_part) / (drawn @ b_whole) - (drawn @ a_part) / (drawn @ a_whole)
        swap = generator.integers(0, 2, size=(_PERMUTATIONS, count))
        part, whole = swap @ (b_part - a_part), swap @ (b_whole - a_whole)
        permuted = (b_part.sum() - part) / (b_whole.sum() - whole) - (a_part.sum() + part) / (a_whole.sum() + whole)
    before, after = float(a_part.sum() / a_whole.sum()), float(b_part.sum() / b_whole.sum())
    low, high = np.nanquantile(resampled, (0.025, 0.975))
    # The slack keeps sums that differ in the last bit from passing for smaller ones.
    extreme = int((np.abs(permuted) >= abs(after - before) - 1e-12).sum())
    used = sum(a.whole > 0 or b.whole > 0 for a, b in zip(first, second, strict=True))
    return Difference(before, after, float(low), float(high), (1 + extreme) / (1 + _PERMUTATIONS), used)


def _same_gold(first: Scored, second: Scored | None) -> bool:
    return second is not None and replace(first.item.gold, question="") == replace(second.item.gold, question="")
