"""BG/NBD: how often and how long a customer will buy. What they will spend is the Gamma-Gamma model's.

Source: Fader, Hardie and Lee (2005), "Counting your customers the easy way", Marketing Science 24(2). The expectation
is written as an integral over the dropout probability instead of the hypergeometric function, which overflows for
customers with hundreds of orders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize
from scipy.special import betaincinv, digamma, gammaln, roots_legendre

Array = NDArray[np.float64]

LOG_BOUNDS = (-7.0, 9.0)
"""Natural logarithms of the smallest and largest parameter; beyond them the likelihood is flat in double precision."""

NODES = 64
"""Gauss-Legendre nodes of the expectation; 64 give six digits on the CDNOW example."""

STARTS = ((1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 0.1, 10.0))
"""r, alpha in mean ages, a and b to start from: the likelihood has a ridge where hardly anybody drops out, on which one
start alone may stop early (seen on grocery baskets), so the better end of two is taken."""

FLAT = 1e-4
"""Largest slope of the mean log-likelihood, by the logarithm of a parameter, that counts as the top."""


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
    """Fitted BG/NBD parameters; `rate` and `scale` are r and alpha, `a` and `b` shape the dropout probability.

    `converged` tells whether the likelihood has its maximum there, inside the bounds.
    """

    rate: float
    scale: float
    a: float
    b: float
    log_likelihood: float
    converged: bool = True

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

    def time_to_next(self, past: Histories) -> Array:
        """Return the time within which half of such customers, if they still buy, have bought again.

        The rate of an alive customer is Gamma(r + x, alpha + T), so no purchase comes within t with probability
        ((alpha + T) / (alpha + T + t)) ** (r + x); this is the t that makes it one half. (The mean is infinite for
        r + x <= 1, which is why the median is given.)

        >>> model = PurchaseModel(1.0, 4.0, 0.793, 2.426, 0.0)
        >>> model.time_to_next(Histories(np.array([0.0, 9.0]), np.array([0.0, 6.0]), np.array([6.0, 6.0]))).tolist()
        [10.0, 0.717...]
        """
        wait: Array = (self.scale + past.age) * np.expm1(np.log(2.0) / (self.rate + past.repeats))
        return wait

    def simulate_purchases(self, past: Histories, ahead: float, rng: np.random.Generator) -> Array:
        """Draw the purchases of each customer in the next `ahead` units of time from the predictive distribution."""
        rate = rng.gamma(self.rate + past.repeats, 1 / (self.scale + past.age))
        dropout = np.clip(rng.beta(self.a, self.b + past.repeats), 1e-9, 1.0)
        until_dropout = rng.geometric(dropout)
        bought = np.minimum(rng.poisson(rate * ahead), until_dropout)
        return np.where(rng.random(len(bought)) < self.alive(past), bought, 0).astype(float)


def distinct(past: Histories) -> tuple[Histories, Array]:
    """Return each different history once, with how many customers share it.

    >>> same = Histories(np.array([0.0, 2.0, 0.0]), np.array([0.0, 3.0, 0.0]), np.array([5.0, 5.0, 5.0]))
    >>> distinct(same)[1].tolist()
    [2.0, 1.0]
    """
    order = np.lexsort((past.age, past.recency, past.repeats))
    rows = np.stack([past.repeats, past.recency, past.age])[:, order]
    first = np.concatenate([[True], (np.diff(rows, axis=1) != 0).any(axis=0)])
    counts = np.diff(np.append(np.flatnonzero(first), len(order))).astype(float)
    return Histories(*rows[:, first]), counts


def fit_purchases(past: Histories, weights: Array | None = None, start: PurchaseModel | None = None) -> PurchaseModel:
    """Fit BG/NBD by maximum likelihood with the analytic gradient.

    Args:
        past: Histories in any unit of time.
        weights: Weight of each customer; by default one each, equal histories being computed once.
        start: Parameters to start from; by default the better of two starts is taken.

    Raises:
        EstimationError: Nobody bought twice.
    """
    if not (past.repeats > 0).any():
        raise EstimationError("no customer bought twice; expected repeat purchases to learn a rhythm from")
    past, counts = distinct(past) if weights is None else (past, weights)
    unit = float(np.average(past.age, weights=counts)) or 1.0
    scaled = Histories(past.repeats, past.recency / unit, past.age / unit)
    starts = STARTS if start is None else ((start.rate, start.scale / unit, start.a, start.b),)
    found = min((_maximum(np.log(guess), scaled, counts) for guess in starts), key=lambda end: float(end.fun))
    rate, scale, a, b = (float(value) for value in np.exp(found.x))
    log_likelihood = -float(found.fun) * float(counts.sum()) - float(counts @ past.repeats) * float(np.log(unit))
    inside = bool((np.abs(found.x - np.mean(LOG_BOUNDS)) < np.ptp(LOG_BOUNDS) / 2 - 1e-6).all())
    return PurchaseModel(rate, scale * unit, a, b, log_likelihood, inside and float(np.abs(found.jac).max()) < FLAT)


def _maximum(guess: Array, scaled: Histories, counts: Array) -> OptimizeResult:
    return minimize(
        _purchase_loss,
        np.clip(guess, *LOG_BOUNDS),
        args=(scaled, counts),
        jac=True,
        method="L-BFGS-B",
        bounds=[LOG_BOUNDS] * 4,
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-9},
    )


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
