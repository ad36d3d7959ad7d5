"""Features of products, by hand: the tiny store, and shops of a few lines."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from tests.tools.feature_queries.shops import everything, features, order_lines, products, shop
from tools.feature_queries.catalog import FEATURES
from tools.feature_queries.substitutes import SUBSTITUTES

DAY = dt.date(2024, 7, 1)


@pytest.fixture(scope="module")
def tiny() -> pd.DataFrame:
    return features(shop(everything()), "products")


def test_every_feature_is_there_for_every_product(tiny: pd.DataFrame) -> None:
    assert list(tiny.columns) == [feature.name for feature in FEATURES["products"]]
    assert len(tiny) == 10


def test_sales(tiny: pd.DataFrame) -> None:
    """p09 is c07's alone: three orders, 60 days apart, the last on day 140."""
    row = tiny.loc["p09"]
    assert row[["buyers", "orders", "lines", "units", "revenue"]].tolist() == [1, 3, 3, 3, 22.5]
    assert row[["sale_recency_days", "sale_tenure_days", "repeat_rate"]].tolist() == [42, 162, 1]
    assert tiny.loc["p10", "repeat_rate"] == 0


def test_velocity_is_per_week_of_the_window_or_since_the_first_sale(tiny: pd.DataFrame) -> None:
    assert tiny.loc["p09", ["units_4w", "units_13w", "velocity_13w"]].tolist() == [0, 1, 1 / 13]
    assert tiny.loc["p07", ["sale_tenure_days", "velocity_4w"]].tolist() == [22, 1 / (22 / 7)]
    assert tiny.loc["p09", "velocity_52w"] == pytest.approx(3 / (162 / 7))


def test_trends(tiny: pd.DataFrame) -> None:
    """p09 sold on day 140, of 126 to 153, and not since."""
    assert tiny.loc["p09", "units_trend_4w"] == (0 - 1) / (0 + 1)
    assert tiny["units_trend_13w"].isna().all()


def test_discounts(tiny: pd.DataFrame) -> None:
    """Three of c06's lines are p01, of 12 + 6 + 3; c02 took it in six orders."""
    assert tiny.loc["p01", "lines"] == 12 + 6 + 3
    assert tiny.loc["p01", "discount_line_share"] == 3 / 21
    assert tiny.loc["p01", "discount_rate"] == 3 / (21 * 8)


def test_margin_where_the_cost_is_known() -> None:
    lines = order_lines(
        ("a", "c", "p", "2024-06-01", 4, 5.0),
        ("b", "c", "p", "2024-06-02", -1, 5.0),
        ("b", "c", "q", "2024-06-02", 1, 5.0),
    )
    known = {"order_lines": lines, "products": products(p="Tea", q="Tea").assign(cost=[2.0, None])}
    found = features(shop(known, DAY), "products", "margin", "margin_share", "return_share")
    assert found.loc["p", ["margin", "margin_share", "return_share"]].tolist() == [15 - 3 * 2, 9 / 15, 1 / 4]
    assert found.loc["q", ["margin", "margin_share"]].isna().all()


def test_the_place_within_the_category(tiny: pd.DataFrame) -> None:
    """Coffee: p01 at 8 and p02 at 20."""
    assert tiny.loc[["p01", "p02"], "price_position"].tolist() == [0, 1]
    assert tiny.loc[["p01", "p02"], "price_neighbour"].tolist() == ["p02", "p01"]
    assert tiny.loc["p01", "price_index"] == 8 / 14
    coffee = tiny.loc[["p01", "p02"], "revenue"]
    assert tiny.loc["p02", "category_revenue_share"] == coffee["p02"] / coffee.sum()
    assert tiny.loc[["p02", "p01"], "category_rank"].tolist() == [1, 2]
    assert tiny.loc["p06", ["price_position", "price_neighbour"]].isna().all()


def test_the_price_neighbour_is_the_nearer_one() -> None:
    prices = {"a": 1.0, "b": 4.0, "c": 5.0, "d": 9.0}
    lines = order_lines(*((name, "c", name, "2024-06-01", 1, price) for name, price in prices.items()))
    teas = shop({"order_lines": lines, "products": products(**dict.fromkeys(prices, "Tea"))}, DAY)
    found = features(teas, "products", "price_neighbour", "price_position")
    assert found["price_neighbour"].to_dict() == {"a": "b", "b": "c", "c": "b", "d": "c"}
    assert found["price_position"].tolist() == [0, 0.333, 0.667, 1]


def bought(*baskets: tuple[str, str]) -> pd.DataFrame:
    """Return orders from (customer, the letters of the products in it)."""
    return order_lines(
        *((f"o{turn}", customer, product, "2024-06-01", 1, 1.0)
          for turn, (customer, taken) in enumerate(baskets) for product in taken)
    )  # fmt: skip


def substitutes(lines: pd.DataFrame, **categories: str) -> pd.DataFrame:
    return features(
        shop({"order_lines": lines, "products": products(**categories)}, DAY), "products", *SUBSTITUTES.names
    )


def test_substitutes_are_bought_by_the_same_people_at_different_times() -> None:
    """Both of two customers take a and b in turn; a and d always go together; x is of another category."""
    lines = bought(("c1", "ad"), ("c1", "b"), ("c2", "ad"), ("c2", "bx"), ("c2", "x"), ("c3", "ad"))
    found = substitutes(lines, a="Tea", b="Tea", d="Tea", x="Milk")
    assert found.loc["a", ["substitute_1", "substitute_2"]].tolist() == ["b", None]
    assert found.loc["a", "substitute_1_score"] == 2 / math.sqrt(3 * 2)
    assert found.loc["b", ["substitute_1", "substitute_2", "substitute_3"]].tolist() == ["a", "d", None]
    assert found.loc["x", "substitute_1"] is None


def test_one_customer_makes_no_substitutes() -> None:
    lines = bought(("c1", "a"), ("c1", "b"), ("c2", "a"))
    found = substitutes(lines, a="Tea", b="Tea")
    assert found["substitute_1"].isna().all()


def test_what_else_is_known(tiny: pd.DataFrame) -> None:
    assert tiny.loc["p01", ["reviews", "mean_rating", "views_13w", "carts_13w"]].tolist() == [2, 4.5, 1, 1]
    assert tiny.loc["p01", "promotions_13w"] == 1
    assert tiny.loc["p09", "promotions_13w"] == 0  # it begins on 1 July
    weekly = tiny.loc["p01", "velocity_13w"]
    assert tiny.loc["p01", ["stock_units", "stock_weeks"]].tolist() == [26, 26 / weekly]
    assert math.isnan(tiny.loc["p02", "stock_units"])
