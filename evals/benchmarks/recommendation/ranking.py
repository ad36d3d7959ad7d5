"""Precision, recall and nDCG of a full ranking, one value a customer, so that two rankings can be compared in pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evals.intervals import Z_95
from tools.estimators.blend import ranked_hits

K: Final = 10
FORMULA: Final = (
    "P = hits in the first 10 / 10; R = hits / items held out; nDCG = sum over hits of 1/log2(rank + 1), by its best "
    "value for min(10, items held out); means over those with an item held out; all items not bought before are ranked"
)
"""What the three numbers mean, as printed beside them."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """One value a customer, in the customers' order."""

    precision: Floats
    recall: Floats
    gain: Floats

    def cells(self) -> tuple[str, str, str]:
        """Return the three means with their 95 % intervals."""
        return with_interval(self.precision), with_interval(self.recall), with_interval(self.gain)

    def means(self) -> tuple[float, float, float]:
        """Return the three means."""
        return float(self.precision.mean()), float(self.recall.mean()), float(self.gain.mean())


def judge(scores: NDArray[np.float32], truth: NDArray[np.bool_], known: NDArray[np.bool_] | None = None) -> Judged:
    """Judge a ranking of all items against what was held out.

    Args:
        scores: Customers × items.
        truth: What was held out; customers without anything are left out.
        known: What is not ranked, as it was bought before.

    >>> one = judge(np.array([[3.0, 2, 1, 0]], dtype=np.float32), np.array([[False, True, False, False]]))
    >>> one.precision.tolist(), one.recall.tolist(), one.gain.round(4).tolist()
    ([0.1], [1.0], [0.6309])
    """
    ranked = scores if known is None else np.where(known, np.float32(-np.inf), scores)
    hits, held = ranked_hits(np.asarray(ranked, dtype=np.float32), truth, K)
    return from_hits(hits, held)


def from_hits(hits: NDArray[np.bool_], held: NDArray[np.int64]) -> Judged:
    """Return the values from which places were hits, and how many items were held out."""
    discount = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    ideal = np.cumsum(1 / np.log2(np.arange(2, K + 2)))[np.minimum(held, K) - 1]
    found = hits.sum(axis=1)
    return Judged(found / K, found / held, (hits * discount).sum(axis=1) / ideal)


def with_interval(values: Floats, digits: int = 4) -> str:
    """Return a mean and its 95 % interval.

    >>> with_interval(np.array([0.0, 1.0]), 2)
    '.50 (-.48-1.48)'
    """
    mean, half = float(values.mean()), Z_95 * float(values.std(ddof=1)) / np.sqrt(len(values))
    low, high = mean - half, mean + half
    return f"{_short(mean, digits)} ({_short(low, digits)}-{_short(high, digits)})"


def _short(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{digits}f}"
