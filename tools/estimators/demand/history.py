"""Features of what was sold, as known some periods before."""

from __future__ import annotations

from typing import Final

import numpy as np

from tools.estimators.demand.panel import (
    Array,
    Panel,
    group_mean,
    shifted,
    trailing_deviation,
    trailing_mean,
)

# Of the weeks known last: each of so many, and means over so many.
LAGS: Final = 6
WINDOWS: Final = (2, 4, 8, 13, 26, 52)
LEVEL: Final = 26
"""Weeks whose mean is the level that forecasts are made relative to: half a year, so that promotions wash out."""
YEAR: Final = 52

# A past week speaks for a coming one by its likeness in price (in log points), deal and feature, and by its age.
PRICE_WIDTH: Final = 0.05
OTHER_FEATURE: Final = 0.1
OTHER_DEAL: Final = 0.3
FADING: Final = 0.98


def level(panel: Panel, ahead: int, window: int = LEVEL) -> Array:
    """Return the mean of log units over the last `window` periods known `ahead` periods before."""
    return trailing_mean(shifted(panel.units, ahead), window)


def history_features(panel: Panel, ahead: int, window: int = LEVEL) -> dict[str, Array]:
    """Return features by name, each series × periods, that use no sale of the last `ahead` - 1 periods.

    What was sold is told relative to the level, so that what is learned of one series holds for others.
    """
    base = level(panel, ahead, window)
    found = {name: values - base for name, values in _sold(panel, ahead).items()}
    found["level"] = base
    units = shifted(panel.units, ahead)
    found["deviation of 13"] = trailing_deviation(units, 13)
    found["a year before to its level"] = shifted(panel.units, YEAR) - trailing_mean(units, YEAR)
    price, usual = panel.price, trailing_mean(shifted(panel.price, ahead), 13)
    found["price to mean of known weeks"] = price - usual
    found |= {f"price to that {lag} before": price - shifted(price, ahead + lag) for lag in range(3)}
    found["deal when last known"] = shifted(panel.deal, ahead)
    found["feature when last known"] = shifted(panel.feature, ahead)
    return found


def _sold(panel: Panel, ahead: int) -> dict[str, Array]:
    """Return what was sold, in log units: last weeks, means, weeks like the coming one, other series."""
    units = shifted(panel.units, ahead)
    found = {f"units {lag} before": shifted(panel.units, ahead + lag) for lag in range(LAGS)}
    found |= {f"mean units of {window}": trailing_mean(units, window) for window in WINDOWS}
    found |= _by_condition(panel, ahead)
    found["units of like weeks"] = _like_weeks(panel, ahead)
    item, market = (shifted(group_mean(panel.units, group), ahead) for group in (panel.item, panel.market))
    found["units of item"], found["units of item, mean of 4"] = item, trailing_mean(item, 4)
    found["units of market"], found["units of market, mean of 8"] = market, trailing_mean(market, 8)
    return found


def _by_condition(panel: Panel, ahead: int) -> dict[str, Array]:
    """Return the half year's means of weeks with and without a deal, with and without a feature."""
    conditions = {
        "with deal": panel.deal > 0,
        "without deal": ~(panel.deal > 0),
        "with feature": panel.feature > 0,
        "without feature": ~(panel.feature > 0),
    }
    return {
        f"mean units {name}": trailing_mean(shifted(np.where(mask, panel.units, np.nan), ahead), LEVEL)
        for name, mask in conditions.items()
    }


def _like_weeks(panel: Panel, ahead: int) -> Array:
    """Return the mean of the past year's weeks like the coming one (Nadaraya 1964, Watson 1964)."""
    total, weight = np.zeros_like(panel.units), np.zeros_like(panel.units)
    deal, feature = np.nan_to_num(panel.deal), np.nan_to_num(panel.feature)
    for lag in range(ahead, ahead + YEAR):
        apart = (panel.price - shifted(panel.price, lag)) / PRICE_WIDTH
        like = np.exp(-(apart**2) / 2) * FADING ** (lag - ahead)
        like = np.where(np.nan_to_num(shifted(panel.feature, lag)) == feature, like, like * OTHER_FEATURE)
        like = np.where(np.nan_to_num(shifted(panel.deal, lag)) == deal, like, like * OTHER_DEAL)
        units = shifted(panel.units, lag)
        like = np.where(np.isnan(units) | np.isnan(like), 0.0, like)
        total += like * np.nan_to_num(units)
        weight += like
    return np.where(weight > 1e-3, total / np.maximum(weight, 1e-3), np.nan)  # noqa: PLR2004 - nothing alike
