"""The global model learns what was put in, never looks ahead, and repeats itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.estimators.demand.boosted import FeatureCube, Plan, forecast_from
from tools.estimators.demand.panel import Panel, group_mean, since, trailing_mean
from tools.estimators.demand.short import forecast_short
from tools.estimators.demand.trees import Size, percentage_step

ELASTICITY = -2.0
SERIES, PERIODS = 24, 60
SMALL = Plan(losses=("median",), size=Size(trees=80, leaves=6, leaf_rows=20), first=10)


def _panel(seed: int = 0) -> Panel:
    """Make four items in six markets, whose log units are their level and minus twice their log price."""
    rng = np.random.default_rng(seed)
    cut = rng.choice([0.0, 0.1, 0.3], p=[0.6, 0.2, 0.2], size=(SERIES, PERIODS))
    level = np.arange(SERIES)[:, None] / 4
    units = level + ELASTICITY * np.log1p(-cut) + rng.normal(0, 0.05, cut.shape)
    return Panel(
        units=units,
        price=np.log1p(-cut),
        deal=(cut > 0).astype(float),
        feature=np.zeros_like(cut),
        market=np.repeat(np.arange(6), 4),
        item=np.tile(np.arange(4), 6),
        season=np.zeros((PERIODS, 0)),
        traits=np.zeros((SERIES, 0)),
    )


def test_prices_known_ahead_are_used() -> None:
    panel, last = _panel(), PERIODS - 3
    forecast = forecast_from(FeatureCube(panel, (1, 2)), last, SMALL)
    level = trailing_mean(panel.units, 26)[:, [last]]
    error, blind = (np.abs(panel.units[:, last + 1 :] - each).mean() for each in (forecast, level))
    assert error < blind / 3


def test_sales_after_the_forecast_day_change_nothing() -> None:
    panel, last = _panel(), PERIODS - 3
    seen = forecast_from(FeatureCube(panel, (1, 2)), last, SMALL)
    blind = forecast_from(FeatureCube(panel.seen_until(last), (1, 2)), last, SMALL)
    assert np.array_equal(seen, blind)


def test_the_same_seed_gives_the_same_forecast() -> None:
    units = np.random.default_rng(1).poisson(20, (30, 40)).astype(float)
    cut, group = np.zeros_like(units), np.zeros(30, dtype=np.int64)
    first, second = (forecast_short(units, cut, group, 5, seed=3) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.shape == (30, 5)
    assert np.abs(first - 20).mean() < 4


def test_slope_of_the_percentage_error_is_that_of_its_definition() -> None:
    away = np.array([-2.0, -1.0, 0.8, 1.2])
    slope, curvature = percentage_step(away)
    step = 1e-6
    numeric = (np.abs(np.expm1(away + step)) - np.abs(np.expm1(away - step))) / (2 * step)
    assert slope == pytest.approx(numeric, rel=1e-5)
    assert (curvature > 0).all()


@given(st.integers(1, 6), st.integers(1, 9))
def test_trailing_means_are_means(window: int, periods: int) -> None:
    values = np.arange(float(periods))[None]
    expected = [np.arange(max(0, end - window + 1), end + 1).mean() for end in range(periods)]
    assert trailing_mean(values, window)[0] == pytest.approx(expected)


def test_unknown_values_are_left_out() -> None:
    values = np.array([[np.nan, 2.0], [4.0, np.nan]])
    assert group_mean(values, np.array([7, 7])).tolist() == [[4.0, 2.0], [4.0, 2.0]]
    assert np.isnan(trailing_mean(values, 1)[0, 0])
    assert since(np.zeros((1, 2), dtype=bool), most=5).tolist() == [[5.0, 5.0]]
