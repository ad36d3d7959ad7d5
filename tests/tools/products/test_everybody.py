"""Products for every customer: bought again or new, with reasons; shops with next to nothing answer too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.small_shops import shop_of
from tools.catalog import customer_rows, run_tool
from tools.products.everybody import ENOUGH_CUSTOMERS, Wish, everybody
from tools.products.novelty import novelty
from tools.products.shopping import shopping
from tools.recommend_products import RecommendAnswer
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

CUSTOMERS, PRODUCTS = ENOUGH_CUSTOMERS + 20, 24
GOALS = ("cross_sell", "replenish", "discover", "win_back")


def _tables(lines: pd.DataFrame, products: int, categories: int = 6) -> dict[str, pd.DataFrame]:
    names = [f"p{number:02d}" for number in range(products)]
    goods = pd.DataFrame({"product_id": names, "name": [f"Thing {number}" for number in range(products)]})
    goods["category"] = [f"Kind {number % categories}" for number in range(products)]
    goods = goods.assign(price=10.0, cost=[float(number % 10) for number in range(products)])
    lines = lines.assign(
        customer_id=[f"c{number:03d}" for number in lines["customer"]],
        product_id=[names[number] for number in lines["product"]],
        ordered_at=pd.Timestamp("2024-01-01 09:00") + pd.to_timedelta(lines["day"], unit="D"),
        quantity=1.0,
        unit_price=10.0,
    )
    lines["order_id"] = lines["customer_id"] + "-" + lines["day"].astype(str)
    customers = pd.DataFrame({"customer_id": [*sorted(lines["customer_id"].unique()), "newcomer"]})
    return {
        Table.CUSTOMERS: customers,
        Table.PRODUCTS: goods,
        Table.ORDER_LINES: lines.drop(columns=["customer", "product", "day"]),
    }


def _lines() -> pd.DataFrame:
    """Draw customers of two tastes: each buys from its own half of the products, one of them every week."""
    rng = np.random.default_rng(0)
    rows = []
    for customer in range(CUSTOMERS):
        half = customer % 2 * (PRODUCTS // 2)
        habit = half + customer % (PRODUCTS // 2)
        for day in range(customer % 7, 170, 7):
            rows += [(customer, habit, day), (customer, half + int(rng.integers(PRODUCTS // 2)), day)]
    return pd.DataFrame(rows, columns=["customer", "product", "day"]).drop_duplicates()


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    return shop_of(tmp_path_factory.mktemp("home") / "tastes", _tables(_lines(), PRODUCTS))


def _place(product_id: str) -> int:
    return int(product_id[1:])


def test_everybody_gets_k_different_products_with_reasons(view: StoreView) -> None:
    for goal in GOALS:
        rows = customer_rows("recommend_products", {"goal": goal, "k": 3}, view)
        assert rows.groupby("customer_id").size().eq(3).all()
        assert not rows.duplicated(["customer_id", "product_id"]).any()
        assert rows["reason"].str.len().min() > 10
        assert rows.groupby("customer_id")["rank"].agg(list).map(lambda ranks: ranks == [1, 2, 3]).all()


def test_habits_come_first_again(view: StoreView) -> None:
    rows = customer_rows("recommend_products", {"goal": "replenish", "k": 1}, view).set_index("customer_id")
    habit = {f"c{n:03d}": n % 2 * (PRODUCTS // 2) + n % (PRODUCTS // 2) for n in range(CUSTOMERS)}
    right = [_place(product) == habit[customer] for customer, product in rows["product_id"].items()]
    assert np.mean(right) > 0.95
    assert rows.loc["c000", "reason"].startswith("usually bought every 7 days")


def test_what_is_new_was_never_bought_and_suits_the_taste(view: StoreView) -> None:
    short = shop_half(view)
    rows = everybody(short, Wish("cross_sell", 1, 1, 0.0), shopping(short).customers)
    known = shopping(short)
    had = set(zip(known.bought.row, known.bought.column, strict=True))
    pairs = zip(
        known.customers.get_indexer(rows["customer_id"]),
        known.products.index.get_indexer(rows["product_id"]),
        strict=True,
    )
    personal = rows["reason"].str.startswith("bought with")
    assert not [pair for pair, own in zip(pairs, personal, strict=True) if own and pair in had]
    suits = [
        _place(product) // (PRODUCTS // 2) == int(customer[1:]) % 2
        for customer, product in zip(rows["customer_id"], rows["product_id"], strict=True)
    ]
    assert np.mean(suits) > 0.9


def shop_half(view: StoreView) -> StoreView:
    """Look at the shop after two months, when customers have not yet bought everything of their half."""
    return view.at(pd.Timestamp("2024-03-01").date())


def test_the_reason_counts_who_bought_both(view: StoreView) -> None:
    short = shop_half(view)
    answer = run_tool("recommend_products", {"customer_id": "c004", "goal": "cross_sell", "k": 1}, short)
    assert isinstance(answer, RecommendAnswer)
    blend = novelty(short)
    reason = answer.products[0].reason
    partner, both, of = reason.split("bought with ")[1].replace(" of ", " by ").rsplit(" by ", 2)
    place, other = (list(blend.products["name"]).index(name) for name in (answer.products[0].name, partner))
    flags = blend.models.bought.toarray() > 0
    assert (int(both), int(of.split()[0])) == ((flags[:, place] & flags[:, other]).sum(), flags[:, other].sum())


def test_one_customer_is_answered_as_the_file_says(view: StoreView) -> None:
    for goal in GOALS:
        rows = customer_rows("recommend_products", {"customer_id": "c007", "goal": goal, "k": 4}, view)
        answer = run_tool("recommend_products", {"customer_id": "c007", "goal": goal, "k": 4}, view)
        assert isinstance(answer, RecommendAnswer)
        listed = [product.product_id for product in answer.products]
        assert rows["product_id"].tolist()[: len(listed)] == listed


def test_margin_moves_the_ranking_only_when_asked(view: StoreView) -> None:
    def margins(weight: float) -> float:
        rows = customer_rows("recommend_products", {"goal": "replenish", "k": 3, "margin_weight": weight}, view)
        return float(np.mean([10 - _place(product) % 10 for product in rows["product_id"]]))

    assert margins(1.0) > margins(0.0)


def test_categories_are_capped(view: StoreView) -> None:
    for most in (1, 2):
        rows = customer_rows("recommend_products", {"goal": "win_back", "k": 4, "per_category": most}, view)
        own = rows[rows["score"] > 0]
        assert own.groupby(["customer_id", "category"]).size().max() == most


def test_a_customer_of_whom_nothing_is_known_gets_bestsellers(view: StoreView) -> None:
    rows = customer_rows("recommend_products", {"customer_id": "newcomer", "goal": "discover", "k": 2}, view)
    assert len(rows) == 2
    assert rows["reason"].str.startswith("a bestseller").all()


SHOPS = {
    "one product": (pd.DataFrame({"customer": [0, 1, 1], "product": 0, "day": [1, 5, 9]}), 1),
    "one customer": (pd.DataFrame({"customer": 0, "product": [0, 1, 2], "day": [1, 5, 9]}), 3),
    "fifty identical products": (
        pd.DataFrame([(c, p, c % 5) for c in range(6) for p in range(50)], columns=["customer", "product", "day"]),
        50,
    ),
}


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("name", SHOPS)
def test_shops_with_next_to_nothing_are_answered(tmp_path: Path, name: str, goal: str) -> None:
    lines, products = SHOPS[name]
    small = shop_of(tmp_path / "shop", _tables(lines, products, 1))
    answer = run_tool("recommend_products", {"goal": goal, "k": 20}, small)
    assert isinstance(answer, RecommendAnswer)
    assert 0 < len(answer.products) <= min(20, products)
    rows = customer_rows("recommend_products", {"goal": goal, "k": 20}, small)
    assert rows.groupby("customer_id").size().between(1, min(20, products)).all()


@pytest.mark.parametrize("goal", GOALS)
def test_nothing_is_recommended_where_all_is_out_of_stock(tmp_path: Path, goal: str) -> None:
    tables = _tables(SHOPS["one customer"][0], 3)
    stock = pd.DataFrame({"product_id": tables[Table.PRODUCTS]["product_id"], "at": pd.Timestamp("2024-01-02")})
    empty = shop_of(tmp_path / "shop", {**tables, Table.STOCK: stock.assign(units=0.0)})
    answer = run_tool("recommend_products", {"goal": goal}, empty)
    assert isinstance(answer, RecommendAnswer)
    assert answer.products == ()
    assert len(customer_rows("recommend_products", {"goal": goal}, empty)) == 0
