"""How long the forecasting pool takes beside statsforecast's own models, on the same series, in one process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from evals.benchmarks.competitions import Group
from evals.benchmarks.measure import Finding
from tools.estimators.forecasting.origins import forecast_all
from tools.estimators.forecasting.panel import forecast_panel
from tools.estimators.forecasting.reference import forecast_directly

MODELS: Final[Mapping[str, str]] = {"Theta": "Theta", "dynamic Theta": "DynamicOptimizedTheta"}
"""The pool's method to statsforecast's own of the same kind."""

TOGETHER: Final = ("Theta", "DynamicOptimizedTheta", "AutoETS", "AutoCES")
"""What a forecaster would call directly for a choice like the pool's; each once, with neither choice nor validation."""


def compare_speed(groups: Sequence[Group]) -> list[Finding]:
    """Time the pool's methods one by one, and the whole of `forecast_panel`, in seconds of processor time."""
    found = [
        _finding(f"method {name}, {model} of statsforecast", groups, _method(name), _direct((model,)))
        for name, model in MODELS.items()
    ]
    whole = (
        f"forecast_panel: 8 methods, 3 origins, choice, intervals; {', '.join(TOGETHER)} of statsforecast, once each"
    )
    return [*found, _finding(whole, groups, _whole, _direct(TOGETHER))]


def _finding(
    name: str, groups: Sequence[Group], ours: Callable[[Group], None], theirs: Callable[[Group], None]
) -> Finding:
    seconds = [_seconds(call, groups) for call in (ours, theirs)]
    ratio = seconds[0] / seconds[1]
    return Finding((name, f"{seconds[0]:.2f} s", f"against {seconds[1]:.2f} s", f"ratio {ratio:.2f}"), ratio <= 1)


def _seconds(call: Callable[[Group], None], groups: Sequence[Group]) -> float:
    started = time.process_time()
    for group in groups:
        call(group)
    return max(time.process_time() - started, 1e-9)


def _method(name: str) -> Callable[[Group], None]:
    return lambda group: _unused(forecast_all(group.training, group.holdout.shape[1], group.season, (name,)))


def _whole(group: Group) -> None:
    forecast_panel(group.training, group.holdout.shape[1], group.season)


def _direct(models: Sequence[str]) -> Callable[[Group], None]:
    return lambda group: _unused(forecast_directly(_long(group), models, group.holdout.shape[1], group.season))


def _unused(_: object) -> None:
    """Take a result that only its time is wanted of."""


def _long(group: Group) -> pd.DataFrame:
    """Return the series as statsforecast takes them: one row a point."""
    lengths = [len(one) for one in group.training]
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(lengths)), lengths),
            "ds": np.concatenate([np.arange(length) for length in lengths]),
            "y": np.concatenate(group.training),
        }
    )
