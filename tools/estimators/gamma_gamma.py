"""Gamma-Gamma: what a purchase of a customer is worth, drawn towards the mean of all where purchases are few.

Source: Fader and Hardie (2013), "The Gamma-Gamma model of monetary value". It assumes that how much a customer spends
on a purchase does not depend on how often they buy; `frequency_correlation` tells whether the data agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln
from scipy.stats import rankdata

from tools.estimators.lifetime_value import FLAT, LOG_BOUNDS, EstimationError

Array = NDArray[np.float64]

LEAST_LOG_Q = 0.01
"""Least logarithm of q: the expected value is finite only for q above 1."""


@dataclass(frozen=True)
class SpendModel:
    """Fitted Gamma-Gamma parameters p, q and gamma of the value of a purchase.

    `converged` tells whether the likelihood has its maximum there, inside the bounds.
    """

    p: float
    q: float
    gamma: float
    converged: bool = True

    def expected_value(self, purchases: Array, mean_value: Array) -> Array:
        """Return each customer's expected value of a purchase, drawn towards the mean of all when purchases are few.

        >>> SpendModel(6.25, 3.74, 15.44).expected_value(np.array([2.0]), np.array([30.0])).round(2).tolist()
        [30.94]
        """
        return self.p * (self.gamma + purchases * mean_value) / (self.p * purchases + self.q - 1)

    def simulate_spend(self, purchases: Array, mean_value: Array, bought: Array, rng: np.random.Generator) -> Array:
        """Draw what `bought` purchases of each customer come to."""
        scale = rng.gamma(self.p * purchases + self.q, 1 / (self.gamma + purchases * mean_value))
        return rng.gamma(np.maximum(self.p * bought, 1e-12), 1 / scale) * (bought > 0)


def fit_spend(purchases: Array, mean_value: Array, weights: Array | None = None) -> SpendModel:
    """Fit Gamma-Gamma by maximum likelihood, with the analytic gradient, on customers with positive mean values.

    Raises:
        EstimationError: Fewer than two customers with a positive mean value.
    """
    usable = (purchases > 0) & (mean_value > 0)
    if usable.sum() < 2:
        raise EstimationError("fewer than two customers with a positive order value; expected paid orders")
    counts = (np.ones(len(purchases)) if weights is None else weights)[usable]
    unit = float(np.mean(mean_value[usable]))
    bounds = np.array([LOG_BOUNDS, (LEAST_LOG_Q, LOG_BOUNDS[1]), LOG_BOUNDS])
    found = minimize(
        _spend_loss,
        np.log([2.0, 3.0, 2.0]),
        args=(purchases[usable], mean_value[usable] / unit, counts),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
    )
    p, q, gamma = (float(value) for value in np.exp(found.x))
    inside = bool(((found.x > bounds[:, 0] + 1e-6) & (found.x < bounds[:, 1] - 1e-6)).all())
    return SpendModel(p, q, gamma * unit, inside and float(np.abs(found.jac).max()) < FLAT)


def _spend_loss(logs: Array, x: Array, z: Array, counts: Array) -> tuple[float, Array]:
    """Return the mean negative log-likelihood of means `z` of `x` purchases, and its gradient by the logarithms."""
    p, q, gamma = np.exp(logs)
    log_sum, log_total = np.log(gamma + x * z), np.log(x * z)
    value = (
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(gamma)
        + p * x * log_total
        - np.log(z)
        - (p * x + q) * log_sum
    )
    slope = np.stack(
        [
            x * (digamma(p * x + q) - digamma(p * x) + log_total - log_sum),
            digamma(p * x + q) - digamma(q) + np.log(gamma) - log_sum,
            q / gamma - (p * x + q) / (gamma + x * z),
        ]
    )
    share = counts / counts.sum()
    return -float(share @ value), -(slope @ share) * np.exp(logs)


def frequency_correlation(purchases: Array, mean_value: Array) -> float | None:
    """Return Spearman's rank correlation of how often and for how much customers buy; None where one does not vary.

    Ranks, because a few very large baskets would decide Pearson's.

    >>> round(frequency_correlation(np.array([1.0, 2.0, 3.0]), np.array([5.0, 9.0, 20.0])), 6)
    1.0
    >>> frequency_correlation(np.ones(3), np.array([5.0, 9.0, 20.0])) is None
    True
    """
    if len(purchases) < 3 or np.ptp(purchases) == 0 or np.ptp(mean_value) == 0:
        return None
    return float(np.corrcoef(rankdata(purchases), rankdata(mean_value))[0, 1])
