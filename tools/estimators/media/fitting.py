"""A channel's curve with its uncertainty: the family by rolling one-step error, then draws from its posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from tools.estimators.media.curves import FAMILIES, Curves, Family
from tools.estimators.media.posterior import (
    HALF_POINTS,
    OUTLIER,
    Fit,
    Grid,
    Regression,
    Weeks,
    crossed_grid,
    full_grid,
    regress,
    terms_of,
)

Array = NDArray[np.float64]

CONCAVE: Final[tuple[Family, ...]] = ("log", "exponential", "hill")
SATURATING: Final[tuple[Family, ...]] = (*CONCAVE, "s_shaped")

DRAWS: Final = 300
"""Curves that stand for what the weeks leave open; means of them repeat to about 2 %."""

FIRST_PREDICTED: Final = 6
"""Weeks that are learned from before the first is predicted, at least."""

ROUNDS: Final = 4
"""Of reweighting outliers; more change nothing that matters."""

FREAK: Final = 0.1
"""Weight below which a week is left out: eight robust standard deviations from every curve."""

LEAST_GAIN: Final = 0.02
"""Part of the error by which a family has to be better; below, the weeks cannot tell them apart."""

ZOOMS: Final = 3
TAIL: Final = 1e-3
"""Posterior mass on either side that a finer grid may leave out."""


@dataclass(frozen=True)
class Choice:
    """Which families predict the next week best.

    Attributes:
        errors: Mean absolute error of the next week by family, in units of the outcome.
        kept: Families whose draws are used: the best, and those it does not beat beyond chance.
        predicted: How many weeks were predicted.
    """

    errors: Mapping[Family, float]
    kept: tuple[Family, ...]
    predicted: int

    @property
    def best(self) -> Family:
        """Return the family with the least error."""
        return min(self.errors, key=lambda family: self.errors[family])


def fit_channel(
    weeks: Weeks, rng: np.random.Generator, families: Sequence[Family] = SATURATING, draws: int = DRAWS
) -> tuple[Fit, Choice]:
    """Fit adstock and a curve to a channel's weeks.

    >>> spend = np.tile([10.0, 20.0, 40.0, 80.0], 6)
    >>> weeks = Weeks(spend, 100 * (1 - np.exp(-spend / 50)))
    >>> fit, _ = fit_channel(weeks, np.random.default_rng(0))
    >>> round(fit.curves.mean(60.0))
    70
    """
    weight = steady_weights(weeks)
    weeks = Weeks(weeks.spend, np.where(freak_weeks(weight), np.nan, weeks.outcome), weeks.based)
    choice = choose_families(weeks, weight, families)
    share = -(-draws // len(choice.kept))
    parts = [_drawn(weeks, family, weight, share, rng) for family in choice.kept]
    order = rng.permutation(share * len(parts))
    return _joined(parts, order), choice


def steady_weights(weeks: Weeks) -> Array:
    """Return a weight below 1 for weeks whose outcome is far from any curve, so that one freak does not decide."""
    weight = np.ones(len(weeks.spend))
    grid = full_grid(weeks, "hill")
    for _ in range(ROUNDS):
        terms = terms_of(weeks, grid, weight)
        found = regress(terms)
        best = int(np.argmax(found.log_weight))
        left = (terms.outcome - found.top[:, None] * terms.shape - found.base[:, None] * terms.one)[best]
        usual = 1.4826 * float(np.median(np.abs(left[terms.known]))) if terms.known.any() else 0.0
        weight = np.minimum(1.0, OUTLIER * max(usual, terms.floor**0.5) / np.maximum(np.abs(left), 1e-300)) ** 2
    return weight


def freak_weeks(weight: Array) -> NDArray[np.bool_]:
    """Tell which weeks are so far from any curve that they are left out."""
    told: NDArray[np.bool_] = weight < FREAK
    return told


def choose_families(weeks: Weeks, weight: Array, families: Sequence[Family]) -> Choice:
    """Compare families by how well each predicts the next week from the weeks before it.

    An S-shape has to beat the concave ones, which cannot overstate what a little money brings, beyond chance.
    """
    errors = {family: np.abs(one_step_errors(weeks, family, weight)) for family in families}
    means = {family: float(error.mean()) if error.size else 0.0 for family, error in errors.items()}
    simple = [family for family in families if family in CONCAVE] or list(families)
    best = min(simple, key=lambda family: means[family])
    for family in families:
        if family not in simple and _beats(errors[family], errors[best]):
            best = family
    kept = tuple(
        family
        for family in families
        if family == best or (family in simple and not _beats(errors[best], errors[family]))
    )
    return Choice(means, kept, len(errors[best]))


def _beats(first: Array, second: Array) -> bool:
    """Tell whether the first errors are smaller by more than a standard error of their difference and two per cent."""
    if len(first) <= 1:
        return False
    gain = second - first
    least = max(float(gain.std(ddof=1)) / len(gain) ** 0.5, LEAST_GAIN * float(second.mean()))
    return bool(float(gain.mean()) > least)


def one_step_errors(weeks: Weeks, family: Family, weight: Array | None = None) -> Array:
    """Return outcome less prediction, times the week's weight, for each week predicted from the weeks before it."""
    grid = full_grid(weeks, family)
    terms = terms_of(weeks, grid, np.ones(len(weeks.spend)) if weight is None else weight)
    found = regress(terms, each_week=True)
    share = _shares(found.log_weight[:, :-1])
    predicted = found.top[:, :-1] * terms.shape[:, 1:] + found.base[:, :-1] * terms.one[:, 1:]
    error = (share * (terms.outcome[:, 1:] - predicted)).sum(axis=0)
    follows = terms.known[1:] & terms.known[:-1]
    learned = np.cumsum(terms.known)[:-1] >= max(FIRST_PREDICTED, int(terms.known.sum()) // 3)
    told: Array = (error * terms.weight[1:])[follows & learned]
    return told


def _shares(log_weight: Array) -> Array:
    weight = np.exp(log_weight - log_weight.max(axis=0))
    share: Array = weight / weight.sum(axis=0)
    return share


def _drawn(weeks: Weeks, family: Family, weight: Array, draws: int, rng: np.random.Generator) -> Fit:
    """Draw curves of one family, on a grid as fine as the posterior asks for."""
    grid = full_grid(weeks, family)
    found = regress(terms_of(weeks, grid, weight))
    for _ in range(ZOOMS):
        finer = _finer(grid, _shares(found.log_weight))
        if finer is None:
            break
        grid = finer
        found = regress(terms_of(weeks, grid, weight))
    return _sample(grid, found, draws, rng)


def _finer(grid: Grid, share: Array) -> Grid | None:
    """Return a grid over the half-way points and carry-overs that matter, None where that is the whole grid."""
    axes = []
    for values in (grid.carry, grid.half):
        points = np.unique(values)
        mass = np.array([share[values == point].sum() for point in points]).cumsum()
        first = max(int(np.searchsorted(mass, TAIL)) - 1, 0)
        last = min(int(np.searchsorted(mass, 1 - TAIL)) + 1, len(points) - 1)
        axes.append((points[first], points[last], len(points), last - first + 1 < len(points) / 2))
    (low, high, carries, narrow), (start, end, _, also) = axes
    if not narrow and not also:
        return None
    return crossed_grid(grid.family, np.linspace(low, high, carries), np.geomspace(start, end, HALF_POINTS))


def _sample(grid: Grid, found: Regression, draws: int, rng: np.random.Generator) -> Fit:
    # Evenly spaced quantiles of the candidates (systematic resampling) repeat better than independent ones.
    ranks = (np.arange(draws) + rng.random()) / draws
    place = np.minimum(np.searchsorted(_shares(found.log_weight).cumsum(), ranks), len(grid.half) - 1)
    noise = np.sqrt(found.rest[place] / rng.chisquare(found.freedom[place]))
    estimate, error = found.estimate[place], noise / np.sqrt(found.precision[place])
    below = ndtr(-estimate / error)
    top = np.maximum(estimate + error * ndtri(below + (1 - below) * rng.uniform(1e-9, 1 - 1e-9, draws)), 0.0)
    code = np.full(draws, FAMILIES.index(grid.family))
    curves = Curves(code, np.nan_to_num(top, posinf=0.0), grid.half[place], grid.slope[place])
    return Fit(curves, grid.carry[place], noise, grid.echo[place])


def _joined(parts: Sequence[Fit], order: NDArray[np.intp]) -> Fit:
    """Mix the draws of several families, so that a channel's n-th draw says nothing about another channel's."""

    def laid(arrays: Sequence[Array]) -> Array:
        return np.concatenate(arrays)[order]

    curves = Curves(
        np.concatenate([part.curves.families for part in parts])[order],
        laid([part.curves.top for part in parts]),
        laid([part.curves.half for part in parts]),
        laid([part.curves.slope for part in parts]),
    )
    return Fit(
        curves,
        laid([part.carry for part in parts]),
        laid([part.noise for part in parts]),
        laid([part.echo for part in parts]),
    )
