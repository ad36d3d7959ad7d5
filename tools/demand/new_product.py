"""What to expect of a product with hardly any history: what its neighbours in category and price sell."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from tools.demand.outlook import Band, Outlook, Values
from tools.demand.subject import Subject
from tools.demand.weekly_sales import WeeklySales, weekly_sales
from tools.products.assortment import assortment
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

LEAST_NEIGHBOURS: Final = 3
NEAR: Final = 0.5
"""Log points of price over which a neighbour's weight falls to e^-1."""
OWN_WEEKS: Final = 4
"""Weeks of its own sales that weigh as much as the neighbours."""
RECENT: Final = 8
Z95_BY_Z80: Final = 1.96 / 1.2816


def forecast_new(view: StoreView, subject: Subject, weeks: int) -> tuple[Outlook, int] | None:
    """Forecast a new product as its neighbours sell, drawn to its own first weeks; None with too few neighbours.

    Returns:
        The outlook, and how many neighbours it is from. The interval holds 80 % of the neighbours' weeks.
    """
    own, siblings = weekly_sales(view, "product", subject.key)
    prices = assortment(view)[Column.PRICE]
    near = [other for other in siblings if len(other.weeks) >= RECENT and other.units[-RECENT:].sum() > 0]
    if len(near) < LEAST_NEIGHBOURS:
        return None
    weights = np.array([_likeness(_price(other, prices), _price(own, prices, subject.key)) for other in near])
    recent = np.array([other.units[-RECENT:] for other in near])
    level = float(np.average(recent.mean(axis=1), weights=weights))
    known = len(own.weeks) if own else 0
    mean = float(own.units.mean()) if own else level
    middle = (known * mean + OWN_WEEKS * level) / (known + OWN_WEEKS)
    low, high = _quantiles(recent.ravel(), np.repeat(weights, RECENT), (0.1, 0.9))
    band = Band(*(np.full(weeks, value) for value in _ends(middle, low, high)))
    money = band.valued(np.full(weeks, _price(own, prices, subject.key) or _price(near[0], prices) or 0.0))
    total = float(money.low80.sum()), float(money.high80.sum())
    return Outlook("neighbours in category and price", None, None, band, money, total, 0), len(near)


def _ends(middle: float, low: float, high: float) -> tuple[float, ...]:
    below, above = max(middle - low, 0.0), max(high - middle, 0.0)
    wide = middle - below * Z95_BY_Z80, middle + above * Z95_BY_Z80
    return middle, middle - below, middle + above, max(wide[0], 0.0), wide[1]


def _price(series: WeeklySales | None, prices: pd.Series[float], key: str = "") -> float | None:
    """Return what a product was sold at, else what it is listed at."""
    if series is not None and series.units.sum() > 0:
        return float(series.revenue.sum() / series.units.sum())
    listed = prices.get(series.name if series is not None else key)
    return float(listed) if listed is not None and pd.notna(listed) else None


def _likeness(one: float | None, other: float | None) -> float:
    return float(np.exp(-abs(np.log(one / other)) / NEAR)) if one and other else 1.0


def _quantiles(values: Values, weights: Values, shares: tuple[float, ...]) -> list[float]:
    order = np.argsort(values, kind="stable")
    reached = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    return [float(np.interp(share, reached, values[order])) for share in shares]
