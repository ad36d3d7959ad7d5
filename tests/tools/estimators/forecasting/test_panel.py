"""forecast_panel on the series that shops really have, and the promises that its intervals make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.estimators.forecasting.arrays import Values
from tools.estimators.forecasting.panel import PanelForecast, forecast_panel
from tools.estimators.forecasting.pool import NAIVE, SMOOTH_SERIES, SPARSE_SERIES, THOROUGH

DEGENERATE: dict[str, list[float]] = {
    "no point": [],
    "one point": [5.0],
    "three points": [5.0, 7.0, 6.0],
    "all zeros": [0.0] * 30,
    "one spike": [0.0] * 20 + [100.0] + [0.0] * 19,
    "constant": [7.0] * 40,
    "gaps": [5.0, float("nan"), 6.0, float("inf"), 7.0] * 8,
    "nothing known": [float("nan")] * 9,
    "returns": [3.0, -2.0, 5.0, -4.0, 0.0] * 8,
    "level shift": [10.0] * 20 + [1000.0] * 20,
    "doubling": [2.0**power for power in range(40)],
    "tiny": [1e-300, 2e-300] * 20,
    "huge": [1e12, 3e12] * 20,
}


def hold(forecast: PanelForecast, series: int, steps: int) -> None:
    """Assert what is promised of every forecast."""
    ends = (forecast.low95, forecast.low80, forecast.middle, forecast.high80, forecast.high95)
    for end in ends:
        assert end.shape == (series, steps)
        assert np.isfinite(end).all()
    for lower, upper in zip(ends, ends[1:], strict=False):
        assert (lower <= upper).all()


@pytest.mark.parametrize("season", [1, 4, 52])
@pytest.mark.parametrize("name", DEGENERATE)
def test_every_degenerate_series_is_forecast_alone(name: str, season: int) -> None:
    hold(forecast_panel([DEGENERATE[name]], 6, season), 1, 6)


def test_degenerate_series_are_forecast_together() -> None:
    forecast = forecast_panel(list(DEGENERATE.values()), 13, 12)
    hold(forecast, len(DEGENERATE), 13)
    returns = list(DEGENERATE).index("returns")
    positive = [row for row in range(len(DEGENERATE)) if row != returns]
    assert (forecast.low95[positive] >= 0).all()
    assert (forecast.low95[returns] < 0).all()


def test_no_series_is_no_forecast() -> None:
    assert forecast_panel([], 4).middle.shape == (0, 4)


VALUES = st.one_of(st.floats(-1e6, 1e6), st.just(0.0), st.just(float("nan")), st.integers(0, 5).map(float))


@given(
    panel=st.lists(st.lists(VALUES, max_size=40), max_size=4), steps=st.integers(1, 9), season=st.sampled_from([1, 4])
)
@settings(max_examples=60, deadline=None)
def test_forecasts_are_finite_and_nested(panel: list[list[float]], steps: int, season: int) -> None:
    hold(forecast_panel(panel, steps, season), len(panel), steps)


@given(values=st.lists(st.floats(1, 1e4), min_size=6, max_size=40), factor=st.sampled_from([0.5, 2.0, 1024.0]))
@settings(max_examples=25, deadline=None)
def test_units_do_not_matter(values: list[float], factor: float) -> None:
    one, other = forecast_panel([values], 3), forecast_panel([[factor * value for value in values]], 3)
    if one.methods[0] == other.methods[0]:
        np.testing.assert_allclose(other.middle, factor * one.middle, rtol=1e-6)


def test_a_constant_stays_constant_and_a_level_shift_is_followed() -> None:
    forecast = forecast_panel([DEGENERATE["constant"], DEGENERATE["level shift"]], 4)
    assert forecast.middle[0] == pytest.approx([7.0] * 4)
    assert (forecast.middle[1] > 500).all()


def test_the_order_of_the_panel_does_not_matter() -> None:
    panel = list(DEGENERATE.values())
    forward, backward = forecast_panel(panel, 5), forecast_panel(panel[::-1], 5)
    assert forward.methods.tolist() == backward.methods.tolist()[::-1]
    np.testing.assert_allclose(forward.high95, backward.high95[::-1], rtol=1e-9)


def noise(series: int, points: int, seed: int = 0) -> Values:
    return np.asarray(100 + np.random.default_rng(seed).normal(0, 10, (series, points)))


@pytest.mark.parametrize("walk", [False, True], ids=["noise", "walk"])
def test_intervals_cover_what_they_say(walk: bool) -> None:
    series = noise(300, 70) if not walk else 1000 + np.cumsum(noise(300, 70) - 100, axis=1)
    forecast, future = forecast_panel(list(series[:, :60]), 10), series[:, 60:]
    inside80 = (future >= forecast.low80) & (future <= forecast.high80)
    inside95 = (future >= forecast.low95) & (future <= forecast.high95)
    assert inside80.mean() == pytest.approx(0.80, abs=0.04)
    assert inside95.mean() == pytest.approx(0.95, abs=0.03)


def test_the_interval_of_a_sum_covers_too_and_is_narrower_than_the_sum_of_intervals() -> None:
    series = noise(300, 70, seed=1)
    forecast = forecast_panel(list(series[:, :60]), 10)
    sums = series[:, 60:].sum(axis=1)
    inside = [forecast.sum80(row)[0] <= sums[row] <= forecast.sum80(row)[1] for row in range(0, 300, 3)]
    assert np.mean(inside) == pytest.approx(0.80, abs=0.12)
    assert np.diff(forecast.sum80(0)) < forecast.high80[0].sum() - forecast.low80[0].sum()


def test_a_sum_that_no_past_forecast_reaches_adds_up_the_ends() -> None:
    forecast = forecast_panel([[1.0, 2.0, 4.0, 3.0, 2.0, 5.0]], 20)
    assert forecast.sum80(0) == (forecast.low80[0].sum(), forecast.high80[0].sum())


def test_products_that_sell_now_and_then_get_methods_of_their_own() -> None:
    rng = np.random.default_rng(2)
    sparse = [np.where(rng.random(80) < 0.15, 4.0, 0.0) for _ in range(30)]
    forecast = forecast_panel([*sparse, *noise(10, 80)], 8)
    assert set(forecast.methods[:30]) <= set(SPARSE_SERIES.names) - {NAIVE}
    assert set(forecast.methods[30:]) <= set(SMOOTH_SERIES.names)
    assert forecast.middle[:30].mean() == pytest.approx(0.15 * 4, rel=0.3)


@pytest.mark.parametrize("name", THOROUGH)
def test_a_fitted_model_can_be_asked_for(name: str) -> None:
    hold(forecast_panel([noise(1, 30)[0], DEGENERATE["constant"], [1.0]], 4, 4, extra=(name,)), 3, 4)


def test_wape_is_absolute_error_by_actuals() -> None:
    forecast = forecast_panel([[10.0] * 20 + [12.0]], 1)
    assert forecast.naive_wape[0] == pytest.approx((2 + 0 + 0) / (12 + 10 + 10))
