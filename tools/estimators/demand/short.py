"""The global model where histories are short: lags, usual cuts, no effects of single series, few direct steps."""

from __future__ import annotations

from typing import Final

import numpy as np

from tools.estimators.demand.boosted import FeatureCube, Plan, forecast_from
from tools.estimators.demand.panel import Array, Panel, Whole
from tools.estimators.demand.trees import Size

# Steps that are forecast directly; those between lie on the line between them.
KNOTS: Final = (1, 2, 4, 8, 13, 26)
WINDOW: Final = 8
"""Weeks whose mean forecasts are relative to: a short history has no steadier level."""
FIRST: Final = 10
LEAST_WEEKS: Final = 20
LEAST_VALUES: Final = 600
"""Weeks of a series, and weeks of all together, below which nothing is learned over all series."""
DEEPEST: Final = 0.9
PLAN: Final = Plan(
    losses=("median",),
    size=Size(trees=40, leaves=6, rate=0.09, leaf_rows=200),
    first=FIRST,
    categories=False,
)


def learnable(units: Array) -> bool:
    """Tell whether there is enough to learn from over all series together."""
    return units.shape[1] >= LEAST_WEEKS and units.size >= LEAST_VALUES


def forecast_short(units: Array, cut: Array, market: Whole, steps: int, seed: int = 0) -> Array:
    """Forecast all series by trees learned over all of them.

    Args:
        units: Series × weeks, without gaps.
        cut: Share that prices were cut by; those ahead are taken as the last weeks' mean.
        market: Group of each series, such as its department.
        steps: Weeks ahead.
        seed: Of the rows and columns that trees see.

    Returns:
        Series × steps, at least 0.
    """
    knots = tuple(knot for knot in KNOTS if knot < steps) + (steps,)
    ahead = np.full((len(units), steps), np.nan)
    usual = np.repeat(cut[:, -WINDOW:].mean(axis=1)[:, None], steps, axis=1)
    cuts = np.clip(np.hstack([cut, usual]), 0.0, DEEPEST)
    nothing = np.zeros_like(cuts)
    panel = Panel(
        units=np.hstack([np.log1p(np.maximum(units, 0.0)), ahead]),
        price=np.log1p(-cuts),
        deal=nothing,
        feature=nothing,
        market=market,
        item=np.arange(len(units)),
        season=np.zeros((cuts.shape[1], 0)),
        traits=np.zeros((len(units), 0)),
    )
    plan = Plan(PLAN.losses, PLAN.size, PLAN.first, PLAN.categories, seed=seed)
    found = forecast_from(FeatureCube(panel, knots, WINDOW), units.shape[1] - 1, plan)
    every = np.array([np.interp(np.arange(1, steps + 1), knots, row) for row in found])
    return np.asarray(np.maximum(np.expm1(every), 0.0))
