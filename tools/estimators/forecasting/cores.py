"""The same looking back on several cores: slices of the panel in processes, joined again in their order."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import numpy as np

from tools.estimators.forecasting.arrays import Values
from tools.estimators.forecasting.origins import Learned, learn
from tools.estimators.forecasting.panel import Learner

# A process costs about two seconds to start; fewer series than this are done sooner without.
FEWEST_SERIES: Final = 2_000
# Series that one process works on at a time: bounds its memory.
SLICE: Final = 1_000


def on_cores(cores: int | None = None, fewest: int = FEWEST_SERIES) -> Learner:
    """Return a learner that works on several cores (all, when not said) where a panel is large enough to gain by it."""
    count = cores or os.cpu_count() or 1

    def learn_on_cores(series: Sequence[Values], steps: int, season: int, names: Sequence[str]) -> Learned:
        if count == 1 or len(series) < fewest:
            return learn(series, steps, season, names)
        # Every so-manieth series each, so that long ones are shared out.
        slices = [range(start, len(series), parts) for parts in [-(-len(series) // SLICE)] for start in range(parts)]
        # Spawned, not forked: the parent may hold threads of a database or a model.
        with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
            waiting = [pool.submit(learn, [series[row] for row in rows], steps, season, names) for rows in slices]
            parts = [future.result() for future in waiting]
        return joined(parts, [row for rows in slices for row in rows])

    return learn_on_cores


def joined(parts: Sequence[Learned], places: Sequence[int]) -> Learned:
    """Join what was learned of parts of a panel; `places` are their series' places in the panel, part after part."""
    order = np.argsort(np.asarray(places))

    def whole(arrays: Sequence[Values], axis: int) -> Values:
        return np.take(np.concatenate(arrays, axis=axis), order, axis=axis)

    return Learned(
        names=parts[0].names,
        forecasts=whole([part.forecasts for part in parts], 1),
        scales=whole([part.scales for part in parts], 0),
        errors=whole([part.errors for part in parts], 2),
        actuals=whole([part.actuals for part in parts], 1),
        past_scales=whole([part.past_scales for part in parts], 1),
    )
