"""How odd a value is among others, with thresholds that abuse among the data hardly moves.

Sources: P. Rousseeuw and C. Croux (1993), Alternatives to the median absolute deviation, JASA 88:1273-1283 (scale); I.
Weissman (1978), Estimation of parameters and large quantiles based on the k largest observations, JASA 73:812-815
(tail); F. Liu, K. Ting, Z. Zhou (2008), Isolation forest, ICDM.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import betabinom, norm
from sklearn.ensemble import IsolationForest

Array = NDArray[np.float64]

MAD_TO_SD: Final = 1.4826
"""Standard deviations in a median absolute deviation of normal values."""

TAIL_FROM, TAIL_TO = 0.90, 0.95
"""Quantiles that the tail is learned from: one value in a hundred may be abuse without moving them much."""

LEAST_ODD: Final = 3.5
"""Robust deviations up to which nothing is odd, however narrow the tail: B. Iglewicz and D. Hoaglin, How to Detect and
Handle Outliers (1993)."""

TREES, SAMPLE = 100, 256
"""Trees and rows a tree of the isolation forest, as in its paper."""

WIDEST: Final = 8.0
"""Scores beyond this count as this in the forest, so that one wild value does not stretch every cut."""


def own_scores(values: pd.Series[float], owners: pd.Series[str]) -> pd.Series[float]:
    """Return how far each value lies from its owner's median, in robust deviations: the owner's or, if larger, all's.

    >>> own_scores(pd.Series([1.0, 2, 3, 9]), pd.Series(list("aaaa"))).round(2).tolist()
    [-1.01, -0.34, 0.34, 4.38]
    """
    apart = values - values.groupby(owners).transform("median")
    own = apart.abs().groupby(owners).transform("median")
    everybody = float(apart.abs().median())
    scale = MAD_TO_SD * np.maximum(own, everybody)
    return apart / scale.where(scale > 0, 1.0)


def peer_scores(values: pd.Series[float], peers: pd.Series[int], least_scale: float) -> pd.Series[float]:
    """Return how far each value lies above its peers' median, in deviations of their upper half (its 90 % quantile)."""
    apart = values - values.groupby(peers).transform("median")
    upper = apart.groupby(peers).transform("quantile", 0.9) / norm.ppf(0.9)
    return apart / np.maximum(upper, least_scale)


def tail_threshold(scores: Array, rate: float) -> float:
    """Return the score that one in `1 / rate` ordinary values passes, if the tail falls off exponentially.

    Scores of logarithms then have the tail of money that is Pareto's. Only the 90 % and 95 % quantiles are used; it is
    `LEAST_ODD` at least.

    >>> bool(abs(tail_threshold(np.random.default_rng(0).exponential(size=100_000), 1e-3) - np.log(1000)) < 0.2)
    True
    """
    start, later = np.quantile(scores, [TAIL_FROM, TAIL_TO])
    slope = (later - start) / np.log((1 - TAIL_FROM) / (1 - TAIL_TO))
    return max(LEAST_ODD, float(start + slope * np.log((1 - TAIL_FROM) / rate)))


def isolation_scores(features: Array, seed: int) -> Array:
    """Return the isolation forest's score of each row: near 1 where few cuts set it apart, below .5 if ordinary."""
    clipped = np.clip(features, -WIDEST, WIDEST)
    forest = IsolationForest(n_estimators=TREES, max_samples=min(SAMPLE, len(features)), random_state=seed)
    scores: Array = -forest.fit(clipped).score_samples(clipped)
    return scores


def keen_p_values(hits: Array, tries: Array) -> Array:
    """Return the chance of at least so many hits, when the shares of people differ as they do here (beta-binomial).

    The spread is estimated by moments, the largest 1 % of shares left out.

    >>> hits = np.array([1.0, 2, 3, 2] * 40 + [20])
    >>> p_values = keen_p_values(hits, np.full(161, 20.0))
    >>> bool(p_values[-1] < 1e-6), bool(p_values[0] > 0.5)
    (True, True)
    """
    shares = hits / tries
    kept = shares <= np.quantile(shares, 0.99)
    mean = float(hits[kept].sum() / tries[kept].sum())
    if not 0 < mean < 1:
        return np.ones(len(hits))
    between = float(np.average((shares[kept] - mean) ** 2, weights=tries[kept]))
    chance = mean * (1 - mean)
    within = chance * float(kept.sum() / tries[kept].sum())
    spread = min(max((between - within) / chance, 1e-4), 0.95)
    strength = 1 / spread - 1
    p_values: Array = betabinom.sf(hits - 1, tries, mean * strength, (1 - mean) * strength)
    return p_values
