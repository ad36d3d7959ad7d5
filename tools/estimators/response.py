"""Response rates: logistic regression with an effect per campaign, and a beta-binomial rate as its baseline.

Sources: Gelman and Hill (2007), "Data Analysis Using Regression and Multilevel Models", ch. 14 (logistic regression
with varying intercepts); DerSimonian and Laird (1986) for the moment estimate of the spread between campaigns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Array = NDArray[np.float64]

RIDGE = 1.0
"""Penalty on standardised coefficients: a normal prior of deviation 1 (weakly informative, Gelman et al. 2008)."""

MOST_ROWS = 1000
"""Rows that draws are averaged over; larger segments are represented by evenly spaced ranks of their expected rates."""

MAX_STEPS = 50
"""Newton steps; the penalised likelihood is concave and takes about 6."""


@dataclass(frozen=True)
class ResponseModel:
    """A fitted logistic regression.

    Attributes:
        coefficients: Intercept, then one per standardised trait.
        covariance: Of the coefficients (Laplace approximation).
        centre: Mean of each trait.
        scale: Standard deviation of each trait.
        campaign_sd: Standard deviation, in log-odds, of whole campaigns around the regression.
    """

    coefficients: Array
    covariance: Array
    centre: Array
    scale: Array
    campaign_sd: float

    def rates(self, traits: Array) -> Array:
        """Return the expected response rate of each row of traits in an average campaign."""
        rates: Array = expit(self._design(traits) @ self.coefficients)
        return rates

    def draw_segment_rates(self, traits: Array, draws: int, rng: np.random.Generator) -> Array:
        """Draw the mean response rate of the rows: one campaign, one set of coefficients per draw."""
        if len(traits) > MOST_ROWS:
            ranks = ((np.arange(MOST_ROWS) + 0.5) / MOST_ROWS * len(traits)).astype(int)
            traits = traits[np.argsort(self.rates(traits), kind="stable")[ranks]]
        coefficients = rng.multivariate_normal(self.coefficients, self.covariance, size=draws)
        campaign = rng.normal(0.0, self.campaign_sd, size=draws)
        rates: Array = expit(self._design(traits) @ coefficients.T + campaign)
        means: Array = rates.mean(axis=0)
        return means

    def _design(self, traits: Array) -> Array:
        return np.column_stack([np.ones(len(traits)), (traits - self.centre) / self.scale])


def fit_response(traits: Array, responded: Array, campaigns: NDArray[np.intp], ridge: float = RIDGE) -> ResponseModel:
    """Fit a ridge logistic regression by Newton's method, and the spread of campaigns around it.

    Args:
        traits: One row per exposure.
        responded: 0 or 1 per exposure.
        campaigns: Number of the campaign of each exposure, from 0.
        ridge: Penalty on all coefficients but the intercept.
    """
    centre, scale = traits.mean(axis=0), traits.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack([np.ones(len(traits)), (traits - centre) / scale])
    penalty = np.diag([0.0, *[ridge] * traits.shape[1]])
    coefficients = np.zeros(design.shape[1])
    coefficients[0] = logit((responded.sum() + 0.5) / (len(responded) + 1))
    for _ in range(MAX_STEPS):
        rate = expit(design @ coefficients)
        information = (design.T * (rate * (1 - rate))) @ design + penalty
        step = np.linalg.solve(information, design.T @ (responded - rate) - penalty @ coefficients)
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-8:
            break
    rate = expit(design @ coefficients)
    information = (design.T * (rate * (1 - rate))) @ design + penalty
    spread = between_campaigns(rate, responded, campaigns)
    return ResponseModel(coefficients, np.linalg.inv(information), centre, scale, spread)


def between_campaigns(expected: Array, responded: Array, campaigns: NDArray[np.intp]) -> float:
    """Estimate how far whole campaigns lie from what the traits of their customers explain, in log-odds.

    >>> between_campaigns(np.full(400, 0.5), np.tile([0.0, 1.0], 200), np.repeat([0, 1, 2, 3], 100))
    0.0
    """
    information = np.bincount(campaigns, expected * (1 - expected))
    residual = np.bincount(campaigns, responded - expected)
    return spread_between(information.astype(float), residual.astype(float))


def spread_between(information: Array, residual: Array) -> float:
    """Return the standard deviation of groups around what is expected of them (DerSimonian and Laird 1986).

    Args:
        information: Of each group's level; groups without any are left out.
        residual: Sum of each group's weighted deviations, so that residual over information is its level.
    """
    known = information > 0
    weight, shift = information[known], residual[known] / information[known]
    freedom = len(weight) - 1
    if freedom < 1:
        return 0.0
    shift = shift - weight @ shift / weight.sum()
    excess = float(weight @ shift**2) - freedom
    return float(np.sqrt(max(0.0, excess / (weight.sum() - (weight**2).sum() / weight.sum()))))


def shrunk_rate(
    responders: int, exposures: int, all_responders: int, all_exposures: int, strength: float
) -> tuple[float, float]:
    """Return the beta posterior (alpha, beta) of a segment's rate, drawn towards the rate of all.

    Args:
        responders: Responses in the segment.
        exposures: Exposures of the segment.
        all_responders: Responses in the shop.
        all_exposures: Exposures in the shop.
        strength: How many exposures the shop's rate counts for; no more than it has.

    >>> alpha, beta = shrunk_rate(0, 0, 99, 199, 50)
    >>> alpha, round(beta, 6)
    (24.875, 25.125)
    """
    prior = (all_responders + 0.5) / (all_exposures + 1)
    strength = min(strength, all_exposures + 1)
    return responders + strength * prior, exposures - responders + strength * (1 - prior)


def rate_difference(hits: int, shown: int, other_hits: int, other_shown: int, z: float) -> tuple[float, float, float]:
    """Return the difference of two rates with an interval.

    Agresti and Caffo (2000): one success and one failure are added to each.

    >>> [round(value, 3) for value in rate_difference(30, 100, 10, 100, 1.2816)]
    [0.196, 0.126, 0.266]
    """
    one, two = (hits + 1) / (shown + 2), (other_hits + 1) / (other_shown + 2)
    error = float(np.sqrt(one * (1 - one) / (shown + 2) + two * (1 - two) / (other_shown + 2)))
    difference = one - two
    return difference, difference - z * error, difference + z * error
