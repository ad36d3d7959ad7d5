"""The M1 and M3 forecasting competitions: their series, and the hold-outs that every published number is about."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

SEASONS: Final = {"YEARLY": 1, "QUARTERLY": 4, "MONTHLY": 12, "OTHER": 1}
"""Points in a season, by the competitions' word for the frequency."""

SETS: Final = {"m1": "m1_data.json", "m3": "m3_data.json"}


@dataclass(frozen=True)
class Group:
    """The series of one frequency, all with as long a hold-out.

    Attributes:
        frequency: Such as `monthly`.
        season: Points in a season.
        training: Series, oldest value first.
        holdout: Series × steps, never shown to a method.
    """

    frequency: str
    season: int
    training: tuple[Values, ...]
    holdout: Values

    def every(self, step: int) -> Group:
        """Return every so-manieth series, at least one."""
        return Group(self.frequency, self.season, self.training[::step], self.holdout[::step])


def read_groups(folder: Path, name: str) -> list[Group]:
    """Read one competition, by frequency in the order of the file."""
    series = json.loads((folder / SETS[name]).read_text(encoding="utf-8")).values()
    frequencies = dict.fromkeys(one["period"][0] for one in series)
    return [_group(frequency, [one for one in series if one["period"][0] == frequency]) for frequency in frequencies]


def _group(frequency: str, series: list[dict[str, list[float]]]) -> Group:
    training = tuple(np.array(one["x"], dtype=np.float64) for one in series)
    holdout = np.array([one["xx"] for one in series], dtype=np.float64)
    return Group(frequency.lower(), SEASONS[frequency], training, holdout)


def smape(actual: Values, forecast: Values) -> Values:
    """Return the competition's symmetric percentage error of each value, 0 to 200; 0 where both are 0.

    >>> smape(np.array([100.0, 0.0]), np.array([50.0, 0.0])).round(2).tolist()
    [66.67, 0.0]
    """
    size = np.abs(actual) + np.abs(forecast)
    return np.asarray(200 * np.divide(np.abs(actual - forecast), size, out=np.zeros_like(size), where=size > 0))


def mase(group: Group, forecast: Values) -> Values:
    """Return each series' mean absolute error by the seasonal naive method's on its training part; NaN if that is 0."""
    usual = np.array([_seasonal_change(one, group.season) for one in group.training])
    missed = np.abs(group.holdout - forecast).mean(axis=1)
    return np.asarray(np.divide(missed, usual, out=np.full(len(usual), np.nan), where=usual > 0))


def _seasonal_change(series: Values, season: int) -> float:
    lag = season if len(series) > season else 1
    return float(np.abs(series[lag:] - series[:-lag]).mean()) if len(series) > lag else 0.0
