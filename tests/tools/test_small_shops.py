"""Shops that statistics cannot say much about: the tool answers, and says why it says no more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.small_shops import Order, make_shop, orders
from tools.catalog import run_tool
from tools.profile_customers import ProfileAnswer
from tools.warehouse.view import StoreView

GROUPINGS = ("lifecycle", "rfm", "value", "interest", "cluster")
RNG = np.random.default_rng(0)
WEEKLY = tuple(range(0, 175, 7))

SHOPS: dict[str, tuple[list[Order], str]] = {
    "one customer": ([("c1", 10, 20.0), ("c1", 40, 30.0)], "the shop has one customer"),
    "one order each": (orders(50, [100]), "none of 50 customers bought on a second day"),
    "one day": ([(f"c{n}", 170, 5.0 + n) for n in range(60)], "all 60 customers bought on one and the same day"),
    "refunds only": (orders(60, [10, 50, 100], -20.0), "fewer than two customers with a positive order value"),
    "constant spend": (orders(60, WEEKLY), "customers spend nearly the same per purchase"),
    "no repeat buyers": (
        [(f"c{n}", n % 150, 20.0) for n in range(200)],
        "none of 200 customers bought on a second day",
    ),
    "few repeat buyers": (orders(80, [5]) + orders(12, [60]), "12 of 80 customers bought on two days or more"),
}


def profile(view: StoreView, **arguments: object) -> ProfileAnswer:
    answer = run_tool("profile_customers", arguments, view)
    assert isinstance(answer, ProfileAnswer)
    return answer


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StoreView]:
    folder = tmp_path_factory.mktemp("shops")
    return {name: make_shop(folder / name.replace(" ", "-"), made) for name, (made, _) in SHOPS.items()}


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("name", SHOPS)
def test_every_grouping_answers_and_says_why(shops: dict[str, StoreView], name: str, by: str) -> None:
    answer = profile(shops[name], by=by)
    assert answer.customers == len({customer for customer, _, _ in SHOPS[name][0]})
    assert any(SHOPS[name][1] in warning for warning in answer.warnings)
    numbers = [number for segment in answer.segments for number in _numbers(segment.model_dump())]
    assert np.isfinite(numbers).all()


def _numbers(value: object) -> list[float]:
    """Return every number in a dumped model."""
    if isinstance(value, dict):
        return [number for part in value.values() for number in _numbers(part)]
    if isinstance(value, list | tuple):
        return [number for part in value for number in _numbers(part)]
    return [float(value)] if isinstance(value, int | float) else []


def test_refunds_only_say_that_money_says_nothing(shops: dict[str, StoreView]) -> None:
    answer = profile(shops["refunds only"], by="value")
    assert any("refunds are at least as much as sales" in warning for warning in answer.warnings)
    assert all(segment.interests == () and segment.tags == () for segment in answer.segments)


def test_constant_spend_is_worth_that_spend(shops: dict[str, StoreView]) -> None:
    """60 customers buy every week for 20 and never stop: a year is worth about 52 × 20."""
    answer = profile(shops["constant spend"], by="value")
    for segment in answer.segments:
        assert segment.clv == pytest.approx(52 * 20.0, rel=0.1)


def test_one_customer_is_everybody(shops: dict[str, StoreView]) -> None:
    answer = profile(shops["one customer"], by="cluster")
    assert [segment.share_percent for segment in answer.segments] == [100.0]
    assert answer.clustering is not None
    assert answer.clustering.note == "1 customers are too few to cluster (at least 30)"


def test_customers_without_different_habits_are_one_cluster(tmp_path: Path) -> None:
    view = make_shop(tmp_path / "even", [(f"c{n}", day, 20.0) for n in range(40) for day in (10, 40)], ["Tea"])
    answer = profile(view, by="cluster")
    assert answer.clustering is not None
    assert answer.clustering.note == "all customers have the same habits"


def test_one_category_has_no_tags_and_no_interests(tmp_path: Path) -> None:
    """What everybody buys distinguishes nobody."""
    made = [(f"c{n}", int(day), 10.0 + n) for n in range(60) for day in RNG.choice(170, 6, replace=False)]
    answer = profile(make_shop(tmp_path / "tea", made, ["Tea"]), by="value")
    assert all(segment.tags == () and segment.interests == () for segment in answer.segments)
    assert {segment.top_categories for segment in answer.segments} == {("Tea",)}


def test_a_segment_of_three_people_says_so(tmp_path: Path) -> None:
    """Thirty customers: three of them are the top tenth."""
    made = [(f"c{n:02d}", int(day), 5.0 + n) for n in range(30) for day in RNG.choice(170, 8, replace=False)]
    answer = profile(make_shop(tmp_path / "thirty", made), by="value", segment="top")
    assert [segment.customers for segment in answer.segments] == [3]
    assert any("fewer than 10 customers in top" in warning for warning in answer.warnings)
    (top,) = answer.segments
    assert top.clv_low is not None
    assert top.clv is not None
    assert top.clv_high is not None
    assert top.clv_low < top.clv < top.clv_high


def test_value_that_hangs_on_frequency_is_warned_of(tmp_path: Path) -> None:
    made = [
        (f"c{n:02d}", int(day), 5.0 + 3 * n) for n in range(60) for day in RNG.choice(170, 2 + n // 2, replace=False)
    ]
    answer = profile(make_shop(tmp_path / "rich", made), by="value")
    assert any("customers who buy more often spend more per purchase" in warning for warning in answer.warnings)


def test_one_time_buyers_lower_churn_and_it_is_said(tmp_path: Path) -> None:
    made = [*orders(80, [30]), *((f"d{n}", day, 20.0) for n in range(40) for day in (n, n + 40, n + 70))]
    answer = profile(make_shop(tmp_path / "once", made), by="value")
    assert any("67% of customers bought on one day only" in warning for warning in answer.warnings)
