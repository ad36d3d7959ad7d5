"""Bids: values drawn together where clicks are few, bids below value under a budget, budgets that hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.estimators.bidding import MOST_PRESSURE, Pacer, click_values, paced


def test_intervals_hold_the_true_rate_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(0)
    rates, clicks = np.full(400, 0.03), rng.integers(200, 3_000, 400).astype(float)
    values = click_values(clicks, rng.binomial(clicks.astype(int), rates).astype(float), np.ones(400), 0.1)
    inside = np.mean([value.low <= 0.03 <= value.high for value in values])
    assert inside >= 0.78


def test_channels_that_really_differ_keep_their_own_rates() -> None:
    values = click_values(np.full(4, 5_000.0), np.array([50.0, 100.0, 250.0, 500.0]), np.ones(4), 0.1)
    assert [value.rate for value in values] == pytest.approx([0.01, 0.02, 0.05, 0.1], rel=0.15)


def test_value_is_rate_times_worth() -> None:
    (value,) = click_values(np.array([1_000.0]), np.array([50.0]), np.array([8.0]), 0.1)
    assert value.expected == pytest.approx(8.0 * value.rate)
    assert value.low < value.expected < value.high


@pytest.mark.parametrize(("clicks", "conversions"), [(0.0, 0.0), (5.0, 9.0), (1.0, 1.0)])
def test_odd_counts_give_rates(clicks: float, conversions: float) -> None:
    (value,) = click_values(np.array([clicks]), np.array([conversions]), np.ones(1), 0.1)
    assert 0 <= value.rate <= 1
    assert np.isfinite([value.low, value.high]).all()


def test_bids_never_exceed_value() -> None:
    assert paced(2.0, -1.0) == 2.0
    assert paced(2.0, 1e9) == 2.0 / (1 + MOST_PRESSURE)


@given(st.floats(1, 500), st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20)), min_size=1, max_size=200))
@settings(max_examples=40, deadline=None)
def test_no_day_costs_more_than_its_budget(budget: float, auctions: list[tuple[float, float]]) -> None:
    pacer, cost = Pacer(budget, len(auctions)), 0.0
    for value, price in auctions:
        bid = pacer.bid(value)
        assert bid <= value
        paid = price if bid > price else 0.0
        pacer.learn(paid)
        cost += paid
    assert cost <= budget * (1 + 1e-9)


def test_pressure_settles_where_the_budget_lasts() -> None:
    """Every auction is worth 2 and costs 1, with money for a quarter of them: the pressure stays near 1, 2 / 2 = 1."""
    pacer, costs = Pacer(2_500.0, 10_000), []
    for _ in range(10_000):
        costs.append(1.0 if pacer.bid(2.0) > 1.0 else 0.0)
        pacer.learn(costs[-1])
    assert pacer.pressure == pytest.approx(1.0, abs=0.1)
    assert sum(costs[:5_000]) == pytest.approx(1_250, rel=0.1)
