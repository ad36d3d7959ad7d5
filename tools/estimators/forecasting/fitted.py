"""Models of statsforecast that are fitted to each series by an optimiser: thorough, and some hundred times slower."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from statsforecast.models import AutoARIMA, AutoCES, AutoETS, AutoTheta

from tools.estimators.forecasting.arrays import Values

# AutoARIMA's and AutoCES's own least; below it a model has more parameters than there is to learn from.
LEAST_POINTS: Final = 10
# Beyond this a seasonal ETS or CES has too many states; statsforecast's ETS refuses more than 24.
LONGEST_SEASON: Final = 24


def ets(values: Values, steps: int, season: int = 1) -> Values:
    """Forecast by the exponential smoothing model with the best AICc (Hyndman et al. 2002)."""
    return _each(AutoETS, values, steps, season)


def ces(values: Values, steps: int, season: int = 1) -> Values:
    """Forecast by complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022)."""
    return _each(AutoCES, values, steps, season)


def arima(values: Values, steps: int, season: int = 1) -> Values:
    """Forecast by the ARIMA model that a stepwise search finds (Hyndman and Khandakar 2008); seconds a series."""
    return _each(AutoARIMA, values, steps, season)


def auto_theta(values: Values, steps: int, season: int = 1) -> Values:
    """Forecast by the best of four Theta models, fitted by an optimiser (Fiorucci et al. 2016)."""
    return _each(AutoTheta, values, steps, season)


def _each(model: Callable[..., Any], values: Values, steps: int, season: int) -> Values:
    """Fit a model to each row; rows that it cannot be fitted to become NaN, which the pool replaces."""
    forecasts = np.full((len(values), steps), np.nan)
    if values.shape[1] < LEAST_POINTS:
        return forecasts
    length = season if season <= LONGEST_SEASON and values.shape[1] >= 2 * season else 1
    for row, past in enumerate(values):
        if np.ptp(past) > 0:
            forecasts[row] = model(season_length=length).forecast(y=past, h=steps)["mean"]
    return forecasts
