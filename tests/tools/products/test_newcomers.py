"""New products: ranked by what they are like of what was bought, and nothing else is taken for new."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retrieval.hybrid import HybridIndex
from tests import busy
from tests.bag_of_words import BagOfWords
from tools.errors import MissingCapabilityError, ToolError
from tools.products.goals import Group
from tools.products.index import build_index, open_index
from tools.products.newcomers import buyers_among, newcomers
from tools.products.purchases import purchases
from tools.recommend_products import RecommendQuery, recommend_products, with_new
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

PLAIN = RecommendQuery(goal="discover", k=3)
ASKED = RecommendQuery(goal="discover", k=3, new_products=2)
NEW = {"n1": "Coffee latte", "n2": "Cake chocolate", "n3": "Wooden spoon", "n4": "Coffee", "n5": "Coffee mocha"}
"""Like coffee, like cake, like nothing, the same as coffee under another number, and no longer active."""


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give the busy store with five products that nobody has bought, indexed."""
    store = busy.make_busy_store(tmp_path_factory.mktemp("home") / "newcomers", **{Table.PRODUCTS: _products()})
    build_index(store, encoder=BagOfWords())
    return store.at(busy.AS_OF)


def _products() -> pd.DataFrame:
    old = pd.DataFrame({"product_id": ["p0", "p1", "p2"], "name": ["Tea", "Coffee", "Cake"]})
    new = pd.DataFrame({"product_id": list(NEW), "name": list(NEW.values())})
    both = pd.concat([old, new], ignore_index=True).assign(category=None, department=None, price=10.0, cost=6.0)
    return both.assign(active=both.product_id != "n5").astype({"category": "object", "department": "object"})


@pytest.fixture
def index(view: StoreView) -> HybridIndex:
    """Give the index of that store."""
    return open_index(view.store, BagOfWords())


def _group(view: StoreView, product: int) -> Group:
    """Return the customers who buy one product: number % 3 is its number."""
    known = purchases(view)
    numbers = np.array([int(name[1:]) for name in known.customers])
    return Group(known, np.flatnonzero(numbers % 3 == product), pd.Timestamp(view.as_of))


@pytest.mark.parametrize(("product", "first"), [(1, "n1"), (2, "n2")])
def test_the_new_product_that_is_like_theirs_comes_first(
    view: StoreView, index: HybridIndex, product: int, first: str
) -> None:
    group = _group(view, product)
    found = newcomers(view, group.purchases, index)
    ranked = found.ranked(group, k=5, per_category=5)
    assert found.products.index[ranked[0][0]] == first
    assert found.reason(group, ranked[0][0]) == f"not sold yet; like {NEW[first].split()[0]}, bought by 100 of 100"
    assert "n3" not in {found.products.index[row] for row, _ in ranked}, "it is like nothing"


def test_what_is_the_same_or_gone_or_sold_is_not_new(view: StoreView, index: HybridIndex) -> None:
    found = newcomers(view, purchases(view), index)
    assert set(found.products.index) == {"n1", "n2", "n3"}


def test_new_products_take_the_last_places(view: StoreView, index: HybridIndex) -> None:
    group = _group(view, 1)
    plain = recommend_products(PLAIN, view)
    mixed = with_new(plain, ASKED, view, group, index)
    ids = [product.product_id for product in mixed.products]
    assert ids[-1] == "n1"
    assert ids[:-1] == [product.product_id for product in plain.products[: len(ids) - 1]]
    assert mixed.products[-1].buyers == 0
    assert with_new(plain, PLAIN, view, group, index) == plain


def test_a_goal_about_the_past_refuses_them(view: StoreView, index: HybridIndex) -> None:
    query = RecommendQuery(goal="replenish", new_products=1)
    with pytest.raises(ToolError, match="expected cross_sell or discover"):
        with_new(recommend_products(PLAIN, view), query, view, _group(view, 1), index)


def test_without_an_index_it_is_said_what_to_do(tmp_path: Path) -> None:
    view = busy.make_busy_store(tmp_path / "bare").at(busy.AS_OF)
    with pytest.raises(MissingCapabilityError, match="marketwright index build"):
        recommend_products(ASKED, view)


def test_buyers_are_counted_among_the_customers_asked_about(view: StoreView) -> None:
    everyone = purchases(view).customers
    assert buyers_among(view, ["p1", "n1"], everyone).to_dict() == {"p1": 100}
    assert buyers_among(view, ["p1"], pd.Index(["c001", "c002"])).to_dict() == {"p1": 1}
