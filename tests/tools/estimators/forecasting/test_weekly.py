"""Forecasters on series with a known future, and the coverage that conformal intervals promise."""

from __future__ import annotations

import numpy as np
import pytest

from tools.estimators.forecasting.weekly import (
    FORECASTERS,
    Forecaster,
    backtest,
    best,
    compare,
    conformal_quantile,
    half_widths,
    naive,
    recent_mean,
    scale_of,
    total_half_width,
)


@pytest.mark.parametrize("forecaster", FORECASTERS.values(), ids=FORECASTERS)
@pytest.mark.parametrize("past", [[5.0], [0.0, 0.0, 0.0], [5.0] * 30, list(range(1, 41)), [0.0, 9.0] * 20])
def test_every_forecaster_takes_every_series(forecaster: Forecaster, past: list[float]) -> None:
    forecast = forecaster(np.array(past, dtype=np.float64), 4)
    assert forecast.shape == (4,)
    assert np.isfinite(forecast).all()
    assert (forecast >= 0).all()


@pytest.mark.parametrize("name", ["Theta", "AutoETS"])
def test_trends_are_followed(name: str) -> None:
    rising = np.arange(1.0, 41.0)
    assert FORECASTERS[name](rising, 2)[0] > rising[-5:].mean()


def test_backtest_errors_are_actual_minus_forecast() -> None:
    test = backtest(np.array([1.0, 2.0, 3.0, 4.0, 6.0]), 2, naive)
    assert test.actuals[0, 0] == 6.0
    assert test.errors[0, 0] == 6.0 - 4.0
    assert np.isnan(test.errors[0, 1])


def test_wape_is_absolute_error_by_units() -> None:
    test = backtest(np.array([2.0, 2.0, 2.0, 2.0, 4.0]), 1, naive)
    assert test.wape == (4 - 2) / 4
    assert backtest(np.zeros(9), 1, naive).wape is None


def test_a_trend_chooses_a_trend_method_and_noise_a_mean() -> None:
    rng = np.random.default_rng(0)
    steps = np.arange(40.0)
    rising = [100 + slope * steps + rng.normal(0, 1, 40) for slope in range(5, 13)]
    noise = [100 + rng.normal(0, 10, 40) for _ in range(8)]
    assert best(compare(rising, 6)) in {"Theta", "AutoETS"}
    assert best(compare(noise, 6)) in {"mean of 8 weeks", "Theta", "AutoETS"}


def test_without_a_past_to_compare_the_simplest_is_taken() -> None:
    assert best(compare([np.array([1.0, 2.0])], 4)) == "naive"


@pytest.mark.parametrize("level", [0.80, 0.95])
def test_coverage_is_near_its_level(level: float) -> None:
    rng = np.random.default_rng(3)
    series = 100 + rng.normal(0, 10, (60, 48))
    tests = [backtest(past[:40], 8, recent_mean) for past in series]
    widths = half_widths(tests, level)
    inside = [np.abs(past[40:] - recent_mean(past[:40], 8)) <= widths * scale_of(past[:40]) for past in series]
    assert np.mean(inside) == pytest.approx(level, abs=0.06)


def test_widths_never_narrow_and_grow_beyond_the_past() -> None:
    rng = np.random.default_rng(4)
    tests = [backtest(100 + rng.normal(0, 10, 12), 20, naive) for _ in range(3)]
    widths = half_widths(tests, 0.8)
    shown = int((~np.isnan(tests[0].errors).all(axis=0)).sum())
    assert (np.diff(widths) >= 0).all()
    assert widths[-1] == pytest.approx(widths[shown - 1] * np.sqrt(20 / shown))


def test_a_sum_that_no_past_forecast_reaches_has_no_width() -> None:
    assert total_half_width([backtest(np.arange(6.0), 20, naive)], 0.8) is None


def test_the_quantile_leaves_room_for_one_more() -> None:
    residuals = np.arange(1.0, 20.0)
    assert conformal_quantile(residuals, 0.8) == 16.0  # ceil(20 × .8)
    assert np.isnan(conformal_quantile(np.empty(0), 0.8))
