"""Rolling origins: what each method would have said about a series' own past, and how far off it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.estimators.forecasting.arrays import Values, chunks
from tools.estimators.forecasting.pool import FITTABLE, forecast_rows
from tools.estimators.forecasting.seasonality import take_out

# How many origins a series is looked at from, half the forecast's length apart; the first leaves room for all steps.
ORIGINS: Final = 3


@dataclass(frozen=True)
class Learned:
    """What methods say about series, and what they would have said at earlier origins.

    Attributes:
        names: The methods.
        forecasts: Methods × series × steps.
        scales: One a series: its usual change from point to point; NaN where it never changed.
        errors: Origins × methods × series × steps, the latest origin first, actual minus forecast; NaN where a series
            had ended or was too short.
        actuals: Origins × series × steps.
        past_scales: Origins × series: the scales as known at the origin.
    """

    names: tuple[str, ...]
    forecasts: Values
    scales: Values
    errors: Values
    actuals: Values
    past_scales: Values

    def wape(self, errors: Values) -> Values:
        """Return each series' sum of absolute past errors by its sum of actuals; NaN if there is nothing to divide by.

        Args:
            errors: Origins × series × steps, of whichever methods.
        """
        total = np.nansum(np.abs(self.actuals), axis=(0, 2))
        missed = np.nansum(np.abs(errors), axis=(0, 2))
        return np.asarray(np.divide(missed, total, out=np.full(len(total), np.nan), where=total > 0))


def learn(series: Sequence[Values], steps: int, season: int, names: Sequence[str]) -> Learned:
    """Forecast series from their end and from each of their origins by every named method."""
    forecasts, scales = forecast_all(series, steps, season, names)
    errors = np.full((ORIGINS, len(names), len(series), steps), np.nan)
    actuals = np.full((ORIGINS, len(series), steps), np.nan)
    past_scales = np.full((ORIGINS, len(series)), np.nan)
    places = [origin_places(len(one), steps) for one in series]
    for turn in range(ORIGINS):
        rows = [row for row, place in enumerate(places) if turn < len(place)]
        known = [series[row][: places[row][turn]] for row in rows]
        for row, start in zip(rows, known, strict=True):
            ahead = series[row][len(start) :][:steps]
            actuals[turn, row, : len(ahead)] = ahead
        said, past_scales[turn, rows] = forecast_all(known, steps, season, names)
        errors[turn][:, rows] = actuals[turn, rows] - said
    return Learned(tuple(names), forecasts, scales, errors, actuals, past_scales)


def forecast_all(series: Sequence[Values], steps: int, season: int, names: Sequence[str]) -> tuple[Values, Values]:
    """Forecast series of any lengths; return methods × series × steps, and each series' scale."""
    forecasts = np.zeros((len(names), len(series), steps))
    scales = np.full(len(series), np.nan)
    for _, rows in chunks([len(one) for one in series]):
        values = np.stack([series[row] for row in rows])
        forecasts[:, rows] = forecast_rows(values, steps, season, names)
        scales[rows] = scale_rows(values, season)
    return forecasts, scales


def scale_rows(values: Values, season: int) -> Values:
    """Return the mean absolute change from point to point without the season; NaN where nothing ever changed.

    >>> scale_rows(np.array([[1.0, 3.0, 2.0], [4.0, 4.0, 4.0]]), 1).tolist()
    [1.5, nan]
    """
    if values.shape[1] < 2:
        return np.full(len(values), np.nan)
    change = np.abs(np.diff(take_out(values, season).adjusted, axis=1)).mean(axis=1)
    return np.asarray(np.where(change > 0, change, np.nan))


def origin_places(points: int, steps: int) -> list[int]:
    """Return how many points each origin leaves to learn from, the latest first; none where a series is too short.

    >>> origin_places(40, 8), origin_places(9, 8), origin_places(5, 8)
    ([32, 28, 24], [5], [])
    """
    if points <= FITTABLE:
        return []
    latest = max(points - steps, FITTABLE)
    apart = (steps + 1) // 2
    return [place for turn in range(ORIGINS) if (place := latest - turn * apart) >= FITTABLE]
