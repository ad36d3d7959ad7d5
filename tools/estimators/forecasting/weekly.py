"""Forecasts of short weekly series, chosen on rolling origins, with conformal intervals pooled over like series."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from statsforecast.models import AutoETS, Theta

Series = NDArray[np.float64]
Forecaster = Callable[[Series, int], Series]

SEASON: Final = 52
WINDOW: Final = 8
# A trend or smoothing model is not fitted to fewer points.
FITTABLE: Final = 10
# Rolling origins: how many, how far apart, and what the first must have to learn from.
ORIGINS: Final = 6
STEP: Final = 2
MIN_TRAIN: Final = 3


def naive(past: Series, steps: int) -> Series:
    """Repeat the last value: the baseline.

    >>> naive(np.array([1.0, 2.0]), 2).tolist()
    [2.0, 2.0]
    """
    return np.full(steps, past[-1])


def recent_mean(past: Series, steps: int) -> Series:
    """Repeat the mean of the last eight values.

    >>> recent_mean(np.array([1.0, 2.0]), 2).tolist()
    [1.5, 1.5]
    """
    return np.full(steps, past[-WINDOW:].mean())


def seasonal_naive(past: Series, steps: int) -> Series:
    """Repeat the value of 52 weeks before; needs two years, else it is the last value.

    >>> seasonal_naive(np.arange(104.0), 1).tolist()
    [52.0]
    """
    if len(past) < 2 * SEASON:
        return naive(past, steps)
    return np.array([past[len(past) - SEASON + step % SEASON] for step in range(steps)])


def theta(past: Series, steps: int) -> Series:
    """Forecast by the Theta method (Assimakopoulos and Nikolopoulos 2000), the winner of the M3 competition."""
    return _fitted(Theta(season_length=1), past, steps)


def ets(past: Series, steps: int) -> Series:
    """Forecast by the exponential smoothing model with the best AICc (Hyndman et al. 2002)."""
    return _fitted(AutoETS(season_length=1), past, steps)


def _fitted(model: Theta | AutoETS, past: Series, steps: int) -> Series:
    if len(past) < FITTABLE or np.ptp(past) == 0:
        return recent_mean(past, steps)
    forecast = np.asarray(model.forecast(y=past.astype(np.float64), h=steps)["mean"], dtype=np.float64)
    return np.maximum(forecast, 0) if np.isfinite(forecast).all() else recent_mean(past, steps)


# From the simplest to the most elaborate: of equals `best` takes the earlier.
FORECASTERS: Final[Mapping[str, Forecaster]] = {
    "naive": naive,
    "mean of 8 weeks": recent_mean,
    "seasonal naive": seasonal_naive,
    "Theta": theta,
    "AutoETS": ets,
}


@dataclass(frozen=True)
class Backtest:
    """Past forecasts of one series by one method.

    Attributes:
        errors: Origins × steps, actual minus forecast; NaN where the series had ended.
        actuals: The same shape.
        scales: One an origin: mean absolute change from week to week before it.
    """

    errors: NDArray[np.float64]
    actuals: NDArray[np.float64]
    scales: NDArray[np.float64]

    @property
    def scaled(self) -> NDArray[np.float64]:
        """Return the errors in units of the series' usual weekly change."""
        return self.errors / self.scales[:, None]

    @property
    def wape(self) -> float | None:
        """Return the sum of absolute errors by the sum of actuals; None if there is nothing to divide by."""
        total = float(np.nansum(np.abs(self.actuals)))
        return float(np.nansum(np.abs(self.errors))) / total if total > 0 else None


def scale_of(past: Series) -> float:
    """Return the mean absolute change from week to week; for a constant series its mean, at least 1.

    >>> scale_of(np.array([1.0, 3.0, 2.0])), scale_of(np.array([4.0, 4.0])), scale_of(np.array([0.0]))
    (1.5, 4.0, 1.0)
    """
    change = float(np.abs(np.diff(past)).mean()) if len(past) > 1 else 0.0
    return change or max(float(past.mean()), 1.0)


def backtest(series: Series, steps: int, forecaster: Forecaster) -> Backtest:
    """Forecast the series' own past from up to six origins, two weeks apart."""
    latest = len(series) - 1
    origins = [origin for origin in range(latest, 0, -STEP) if origin >= MIN_TRAIN][:ORIGINS]
    errors, actuals = np.full((2, len(origins), steps), np.nan)
    for row, origin in enumerate(origins):
        actual = series[origin : origin + steps]
        actuals[row, : len(actual)] = actual
        errors[row, : len(actual)] = actual - forecaster(series[:origin], steps)[: len(actual)]
    return Backtest(errors, actuals, np.array([scale_of(series[:origin]) for origin in origins]))


def compare(panel: Sequence[Series], steps: int) -> dict[str, list[Backtest]]:
    """Return the past forecasts of every method for every series."""
    return {name: [backtest(series, steps, method) for series in panel] for name, method in FORECASTERS.items()}


def best(comparison: Mapping[str, Sequence[Backtest]]) -> str:
    """Return the method that was best on the first series, among those that were good on all series.

    Good is a mean absolute scaled error within one standard error, taken over the series, of the least (the 1-SE rule
    of Breiman et al. 1984): one series' own past is too short to tell methods apart. Of equals the simplest is taken.
    """
    losses = {name: _losses(backtests) for name, backtests in comparison.items()}
    means = {name: float(each.mean()) if each.size else math.inf for name, each in losses.items()}
    least = min(means, key=lambda name: means[name])
    spread = float(losses[least].std() / math.sqrt(losses[least].size)) if losses[least].size else 0.0
    good = [name for name in comparison if means[name] <= means[least] + spread] or [least]
    return min(good, key=lambda name: round(_losses(comparison[name][:1]).sum(), 6))


def _losses(backtests: Sequence[Backtest]) -> NDArray[np.float64]:
    parts = [np.abs(test.scaled[~np.isnan(test.errors)]) for test in backtests]
    return np.array([part.mean() for part in parts if part.size])


def half_widths(backtests: Sequence[Backtest], level: float) -> NDArray[np.float64]:
    """Return for each step the half-width, in units of scale, that held `level` of the past errors of like series.

    Split conformal (Vovk et al. 2005) with residuals scaled and pooled over series; never narrower further ahead. Steps
    beyond what the past can show grow with the root of time.
    """
    pooled = np.abs(np.concatenate([test.scaled for test in backtests]))
    widths = np.array([conformal_quantile(column[~np.isnan(column)], level) for column in pooled.T])
    widths = np.maximum.accumulate(np.nan_to_num(widths, nan=0.0))
    shown = int(np.sum(~np.isnan(pooled).all(axis=0)))
    for step in range(shown, len(widths)):
        widths[step] = widths[shown - 1] * math.sqrt((step + 1) / shown) if shown else np.nan
    return widths


def total_half_width(backtests: Sequence[Backtest], level: float) -> float | None:
    """Return the same for the sum over all steps; None if no past forecast was long enough."""
    sums = np.concatenate([np.abs(test.scaled.sum(axis=1)) for test in backtests])
    sums = sums[~np.isnan(sums)]
    return float(conformal_quantile(sums, level)) if sums.size else None


def conformal_quantile(residuals: NDArray[np.float64], level: float) -> float:
    """Return the ceil((n + 1) level)-th smallest residual, or the largest if there are too few; NaN for none.

    >>> conformal_quantile(np.array([4.0, 1.0, 2.0, 3.0]), 0.8)
    4.0
    """
    if residuals.size == 0:
        return math.nan
    rank = min(math.ceil((residuals.size + 1) * level), residuals.size)
    return float(np.sort(residuals)[rank - 1])
