"""Search over catalogues and with queries that nobody expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from retrieval.building import build
from retrieval.documents import Document
from retrieval.hybrid import HybridIndex
from tests.bag_of_words import BagOfWords
from tests.tiny import AS_OF, PRODUCTS, make_tiny_store
from tools.products.documents import BANDS, DOCUMENT_COLUMNS, documents_of
from tools.products.index import build_index, open_index
from tools.search_products import BLANK, LONGEST_SHOWN, MULTILINGUAL, SearchQuery, search, shorten
from tools.warehouse.view import StoreView


def _index(folder: Path, texts: list[str]) -> HybridIndex:
    documents = [Document(f"p{place:03d}", text, text[:300], text[:40]) for place, text in enumerate(texts)]
    build(folder, documents, BagOfWords(), "v1")
    return HybridIndex.load(folder, BagOfWords(), "v1")


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give a tiny store of its own, indexed."""
    store = make_tiny_store(tmp_path_factory.mktemp("home") / "indexed")
    build_index(store, encoder=BagOfWords())
    return store.at(AS_OF)


def _open(view: StoreView) -> HybridIndex:
    return open_index(view.store, BagOfWords())


def test_no_product(tmp_path: Path) -> None:
    assert _index(tmp_path, []).search("tea", 5) == ()


def test_one_product(tmp_path: Path) -> None:
    assert [hit.id for hit in _index(tmp_path, ["tea"]).search("tea", 100)] == ["p000"]


def test_an_empty_text_is_found_by_nothing_else(tmp_path: Path) -> None:
    assert [hit.id for hit in _index(tmp_path, ["", "tea"]).search("tea", 5)] == ["p001"]


def test_fifty_identical_products_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    index = _index(tmp_path, ["green tea"] * 50)
    hits = index.search("tea", 50)
    assert [hit.id for hit in hits] == sorted(index.ids)
    assert len({hit.score for hit in hits}) == 1


def test_a_description_of_a_megabyte(tmp_path: Path) -> None:
    assert _index(tmp_path, ["leaf " * 200_000, "green tea"]).search("green", 1)[0].id == "p001"
    assert len(shorten("leaf " * 200_000)) == LONGEST_SHOWN


def test_emoji_and_chinese(tmp_path: Path) -> None:
    index = _index(tmp_path, ["🍵 绿茶", "green tea 🍵"])
    assert {hit.id for hit in index.search("tea", 5)} == {"p001"}
    assert isinstance(index.search("🍵", 5), tuple)


def test_a_query_of_ten_thousand_characters(tmp_path: Path, view: StoreView) -> None:
    assert _index(tmp_path, ["green tea", "milk"]).search("green " * 1667, 1)[0].id == "p000"
    with pytest.raises(ValidationError, match="at most 200"):
        SearchQuery(query="x" * 10_000)


@pytest.mark.parametrize("query", ["*", " ", "?!"])
def test_only_filters(view: StoreView, query: str) -> None:
    answer = search(SearchQuery(query=query, category="coffee", k=5), view, _open(view))
    assert [product.product_id for product in answer.products] == ["p01", "p02"]
    assert answer.warnings[-1] == BLANK


def test_an_empty_query_is_refused() -> None:
    with pytest.raises(ValidationError):
        SearchQuery(query="")


def test_a_price_of_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        SearchQuery(query="tea", max_price=0)


def test_fewer_products_than_asked_for(view: StoreView) -> None:
    answer = search(SearchQuery(query="*", k=20), view, _open(view))
    assert (len(answer.products), answer.truncated) == (len(PRODUCTS), False)


@pytest.mark.parametrize("query", ["牛奶", "lait pour enfants", "Milch für das Kind"])
def test_a_query_in_another_language_is_told_what_the_encoder_knows(view: StoreView, query: str) -> None:
    answer = search(SearchQuery(query=query), view, _open(view))
    assert any("another language" in note and MULTILINGUAL in note for note in answer.warnings)


class Multilingual(BagOfWords):
    """Nobody says which languages it knows."""

    language = None


def test_an_encoder_of_many_languages_is_not_warned_about(view: StoreView) -> None:
    answer = search(SearchQuery(query="牛奶"), view, open_index(view.store, Multilingual()))
    assert not any("another language" in note for note in answer.warnings)


def test_a_slip_of_the_keyboard_is_said(view: StoreView) -> None:
    answer = search(SearchQuery(query="choclate"), view, _open(view))
    assert answer.products[0].product_id == "p04"
    assert "took 'choclate' as 'chocolate'" in answer.warnings


def test_a_changed_shop_encodes_only_what_changed(view: StoreView) -> None:
    assert build_index(view.store, encoder=BagOfWords()).encoded == 0


def test_documents_hold_what_the_shop_has(view: StoreView) -> None:
    frame = view.frame("products", ["product_id", *DOCUMENT_COLUMNS]).set_index("product_id").loc[["p04"] * 6]
    frame = frame.assign(brand="Acme", description="Crisp", attributes="vegan", price=[1.0, 2, 3, 4, 5, 6])
    texts = [document.text for document in documents_of(frame)]
    assert texts[0] == f"Chocolate cookies, 10 oz · Cookies · Grocery · Acme · vegan · {BANDS[0]} · Crisp"
    assert texts[5].count(BANDS[2]) == 1
