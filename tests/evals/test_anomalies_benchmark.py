"""The anomaly benchmark in small: what is planted is marked, and what is found is counted right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evals.benchmarks import abuse
from evals.benchmarks.anomalies import alarms, measure, trials
from evals.benchmarks.catalog import benchmark_named


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    """Draw 6,000 orders of 200 customers over a year."""
    rng, number = np.random.default_rng(1), 6000
    lines = rng.integers(1, 20, number)
    return pd.DataFrame(
        {
            "order_id": [f"o{turn}" for turn in range(number)],
            "customer_id": rng.choice([f"c{turn}" for turn in range(200)], number),
            "at": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(number) * 87, unit="min"),
            "value": np.round(lines * rng.lognormal(1.2, 0.5, number), 2),
            "units": lines * 1.0,
            "lines": lines,
            "discount": 0.0,
            "basket": np.arange(number),
        }
    )


def test_one_in_a_hundred_is_abuse_and_nothing_else_is_changed(orders: pd.DataFrame) -> None:
    planted = abuse.plant_large_orders(orders, seed=0)
    changed = planted.data["value"] != orders["value"]
    assert set(orders["order_id"][changed]) == planted.units
    assert len(planted.units) == 60
    ratio = planted.data["value"][changed] / orders["value"][changed]
    assert 10 <= ratio.min() <= ratio.max() <= 50


def test_every_drawing_is_repeatable(orders: pd.DataFrame) -> None:
    for draw in (abuse.simulate_ads, abuse.simulate_reviews):
        pd.testing.assert_frame_equal(draw(3), draw(3))
    pd.testing.assert_frame_equal(abuse.with_coupons(orders, 3), abuse.with_coupons(orders, 3))


def test_five_kinds_are_found_in_small(orders: pd.DataFrame) -> None:
    for trial in trials(orders, seed=0):
        raised = alarms(trial.find(trial.planted.data), trial.kinds)
        assert raised & trial.planted.units, trial.name
        assert len(raised & trial.planted.units) >= len(raised - trial.planted.units), trial.name


def test_it_measures_every_kind_with_interval(orders: pd.DataFrame) -> None:
    measured = measure(orders, seed=1)
    assert [row[0] for row in measured.rows] == [
        "inflated order",
        "repeated redemption",
        "coupon ring",
        "click-fraud day",
        "review burst",
    ]
    assert all("(" in row[2] and "(" in row[3] for row in measured.rows)


def test_it_is_listed() -> None:
    assert benchmark_named("anomalies").name == "anomalies"
