"""The pool: methods by name, and the forecasts of many series of one length by each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.estimators.forecasting.arrays import Values
from tools.estimators.forecasting.fitted import arima, auto_theta, ces, ets
from tools.estimators.forecasting.seasonality import take_out
from tools.estimators.forecasting.simple import naive, recent_mean, seasonal_naive
from tools.estimators.forecasting.smoothing import damped_trend, smoothed_level
from tools.estimators.forecasting.sparse import adida, imapa, sba, tsb
from tools.estimators.forecasting.theta import dynamic_theta, theta

Method = Callable[[Values, int, int], Values]

# No trend is fitted to fewer points: the last value is repeated.
FITTABLE: Final = 5
# A forecast leaves the range of the past by at most the range of the past, times this at twice the past's length.
LEEWAY: Final = 1.0

NAIVE: Final = "naive"
RECENT_MEAN: Final = "recent mean"
COMBINATION: Final = "combination"


def _seasonally(method: Callable[[Values, int], Values]) -> Method:
    """Return the method applied to the series without their season, which is put back."""

    def forecast(values: Values, steps: int, season: int) -> Values:
        taken = take_out(values, season)
        return method(taken.adjusted, steps) * taken.ahead(steps)

    return forecast


def _in_logs(method: Callable[[Values, int], Values]) -> Callable[[Values, int], Values]:
    """Return the method applied to logarithms where a series is positive, so that its trend is in percent."""

    def forecast(values: Values, steps: int) -> Values:
        positive = values.min(axis=1) > 0
        forecasts = np.empty((len(values), steps))
        forecasts[~positive] = method(values[~positive], steps)
        with np.errstate(over="ignore"):  # what grows beyond all bounds is held by `_within_reach`
            forecasts[positive] = np.exp(method(np.log(values[positive]), steps))
        return forecasts

    return forecast


def _flat(values: Values, steps: int) -> Values:
    return np.repeat(smoothed_level(values)[:, None], steps, axis=1)


COMBINED: Final[Mapping[str, Method]] = {
    "Theta": _seasonally(_in_logs(theta)),
    "damped trend": _seasonally(_in_logs(damped_trend)),
    "dynamic Theta": _seasonally(dynamic_theta),
}
"""The members whose mean is the combination: chosen on training parts of M3, without a look at its hold-outs."""

FAST: Final[Mapping[str, Method]] = {
    NAIVE: naive,
    RECENT_MEAN: recent_mean,
    "seasonal naive": seasonal_naive,
    "smoothing": _seasonally(_flat),
    **COMBINED,
}
"""What every series is tried with, but those of mostly zeros."""

SPARSE: Final[Mapping[str, Method]] = {"Croston SBA": sba, "TSB": tsb, "ADIDA": adida, "IMAPA": imapa}
"""For series of mostly zeros."""

THOROUGH: Final[Mapping[str, Method]] = {"AutoETS": ets, "AutoCES": ces, "AutoTheta": auto_theta, "AutoARIMA": arima}
"""What can be asked for besides: each takes an optimiser's time for each series."""

METHODS: Final[Mapping[str, Method]] = {**FAST, **SPARSE, **THOROUGH}


@dataclass(frozen=True)
class Tried:
    """What the series of one kind are tried with.

    Attributes:
        names: The methods.
        fallback: The method of those whose past is too short to compare.
        power: 1 where absolute errors choose; 2 where most values are zero, as absolute errors praise a forecast of 0.
    """

    names: tuple[str, ...]
    fallback: str
    power: int


SMOOTH_SERIES: Final = Tried((*FAST, COMBINATION), COMBINATION, 1)
SPARSE_SERIES: Final = Tried((NAIVE, RECENT_MEAN, "seasonal naive", "smoothing", *SPARSE), RECENT_MEAN, 2)


def forecast_rows(values: Values, steps: int, season: int, names: Sequence[str]) -> Values:
    """Forecast series of one length by the named methods and, where all its members are named, their combination.

    Args:
        values: Rows × points; no NaN. Without points every forecast is 0.
        steps: How far.
        season: Its length; 1 for none.
        names: Of `METHODS`, and `COMBINATION`, whose members must stand before it.

    Returns:
        Methods × rows × steps: finite, and never negative where a series never was.
    """
    if values.shape[1] == 0:
        return np.zeros((len(names), len(values), steps))
    found: dict[str, Values] = {}
    for name in names:
        if name == COMBINATION:
            found[name] = np.mean([found[member] for member in COMBINED], axis=0)
        else:
            found[name] = _forecast(METHODS[name], values, steps, season)
    return np.stack([found[name] for name in names])


def _forecast(method: Method, values: Values, steps: int, season: int) -> Values:
    simplest = naive(values, steps)
    if values.shape[1] < FITTABLE:
        return simplest if method is not recent_mean else recent_mean(values, steps)
    forecasts = method(values, steps, season)
    return _within_reach(np.where(np.isnan(forecasts), simplest, forecasts), values)


def _within_reach(forecasts: Values, values: Values) -> Values:
    """Hold forecasts near what was ever seen: a trend in percent, followed far, would leave every bound."""
    low, high = values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True)
    reach = (high - low) * LEEWAY * (1 + np.arange(1, forecasts.shape[1] + 1) / values.shape[1])
    lowest = np.where(low >= 0, np.maximum(low - reach, 0), low - reach)
    return np.clip(forecasts, lowest, high + reach)
