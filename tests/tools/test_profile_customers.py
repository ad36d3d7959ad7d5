"""Profiles against the tiny store's known customers and the busy store's truth."""

from __future__ import annotations

import pandas as pd
import pytest

from tools.customers.days import customer_days, purchase_summary
from tools.customers.groups import Grouping, group_customers
from tools.customers.segments import find_segment
from tools.customers.value import CLV_WEEKS, customer_values
from tools.errors import ToolError
from tools.features import customer_features
from tools.profile_customers import ProfileQuery, profile_customers
from tools.warehouse.view import StoreView

GROUPINGS: tuple[Grouping, ...] = ("lifecycle", "rfm", "value", "interest", "cluster")


@pytest.mark.parametrize("by", GROUPINGS)
def test_sizes_add_up(tiny_view: StoreView, by: Grouping) -> None:
    answer = profile_customers(ProfileQuery(by=by), tiny_view)
    assert answer.customers == len(customer_features(tiny_view))
    if by != "interest":
        assert sum(segment.customers for segment in answer.segments) == answer.customers


@pytest.mark.parametrize("by", ["lifecycle", "value", "interest", "rfm"])
def test_names_mean_the_same_as_everywhere(busy_view: StoreView, by: Grouping) -> None:
    for group in group_customers(busy_view, by).segments:
        assert list(find_segment(busy_view, group.name).customer_ids) == list(group.customer_ids)
        assert find_segment(busy_view, group.name).definition == group.definition


def test_one_segment_by_hand(tiny_view: StoreView) -> None:
    answer = profile_customers(ProfileQuery(by="value", segment="top"), tiny_view)
    (top,) = answer.segments
    assert (top.customers, top.orders_mean, top.spend_total) == (1, 12.0, 12 * (8.0 + 20.0))
    assert top.recency_days_median == 182 - 180
    assert top.order_value_mean == 28.0
    assert top.top_categories == ("Coffee",)


def test_category_keeps_its_buyers(tiny_view: StoreView) -> None:
    answer = profile_customers(ProfileQuery(by="value", category="teas"), tiny_view)
    assert answer.customers == 2
    assert answer.took == ("took 'teas' as 'Tea' (plural)",)


def test_too_few_customers_have_no_lifetime_value(tiny_view: StoreView) -> None:
    answer = profile_customers(ProfileQuery(by="lifecycle"), tiny_view)
    assert {segment.clv for segment in answer.segments} == {None}
    assert any("no lifetime value" in warning for warning in answer.warnings)


def test_unknown_segment(tiny_view: StoreView) -> None:
    with pytest.raises(ToolError, match="astronauts"):
        profile_customers(ProfileQuery(by="lifecycle", segment="astronauts"), tiny_view)


def test_intervals_hold_the_value_and_repeat(busy_view: StoreView) -> None:
    one, two = (profile_customers(ProfileQuery(by="value"), busy_view) for _ in range(2))
    assert one == two
    for segment in one.segments:
        assert segment.clv is not None
        assert segment.clv_low is not None
        assert segment.clv_high is not None
        assert segment.clv_low <= segment.clv <= segment.clv_high


def test_lifetime_value_meets_what_came_later(busy_view: StoreView) -> None:
    """Spend per week, predicted after half a year, against the second half."""
    half = busy_view.at(busy_view.as_of - pd.Timedelta(weeks=26))
    values = customer_values(half)
    assert values is not None
    days = customer_days(busy_view)
    later = days[days["on"] >= pd.Timestamp(half.as_of)]["spend"].sum()
    assert values.table["clv"].sum() / CLV_WEEKS == pytest.approx(later / 26, rel=0.05)


def test_summary_counts_days_not_orders() -> None:
    days = pd.DataFrame(
        {"customer_id": ["a"], "on": pd.to_datetime(["2024-01-01"]), "orders": [3], "spend": [30.0], "discount": [0.0]}
    )
    assert purchase_summary(days, pd.Timestamp("2024-01-15")).loc["a"].tolist() == [0.0, 0.0, 2.0, 1.0, 30.0]
