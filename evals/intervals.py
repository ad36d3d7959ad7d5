"""Confidence intervals as the evals print them; those of shares are the tools' own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tools.estimators.shares import Z_95, wilson

__all__ = ["Z_95", "bootstrap_mean", "wilson"]


def bootstrap_mean(values: NDArray[np.float64], resamples: int = 2_000, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % percentile interval of a mean.

    >>> bootstrap_mean(np.full(10, 3.0))
    (3.0, 3.0)
    """
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (resamples, len(values)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)
