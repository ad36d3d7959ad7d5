"""The tool `search_products`: products by meaning and by word, from the store's index."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from retrieval.hybrid import HybridIndex
from retrieval.language import seems_foreign
from retrieval.protocols import Hit
from tools.contract import Answer, Query, Tool
from tools.names import resolve_name
from tools.products.assortment import ShownProduct, Sold, assortment, categories_by_sales, described
from tools.products.documents import without_size
from tools.products.index import open_index
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

# Hits looked at for k results: sizes and look-alikes of one product are taken together afterwards.
POOL: Final = 600

LONGEST_SHOWN: Final = 300
"""Characters of a product's text that an answer repeats."""

BLANK: Final = "the query has no word; what fits the filters is listed, the most bought first"
NOTHING: Final = "no product on sale fits the category and the price; try a wider search"
MULTILINGUAL: Final = "words in common still count; try `marketwright index build` with a multilingual `--encoder`"


class SearchQuery(Query):
    """What to look for, and within which limits."""

    query: str = Field(min_length=1, max_length=200, description="What to look for, in a shopper's words.")
    k: int = Field(5, ge=1, le=20, description="How many products.")
    category: str | None = Field(None, min_length=1, max_length=120, description="Only products of this category.")
    max_price: float | None = Field(None, gt=0, description="Only products at or below this price.")


class FoundProduct(ShownProduct):
    """One product found, and the text that matched."""

    product_id: str = Field(description="Identifier in the store.")
    score: float = Field(description="Fused score, the higher the better; comparable within this answer only.")
    matched: str = Field(description="The product's text that the query was compared with.")


class SearchAnswer(Answer):
    """Products found, best first."""

    query: str = Field(description="The query as asked.")
    k: int = Field(description="Products asked for.")
    category: str | None = Field(description="The category searched, as the store names it.")
    max_price: float | None = Field(description="The price limit.")
    currency: str = Field(description="Currency of the prices.")
    searched: int = Field(ge=0, description="Products in the index that fit the category and the price.")
    products: tuple[FoundProduct, ...] = Field(description="The products, best first.")
    truncated: bool = Field(False, description="Whether more products matched than were asked for.")


def search_products(query: SearchQuery, view: StoreView) -> SearchAnswer:
    """Search the shop's products by meaning and by word, optionally within a category or a price."""
    index = open_index(view.store)
    return search(query, view, index)


def search(query: SearchQuery, view: StoreView, index: HybridIndex) -> SearchAnswer:
    """Search an index of the store's products; a query without a word lists what fits, the most bought first.

    Raises:
        ToolError: The category is not known to the store.
    """
    products = assortment(view)
    category, took = _resolve(query.category, products)
    allowed = _fitting(query, category, products).reindex(index.ids, fill_value=False).to_numpy()
    blank = not any(letter.isalnum() for letter in query.query)
    hits = _by_buyers(index, allowed, products) if blank else index.search(query.query, POOL, allowed)
    ranked = _one_of_each(hits, products)
    notes = [took] if took else []
    notes += [BLANK] if blank else _notes(query.query, view, index)
    return SearchAnswer(
        query=query.query,
        k=query.k,
        category=category,
        max_price=query.max_price,
        currency=view.meta.currency,
        searched=int(allowed.sum()),
        products=tuple(_found(hit, products.loc[hit.id], index) for hit in ranked[: query.k]),
        truncated=len(ranked) > query.k,
        rows_used=int(allowed.sum()),
        warnings=tuple(notes if ranked else [*notes, NOTHING]),
    )


def _fitting(query: SearchQuery, category: str | None, products: pd.DataFrame) -> pd.Series:
    """Return which products may be shown: findable, of the category, within the price."""
    fit = products[Sold.FINDABLE]
    if category is not None:
        fit = fit & (products[Column.CATEGORY] == category)
    if query.max_price is not None:
        fit = fit & (products[Column.PRICE] <= query.max_price)
    return fit


def _by_buyers(index: HybridIndex, allowed: NDArray[np.bool_], products: pd.DataFrame) -> tuple[Hit, ...]:
    """Return what is allowed, the most bought first; the score is the share of the most bought one's buyers."""
    buyers = products[Sold.BUYERS].reindex(index.ids, fill_value=0).to_numpy()
    rows = sorted(np.flatnonzero(allowed).tolist(), key=lambda row: (-buyers[row], index.ids[row]))[:POOL]
    most = max(int(buyers[rows[0]]), 1) if rows else 1
    return tuple(Hit(index.ids[row], float(buyers[row]) / most) for row in rows)


def shorten(text: str) -> str:
    """Cut a long text where an answer repeats it.

    >>> len(shorten("tea " * 1000))
    300
    """
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _resolve(words: str | None, products: pd.DataFrame) -> tuple[str | None, str | None]:
    if words is None:
        return None, None
    match = resolve_name(words, categories_by_sales(products), "category")
    return match.name, match.took(words)


def _one_of_each(hits: tuple[Hit, ...], products: pd.DataFrame) -> list[Hit]:
    """Keep one size of each product: of those with the best score, the one with the most buyers."""
    buyers = products[Sold.BUYERS]
    best: dict[tuple[str, str | None], Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, -int(buyers[hit.id]), hit.id)):
        row = products.loc[hit.id]
        best.setdefault((without_size(row[Column.NAME]), row[Column.CATEGORY]), hit)
    return list(best.values())


def _found(hit: Hit, row: pd.Series, index: HybridIndex) -> FoundProduct:
    return FoundProduct(
        product_id=hit.id,
        score=round(hit.score, 5),
        matched=shorten(index.text_of(hit.id)),
        **described(row).model_dump(),
    )


def _notes(query: str, view: StoreView, index: HybridIndex) -> list[str]:
    """Return what a reader must know of how the query was read."""
    notes = [f"took {word!r} as {taken!r}" for word, taken in index.lexical.corrections(query).items()]
    if not index.knows(query):
        notes.append(f"no product has a word of {query!r}; these are the nearest in meaning")
    return notes + _language_notes(query, view, index)


def _language_notes(query: str, view: StoreView, index: HybridIndex) -> list[str]:
    language = index.encoder.language
    if language is None:
        return []
    remedy = f"{index.encoder.name} knows {language} only; {MULTILINGUAL}"
    if view.meta.language != language:
        return [f"the store's texts are in {view.meta.language!r}: {remedy}"]
    reason = seems_foreign(query, language)
    return [f"the query seems to be in another language ({reason}): {remedy}"] if reason else []


TOOL = Tool(query=SearchQuery, answer=SearchAnswer, run=search_products)
