"""Features of the tiny store, by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.tiny import RHYTHMS
from tools.errors import InputError
from tools.features import CUSTOMER_COLUMNS, ShopRhythm, customer_features, product_features, shop_rhythm
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


def test_other_features_may_be_asked_for_by_name(tiny_view: StoreView) -> None:
    found = customer_features(tiny_view, ["orders_4w", "frequency"])
    assert list(found.columns) == ["orders_4w", "frequency"]
    assert found.loc["c01"].tolist() == [2, 12]  # days 165 and 180 of 154 to 181
    assert list(customer_features(tiny_view).columns) == list(CUSTOMER_COLUMNS)


def test_an_unknown_feature_is_refused_with_those_there_are(tiny_view: StoreView) -> None:
    with pytest.raises(InputError, match="feature 'charm' of customers .* recency_days, frequency"):
        customer_features(tiny_view, ["charm"])


def test_every_product_has_features_sold_or_not(tiny_view: StoreView) -> None:
    found = product_features(tiny_view)
    assert list(found.index) == [f"p{number:02d}" for number in range(1, 11)]
    assert found.loc["p10", ["buyers", "orders", "revenue"]].tolist() == [1, 1, 24.0]
