"""Back-tests of lifetime value: a shop that grows is seen, and its intervals are wider."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tools.customers.days import customer_days, purchase_summary
from tools.customers.value import MOST_LEAN, estimate_values
from tools.customers.value_backtest import Backtest, backtest_values
from tools.warehouse.view import StoreView

END = pd.Timestamp("2024-01-01")


def days_of(growth: float) -> pd.DataFrame:
    """Return a year of 200 customers who buy about weekly for 20, and `growth` times as much in the second half."""
    rng = np.random.default_rng(0)
    rows = []
    for number in range(200):
        day = float(rng.uniform(0, 40))
        while day < 364:
            rows.append(
                (f"c{number:03d}", END - pd.Timedelta(days=364 - int(day)), 20.0 * (growth if day > 182 else 1.0))
            )
            day += 1 + rng.exponential(6.0)
    frame = pd.DataFrame(rows, columns=["customer_id", "on", "spend"])
    return frame.assign(orders=1, discount=0.0)


def test_steady_customers_are_predicted() -> None:
    found = backtest_values(days_of(1.0), END)
    assert len(found.ratios) == 3
    assert found.lean == pytest.approx(1.0, abs=0.05)
    assert found.miss < 0.05


def test_a_growing_shop_is_seen_and_said() -> None:
    days = days_of(1.6)
    found = backtest_values(days, END)
    assert found.lean > 1 + MOST_LEAN
    summary = purchase_summary(days, END)
    with_it, without = (estimate_values(summary, 0, backtest=backtest) for backtest in (found, None))
    assert any("read lifetime values as low" in note for note in with_it.notes)
    everybody = np.full(len(summary), True)
    wide, narrow = (np.ptp(values.interval(everybody)) for values in (with_it, without))
    assert wide > 3 * narrow
    assert (with_it.table["clv"] == without.table["clv"]).all(), "the estimate itself stays the models'"


def test_miss_is_the_root_mean_square_of_log_ratios() -> None:
    assert Backtest((math.e, 1 / math.e)).miss == pytest.approx(1.0)
    assert Backtest((math.e, 1 / math.e)).lean == pytest.approx(1.0)
    assert (Backtest(()).miss, Backtest(()).lean) == (0.0, 1.0)


def test_too_short_a_history_is_not_backtested(tiny_view: StoreView) -> None:
    assert backtest_values(customer_days(tiny_view), pd.Timestamp(tiny_view.as_of)).ratios == ()


def test_one_day_is_not_backtested() -> None:
    one = days_of(1.0).assign(on=END - pd.Timedelta(days=1)).drop_duplicates("customer_id")
    assert backtest_values(one, END).ratios == ()
