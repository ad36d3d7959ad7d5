"""A panel in, forecasts with intervals out: every series by the method that its own and like pasts speak for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tools.estimators.forecasting.arrays import Values, clean
from tools.estimators.forecasting.choice import choose
from tools.estimators.forecasting.intervals import fill_scales, half_widths, own_spread, sum_half_width
from tools.estimators.forecasting.origins import Learned, learn
from tools.estimators.forecasting.pool import NAIVE, SMOOTH_SERIES, SPARSE_SERIES, Tried
from tools.estimators.forecasting.sparse import is_sparse

Learner = Callable[[Sequence[Values], int, int, Sequence[str]], Learned]
LEVELS: Final = (0.80, 0.95)


@dataclass(frozen=True)
class PanelForecast:
    """Forecasts of many series; every array has the series as its first axis, the ends of intervals series × steps.

    Attributes:
        middle: The forecast.
        low80: Lower end of the 80 % interval.
        high80: Upper end.
        low95: Lower end of the 95 % interval.
        high95: Upper end.
        methods: The chosen method's name.
        wape: Of its past forecasts: sum of absolute errors by sum of actuals; NaN if unknown.
        naive_wape: The same of repeating the last value.
        errors: Of the chosen method, series × origins × steps, actual minus forecast; NaN if unknown.
        past_spreads: Series × origins: what those errors are measured in.
        spreads: What a series' half-widths, in units of its pool, were multiplied with.
        shown: Steps ahead that any past forecast of the pool could show the error of.
    """

    middle: Values
    low80: Values
    high80: Values
    low95: Values
    high95: Values
    methods: NDArray[np.object_]
    wape: Values
    naive_wape: Values
    errors: Values
    past_spreads: Values
    spreads: Values
    shown: NDArray[np.int64]

    def sum80(self, row: int, first: int = 0) -> tuple[float, float]:
        """Return the 80 % interval of a series' sum from step `first` (counted from 0) on, from past such sums.

        Where no past forecast was long enough it is the sum of the steps' ends: rather too wide than too narrow.
        """
        width = sum_half_width(self.errors[:, :, first:], self.past_spreads, LEVELS[0])
        if width is None:
            return float(self.low80[row, first:].sum()), float(self.high80[row, first:].sum())
        middle, reach = float(self.middle[row, first:].sum()), width * float(self.spreads[row])
        return max(middle - reach, 0.0) if self.low95[row].min() >= 0 else middle - reach, middle + reach


def forecast_panel(
    series: Sequence[Sequence[float] | Values],
    steps: int,
    season: int = 1,
    *,
    extra: Sequence[str] = (),
    learner: Learner = learn,
) -> PanelForecast:
    """Forecast every series of a panel of like series, with 80 % and 95 % intervals.

    Series that sell now and then are a pool of their own, with methods of their own. Intervals are conformal: what held
    that share of the pool's past errors, in units of each series' own spread.

    Args:
        series: Oldest value first, any lengths, also none; NaN is filled. What was never negative never will be.
        steps: How many steps ahead, at least 1.
        season: 52 for weeks, 12 for months, 4 for quarters, 1 for years or none.
        extra: More methods of `pool.THOROUGH`, each tried for each series.
        learner: Who forecasts and looks back: this process (`learn`), several, or a cluster: see `cores`, `cluster`.
    """
    cleaned = [clean(one) for one in series]
    sparse = np.array([bool(is_sparse(one[None])[0]) for one in cleaned], dtype=bool)
    pools = [(np.flatnonzero(~sparse), SMOOTH_SERIES), (np.flatnonzero(sparse), SPARSE_SERIES)]
    used = [pool for pool in pools if len(pool[0])] or pools[:1]
    parts = []
    for rows, tried in used:
        members = [cleaned[row] for row in rows]
        learned = learner(members, steps, season, (*tried.names, *extra))
        parts.append(_forecast_pool(members, learned, tried))
    order = np.argsort(np.concatenate([rows for rows, _ in used]))
    return PanelForecast(*(np.concatenate(arrays)[order] for arrays in zip(*parts, strict=True)))


def _forecast_pool(series: Sequence[Values], learned: Learned, tried: Tried) -> tuple[NDArray[Any], ...]:
    """Return the fields of a `PanelForecast` for the series of one pool."""
    chosen, rows = choose(learned, tried), np.arange(len(series))
    middle, errors = learned.forecasts[chosen, rows], _unseen_errors(learned, tried)
    spreads, past_spreads = _spreads(series, learned, errors)
    sizes = np.abs(errors) / past_spreads[:, :, None]
    lowest = np.array([0.0 if one.min(initial=0.0) >= 0 else -np.inf for one in series])[:, None]
    reach = [spreads[:, None] * half_widths(sizes, level) for level in LEVELS]
    shown = int(np.isfinite(sizes).any(axis=(0, 1)).sum())
    return (
        middle,
        *(np.maximum(end, lowest) for wide in reach for end in (middle - wide, middle + wide)),
        np.array(learned.names, dtype=object)[chosen],
        learned.wape(errors),
        learned.wape(learned.errors[:, learned.names.index(NAIVE)]),
        errors.swapaxes(0, 1),
        past_spreads.T,
        spreads,
        np.full(len(series), shown),
    )


def _unseen_errors(learned: Learned, tried: Tried) -> Values:
    """Return each origin's errors by the method that the other origins choose: the best of several looks too good."""
    rows = np.arange(learned.forecasts.shape[1])
    turns = range(len(learned.errors))
    return np.stack([learned.errors[turn, choose(learned, tried, without=turn), rows] for turn in turns])


def _spreads(series: Sequence[Values], learned: Learned, errors: Values) -> tuple[Values, Values]:
    """Return what each series' half-widths are multiplied with, and what its past errors are measured in."""
    levels = np.array([np.abs(one).mean() if one.size else 0.0 for one in series])
    past_scales = np.stack([fill_scales(known, levels) for known in learned.past_scales])
    now, then = own_spread(errors, past_scales)
    return fill_scales(learned.scales, levels) * now, past_scales * then
