"""statsforecast's own models, called as its documentation says: what the pool is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoCES, AutoETS, DynamicOptimizedTheta, Theta

MODELS: Final[Mapping[str, Any]] = {
    "Theta": Theta,
    "DynamicOptimizedTheta": DynamicOptimizedTheta,
    "AutoETS": AutoETS,
    "AutoCES": AutoCES,
}


def forecast_directly(long: pd.DataFrame, names: Sequence[str], steps: int, season: int) -> pd.DataFrame:
    """Forecast with statsforecast's models of these names, points only, in one process.

    Args:
        long: One row a point: unique_id, ds (a number) and y.
        names: Of `MODELS`.
        steps: How far ahead.
        season: Points in a season.
    """
    models = [MODELS[name](season_length=season) for name in names]
    forecasts: pd.DataFrame = StatsForecast(models=models, freq=1, n_jobs=1).forecast(df=long, h=steps)
    return forecasts
