"""Adstock and a saturating curve fitted to a channel's weeks, with all that the weeks leave open.

Week t brings base + top * shape(adstock(spend)_t / half) + noise. Carry-over, half-way point, exponent and the echo of
one week's noise in the next lie on a grid; given those, base and top are a regression, and with flat priors (on the
gain at usual spend, on the logarithm of the half-way point) the posterior is exact on the grid (Zellner 1971, ch. 3).
Where spend never varied, all half-way points explain the weeks as well, and the draws stay as wide as the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from tools.estimators.media.adstock import adstock
from tools.estimators.media.curves import Curves, Family, shape

Array = NDArray[np.float64]

CARRIES: Final = np.linspace(0.0, 0.8, 6)
"""Weekly carry-over; at .8 half of the effect comes after three weeks."""

ECHOES: Final = (0.0, 0.4, 0.8)
"""Autocorrelation of the noise."""

HALVES: Final = (0.1, 20.0)
"""Half-way points in multiples of usual spend: from used up at a tenth of it to straight as far as ever spent."""

HALF_POINTS: Final = 30

SLOPES: Final = (1.5, 2.0, 3.0)
"""Exponents of S-shaped curves."""

OUTLIER: Final = 2.5
"""Robust standard deviations beyond which a week counts no more than one at that distance; 1 % of ordinary weeks."""

LEAST_NOISE: Final = 1e-4
"""Noise that is assumed at least, as a part of the usual outcome; nothing is measured better."""


@dataclass(frozen=True)
class Weeks:
    """A channel's weeks in order.

    Attributes:
        spend: Money, zero where nothing was spent.
        outcome: What is explained; NaN where unknown.
        based: Whether something comes without spend.
    """

    spend: Array
    outcome: Array
    based: bool = False

    @property
    def usual(self) -> float:
        """Return the usual spend of a week with spend."""
        spent = self.spend[self.spend > 0]
        return float(np.median(spent)) if len(spent) else 1.0


@dataclass(frozen=True)
class Grid:
    """Candidate curves of one family, one entry each."""

    family: Family
    carry: Array
    half: Array
    slope: Array
    echo: Array


@dataclass(frozen=True)
class Regression:
    """The regression of each candidate on the first weeks, or on the first t weeks for every t as the last axis.

    Attributes:
        estimate: Estimated height.
        top: The same, not below zero.
        base: Estimated base.
        precision: Its precision in units of the noise.
        rest: Sum of squared residuals.
        freedom: Degrees of freedom.
        log_weight: Logarithm of the posterior weight of the candidate, not normalised.
    """

    estimate: Array
    top: Array
    base: Array
    precision: Array
    rest: Array
    freedom: Array
    log_weight: Array


@dataclass(frozen=True)
class Fit:
    """Equally likely curves of a channel with their noise.

    Attributes:
        curves: The curves, for spend that is kept up week after week.
        carry: Carry-over of each.
        noise: Standard deviation of a week of each.
        echo: Autocorrelation of that noise.
    """

    curves: Curves
    carry: Array
    noise: Array
    echo: Array


def full_grid(weeks: Weeks, family: Family) -> Grid:
    """Return every candidate of a family."""
    halves = weeks.usual * np.geomspace(*HALVES, HALF_POINTS)
    return crossed_grid(family, CARRIES, halves)


def crossed_grid(family: Family, carries: Array, halves: Array) -> Grid:
    """Return every combination of carry-over, half-way point, exponent and echo."""
    slopes = np.array(SLOPES if family == "s_shaped" else (1.0,))
    carry, half, slope, echo = np.meshgrid(carries, halves, slopes, np.array(ECHOES), indexing="ij")
    return Grid(family, carry.ravel(), half.ravel(), slope.ravel(), echo.ravel())


def shapes_of(weeks: Weeks, grid: Grid) -> Array:
    """Return each candidate's shape of each week: (candidates, weeks)."""
    carries, place = np.unique(grid.carry, return_inverse=True)
    worked = np.array([adstock(weeks.spend, float(carry)) for carry in carries])[place]
    return shape(grid.family, worked / grid.half[:, None], grid.slope[:, None])


def whitened(values: Array, echo: Array, known: NDArray[np.bool_]) -> Array:
    """Return values less the echo of the week before (Prais and Winsten 1954); zero where the outcome is not known."""
    before = np.roll(values, 1, axis=-1)
    follows = np.roll(known, 1) & known
    follows[0] = False
    fresh = values * np.sqrt(1 - echo**2)
    found: Array = np.where(follows, values - echo * before, np.where(known, fresh, 0.0))
    return found


@dataclass(frozen=True)
class Terms:
    """What the regressions are made of, one row a candidate.

    Attributes:
        shape: Shape of each week without the echo of the week before.
        one: The constant likewise; zeros where nothing comes without spend.
        outcome: The outcome likewise.
        weight: Weight of each week; zero where the outcome is not known.
        scale: Mean shape of weeks with spend, which makes gains of candidates comparable.
        start: Logarithm of the first week's density factor.
        known: Weeks with an outcome.
        floor: Least variance of the noise.
    """

    shape: Array
    one: Array
    outcome: Array
    weight: Array
    scale: Array
    start: Array
    known: NDArray[np.bool_]
    floor: float


def terms_of(weeks: Weeks, grid: Grid, weight: Array) -> Terms:
    """Prepare the regressions of every candidate."""
    known = np.isfinite(weeks.outcome)
    outcome = np.where(known, weeks.outcome, 0.0)
    echo, raw = grid.echo[:, None], shapes_of(weeks, grid)
    spent = weeks.spend > 0
    one = whitened(np.ones((1, len(outcome))), echo, known) if weeks.based else np.zeros((len(grid.half), len(outcome)))
    return Terms(
        shape=whitened(raw, echo, known),
        one=one,
        outcome=whitened(outcome[None, :], echo, known),
        weight=weight * known,
        scale=raw[:, spent].mean(axis=1) if spent.any() else np.ones(len(raw)),
        start=0.5 * np.log(1 - grid.echo**2),
        known=known,
        floor=(LEAST_NOISE * max(float(np.abs(outcome).mean()), 1e-9)) ** 2,
    )


def regress(terms: Terms, *, each_week: bool = False) -> Regression:
    """Return the regression on all weeks, or with `each_week` on the first t weeks for every t."""

    def summed(first: Array, second: Array) -> Array:
        product = first * second * terms.weight
        return np.cumsum(product, axis=-1) if each_week else product.sum(axis=-1)

    s, z, y = terms.shape, terms.one, terms.outcome
    seen = np.cumsum(terms.known) if each_week else np.array(terms.known.sum())
    zz, zs, zy = summed(z, z), summed(z, s), summed(z, y)
    per = 1 / np.maximum(zz, 1e-12)
    precision = np.maximum(summed(s, s) - zs**2 * per, 1e-12)
    along = summed(s, y) - zs * zy * per
    total = np.maximum(summed(y, y) - zy**2 * per, 0.0)
    freedom = np.maximum(seen - 1.0 - (zz > 0), 1.0)
    rest = np.maximum(total - along**2 / precision, 0.0) + terms.floor * freedom
    estimate = along / precision
    error = np.sqrt(rest / freedom / precision)
    scale = terms.scale[:, None] if each_week else terms.scale
    start = terms.start[:, None] if each_week else terms.start
    positive = np.log(np.maximum(stdtr(freedom, estimate / error), 1e-300))
    weight = np.log(scale) - 0.5 * np.log(precision) - 0.5 * freedom * np.log(rest) + positive + start
    top = np.maximum(estimate, 0.0)
    return Regression(estimate, top, (zy - top * zs) * per, precision, rest, freedom, weight)
