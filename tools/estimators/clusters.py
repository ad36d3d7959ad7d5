"""Clusters of rows by k-means and by a Gaussian mixture: how many, which of the two, and how far to trust them.

Each method chooses its own number of clusters, k-means by the mean silhouette (Rousseeuw 1987), the mixture by the
Bayesian information criterion (Schwarz 1978). Of the two, the one that bootstrap resamples reproduce better is taken,
k-means where it is close; how well is the adjusted Rand index (Hubert and Arabie 1985) between the clusters and those
of resamples (Hennig 2007).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
Method = Literal["k-means", "Gaussian mixture"]

COUNTS: Final = tuple(range(3, 9))
"""Numbers of clusters tried: fewer say nothing new, more cannot be kept in mind (a choice)."""

LEAST_ROWS = 30
"""Fewest rows that are clustered: ten for each of the fewest clusters (a choice)."""

RESAMPLES = 20
"""Bootstrap resamples behind the stability and its interval."""

FIRST_RESAMPLES = 8
"""How many of them each method gets, to tell which is taken; the other gets no more."""

INTERVAL_PERCENT = 80
"""Coverage of the interval of the stability."""

MARGIN = 0.05
"""How much more stable the mixture must be: k-means is easier to explain, and names should not change for little."""

MOST_FIT_ROWS = 5_000
"""Rows that the clusters are learned from; the others are assigned."""

MOST_SILHOUETTE_ROWS = 2_000
"""Rows of the silhouette, whose cost grows with their square."""

STARTS: Final[dict[Method, int]] = {"k-means": 4, "Gaussian mixture": 1}
"""Random starts of each fit, of which the best counts; a mixture starts from k-means, so one will do."""
RIDGE = 1e-3
"""Added to the variances of the mixture, in squared standard deviations, so that no component shrinks to a point."""

CRITERIA: Final[dict[Method, str]] = {
    "k-means": "highest mean silhouette",
    "Gaussian mixture": "lowest Bayesian information criterion",
}


@dataclass(frozen=True)
class Attempt:
    """One number of clusters that one method tried, with its criterion's value."""

    method: Method
    clusters: int
    score: float


@dataclass(frozen=True)
class Clustering:
    """The clusters taken.

    Attributes:
        labels: Cluster of each row, from 0.
        method: Which method they are from.
        silhouette: Mean silhouette of these clusters.
        stability: Mean adjusted Rand index over bootstrap resamples: 1 the same, 0 chance.
        stability_low: Lower end of its interval.
        stability_high: Upper end.
        attempts: Everything tried.
    """

    labels: Labels
    method: Method
    silhouette: float
    stability: float
    stability_low: float
    stability_high: float
    attempts: tuple[Attempt, ...]

    @property
    def clusters(self) -> int:
        """Return how many clusters there are."""
        return len(np.unique(self.labels))


def standardise(rows: Array) -> Array:
    """Return the columns that vary, with mean 0 and standard deviation 1; the others are left out.

    >>> standardise(np.array([[1.0, 7.0], [3.0, 7.0]])).tolist()
    [[-1.0], [1.0]]
    """
    spread = rows.std(axis=0)
    varies = spread > 1e-9 * np.maximum(1.0, np.abs(rows).max(axis=0))
    scaled: Array = (rows[:, varies] - rows[:, varies].mean(axis=0)) / spread[varies]
    return scaled


def cluster_rows(rows: Array, seed: int, counts: Sequence[int] = COUNTS) -> Clustering | None:
    """Cluster standardised rows; None where there are too few of them, or too few that differ.

    The same rows and seed give the same clusters: one thread computes, since the order of sums depends on their number.

    >>> clouds = np.repeat([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]], 10, axis=0) + np.tile(np.arange(10) / 10, (2, 3)).T
    >>> found = cluster_rows(clouds, 0)
    >>> found.clusters, found.stability
    (3, 1.0)
    """
    rng = np.random.default_rng(seed)
    learned = rows[np.sort(rng.permutation(len(rows))[:MOST_FIT_ROWS])]
    usable = [count for count in counts if 2 * count <= len(np.unique(learned, axis=0))] if rows.size else []
    if len(rows) < LEAST_ROWS or not usable:
        return None
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # A fit that has not settled competes by its score; resamples with fewer distinct rows than clusters are rare.
        warnings.simplefilter("ignore", ConvergenceWarning)
        tries = {method: [_attempt(method, learned, count, seed) for count in usable] for method in CRITERIA}
        best = [max(of_one, key=_merit) for of_one in tries.values()]
        agreed = {attempt: _agreements(attempt, learned, rng, seed, FIRST_RESAMPLES) for attempt in best}
        first = max(best, key=lambda attempt: float(np.mean(agreed[attempt])) + _favour(attempt))
        agreements = agreed[first] + _agreements(first, learned, rng, seed, RESAMPLES - FIRST_RESAMPLES)
        labels = _fit(first.method, learned, first.clusters, seed).predict(rows)
        silhouette = _silhouette(rows, labels, seed)
    low, high = np.percentile(agreements, [(100 - INTERVAL_PERCENT) / 2, (100 + INTERVAL_PERCENT) / 2])
    return Clustering(
        labels=np.unique(labels, return_inverse=True)[1],
        method=first.method,
        silhouette=silhouette,
        stability=float(np.mean(agreements)),
        stability_low=float(low),
        stability_high=float(high),
        attempts=tuple(attempt for of_one in tries.values() for attempt in of_one),
    )


def _favour(attempt: Attempt) -> float:
    return MARGIN if attempt.method == "k-means" else 0.0


def _merit(attempt: Attempt) -> tuple[float, int]:
    """Rank attempts of one method: a high silhouette or a low criterion, then the fewer clusters."""
    return (attempt.score if attempt.method == "k-means" else -attempt.score), -attempt.clusters


def _fit(method: Method, rows: Array, count: int, seed: int, starts: int | None = None) -> KMeans | GaussianMixture:
    tries = starts or STARTS[method]
    if method == "k-means":
        return KMeans(count, n_init=tries, random_state=seed).fit(rows)
    return GaussianMixture(count, n_init=tries, random_state=seed, reg_covar=RIDGE, max_iter=200).fit(rows)


def _attempt(method: Method, rows: Array, count: int, seed: int) -> Attempt:
    fitted = _fit(method, rows, count, seed)
    score = fitted.bic(rows) if isinstance(fitted, GaussianMixture) else _silhouette(rows, fitted.labels_, seed)
    return Attempt(method, count, float(score))


def _silhouette(rows: Array, labels: Labels, seed: int) -> float:
    if len(np.unique(labels)) < 2:
        return 0.0
    few = min(len(rows), MOST_SILHOUETTE_ROWS)
    return float(silhouette_score(rows, labels, sample_size=few, random_state=seed))


def _agreements(attempt: Attempt, learned: Array, rng: np.random.Generator, seed: int, resamples: int) -> list[float]:
    """Return the adjusted Rand index between the clusters of all rows and those learned from each resample."""
    reference = _fit(attempt.method, learned, attempt.clusters, seed).predict(learned)
    found = []
    for _ in range(resamples):
        resample = learned[rng.integers(len(learned), size=len(learned))]
        again = _fit(attempt.method, resample, attempt.clusters, seed, starts=1)
        found.append(float(adjusted_rand_score(reference, again.predict(learned))))
    return found
