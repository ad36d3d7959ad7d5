"""Search over the tiny store with an encoder that counts words."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.hybrid import HybridIndex
from tests.bag_of_words import BagOfWords
from tests.tiny import AS_OF, PRODUCTS, make_tiny_store
from tools.errors import MissingCapabilityError, ToolError
from tools.products.documents import documents_of, without_size
from tools.products.index import build_index, open_index
from tools.search_products import SearchAnswer, SearchQuery, search
from tools.warehouse.view import StoreView


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give a tiny store of its own, indexed."""
    store = make_tiny_store(tmp_path_factory.mktemp("home") / "indexed")
    build_index(store, encoder=BagOfWords())
    return store.at(AS_OF)


@pytest.fixture
def index(view: StoreView) -> HybridIndex:
    """Give the index of that store."""
    return open_index(view.store, BagOfWords())


def _names(answer: SearchAnswer) -> list[str]:
    return [product.product_id for product in answer.products]


def test_every_active_product_is_indexed(index: HybridIndex) -> None:
    assert list(index.ids) == [row[0] for row in PRODUCTS]


def test_the_product_meant_comes_first(view: StoreView, index: HybridIndex) -> None:
    answer = search(SearchQuery(query="green tea"), view, index)
    first = answer.products[0]
    assert (first.product_id, first.name, first.price) == ("p03", "Green tea, 40 bags", 4.0)
    assert first.matched == "Green tea, 40 bags · Tea · Grocery"
    assert answer.searched == len(PRODUCTS)


def test_category_and_price_limit_the_search(view: StoreView, index: HybridIndex) -> None:
    answer = search(SearchQuery(query="coffee", category="coffees", max_price=10), view, index)
    assert (_names(answer), answer.category, answer.searched) == (["p01"], "Coffee", 1)
    assert answer.warnings == ("took 'coffees' as 'Coffee' (plural)",)


def test_more_matches_than_asked_for_are_said(view: StoreView, index: HybridIndex) -> None:
    answer = search(SearchQuery(query="cookies", k=1), view, index)
    assert (len(answer.products), answer.truncated) == (1, True)


def test_nothing_fits(view: StoreView, index: HybridIndex) -> None:
    answer = search(SearchQuery(query="coffee", max_price=0.01), view, index)
    assert (answer.products, answer.searched) == ((), 0)
    assert "wider search" in answer.warnings[0]


def test_no_word_in_common_is_said(view: StoreView, index: HybridIndex) -> None:
    answer = search(SearchQuery(query="xylophone"), view, index)
    assert "no product has a word" in answer.warnings[0]


def test_unknown_category(view: StoreView, index: HybridIndex) -> None:
    with pytest.raises(ToolError, match="category 'spaceships'"):
        search(SearchQuery(query="coffee", category="spaceships"), view, index)


def test_the_same_question_has_the_same_answer(view: StoreView, index: HybridIndex) -> None:
    query = SearchQuery(query="something sweet with chocolate")
    assert search(query, view, index) == search(query, view, open_index(view.store, BagOfWords()))


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    store = make_tiny_store(tmp_path / "bare")
    with pytest.raises(MissingCapabilityError, match="marketwright index build bare"):
        open_index(store, BagOfWords())


def test_sizes_of_a_product_share_a_meaning(view: StoreView) -> None:
    frame = view.frame("products").set_index("product_id").loc[["p04", "p05"]]
    frame["name"] = ["Oat cookies, 10 oz", "Oat cookies, 2 lb"]
    one, two = documents_of(frame)
    assert one.meaning == two.meaning == "Oat cookies. Cookies. Grocery"
    assert one.text != two.text


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Ground coffee, 12 oz", "Ground coffee"),
        ("Whole milk, 1 gal", "Whole milk"),
        ("Soft drinks, 12 pk/12 oz, store brand", "Soft drinks, store brand"),
        ("7 grain bread", "7 grain bread"),
        ("Sourdough bread", "Sourdough bread"),
    ],
)
def test_without_size(name: str, bare: str) -> None:
    assert without_size(name) == bare
