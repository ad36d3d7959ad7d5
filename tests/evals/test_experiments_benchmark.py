"""The experiments benchmark in small, on drawn customers: every row is there, and nothing is far from nominal."""

from __future__ import annotations

import numpy as np

from evals.benchmarks.catalog import benchmark_named
from evals.benchmarks.experiments.alarms import count_alarms
from evals.benchmarks.experiments.powers import money_powers, rate_powers, ratio_alarms, ratio_false_alarm
from evals.benchmarks.experiments.run import measure
from evals.benchmarks.experiments.shop_days import BEFORE_DAYS, TEST_DAYS, ShopDays, draw


def shop() -> ShopDays:
    """Return 400 customers over half a year who order at a pace of their own."""
    rng = np.random.default_rng(0)
    ordered = rng.random((400, BEFORE_DAYS + 2 * TEST_DAYS)) < rng.beta(1.0, 6.0, (400, 1))
    return ShopDays(ordered * rng.lognormal(3.0, 0.8, ordered.shape), ordered)


def test_an_experiment_is_assigned_as_designed_and_adds_up() -> None:
    one = draw(shop(), 300, 60, 0, np.random.default_rng(1))
    assert (~one.treated).sum() == 60
    assert one.spend.shape == one.bought.shape == (300, TEST_DAYS)
    assert (np.diff(one.spend, axis=1) >= 0).all()
    assert (one.bought == (one.spend > 0)).all()


def test_reading_daily_at_five_percent_alarms_more_often_than_the_product_does() -> None:
    tally = count_alarms(shop(), 40, 300, 0.3, seed=0)
    assert tally.experiments == 40
    for alarms in (tally.purchase, tally.money):
        assert alarms.naive >= alarms.once
        assert alarms.naive > alarms.daily
    assert len(tally.plain) == len(tally.freed) == 40


def test_powers_and_ratios() -> None:
    rate = rate_powers([(0.2, 500, 250, 0.5)], 400, 0)[0]
    assert abs(rate.gap) < 7
    money = money_powers(shop(), [(300, 150, 0.3)], 200, 0, adjusted=True)[0]
    assert abs(money.gap) < 12
    assert round(ratio_false_alarm(240, 60), 3) == 0.001
    assert ratio_alarms(1920, 480, 0.5, 50, 0) == 50


def test_every_row_is_told() -> None:
    measured = measure(shop(), experiments=4, tries=10, customers=300)
    assert len(measured.rows) == 2 * 3 + 4 + 4 + 2 + 2 + 1 + 3
    explained = next(row for row in measured.rows if "CUPED" in row[0])
    assert float(explained[1].split("%")[0]) > 10  # the pace of customers lasts
    assert benchmark_named("experiments").name == "experiments"
