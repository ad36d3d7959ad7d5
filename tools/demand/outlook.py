"""A forecast of one series with its intervals, and what a promotion does to it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class Lift(Protocol):
    """What a promotion does to units, in percent, and the price cut that it needs."""

    @property
    def discount_percent(self) -> float | None:
        """Return the price cut."""

    @property
    def units_lift_percent(self) -> float:
        """Return the change of units."""

    @property
    def units_lift_low80(self) -> float:
        """Return the lower end of its interval."""

    @property
    def units_lift_high80(self) -> float:
        """Return the upper end of its interval."""


@dataclass(frozen=True)
class Band:
    """A forecast and its 80 and 95 % intervals, one value a week."""

    middle: Values
    low80: Values
    high80: Values
    low95: Values
    high95: Values

    def valued(self, price: Values) -> Band:
        """Return the band of revenue at a price per unit of each week."""
        ends = (self.low80, self.high80, self.low95, self.high95)
        return Band(self.middle * price, *(end * price for end in ends))

    def times(self, middle: float, low: float, high: float) -> Band:
        """Return the band with its middle, lower and upper ends multiplied; the ends never cross the middle."""
        centre = self.middle * middle
        return Band(
            centre,
            np.minimum(self.low80 * low, centre),
            np.maximum(self.high80 * high, centre),
            np.minimum(self.low95 * low, centre),
            np.maximum(self.high95 * high, centre),
        )


@dataclass(frozen=True)
class Outlook:
    """A forecast of one series.

    Attributes:
        model: Name of the method.
        wape: Of the method's past forecasts of units, in percent.
        naive_wape: The same of repeating the last week.
        units: By week.
        revenue: By week.
        total_revenue: 80 % interval of the sum.
        shown: Steps that past forecasts could show the error of.
    """

    model: str
    wape: float | None
    naive_wape: float | None
    units: Band
    revenue: Band
    total_revenue: tuple[float, float]
    shown: int

    def scaled_by(self, lift: Lift | None) -> Outlook:
        """Return the outlook under a promotion: units change by the lift, revenue also by the price cut."""
        if lift is None:
            return self
        ends = (lift.units_lift_percent, lift.units_lift_low80, lift.units_lift_high80)
        units = [1 + percent / 100 for percent in ends]
        price = 1 - (lift.discount_percent or 0) / 100
        revenue = [price * factor for factor in units]
        return dataclasses.replace(
            self,
            units=self.units.times(*units),
            revenue=self.revenue.times(*revenue),
            total_revenue=(self.total_revenue[0] * revenue[1], self.total_revenue[1] * revenue[2]),
        )
