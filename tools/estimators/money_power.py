"""Power of the comparison of money in `lift.mean_lift`: capped, freed from past spend, with arms of unequal size.

Spend is skewed, so its mean and deviation do not tell how a test of it behaves. What customers spent in the shop's own
past stands for those left alone, and the same multiplied by one plus the effect for the treated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tools.estimators.lift import CAP_QUANTILE, LEAST_MONEY_ARM, LEAST_SPENDERS, capped, variance_reduction

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PastSpend:
    """What customers spent in a window of the past, and in the weeks before it.

    Attributes:
        values: Spend in the window, one value a customer.
        before: Spend before the window.
    """

    values: Array
    before: Array

    @property
    def reduction(self) -> float:
        """Return the share of the variance that spend before explains.

        >>> round(PastSpend(np.arange(100.0), np.arange(100.0)).reduction, 3)
        1.0
        """
        return variance_reduction(capped(self.values), capped(self.before))

    def power(self, relative: float, treated: int, held_out: int, alpha: float, *, adjusted: bool = True) -> float:
        """Return the chance to find that everybody's spend changed by a share; 0 where arms are too small to compare.

        Args:
            relative: The change, such as 0.1 for a tenth more.
            treated: Size of the treated group.
            held_out: Size of the other group.
            alpha: Chance of a false alarm.
            adjusted: Whether past spend is taken into account.

        >>> past = PastSpend(np.arange(100.0), np.zeros(100))
        >>> [round(past.power(effect, 400, 100, 0.05), 2) for effect in (0.1, 0.2, 0.4)]
        [0.32, 0.84, 1.0]
        """
        smaller = min(treated, held_out)
        if smaller < LEAST_MONEY_ARM or smaller * float((self.values > 0).mean()) < LEAST_SPENDERS:
            return 0.0
        most = self._cap(1 + relative, treated, held_out)
        arms = [np.clip(self.values * factor, -most, most) for factor in (1 + relative, 1.0)]
        left = self._freed(arms, (treated, held_out)) if adjusted else arms
        error = sqrt(float(left[0].var()) / treated + float(left[1].var()) / held_out)
        change = abs(float(arms[0].mean() - arms[1].mean()))
        if error == 0:
            return 1.0 if change else 0.0
        return NormalDist().cdf(change / error - NormalDist().inv_cdf(1 - alpha / 2))

    def _cap(self, factor: float, treated: int, held_out: int) -> float:
        """Return the cap of both groups put together, each customer weighing as often as the sizes say."""
        spenders = self.values[self.values > 0]
        both = np.concatenate([spenders * factor, spenders])
        order = np.argsort(both, kind="stable")
        weights = np.concatenate([np.full(len(spenders), float(treated)), np.full(len(spenders), float(held_out))])
        shares = np.cumsum(weights[order])
        place = int(np.searchsorted(shares, CAP_QUANTILE * shares[-1]))
        return float(both[order][min(place, len(both) - 1)])

    def _freed(self, arms: list[Array], sizes: tuple[int, int]) -> list[Array]:
        """Take away what past spend explains, with the one slope that both groups share."""
        before = capped(self.before) - capped(self.before).mean()
        spread = float(before @ before)
        if spread == 0:
            return arms
        slopes = [float(before @ arm) / spread for arm in arms]
        slope = (sizes[0] * slopes[0] + sizes[1] * slopes[1]) / sum(sizes)
        return [arm - slope * before for arm in arms]
