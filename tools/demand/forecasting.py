"""From the words for a product, category or department to a forecast of its units and revenue with intervals."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from tools.customers.segments import best_selling
from tools.demand.weekly_sales import TOTAL, Level, WeeklySales
from tools.errors import ToolError
from tools.estimators.forecasting.weekly import (
    FORECASTERS,
    SEASON,
    Backtest,
    backtest,
    best,
    compare,
    half_widths,
    scale_of,
    total_half_width,
)
from tools.names import resolve_name
from tools.products.assortment import Sold, assortment
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

__all__ = ["SEASON", "Band", "Outlook", "Subject", "find_subject", "forecast"]

Values = NDArray[np.float64]
# Products whose names are searched for the words of a query, best-selling first.
NAMED_PRODUCTS: Final = 5_000


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
class Subject:
    """What is forecast.

    Attributes:
        level: Total, department, category or product.
        key: Total, department, category or product_id, as in the store.
        label: The name to show.
        took: What the words were taken for, when they were not the name itself.
        category: Of a product.
    """

    level: Level
    key: str
    label: str
    took: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Band:
    """A forecast and its 80 and 95 % intervals, one value a week."""

    middle: Values
    low80: Values
    high80: Values
    low95: Values
    high95: Values

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


def find_subject(level: Level, name: str | None, view: StoreView) -> Subject:
    """Find what is meant by a level and a name.

    Raises:
        ToolError: A name is missing, or the store knows none like it.
    """
    if level == TOTAL:
        return Subject(
            level, TOTAL, TOTAL, None if name is None else f"took no notice of the name {name!r}: level is total"
        )
    if name is None:
        raise ToolError(f"level {level!r} has no name; expected the name of a {level}; try level 'total'")
    if level == "product":
        return _product(name, view)
    match = resolve_name(name, best_selling(view, level), level)
    return Subject(level, match.name, match.name, match.took(name))


def _product(words: str, view: StoreView) -> Subject:
    products = assortment(view)
    sold = products[products[Sold.LINES] > 0]
    if words in sold.index:
        row = sold.loc[words]
        return Subject("product", words, row[Column.NAME], None, row[Column.CATEGORY])
    ranked = sold.sort_values(Sold.LINES, ascending=False, kind="stable").head(NAMED_PRODUCTS)
    match = resolve_name(words, ranked[Column.NAME], "product")
    chosen = ranked[ranked[Column.NAME] == match.name].iloc[0]
    took = match.took(words) or f"took {words!r} as product {chosen.name}, the best-selling one of that name"
    return Subject("product", str(chosen.name), match.name, took, chosen[Column.CATEGORY])


def forecast(series: WeeklySales, siblings: Sequence[WeeklySales], steps: int, weeks: int) -> Outlook:
    """Forecast the last `weeks` of `steps` weeks beyond a series, by the method that its and like pasts speak for."""
    comparison = compare([each.units for each in (series, *siblings)], steps)
    model = best(comparison)
    units_tests = comparison[model]
    revenue_tests = [backtest(each.revenue, steps, FORECASTERS[model]) for each in (series, *siblings)]
    revenue = _band(series.revenue, steps, weeks, model, revenue_tests)
    return Outlook(
        model=model,
        wape=_percent(units_tests[0].wape),
        naive_wape=_percent(comparison["naive"][0].wape),
        units=_band(series.units, steps, weeks, model, units_tests),
        revenue=revenue,
        total_revenue=_total(series.revenue, revenue, revenue_tests, weeks),
        shown=int(max((~np.isnan(test.errors)).any(axis=0).sum() for test in units_tests)),
    )


def _band(past: Values, steps: int, weeks: int, model: str, tests: Sequence[Backtest]) -> Band:
    middle = FORECASTERS[model](past, steps)[-weeks:]
    scale = scale_of(past)
    wide80, wide95 = (scale * half_widths(tests, level)[-weeks:] for level in (0.80, 0.95))
    ends = (middle - wide80, middle + wide80, middle - wide95, middle + wide95)
    return Band(middle, *(np.maximum(end, 0) for end in ends))


def _total(past: Values, band: Band, tests: Sequence[Backtest], weeks: int) -> tuple[float, float]:
    """Return the 80 % interval of the sum, from past errors of sums; week by week where no past sum is long enough."""
    last = [Backtest(test.errors[:, -weeks:], test.actuals[:, -weeks:], test.scales) for test in tests]
    width = total_half_width(last, 0.80)
    middle = float(band.middle.sum())
    if width is None:
        return float(band.low80.sum()), float(band.high80.sum())
    return max(middle - width * scale_of(past), 0.0), middle + width * scale_of(past)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
