"""Budgets: limits that hold, money that is not wasted, and words about both."""

from __future__ import annotations

import pytest

from tests import busy
from tools.allocate_budget import BudgetAnswer, BudgetQuery, allocate_budget
from tools.channels import unit_costs
from tools.errors import ToolError
from tools.estimators.media.curves import Curves
from tools.warehouse.view import StoreView


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
    with pytest.raises(ToolError, match="cannot support a curve for email"):
        allocate_budget(BudgetQuery(total=500, goal="revenue", channels=("email",)), spending_view)
