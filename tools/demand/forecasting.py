"""Forecast one level's series from the outlook of the whole shop, so that parts and whole add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.demand.outlook import Band, Outlook, Values
from tools.demand.shop_outlook import shop_outlook
from tools.demand.subject import Subject
from tools.estimators.demand.coherent import Coherent, widest
from tools.warehouse.view import StoreView

__all__ = ["banded", "forecast_level"]

LEVELS = (0.80, 0.95)


def forecast_level(view: StoreView, subject: Subject, steps: int, weeks: int) -> Outlook | None:
    """Forecast the last `weeks` of `steps` weeks beyond the shop's last complete week; None where nothing was sold."""
    shop = shop_outlook(view, steps)
    row = shop.row(subject.level, subject.key) if shop else None
    if shop is None or row is None:
        return None
    return banded(shop.units, row, shop.rows_like(row), shop.revenue(row), weeks, shop.method(row))


def banded(forecast: Coherent, row: int, like: NDArray[np.intp], revenue: Values, weeks: int, method: str) -> Outlook:
    """Return one row of a forecast with intervals as wide as past forecasts of like rows were wrong.

    Args:
        forecast: Of all rows.
        row: Which of them.
        like: Rows whose past errors speak for it.
        revenue: Of the row, one a step.
        weeks: How many of the last steps are wanted.
        method: To be shown.
    """
    units, came = forecast.middle[row], forecast.said[:, row] + forecast.errors[:, row]
    wide = [(forecast.half_widths(like, level) * forecast.spreads[row])[-weeks:] for level in LEVELS]
    band = _band(units[-weeks:], wide)
    price = np.where(units > 0, revenue / np.where(units > 0, units, 1.0), 0.0)[-weeks:]
    money = band.valued(price)
    sums = forecast.errors[:, like, -weeks:].sum(axis=2) / forecast.past_spreads[:, like]
    return Outlook(
        model=method,
        wape=_wape(forecast.errors[:, row], came - forecast.errors[:, row]),
        naive_wape=_wape(forecast.naive_errors[:, row], came - forecast.naive_errors[:, row]),
        units=band,
        revenue=money,
        total_revenue=_total(money, sums, float(forecast.spreads[row] * price.mean())),
        shown=int((~np.isnan(forecast.errors[:, like])).any(axis=(0, 1)).sum()),
    )


def _band(middle: Values, wide: Sequence[Values]) -> Band:
    ends = [np.maximum(end, 0.0) for width in wide for end in (middle - width, middle + width)]
    return Band(middle, *ends)


def _total(money: Band, sums: Values, spread: float) -> tuple[float, float]:
    """Return the 80 % interval of the sum, from past errors of sums; week by week where no past sum is long enough."""
    known = sums[~np.isnan(sums).all(axis=1)] if sums.size else sums
    if not len(known):
        return float(money.low80.sum()), float(money.high80.sum())
    reach = float(widest(np.abs(known)[:, :, None], LEVELS[0])[0]) * spread
    middle = float(money.middle.sum())
    return max(middle - reach, 0.0), middle + reach


def _wape(errors: Values, said: Values) -> float | None:
    """Return the sum of absolute errors by the sum of what came, in percent; None if there is nothing to divide by."""
    total = float(np.nansum(np.abs(said + errors)))
    return round(100 * float(np.nansum(np.abs(errors))) / total, 1) if total > 0 else None
