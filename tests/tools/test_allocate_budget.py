"""Budgets: limits that hold, money that is not wasted, and words about both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from tests import busy
from tools.allocate_budget import BudgetAnswer, BudgetQuery, allocate_budget
from tools.budget.limits import Goal, profit_margin
from tools.channels import unit_costs
from tools.errors import ToolError
from tools.estimators.media.curves import Curves
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]


def spends(answer: BudgetAnswer) -> dict[str, float]:
    return {allocation.channel: allocation.spend for allocation in answer.allocations}


def test_money_that_reaches_nobody_is_kept(tiny_view: StoreView) -> None:
    answer = allocate_budget(BudgetQuery(total=5000, goal="revenue"), tiny_view)
    costs = unit_costs().channels
    full = {name: 10 * costs[name].most_sends * costs[name].unit_cost for name in ("email", "sms", "coupon_mail")}
    assert spends(answer) == pytest.approx(full, abs=0.005)
    assert answer.unspent == pytest.approx(5000 - sum(full.values()), abs=0.01)
    assert answer.basis == "unit_costs"
    assert any("audience of 10 customers" in text for text in answer.binding)
    assert any("ad_spend is not in store" in warning for warning in answer.warnings)
    assert answer.next_100 is not None
    assert "nothing" in answer.next_100


def test_each_further_contact_brings_less(tiny_view: StoreView) -> None:
    one = allocate_budget(BudgetQuery(total=10 * 0.003, goal="conversions", channels=("email",)), tiny_view)
    two = allocate_budget(BudgetQuery(total=20 * 0.003, goal="conversions", channels=("email",)), tiny_view)
    factor = unit_costs().repeat_factor.value
    assert two.expected_conversions == pytest.approx((1 + factor) * one.expected_conversions, abs=0.1)


def test_consents_limit_the_audience(busy_view: StoreView) -> None:
    answer = allocate_budget(BudgetQuery(total=500, goal="revenue"), busy_view)
    sent = {allocation.channel: allocation.contacts for allocation in answer.allocations}
    assert sent == {"email": 3 * busy.CUSTOMERS // 2, "sms": 0, "coupon_mail": 0}
    assert any("nobody has allowed contact through sms" in warning for warning in answer.warnings)


def test_target_is_met_with_little_money(busy_view: StoreView) -> None:
    answer = allocate_budget(BudgetQuery(total=500, goal="conversions", channels=("email",), target=10), busy_view)
    assert answer.target_reached
    assert answer.expected_conversions == pytest.approx(10, abs=0.1)
    assert answer.spent < 1


def test_target_out_of_reach(busy_view: StoreView) -> None:
    answer = allocate_budget(BudgetQuery(total=500, goal="conversions", target=10_000), busy_view)
    assert answer.target_reached is False
    assert any("out of reach" in text for text in answer.binding)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"minimums": {"email": 400, "sms": 200}}, "raising the total by 100"),
        ({"minimums": {"email": 50}, "maximums": {"email": 30}}, "by 20"),
        ({"minimums": {"email": -1}}, "negative"),
        ({"minimums": {"email": 100}}, "try a minimum of 0.09 or lower"),
        ({"channels": ("organic_social",)}, "cost nothing"),
        ({"channels": ("email",), "maximums": {"sms": 5}}, "gets no money"),
        ({"channels": ("telegraph",)}, "telegraph"),
    ],
)
def test_impossible_limits_are_explained(tiny_view: StoreView, limits: dict[str, object], says: str) -> None:
    with pytest.raises(ToolError, match=says):
        allocate_budget(BudgetQuery.model_validate({"total": 500, "goal": "revenue", **limits}), tiny_view)


def test_profit_needs_costs(tiny_view: StoreView) -> None:
    with pytest.raises(ToolError, match=r"products\.cost"):
        allocate_budget(BudgetQuery(total=500, goal="profit"), tiny_view)


def test_curves_split_as_the_truth_would(spending_view: StoreView) -> None:
    """Of 4 weeks at 125, equal marginal returns of both curves put search ahead by half * log(top ratio)."""
    answer = allocate_budget(BudgetQuery(total=500, goal="revenue"), spending_view)
    half = 50.0
    ahead = 4 * half * 0.6931 / 2
    assert answer.basis == "response_curves"
    assert spends(answer)["search"] == pytest.approx(250 + ahead, rel=0.03)
    assert answer.spent == pytest.approx(500, abs=0.01)
    truth = sum(
        4 * Curves.known("exponential", *busy.CURVES[name]).mean(spend / 4) for name, spend in spends(answer).items()
    )
    assert answer.expected_revenue == pytest.approx(truth, rel=0.02)
    assert answer.allocations[0].marginal_return == pytest.approx(answer.allocations[1].marginal_return or 0, rel=0.01)


def test_limits_bind_on_curves(spending_view: StoreView) -> None:
    query = BudgetQuery(total=500, goal="conversions", channels=("search", "social"), maximums={"search": 100})
    answer = allocate_budget(query, spending_view)
    assert spends(answer) == pytest.approx({"search": 100.0, "social": 400.0}, abs=0.01)
    assert any(text.startswith("search: held at its maximum") for text in answer.binding)


def test_profit_keeps_money_that_does_not_pay(spending_view: StoreView) -> None:
    """Margin is about .4, so social's first unit brings 200 / 50 * .4 = 1.6 and its last one 1."""
    answer = allocate_budget(BudgetQuery(total=5000, goal="profit"), spending_view)
    assert answer.unspent > 0
    assert all(abs(allocation.marginal_return or 0) < 0.01 for allocation in answer.allocations)
    assert any(text.startswith("return:") for text in answer.binding)


def test_cheapest_way_to_a_target_on_curves(spending_view: StoreView) -> None:
    answer = allocate_budget(BudgetQuery(total=5000, goal="revenue", target=1000), spending_view)
    assert answer.target_reached
    assert answer.expected_revenue == pytest.approx(1000, rel=0.01)


def test_channels_without_spend_history(spending_view: StoreView) -> None:
    answer = allocate_budget(BudgetQuery(total=500, goal="revenue", channels=("email",)), spending_view)
    assert answer.basis == "unit_costs"
    assert any("ad_spend has no rows of email" in warning for warning in answer.warnings)


def test_too_few_weeks_for_any_curve(tmp_path: Path) -> None:
    view = spending(tmp_path, weekly("search", SPENDS[:5], hill(SPENDS[:5])))
    with pytest.raises(ToolError, match="cannot support a curve for search; expected at least 8 weeks"):
        allocate_budget(BudgetQuery(total=500, goal="revenue"), view)


def spending(tmp_path: Path, rows: pd.DataFrame) -> StoreView:
    """Return the busy store with other ad spend."""
    return busy.make_busy_store(tmp_path / "shop", with_ad_spend=True, ad_spend=rows).at(busy.AS_OF)


def weekly(channel: str, spend: list[float] | Array, revenue: list[float] | Array, **more: object) -> pd.DataFrame:
    """Return a channel's weeks from the busy store's start."""
    days = [(busy.START + pd.Timedelta(weeks=week)).date() for week in range(len(spend))]
    frame = pd.DataFrame({"on": days, "channel": channel, "spend": spend, "revenue": revenue})
    return frame.assign(conversions=frame["revenue"] / 20, **more)


def hill(spend: Array, noise: float = 0.0) -> Array:
    """Return a known response, with noise drawn with a fixed seed."""
    drawn = np.random.default_rng(11).normal(0, noise, len(spend)) if noise else 0.0
    return np.asarray(400 * spend / (spend + 80) + drawn)


SPENDS = np.random.default_rng(12).uniform(20, 150, 40)


def test_what_is_brought_has_an_interval_that_holds_the_truth(tmp_path: Path) -> None:
    view = spending(tmp_path, weekly("search", SPENDS, hill(SPENDS, 15.0)))
    answer = allocate_budget(BudgetQuery(total=400, goal="revenue"), view)
    truth = 4 * float(hill(np.array([100.0]))[0])
    low, high = answer.expected_revenue_low or 0.0, answer.expected_revenue_high or 0.0
    assert low < truth < high
    assert high - low < 0.5 * truth
    assert answer.interval_percent == 80
    assert answer.next_100 is not None
    assert "interval" in answer.next_100


def test_weekly_spends_vary_and_add_up(spending_view: StoreView) -> None:
    for allocation in allocate_budget(BudgetQuery(total=500, goal="revenue"), spending_view).allocations:
        assert sum(allocation.weekly_spends) == pytest.approx(allocation.spend, abs=0.03)
        assert len(set(allocation.weekly_spends)) > 1


def test_even_spend_is_said_and_kept_wide(tmp_path: Path) -> None:
    """Twice the spend that was always spent: it may bring nothing more, or twice as much."""
    noise = np.random.default_rng(0).normal(0, 15, 30)
    view = spending(tmp_path, weekly("search", np.full(30, 80.0), 200 + noise))
    answer = allocate_budget(BudgetQuery(total=4 * 160, goal="revenue"), view)
    [curve] = answer.curves
    assert not curve.spend_varied
    assert any("nearly the same every week" in warning for warning in answer.warnings)
    assert curve.chosen.high - curve.chosen.low > 0.3 * curve.chosen.expected
    assert any("more than it ever got" in warning for warning in answer.warnings)


def test_a_target_out_of_reach_names_what_would_reach_it(spending_view: StoreView) -> None:
    asked = {"total": 200, "goal": "revenue", "target": 1_200, "maximums": {"search": 90}}
    answer = allocate_budget(BudgetQuery.model_validate(asked), spending_view)
    assert answer.target_reached is False
    [total] = [way for way in answer.relaxations if "total" in way]
    enough = float(total.split(" to ")[1].split()[0])
    assert allocate_budget(BudgetQuery.model_validate({**asked, "total": enough + 0.01}), spending_view).target_reached
    below = allocate_budget(BudgetQuery.model_validate({**asked, "total": enough * 0.99}), spending_view)
    assert below.target_reached is False


def test_least_conversions_shift_money_and_hold(tmp_path: Path) -> None:
    """Social's conversions are worth a quarter of search's: asked for more of them, it gets more money."""
    cheap = weekly("social", SPENDS[::-1].copy(), hill(SPENDS[::-1]))
    rows = pd.concat([weekly("search", SPENDS, hill(SPENDS)), cheap.assign(conversions=cheap["conversions"] * 4)])
    view = spending(tmp_path, rows)
    free = allocate_budget(BudgetQuery(total=400, goal="revenue"), view)
    wanted = free.expected_conversions * 1.1
    held = allocate_budget(BudgetQuery(total=400, goal="revenue", least_conversions=wanted), view)
    assert held.expected_conversions >= wanted - 0.2
    assert spends(held)["social"] > spends(free)["social"]
    assert held.expected_revenue < free.expected_revenue
    assert any(text.startswith("least_conversions:") for text in held.binding)
    with pytest.raises(ToolError, match=r"raising the total to \d+"):
        allocate_budget(BudgetQuery(total=400, goal="revenue", least_conversions=free.expected_conversions * 2), view)


def test_least_conversions_of_sends(busy_view: StoreView) -> None:
    asked = BudgetQuery(total=500, goal="conversions", channels=("email",), least_conversions=10)
    assert allocate_budget(asked, busy_view).expected_conversions >= 10
    with pytest.raises(ToolError, match=r"least_conversions 100000 is out of reach.*lowering least_conversions to"):
        allocate_budget(asked.model_copy(update={"least_conversions": 100_000}), busy_view)


def test_bids_are_the_margin_of_a_click(tmp_path: Path) -> None:
    """A conversion is worth 20, the margin is about .4 and a twentieth of the clicks convert."""
    revenue = hill(SPENDS)
    view = spending(tmp_path, weekly("search", SPENDS, revenue, clicks=(revenue / 20 * 20).round().astype(int)))
    answer = allocate_budget(BudgetQuery(total=4_000, goal="profit"), view)
    [bid] = answer.bids
    margin = profit_margin(view)
    assert bid.conversion_rate_percent == pytest.approx(5.0, rel=0.02)
    assert bid.value_per_click == pytest.approx(20 * margin * 0.05, rel=0.02)
    assert bid.value_low < bid.value_per_click < bid.value_high
    assert bid.bid == pytest.approx(bid.value_per_click, rel=1e-3)
    tight = allocate_budget(BudgetQuery(total=40, goal="profit"), view)
    price = margin * 400 * 80 / (10 + 80) ** 2
    assert tight.bids[0].bid == pytest.approx(bid.value_per_click / price, rel=0.05)


@pytest.mark.parametrize(
    "rows",
    [
        weekly("search", SPENDS[:10], hill(SPENDS[:10], 10.0)),
        weekly("search", [-5.0, *SPENDS[:20]], [-3.0, *hill(SPENDS[:20])]),
        weekly("search", [np.nan, *SPENDS[:20]], [*hill(SPENDS[:20]), np.nan]),
        weekly("search", [20_000.0, *SPENDS], [*hill(SPENDS), 900_000.0]),
        weekly("search", np.r_[np.zeros(10), SPENDS], np.r_[np.zeros(10), hill(SPENDS)]),
        weekly("search", SPENDS, np.zeros(40)),
    ],
    ids=["ten rows", "negative", "not a number", "outliers", "zero spend first", "nothing brought"],
)
def test_odd_spend_still_gives_a_plan_within_limits(tmp_path: Path, rows: pd.DataFrame) -> None:
    answer = allocate_budget(BudgetQuery(total=400, goal="revenue", maximums={"search": 300}), spending(tmp_path, rows))
    assert 0 <= answer.spent <= 300
    assert all(np.isfinite(point.high) for curve in answer.curves for point in curve.points)


def test_never_spent_channel_gets_nothing(tmp_path: Path) -> None:
    rows = pd.concat([weekly("search", SPENDS, hill(SPENDS)), weekly("radio", np.zeros(40), np.zeros(40))])
    answer = allocate_budget(BudgetQuery(total=400, goal="revenue"), spending(tmp_path, rows))
    assert spends(answer).keys() == {"search"}
    assert any(warning.startswith("radio has 0 weeks") for warning in answer.warnings)
    asked, again = BudgetQuery(total=400, goal="revenue", minimums={"radio": 50}), spending(tmp_path / "again", rows)
    with pytest.raises(ToolError, match="minimum 50 USD for radio cannot be judged"):
        allocate_budget(asked, again)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_limits_that_are_no_money_are_refused(spending_view: StoreView, value: float) -> None:
    with pytest.raises(ToolError, match="negative or no number"):
        allocate_budget(BudgetQuery(total=400, goal="revenue", minimums={"search": value}), spending_view)
    with pytest.raises(ValidationError):
        BudgetQuery(total=value, goal="revenue")


@given(
    st.floats(20, 2_000),
    st.sampled_from(["revenue", "conversions", "profit"]),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0.1, 3),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_limits_hold_whatever_is_asked(
    spending_view: StoreView, total: float, goal: Goal, low: float, other: float, high: float
) -> None:
    minimums = {"search": low * total / 2, "social": other * total / 2}
    maximums = {"search": minimums["search"] + high * total}
    answer = allocate_budget(BudgetQuery(total=total, goal=goal, minimums=minimums, maximums=maximums), spending_view)
    got = spends(answer)
    assert sum(got.values()) <= total + 0.01
    assert all(got[name] >= least - 0.01 for name, least in minimums.items())
    assert got["search"] <= maximums["search"] + 0.01
