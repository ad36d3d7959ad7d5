"""The recurrent network: what repeats is learned, the same seed forecasts the same, a short past is left alone."""

from __future__ import annotations

import numpy as np

from tools.estimators.demand.recurrent import WINDOW, forecast_recurrent

STEPS = 4


def test_a_rhythm_that_all_series_share_is_learned() -> None:
    """Every series sells twice its level in every fourth week; the mean of the weeks before misses that by far."""
    levels = np.linspace(50, 500, 40)[:, None]
    rhythm = np.where(np.arange(40) % 4 == 0, 2.0, 1.0)
    units = levels * rhythm
    forecast = forecast_recurrent(units[:, :36], STEPS)
    assert forecast is not None
    error = np.abs(forecast - units[:, 36:]).sum() / units[:, 36:].sum()
    flat = np.abs(units[:, 28:36].mean(axis=1, keepdims=True) - units[:, 36:]).sum() / units[:, 36:].sum()
    assert error < 0.75 * flat


def test_the_same_seed_gives_the_same_forecast_from_zero_upwards() -> None:
    units = np.random.default_rng(1).poisson(1.0, (6, 30)).astype(float)
    units[0] = 0.0
    first, second = (forecast_recurrent(units, STEPS, seed=3) for _ in range(2))
    assert first is not None
    assert second is not None
    assert np.array_equal(first, second)
    assert (first >= 0).all()
    assert first.shape == (6, STEPS)


def test_a_short_past_is_not_learned_from() -> None:
    assert forecast_recurrent(np.ones((3, WINDOW + STEPS - 1)), STEPS) is None
