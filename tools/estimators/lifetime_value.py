"""BG/NBD and Gamma-Gamma: how often, how long and for how much a customer will buy.

Sources: Fader, Hardie and Lee (2005), "Counting your customers the easy way", Marketing Science 24(2); Fader and Hardie
(2013), "The Gamma-Gamma model of monetary value". The expectation is written as an integral over the dropout
probability instead of the hypergeometric function, which overflows for customers with hundreds of orders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, digamma, gammaln, roots_legendre

Array = NDArray[np.float64]

LOG_BOUNDS = (-7.0, 9.0)
"""Natural logarithms of the smallest and largest parameter; beyond them the likelihood is flat in double precision."""

NODES = 64
"""Gauss-Legendre nodes of the expectation; 64 give six digits on the CDNOW example."""


class EstimationError(ValueError):
    """Say that the likelihood has no usable maximum."""


@dataclass(frozen=True)
class Histories:
    """Purchase histories of customers, in one unit of time.

    Attributes:
        repeats: Purchases after the first, per customer.
        recency: Time from the first to the last purchase.
        age: Time from the first purchase to today.
    """

    repeats: Array
    recency: Array
    age: Array


@dataclass(frozen=True)
class PurchaseModel:
    """Fitted BG/NBD parameters; `rate` and `scale` are r and alpha, `a` and `b` shape the dropout probability."""

    rate: float
    scale: float
    a: float
    b: float
    log_likelihood: float

    def alive(self, past: Histories) -> Array:
        """Return each customer's probability of still buying.

        >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426, 0.0)
        >>> one = Histories(np.array([0.0, 2.0]), np.array([0.0, 30.43]), np.array([38.86, 38.86]))
        >>> model.alive(one).round(3).tolist()
        [1.0, 0.727]
        """
        shape = self.rate + past.repeats
        log_odds = np.log(self.a / np.maximum(self.b + past.repeats - 1, 1e-12)) + shape * np.log(
            (self.scale + past.age) / (self.scale + past.recency)
        )
        return np.where(past.repeats > 0, 1 / (1 + np.exp(np.minimum(log_odds, 700))), 1.0)

    def expected_purchases(self, past: Histories, ahead: float) -> Array:
        """Return the expected purchases of each customer in the next `ahead` units of time.

        >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426, 0.0)
        >>> one = Histories(np.array([2.0]), np.array([30.43]), np.array([38.86]))
        >>> float(model.expected_purchases(one, 39.0)[0].round(3))
        1.226
        """
        nodes, weights = roots_legendre(NODES)
        repeats, position = np.unique(past.repeats, return_inverse=True)
        dropout = betaincinv(self.a, self.b + repeats[:, None], (nodes + 1) / 2)[position]
        dropout = np.maximum(dropout, 1e-12)
        age = (self.scale + past.age)[:, None]
        still = -np.expm1((self.rate + past.repeats)[:, None] * np.log(age / (age + dropout * ahead))) / dropout
        purchases: Array = self.alive(past) * (still @ (weights / 2))
        return purchases

    def simulate_purchases(self, past: Histories, ahead: float, rng: np.random.Generator) -> Array:
        """Draw the purchases of each customer in the next `ahead` units of time from the predictive distribution."""
        rate = rng.gamma(self.rate + past.repeats, 1 / (self.scale + past.age))
        dropout = np.clip(rng.beta(self.a, self.b + past.repeats), 1e-9, 1.0)
        until_dropout = rng.geometric(dropout)
        bought = np.minimum(rng.poisson(rate * ahead), until_dropout)
        return np.where(rng.random(len(bought)) < self.alive(past), bought, 0).astype(float)


@dataclass(frozen=True)
class SpendModel:
    """Fitted Gamma-Gamma parameters p, q and gamma of the value of a purchase."""

    p: float
    q: float
    gamma: float

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


def fit_purchases(past: Histories, weights: Array | None = None, start: PurchaseModel | None = None) -> PurchaseModel:
    """Fit BG/NBD by maximum likelihood with the analytic gradient.

    Args:
        past: Histories in any unit of time.
        weights: Weight of each customer; one each by default.
        start: Parameters to start from.

    Raises:
        EstimationError: Nobody bought twice.
    """
    if not (past.repeats > 0).any():
        raise EstimationError("no customer bought twice; expected repeat purchases to learn a rhythm from")
    counts = np.ones(len(past.age)) if weights is None else weights
    unit = float(np.mean(past.age)) or 1.0
    scaled = Histories(past.repeats, past.recency / unit, past.age / unit)
    guess = np.zeros(4) if start is None else np.log([start.rate, start.scale / unit, start.a, start.b])
    found = minimize(
        _purchase_loss,
        guess,
        args=(scaled, counts),
        jac=True,
        method="L-BFGS-B",
        bounds=[LOG_BOUNDS] * 4,
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-9},
    )
    rate, scale, a, b = (float(value) for value in np.exp(found.x))
    log_likelihood = -float(found.fun) * float(counts.sum()) - float(counts @ past.repeats) * float(np.log(unit))
    return PurchaseModel(rate, scale * unit, a, b, log_likelihood)


def _purchase_loss(logs: Array, past: Histories, counts: Array) -> tuple[float, Array]:
    """Return the mean negative log-likelihood and its gradient by the logarithms of r, alpha, a, b."""
    rate, scale, a, b = np.exp(logs)
    x, bought = past.repeats, past.repeats > 0
    shape, log_age, log_last = rate + x, np.log(scale + past.age), np.log(scale + past.recency)
    survived = -shape * log_age
    gap = np.where(bought, b + x - 1, 1.0)
    left = np.where(bought, np.log(a) - np.log(np.maximum(gap, 1e-300)) - shape * log_last, -np.inf)
    total = np.logaddexp(survived, left)
    value = (
        gammaln(shape)
        - gammaln(rate)
        + rate * np.log(scale)
        + gammaln(a + b)
        + gammaln(b + x)
        - gammaln(b)
        - gammaln(a + b + x)
        + total
    )
    gone = np.exp(left - total)
    slope = np.stack(
        [
            digamma(shape) - digamma(rate) + np.log(scale) - (1 - gone) * log_age - gone * log_last,
            rate / scale - shape * ((1 - gone) / (scale + past.age) + gone / (scale + past.recency)),
            digamma(a + b) - digamma(a + b + x) + gone / a,
            digamma(a + b) + digamma(b + x) - digamma(b) - digamma(a + b + x) - np.where(bought, gone / gap, 0.0),
        ]
    )
    share = counts / counts.sum()
    return -float(share @ value), -(slope @ share) * np.exp(logs)


def fit_spend(purchases: Array, mean_value: Array, weights: Array | None = None) -> SpendModel:
    """Fit Gamma-Gamma by maximum likelihood on customers with positive mean values.

    Raises:
        EstimationError: Fewer than two customers with a positive mean value.
    """
    usable = (purchases > 0) & (mean_value > 0)
    if usable.sum() < 2:
        raise EstimationError("fewer than two customers with a positive order value; expected paid orders")
    counts = (np.ones(len(purchases)) if weights is None else weights)[usable]
    unit = float(np.mean(mean_value[usable]))
    found = minimize(
        _spend_loss,
        np.log([2.0, 3.0, 2.0]),
        args=(purchases[usable], mean_value[usable] / unit, counts),
        method="L-BFGS-B",
        bounds=[LOG_BOUNDS, (0.01, LOG_BOUNDS[1]), LOG_BOUNDS],
    )
    p, q, gamma = (float(value) for value in np.exp(found.x))
    return SpendModel(p, q, gamma * unit)


def _spend_loss(logs: Array, x: Array, z: Array, counts: Array) -> float:
    """Return the mean negative log-likelihood of mean values `z` of `x` purchases."""
    p, q, gamma = np.exp(logs)
    value = (
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(gamma)
        + (p * x - 1) * np.log(z)
        + p * x * np.log(x)
        - (p * x + q) * np.log(gamma + x * z)
    )
    return -float(counts @ value / counts.sum())
