"""Choose among ways to forecast by what each would have said about the past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Candidates = Callable[[int], Mapping[str, Array]]
"""From how many points are known to each candidate's forecasts, series × steps; from the simplest on."""

LEAST_KNOWN: Final = 5
"""Points that the earliest origin leaves to learn from."""


@dataclass(frozen=True)
class Past:
    """What candidates would have said.

    Attributes:
        origins: How many points were known.
        said: Candidate to origins × series × steps.
        came: The same shape: what came; NaN where it is not known yet.
        scales: Origins × series: the mean absolute change from point to point that was known.
    """

    origins: tuple[int, ...]
    said: Mapping[str, Array]
    came: Array
    scales: Array

    def mean_losses(self, name: str, rows: NDArray[np.intp]) -> Array:
        """Return for each origin the mean over series and steps of the absolute error by the series' scale."""
        scaled = np.abs(self.came - self.said[name])[:, rows] / self.scales[:, rows, None]
        return np.nanmean(scaled.reshape(len(scaled), -1), axis=1) if scaled.size else np.zeros(0)


def origins_of(points: int, steps: int) -> tuple[int, ...]:
    """Return from where to look back, half a forecast apart, the latest first: two of them see only a part.

    >>> origins_of(52, 8), origins_of(6, 8), origins_of(5, 8)
    ((51, 47, 43, 39), (5,), ())
    """
    apart = max(1, steps // 2)
    found = [points - 1 - apart * turn for turn in range(4)]
    return tuple(origin for origin in found if origin >= LEAST_KNOWN)


def look_back(series: Array, steps: int, candidates: Candidates) -> Past:
    """Ask the candidates about the series' own past."""
    origins = origins_of(series.shape[1], steps)
    said = [candidates(origin) for origin in origins]
    came = np.full((len(origins), len(series), steps), np.nan)
    for place, origin in enumerate(origins):
        ahead = series[:, origin : origin + steps]
        came[place, :, : ahead.shape[1]] = ahead
    scales = np.array([scales_of(series[:, :origin]) for origin in origins]).reshape(len(origins), len(series))
    names = [name for name in (said[0] if said else ()) if all(name in each for each in said)]
    return Past(origins, {name: np.stack([each[name] for each in said]) for name in names}, came, scales)


def scales_of(series: Array) -> Array:
    """Return each series' mean absolute change from point to point; where nothing changed its mean, at least 1.

    >>> scales_of(np.array([[1.0, 3.0, 2.0], [4.0, 4.0, 4.0], [0.0, 0.0, 0.0]])).tolist()
    [1.5, 4.0, 1.0]
    """
    change = np.abs(np.diff(series, axis=1)).mean(axis=1) if series.shape[1] > 1 else np.zeros(len(series))
    return np.where(change > 0, change, np.maximum(series.mean(axis=1), 1.0))


def choose(past: Past, rows: NDArray[np.intp], usual: str) -> str:
    """Return the usual candidate, or the best of those that were better than it from every origin on these series.

    Weeks err together, so a handful of origins tell methods apart badly however many series there are: on the demo's
    categories, choosing the least past error each time did worse than staying with a combination.
    """
    means = {name: past.mean_losses(name, rows) for name in past.said}
    if usual not in means or not len(means[usual]):
        return usual
    better = [name for name, each in means.items() if (each < means[usual]).all()]
    return min(better, key=lambda name: float(means[name].mean()), default=usual)
