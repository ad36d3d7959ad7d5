"""Splits of money against every split on a grid."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tools.estimators.allocation import Curve, Wave, buy_waves, fit_curve, split_budget

CURVES = (Curve(100.0, 30.0), Curve(60.0, 10.0), Curve(20.0, 100.0))


def best_on_grid(total: int, minimums: tuple[int, ...], maximums: tuple[int, ...]) -> float:
    """Return the most that whole units of money can bring."""
    ranges = [range(low, min(high, total) + 1) for low, high in zip(minimums, maximums, strict=True)]
    return max(
        sum(curve.value(float(spend)) for curve, spend in zip(CURVES, spends, strict=True))
        for spends in product(*ranges)
        if sum(spends) <= total
    )


@pytest.mark.parametrize(
    ("total", "minimums", "maximums"),
    [
        (60, (0, 0, 0), (99, 99, 99)),
        (60, (0, 0, 20), (99, 99, 99)),
        (60, (0, 0, 0), (15, 99, 99)),
        (9, (0, 0, 0), (99, 99, 99)),
    ],
)
def test_no_split_on_a_grid_is_better(total: int, minimums: tuple[int, ...], maximums: tuple[int, ...]) -> None:
    spends = split_budget(CURVES, float(total), np.array(minimums, float), np.array(maximums, float))
    value = sum(curve.value(float(spend)) for curve, spend in zip(CURVES, spends, strict=True))
    assert spends.sum() <= total + 1e-6
    assert (spends >= np.array(minimums) - 1e-9).all()
    assert (spends <= np.array(maximums) + 1e-9).all()
    assert value >= best_on_grid(total, minimums, maximums) - 1e-6


def test_free_channels_have_the_same_marginal_return() -> None:
    spends = split_budget(CURVES[:2], 60.0, np.zeros(2), np.full(2, 999.0))
    first, second = (curve.marginal(float(spend)) for curve, spend in zip(CURVES[:2], spends, strict=True))
    assert first == pytest.approx(second, rel=1e-6)


def test_floor_keeps_money() -> None:
    spends = split_budget(CURVES, 1000.0, np.zeros(3), np.full(3, 999.0), floor=1.0)
    assert [round(curve.marginal(float(spend)), 6) for curve, spend in zip(CURVES[:2], spends[:2], strict=True)] == [
        1.0,
        1.0,
    ]
    assert spends[2] == 0.0


def test_curve_is_found_again() -> None:
    spend = np.linspace(5.0, 150.0, 30)
    curve = fit_curve(spend, np.array([Curve(400.0, 50.0).value(value) for value in spend]))
    assert curve.value(80.0) == pytest.approx(Curve(400.0, 50.0).value(80.0), rel=0.01)


def test_waves_are_bought_by_return_on_cost() -> None:
    waves = [Wave("mail", 10, 1.0, 0.2), Wave("sms", 10, 0.1, 0.1), Wave("sms", 10, 0.1, 0.1)]
    bought = buy_waves(waves, 7.0, {}, {}, 0.5)
    assert [(item.wave.channel, round(item.spend, 6)) for item in bought] == [("sms", 1.0), ("sms", 1.0), ("mail", 5.0)]
    assert [round(item.responses, 6) for item in bought] == [10 * 0.1, 10 * 0.1 * 0.5, 5 * 0.2 * 0.25]


def test_minimums_and_maximums_hold() -> None:
    waves = [Wave("mail", 10, 1.0, 0.2), Wave("sms", 10, 0.1, 0.1)]
    spends = {item.wave.channel: item.spend for item in buy_waves(waves, 3.0, {"mail": 2.5}, {"sms": 0.4}, 0.5)}
    assert spends["mail"] == pytest.approx(3.0 - 0.4)
    assert spends["sms"] == pytest.approx(0.4)


def test_target_stops_the_buying() -> None:
    bought = buy_waves([Wave("sms", 100, 0.1, 0.1)], 99.0, {}, {}, 0.5, enough=4.0)
    assert sum(item.responses for item in bought) == pytest.approx(4.0)
    assert sum(item.spend for item in bought) == pytest.approx(4.0 / 0.1 * 0.1)


def test_waves_that_cost_more_than_they_are_worth_are_left() -> None:
    assert buy_waves([Wave("mail", 10, 1.0, 0.2)], 99.0, {}, {}, 0.5, worth=4.9) == ()
    assert len(buy_waves([Wave("mail", 10, 1.0, 0.2)], 99.0, {}, {}, 0.5, worth=5.1)) == 1
