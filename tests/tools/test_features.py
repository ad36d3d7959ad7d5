"""Features of the tiny store, by hand, and properties of the scores."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny import RHYTHMS
from tools.features import ShopRhythm, customer_features, score, shop_rhythm, stages, tiers
from tools.segments import STAGES, TIERS
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView

DAY = 182  # 1 July 2024, counted from 1 January
ORDERED = [name for name, rhythm in RHYTHMS.items() if rhythm.last_day < DAY]


def test_only_customers_with_an_order_have_features(tiny_view: StoreView) -> None:
    assert list(customer_features(tiny_view).index) == sorted(ORDERED)


@pytest.mark.parametrize("name", ORDERED)
def test_recency_tenure_frequency_and_interval_follow_the_rhythm(tiny_view: StoreView, name: str) -> None:
    rhythm, row = RHYTHMS[name], customer_features(tiny_view).loc[name]
    assert row["recency_days"] == DAY - rhythm.last_day
    assert row["tenure_days"] == DAY - rhythm.days[0]
    assert row["frequency"] == row["order_days"] == rhythm.orders
    if rhythm.orders > 1:
        assert row["interval_days"] == row["mean_interval_days"] == rhythm.step


def test_spend_is_what_was_paid(tiny_view: StoreView) -> None:
    features = customer_features(tiny_view)
    assert features.loc["c01", "spend"] == 12 * (8 + 20)
    assert features.loc["c06", "spend"] == 3 * (8 - 1) + 3 * (20 - 1)
    assert features.loc["c06", "mean_order_value"] == 78 / 6


def test_the_shops_rhythm_is_the_95th_and_99th_percentile_of_its_gaps(tiny_view: StoreView) -> None:
    assert shop_rhythm(tiny_view) == ShopRhythm(quiet=30, gone=60)


def test_stages_of_the_tiny_store(tiny_view: StoreView) -> None:
    assert customer_features(tiny_view)["stage"].to_dict() == {
        "c01": "champions",
        "c02": "champions",
        "c03": "loyal",
        "c04": "promising",
        "c05": "new",
        "c06": "at_risk",
        "c07": "hibernating",
        "c08": "lapsed",
        "c09": "lapsed",
        "c10": "active",
    }


def test_favourites(tiny_view: StoreView) -> None:
    features = customer_features(tiny_view)
    assert features.loc["c01", ["top_department", "top_category"]].tolist() == ["Grocery", "Coffee"]
    assert features.loc["c10", ["top_department", "top_category"]].tolist() == ["Grocery", "Tea"]


def test_a_shop_where_nobody_came_back_has_a_stated_rhythm(tiny_store: Store) -> None:
    early = tiny_store.at(dt.date(2024, 1, 20))
    assert set(customer_features(early)["stage"]) == {"new"}


def test_the_callers_changes_stay_with_the_caller(tiny_view: StoreView) -> None:
    customer_features(tiny_view)["stage"] = "spoilt"
    assert "spoilt" not in set(customer_features(tiny_view)["stage"])


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_scores_keep_the_order_and_treat_equals_equally(values: list[int]) -> None:
    scored = score(pd.Series(values))
    assert scored.between(1, 5).all()
    pairs = sorted(zip(values, scored, strict=True))
    assert [mark for _, mark in pairs] == sorted(mark for _, mark in pairs)
    assert all(scored[values.index(value)] == mark for value, mark in pairs)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_every_spend_has_one_tier_and_more_spend_no_lower_one(spend: list[float]) -> None:
    given_tiers = tiers(pd.Series(spend))
    ranks = [list(TIERS).index(tier) for _, tier in sorted(zip(spend, given_tiers, strict=True), reverse=True)]
    assert ranks == sorted(ranks)


@given(
    st.integers(0, 400), st.integers(0, 400), st.integers(1, 40), st.integers(1, 5), st.integers(1, 5),
    st.integers(1, 60), st.integers(1, 60),
)  # fmt: skip
def test_everybody_has_exactly_one_known_stage(
    away: int, before: int, orders: int, often: int, much: int, quiet: int, more: int
) -> None:
    interval = before / (orders - 1) if orders > 1 else None
    row = {"recency_days": away, "tenure_days": away + before, "mean_interval_days": interval, "f": often, "m": much}
    frame = pd.DataFrame([row]).astype({"mean_interval_days": "float64"})
    (stage,) = stages(frame, ShopRhythm(quiet, quiet + more))
    assert stage in STAGES
    assert (stage in ("champions", "loyal", "active", "promising")) == (away <= quiet and away + before > quiet + more)
