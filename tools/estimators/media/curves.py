"""Response curves: what a week's spend brings, as a top times a shape of spend over its half-way point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
Family = Literal["linear", "log", "exponential", "hill", "s_shaped"]
_Function = Callable[[Family, Array, Array], Array]

FAMILIES: Final[tuple[Family, ...]] = ("linear", "log", "exponential", "hill", "s_shaped")
"""Shapes of u = spend / half: u; log(1 + u); 1 - exp(-u); u / (1 + u); u^k / (1 + u^k) with k above 1.

The Hill curve is Hill's (1910) of binding, used for advertising by Jin et al. (2017), "Bayesian methods for media mix
modeling with carryover and shape effects"; only the last is not concave.
"""


def shape(family: Family, u: Array, slope: Array | float = 1.0) -> Array:
    """Return a family's shape at multiples of the half-way point.

    >>> shape("hill", np.array([0.0, 1.0, 3.0])).tolist()
    [0.0, 0.5, 0.75]
    """
    if family == "linear":
        return u
    if family == "log":
        return np.log1p(u)
    if family == "exponential":
        return -np.expm1(-u)
    power = u if family == "hill" else u**slope
    return power / (1 + power)


def steepness(family: Family, u: Array, slope: Array | float = 1.0) -> Array:
    """Return the derivative of a family's shape.

    >>> steepness("exponential", np.array([0.0])).tolist(), steepness("s_shaped", np.array([0.0]), 2.0).tolist()
    ([1.0], [0.0])
    """
    if family == "linear":
        return np.ones_like(u)
    if family == "log":
        return 1 / (1 + u)
    if family == "exponential":
        return np.exp(-u)
    if family == "hill":
        return 1 / (1 + u) ** 2
    return slope * u ** (slope - 1) / (1 + u**slope) ** 2


@dataclass(frozen=True)
class Curves:
    """Equally likely curves of one channel, one entry each; a known curve is one entry.

    Attributes:
        families: Place of the family in `FAMILIES`.
        top: Height; what the shape is multiplied by.
        half: Spend at which u is 1.
        slope: Exponent of S-shaped curves; 1 elsewhere.
    """

    families: Whole
    top: Array
    half: Array
    slope: Array

    @classmethod
    def known(cls, family: Family, top: float, half: float, slope: float = 1.0) -> Curves:
        """Return one curve that is known.

        >>> round(Curves.known("exponential", 100.0, 50.0).mean(50.0), 2)
        63.21
        """
        return cls(np.array([FAMILIES.index(family)]), *(np.array([value], float) for value in (top, half, slope)))

    def values(self, spend: float) -> Array:
        """Return what the spend brings under each curve."""
        return self.top * self._of(shape, spend)

    def marginals(self, spend: float) -> Array:
        """Return what the next unit of money brings under each curve."""
        return self.top / self.half * self._of(steepness, spend)

    def mean(self, spend: float) -> float:
        """Return what the spend is expected to bring."""
        return float(self.values(spend).mean())

    def mean_marginal(self, spend: float) -> float:
        """Return what the next unit of money is expected to bring."""
        return float(self.marginals(spend).mean())

    def scaled(self, by: float) -> Curves:
        """Return the curves with each height multiplied."""
        return Curves(self.families, self.top * by, self.half, self.slope)

    def _of(self, function: _Function, spend: float) -> Array:
        found, u = np.empty(len(self.top)), spend / self.half
        for code in np.unique(self.families):
            mine = self.families == code
            found[mine] = function(FAMILIES[code], u[mine], self.slope[mine])
        return found


class Stack:
    """The curves of several channels side by side, for what each is expected to bring at spends of all at once."""

    def __init__(self, channels: Sequence[Curves]) -> None:
        """Lay the channels' curves end to end, family by family."""
        owner = np.repeat(np.arange(len(channels)), [len(item.top) for item in channels])
        share = 1 / np.array([len(item.top) for item in channels])[owner]
        families = np.concatenate([item.families for item in channels])
        top, half, slope = (
            np.concatenate([getattr(item, name) for item in channels]) for name in ("top", "half", "slope")
        )
        self.channels = len(channels)
        self._parts: Mapping[Family, tuple[Whole, Array, Array, Array]] = {
            FAMILIES[code]: (owner[mine], (top * share)[mine], half[mine], slope[mine])
            for code in np.unique(families)
            for mine in [families == code]
        }

    @property
    def straight(self) -> bool:
        """Tell whether every curve is a straight line."""
        return set(self._parts) == {"linear"}

    @property
    def may_bend_upwards(self) -> bool:
        """Tell whether a curve may be S-shaped."""
        return "s_shaped" in self._parts

    def values(self, spends: Array) -> Array:
        """Return what each channel's spend is expected to bring."""
        return self._sum(shape, spends, per_money=False)

    def marginals(self, spends: Array) -> Array:
        """Return what the next unit of money is expected to bring in each channel."""
        return self._sum(steepness, spends, per_money=True)

    def _sum(self, function: _Function, spends: Array, *, per_money: bool) -> Array:
        total = np.zeros(self.channels)
        for family, (owner, height, half, slope) in self._parts.items():
            found = function(family, spends[owner] / half, slope) * (height / half if per_money else height)
            total += np.bincount(owner, found, self.channels)
        return total
