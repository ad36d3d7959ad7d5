"""Many series side by side, and the sliding statistics that features are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Panel:
    """Series of one period each, with what is known of the weeks ahead.

    All arrays are series × periods; their last periods may lie ahead, where units are unknown.

    Attributes:
        units: Logarithm of what was sold (`log1p` where zeros occur); NaN where unknown.
        price: Logarithm of the price paid; NaN where unknown.
        deal: 1 under a price promotion, or the share of such; 0 where not known to be.
        feature: The same of a display, mailer or advertisement.
        market: Where each series is sold: rivals are the other series of the market.
        item: What each series sells: the same item may be sold in several markets.
        season: Periods × columns that tell the time of the year; none where the history is short.
        traits: Series × columns that do not change.
    """

    units: Array
    price: Array
    deal: Array
    feature: Array
    market: Whole
    item: Whole
    season: Array
    traits: Array

    @property
    def periods(self) -> int:
        """Return how many periods the panel spans, known or ahead."""
        return int(self.units.shape[1])

    def seen_until(self, last: int) -> Panel:
        """Return the panel of somebody who knows sales up to and with period `last`; prices and promotions stay."""
        units = self.units.copy()
        units[:, last + 1 :] = np.nan
        return Panel(units, self.price, self.deal, self.feature, self.market, self.item, self.season, self.traits)


def shifted(values: Array, steps: int) -> Array:
    """Return the values `steps` periods before; NaN where there are none.

    >>> shifted(np.array([[1.0, 2.0, 3.0]]), 1).tolist()
    [[nan, 1.0, 2.0]]
    """
    if steps <= 0:
        return values.copy()
    moved = np.full_like(values, np.nan)
    moved[:, steps:] = values[:, : max(values.shape[1] - steps, 0)]
    return moved


def trailing_sum(values: Array, window: int) -> Array:
    """Return for each period the sum over the last `window` periods; there must be no NaN.

    >>> trailing_sum(np.array([[1.0, 2.0, 4.0]]), 2).tolist()
    [[1.0, 3.0, 6.0]]
    """
    total = np.cumsum(values, axis=1)
    return total - np.nan_to_num(shifted(total, window))


def trailing_mean(values: Array, window: int) -> Array:
    """Return for each period the mean of what is known of the last `window` periods; NaN where nothing is.

    >>> trailing_mean(np.array([[1.0, np.nan, 4.0]]), 2).tolist()
    [[1.0, 1.0, 4.0]]
    """
    known = ~np.isnan(values)
    count = np.round(trailing_sum(known.astype(float), window))
    total = trailing_sum(np.nan_to_num(values), window)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def trailing_deviation(values: Array, window: int) -> Array:
    """Return the standard deviation of what is known of the last `window` periods."""
    mean = trailing_mean(values, window)
    return np.sqrt(np.maximum(trailing_mean(values**2, window) - mean**2, 0.0))


def trailing_extreme(values: Array, window: int, largest: bool) -> Array:
    """Return the largest or the least known value of the last `window` periods; NaN where nothing is known.

    >>> trailing_extreme(np.array([[3.0, 1.0, 2.0]]), 2, largest=True).tolist()
    [[3.0, 3.0, 2.0]]
    """
    pick = np.fmax if largest else np.fmin
    found = values.copy()
    for lag in range(1, window):
        found = pick(found, shifted(values, lag))
    return found


def since(marked: NDArray[np.bool_], most: int = 30) -> Array:
    """Return how many periods ago the mark was last set before each period, `most` at most.

    >>> since(np.array([[False, True, False, False]])).tolist()
    [[30.0, 30.0, 1.0, 2.0]]
    """
    waited = np.full(marked.shape, float(most))
    for period in range(1, marked.shape[1]):
        before = np.minimum(waited[:, period - 1] + 1, most)
        waited[:, period] = np.where(marked[:, period - 1], 1.0, before)
    return waited


def group_mean(values: Array, group: Whole) -> Array:
    """Return for each series and period the mean of what is known over the series of the same group.

    >>> group_mean(np.array([[1.0], [3.0], [5.0]]), np.array([0, 0, 1])).tolist()
    [[2.0], [2.0], [5.0]]
    """
    _, index = np.unique(group, return_inverse=True)
    total = np.zeros((index.max() + 1, values.shape[1]))
    count = np.zeros_like(total)
    np.add.at(total, index, np.nan_to_num(values))
    np.add.at(count, index, (~np.isnan(values)).astype(float))
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return np.asarray(mean[index])
