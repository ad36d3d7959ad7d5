"""Features of customers, by hand: the tiny store, and shops of a few lines."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from tests.tools.feature_queries.shops import everything, features, order_lines, products, shop
from tools.feature_queries.catalog import FEATURES
from tools.feature_queries.shop import Shop

DAY = dt.date(2024, 7, 1)
HOURS = ("usual_hour", "hour_concentration")


@pytest.fixture(scope="module")
def tiny() -> pd.DataFrame:
    return features(shop(everything()), "customers")


def small(*rows: tuple[str, str, str, str, float, float], **categories: str) -> Shop:
    return shop({"order_lines": order_lines(*rows), "products": products(**(categories or {"p": "Tea"}))}, DAY)


def test_every_feature_is_there_in_the_order_of_the_list(tiny: pd.DataFrame) -> None:
    assert list(tiny.columns) == [feature.name for feature in FEATURES["customers"]]
    assert len(tiny) == 10


def test_windows_count_whole_weeks_before_the_day(tiny: pd.DataFrame) -> None:
    """c01 orders every 15 days until day 180 of 182, so on days 165 and 180 of the last 28, 150 and 135 before."""
    row = tiny.loc["c01"]
    assert [row[f"orders_{weeks}w"] for weeks in (4, 13, 26, 52)] == [2, 6, 12, 12]
    assert [row[f"spend_{weeks}w"] for weeks in (4, 13)] == [2 * 28.0, 6 * 28.0]
    assert row["orders_trend_4w"] == (2 - 2) / (2 + 2)  # days 135 and 150 of 126 to 153
    assert tiny.loc["c05", "orders_trend_4w"] == (2 - 0) / (2 + 0)
    assert tiny.loc["c06", "orders_trend_4w"] == (0 - 1) / (0 + 1)


def test_a_trend_is_null_where_the_data_do_not_reach_back(tiny: pd.DataFrame) -> None:
    """The first order of the shop is on 16 January, and twice 13 weeks before 1 July is 1 January."""
    assert tiny["orders_trend_4w"].notna().any()
    assert tiny[["orders_trend_13w", "orders_trend_26w", "orders_trend_52w", "spend_trend_13w"]].isna().all(axis=None)


def test_baskets(tiny: pd.DataFrame) -> None:
    row = tiny.loc["c01"]
    assert row[["lines", "units", "mean_order_lines", "mean_order_units"]].tolist() == [24, 24, 2, 2]
    assert row["max_order_value"] == 28
    assert row[["categories", "mean_order_categories"]].tolist() == [1, 1]
    assert tiny.loc["c02", ["categories", "mean_order_categories"]].tolist() == [2, 1]


def test_discounts(tiny: pd.DataFrame) -> None:
    """c06 alone has a discount, of one dollar on each of six lines: 3 of 8 and 3 of 20 dollars."""
    row = tiny.loc["c06"]
    assert row["discount_line_share"] == 1
    assert row["discount_rate"] == 6 / (3 * 8 + 3 * 20)
    lines = int(tiny["lines"].sum())
    assert row["discount_affinity"] == 1 / (6 / lines)
    assert (tiny.drop("c06")["discount_affinity"] == 0).all()


def test_hours_and_weekdays(tiny: pd.DataFrame) -> None:
    """Every order is at ten; c09's only one, on day 20, is on Sunday 21 January."""
    assert tiny["usual_hour"].tolist() == pytest.approx([10] * len(tiny))
    assert tiny["hour_concentration"].tolist() == pytest.approx([1] * len(tiny))
    assert (tiny["morning_share"] == 1).all()
    assert (tiny["night_share"] + tiny["afternoon_share"] + tiny["evening_share"] == 0).all()
    assert tiny.loc["c09", ["usual_weekday", "weekend_share"]].tolist() == ["Sunday", 1]


def test_the_mean_of_hours_goes_around_midnight() -> None:
    late = small(("a", "c", "p", "2024-06-01 23:10", 1, 1), ("b", "c", "p", "2024-06-08 01:50", 1, 1))
    found = features(late, "customers", *HOURS)
    assert found.loc["c", "usual_hour"] % 24 == pytest.approx(0, abs=1e-6)
    assert found.loc["c", "hour_concentration"] == pytest.approx(math.cos(math.pi / 12))


def test_opposite_hours_have_no_mean() -> None:
    opposite = small(("a", "c", "p", "2024-06-01 06:00", 1, 1), ("b", "c", "p", "2024-06-08 18:00", 1, 1))
    found = features(opposite, "customers", *HOURS)
    assert math.isnan(found.loc["c", "usual_hour"])
    assert found.loc["c", "hour_concentration"] == 0


def test_the_spread_of_intervals() -> None:
    """Gaps of 10, 20 and 60 days: median 20, mean 30, variance ((−20)² + (−10)² + 30²) / 2 = 700."""
    days = ("2024-01-01", "2024-01-11", "2024-01-31", "2024-03-31")
    names = ("order_days", "interval_days", "mean_interval_days", "interval_spread_days", "overdue")
    found = features(small(*((day, "c", "p", day, 1, 1) for day in days)), "customers", *names).loc["c"]
    assert found[["order_days", "interval_days", "mean_interval_days"]].tolist() == [4, 20, 30]
    assert found["interval_spread_days"] == math.sqrt(700)
    assert found["overdue"] == 92 / 30  # 31 March to 1 July


def test_returns_count_against_spend_but_not_against_units() -> None:
    rows = (("a", "c", "p", "2024-06-01", 4, 5.0), ("b", "c", "p", "2024-06-02", -1, 5.0))
    found = features(small(*rows), "customers", "spend", "units", "return_share", "frequency").loc["c"]
    assert found[["spend", "units", "return_share", "frequency"]].tolist() == [15, 4, 1 / 4, 2]


def test_a_mean_order_value_at_half_a_cent_goes_to_the_even_cent() -> None:
    rows = (("a", "c", "p", "2024-06-01", 1, 0.25), ("b", "c", "p", "2024-06-02", 1, 0.20))
    back = (("c", "d", "p", "2024-06-01", 1, 1.00), ("d", "d", "p", "2024-06-02", -1, 9.69))
    found = features(small(*rows, *back), "customers", "mean_order_value")["mean_order_value"]
    assert found.to_dict() == {"c": 0.22, "d": -4.34}  # 0.225 and −4.345


def test_shares_of_categories_and_brands(tiny: pd.DataFrame) -> None:
    """c02 bought coffee (8) six times and tea (4) five times."""
    row = tiny.loc["c02"]
    assert row[["top_category", "top_category_2", "top_category_3"]].tolist() == ["Coffee", "Tea", None]
    assert row[["top_category_share", "top_category_2_share"]].tolist() == [48 / 68, 20 / 68]
    assert row[["top_department", "top_department_share"]].tolist() == ["Grocery", 1]
    assert tiny["top_brand"].isna().all()
    assert (tiny["brands"] == 0).all()


def test_equal_spend_goes_to_the_first_by_name() -> None:
    rows = (("a", "c", "p", "2024-06-01", 1, 5.0), ("a", "c", "q", "2024-06-01", 1, 5.0))
    found = features(small(*rows, p="Tea", q="Coffee"), "customers", "top_category", "top_category_2").loc["c"]
    assert found[["top_category", "top_category_2"]].tolist() == ["Coffee", "Tea"]


def test_interests_are_what_tells_a_customer_from_others(tiny: pd.DataFrame) -> None:
    """c10 took tea in three orders of five and bread in two; tea has two buyers of ten, and so has bread."""
    row = tiny.loc["c10"]
    assert row[["interest_1", "interest_2", "interest_3"]].tolist() == ["Tea", "Bread", None]
    assert row["interest_1_weight"] == pytest.approx(3 / 5 * math.log(10 / 2), abs=1e-6)
    assert row["interest_2_weight"] == pytest.approx(2 / 5 * math.log(10 / 2), abs=1e-6)


def test_what_everybody_buys_is_nobodys_interest() -> None:
    rows = ((order, customer, product, "2024-06-01", 1, 5.0) for order, customer, product in ("acp", "bdp", "bdq"))
    found = features(small(*rows, p="Milk", q="Saffron"), "customers", "interest_1")
    assert found["interest_1"].to_dict() == {"c": None, "d": "Saffron"}


def test_the_price_tier_is_by_rank_within_the_category() -> None:
    """Three teas for 1, 2 and 9: ranks 0, 1/2 and 1."""
    rows = [(f"{buyer}{product}", buyer, product, "2024-06-01", 1, price)
            for product, price in {"a": 1.0, "b": 2.0, "c": 9.0}.items() for buyer in ("all", product)]  # fmt: skip
    found = features(small(*rows, a="Tea", b="Tea", c="Tea"), "customers", "price_level", "price_tier")
    assert found["price_level"].to_dict() == {"a": 0, "all": 0.5, "b": 0.5, "c": 1}
    assert found["price_tier"].to_dict() == {"a": "budget", "all": "middle", "b": "middle", "c": "premium"}


def test_one_price_in_a_category_tells_nothing() -> None:
    found = features(small(("a", "c", "p", "2024-06-01", 1, 5.0)), "customers", "price_level", "price_tier").loc["c"]
    assert math.isnan(found["price_level"])
    assert found["price_tier"] is None


def test_events_reviews_and_exposures(tiny: pd.DataFrame) -> None:
    assert tiny.loc["c01", ["events_13w", "views_13w", "carts_13w", "event_recency_days"]].tolist() == [2, 1, 1, 1]
    assert tiny.loc["c03", ["events_13w", "reviews", "exposures"]].tolist() == [0, 0, 1]
    assert tiny.loc["c01", ["reviews", "mean_rating"]].tolist() == [2, (4 + 1) / 2]
    assert tiny.loc["c01", ["exposures", "conversions", "exposure_recency_days"]].tolist() == [1, 1, 91]
    assert tiny.loc["c02", ["exposures", "conversions"]].tolist() == [2, 0]  # the coupon was redeemed on 3 July


def test_days_since_sign_up_where_it_is_known() -> None:
    tables = everything()
    tables["customers"]["signed_up_at"] = pd.Series([pd.Timestamp("2024-06-01 12:00"), pd.Timestamp("2024-07-01")])
    found = features(shop(tables), "customers", "account_days")["account_days"]
    assert found["c01"] == 30
    assert found.drop("c01").isna().all()
