"""Recommendations on the tiny store, by hand, and on the busy one, by property."""

from __future__ import annotations

import pytest

from tests.tiny import RHYTHMS
from tools.errors import ToolError
from tools.products.assortment import Sold, assortment
from tools.recommend_products import Goal, RecommendAnswer, RecommendQuery, recommend_products
from tools.warehouse.view import StoreView

GOALS: tuple[Goal, ...] = ("cross_sell", "replenish", "discover", "win_back")


def _ids(answer: RecommendAnswer) -> list[str]:
    return [product.product_id for product in answer.products]


def test_win_back_offers_what_the_customer_bought_and_the_shop_still_sells(tiny_view: StoreView) -> None:
    answer = recommend_products(RecommendQuery(customer_id="c08", goal="win_back"), tiny_view)
    assert set(_ids(answer)) == set(RHYTHMS["c08"].products)
    assert answer.products[0].reason.startswith("bought on 2 days, last on 2024-0")
    assert (answer.segment, answer.customers) == (None, 1)


def test_replenish_offers_what_is_due(tiny_view: StoreView) -> None:
    # c06 took p01 and p02 in turn every 15 days until day 130: each every 30 days, 66 and 51 days ago.
    answer = recommend_products(RecommendQuery(customer_id="c06", goal="replenish"), tiny_view)
    assert set(_ids(answer)) == {"p01", "p02"}
    assert answer.products[0].reason == "due again: usually bought every 30 days"


def test_replenish_offers_nothing_too_early(tiny_view: StoreView) -> None:
    # c02 takes p01 and p03 in turn every 15 days, last on day 178 and 163: 3 and 18 days of an interval of 30.
    answer = recommend_products(RecommendQuery(customer_id="c02", goal="replenish"), tiny_view)
    assert answer.model.startswith("bestsellers")


def test_a_customer_without_orders_gets_bestsellers(tiny_view: StoreView) -> None:
    answer = recommend_products(RecommendQuery(customer_id="c11", goal="cross_sell"), tiny_view)
    buyers = assortment(tiny_view)[Sold.RECENT_BUYERS]
    assert buyers[_ids(answer)[0]] == buyers.max()
    assert answer.model.startswith("bestsellers")
    assert "bestsellers" in answer.warnings[0]


@pytest.mark.parametrize("goal", GOALS)
def test_only_offered_products_are_recommended(busy_view: StoreView, goal: Goal) -> None:
    answer = recommend_products(RecommendQuery(goal=goal, k=20), busy_view)
    products = assortment(busy_view)
    assert answer.products
    assert all(products.loc[product_id, Sold.OFFERED] for product_id in _ids(answer))
    assert len(set(_ids(answer))) == len(_ids(answer))


@pytest.mark.parametrize("goal", GOALS)
def test_scores_fall_and_shares_follow_buyers(busy_view: StoreView, goal: Goal) -> None:
    answer = recommend_products(RecommendQuery(segment="loyal", goal=goal, k=3), busy_view)
    for product in answer.products:
        assert 0 <= product.buyers <= answer.customers
        assert product.buyers_share_percent == round(100 * product.buyers / answer.customers, 1)
        assert product.reason
    categories = [product.category for product in answer.products]
    scores = [product.score for product in answer.products]
    assert len(set(categories)) < len(categories) or scores == sorted(scores, reverse=True)


def test_the_same_question_has_the_same_answer(busy_view: StoreView) -> None:
    query = RecommendQuery(segment="loyal", goal="cross_sell")
    assert recommend_products(query, busy_view) == recommend_products(query, busy_view)


def test_k_limits_and_says_so(tiny_view: StoreView) -> None:
    answer = recommend_products(RecommendQuery(goal="win_back", k=1), tiny_view)
    assert (len(answer.products), answer.truncated, answer.segment) == (1, True, "everybody")


def test_few_customers_are_said(tiny_view: StoreView) -> None:
    answer = recommend_products(RecommendQuery(segment="lapsed", goal="win_back"), tiny_view)
    assert "reasons rest on few" in answer.warnings[-1]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (RecommendQuery(customer_id="nobody"), "customer 'nobody' is not in this store"),
        (RecommendQuery(customer_id="c01", segment="loyal"), "both given"),
        (RecommendQuery(segment="martians"), "segment 'martians'"),
    ],
)
def test_wrong_calls_say_what_to_do(tiny_view: StoreView, query: RecommendQuery, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        recommend_products(query, tiny_view)
