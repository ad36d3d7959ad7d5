"""Each method on series whose forecast is known, and beside statsforecast's of the same name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tools.estimators.forecasting.arrays import Values
from tools.estimators.forecasting.choice import choose
from tools.estimators.forecasting.intervals import half_widths, own_spread, weighted_quantile
from tools.estimators.forecasting.origins import learn
from tools.estimators.forecasting.pool import COMBINATION, COMBINED, FAST, METHODS, SMOOTH_SERIES, SPARSE, forecast_rows
from tools.estimators.forecasting.reference import forecast_directly
from tools.estimators.forecasting.seasonality import take_out
from tools.estimators.forecasting.smoothing import damped_trend, smoothed_level
from tools.estimators.forecasting.theta import dynamic_theta, theta

STEP = 3.0
PATTERN = np.array([0.5, 1.0, 1.0, 1.5])


def walks(series: int = 40, points: int = 60) -> Values:
    steps = np.random.default_rng(7).normal(0.5, STEP, (series, points))
    return np.asarray(200 + np.cumsum(steps, axis=1))


def test_seasonal_factors_are_found_and_put_back() -> None:
    values = (100 + np.arange(40.0)) * np.tile(PATTERN, 10)
    taken = take_out(values[None], 4)
    assert taken.factors[0] == pytest.approx(PATTERN, abs=0.02)
    assert taken.ahead(6)[0] == pytest.approx(np.tile(PATTERN, 2)[:6], abs=0.02)


def test_the_step_after_the_last_point_gets_the_next_factor() -> None:
    values = (100 + np.arange(38.0)) * np.tile(PATTERN, 10)[:38]
    assert take_out(values[None], 4).factors[0] == pytest.approx(np.roll(PATTERN, -2), abs=0.02)


def test_noise_has_no_season() -> None:
    values = np.random.default_rng(0).normal(100, 10, (50, 40))
    taken = take_out(values, 4)
    assert (taken.factors == 1).all(axis=1).mean() > 0.8


@pytest.mark.parametrize("name", [*COMBINED, COMBINATION])
def test_a_seasonal_rise_is_continued(name: str) -> None:
    whole = (100 + np.arange(48.0)) * np.tile(PATTERN, 12)
    names = (*COMBINED, COMBINATION)
    forecast = forecast_rows(whole[None, :40], 8, 4, names)[names.index(name), 0]
    assert forecast == pytest.approx(whole[40:], rel=0.06)


def test_smoothing_follows_a_level_and_a_damped_trend_bends() -> None:
    assert smoothed_level(np.array([[5.0] * 9 + [50.0] * 30])) == pytest.approx([50.0], abs=0.1)
    ahead = damped_trend(np.arange(1.0, 31.0)[None], 20)[0]
    assert (np.diff(ahead) > 0).all()
    assert (np.diff(ahead, 2) <= 0).all()


def test_theta_rises_by_half_the_slope() -> None:
    ahead = theta(np.arange(40.0)[None], 3)[0]
    assert np.diff(ahead) == pytest.approx([1 / 2, 1 / 2])


@pytest.mark.parametrize(("name", "ours"), [("Theta", theta), ("DynamicOptimizedTheta", dynamic_theta)])
def test_theta_is_that_of_statsforecast(name: str, ours: Callable[[Values, int], Values]) -> None:
    """A grid of parameters finds what an optimiser finds, nearly: the median difference is a fraction of a step."""
    values = walks(40, 60)
    places = {"unique_id": np.repeat(np.arange(40), 60), "ds": np.tile(np.arange(60), 40)}
    theirs = forecast_directly(pd.DataFrame({**places, "y": values.ravel()}), [name], 6, 1)
    assert np.median(np.abs(ours(values, 6) - theirs[name].to_numpy().reshape(40, 6))) < 0.15 * STEP


def test_the_combination_is_the_mean_of_its_members() -> None:
    names = (*COMBINED, COMBINATION)
    found = forecast_rows(walks(), 5, 1, names)
    np.testing.assert_allclose(found[-1], found[:-1].mean(axis=0))


def test_rows_do_not_look_at_each_other() -> None:
    values = walks(5)
    whole = forecast_rows(values, 4, 4, tuple(FAST))
    alone = np.concatenate([forecast_rows(row[None], 4, 4, tuple(FAST)) for row in values], axis=1)
    np.testing.assert_allclose(whole, alone)


def test_short_series_repeat_the_last_value() -> None:
    assert forecast_rows(np.array([[3.0, 4.0]]), 2, 1, ("Theta",)).tolist() == [[[4.0, 4.0]]]
    assert forecast_rows(np.empty((1, 0)), 2, 1, ("Theta",)).tolist() == [[[0.0, 0.0]]]


def test_no_forecast_leaves_the_reach_of_the_past() -> None:
    doubling = np.exp2(np.arange(30.0))[None]
    forecasts = forecast_rows(doubling, 30, 1, tuple(FAST))
    assert forecasts.max() <= doubling.max() + (doubling.max() - doubling.min()) * 2


@pytest.mark.parametrize("name", SPARSE)
def test_methods_for_sparse_series_take_returns_and_silence(name: str) -> None:
    rows = np.array([[0.0] * 6, [0.0, -1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 6.0, 0.0, 0.0, 6.0]])
    forecasts = forecast_rows(rows, 2, 1, (name,))[0]
    assert forecasts[:2].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert 1.0 < forecasts[2, 0] < 3.0  # 6 every third point


def test_every_method_has_one_name() -> None:
    assert set(SMOOTH_SERIES.names) - {COMBINATION} <= set(METHODS)


def test_the_choice_leans_on_like_series() -> None:
    """A rise chooses a trend for all of 30 series, also for one whose own end is flat."""
    rng = np.random.default_rng(1)
    rising = [100 + 5 * np.arange(40.0) + rng.normal(0, 1, 40) for _ in range(30)]
    odd = np.concatenate([100 + 5 * np.arange(34.0), np.full(6, 265.0)])
    learned = learn([*rising, odd], 4, 1, SMOOTH_SERIES.names)
    chosen = [learned.names[place] for place in choose(learned, SMOOTH_SERIES)]
    assert not {"naive", "recent mean", "smoothing"} & set(chosen)


def test_newer_errors_weigh_more() -> None:
    """Ten errors of 1 at the latest origin and ten of 9 at the one before, which weighs half."""
    sizes = np.stack([np.full((10, 1), 1.0), np.full((10, 1), 9.0)])
    assert half_widths(sizes, 0.6).tolist() == [1.0]
    assert half_widths(sizes, 0.8).tolist() == [9.0]


def test_the_quantile_leaves_room_for_one_more() -> None:
    assert weighted_quantile(np.arange(1.0, 20.0), np.ones(19), 0.8) == 16.0  # ceil(20 × 0.8)


def test_widths_never_narrow_and_grow_beyond_the_past() -> None:
    sizes = np.full((1, 60, 4), np.nan)
    sizes[0, :, :2] = np.array([3.0, 1.0])
    widths = half_widths(sizes, 0.8)
    assert widths == pytest.approx([3.0, 3.0, 3 * np.sqrt(3 / 2), 3 * np.sqrt(4 / 2)])


def test_a_series_that_errs_twice_as_much_is_given_more_room() -> None:
    errors = np.ones((3, 10, 2))
    errors[:, 0] = 4.0
    now, then = own_spread(errors, np.ones((3, 10)))
    assert now[0] > 1 > now[1]
    assert then[0, 0] == pytest.approx((2 + 2 * 4 / 1.3) / (2 + 2))
