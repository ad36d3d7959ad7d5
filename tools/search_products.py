"""The tool `search_products`: products by meaning and by word, from the store's index."""

from __future__ import annotations

from typing import Final

import pandas as pd
from pydantic import Field

from retrieval.hybrid import HybridIndex
from retrieval.protocols import Hit
from tools.contract import Answer, Query, Tool
from tools.names import resolve_name
from tools.products.assortment import ShownProduct, Sold, assortment, categories_by_sales, described
from tools.products.index import open_index, without_size
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

# Hits looked at for k results: sizes and look-alikes of one product are taken together afterwards.
POOL: Final = 600


class SearchQuery(Query):
    """What to look for, and within which limits."""

    query: str = Field(min_length=1, max_length=200, description="What to look for, in a shopper's words.")
    k: int = Field(5, ge=1, le=20, description="How many products.")
    category: str | None = Field(None, min_length=1, max_length=120, description="Only products of this category.")
    max_price: float | None = Field(None, gt=0, description="Only products at or below this price.")


class FoundProduct(ShownProduct):
    """One product found, and the text that matched."""

    product_id: str = Field(description="Identifier in the store.")
    score: float = Field(description="Reciprocal-rank score, comparable within this answer only.")
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
    """Search an index of the store's products.

    Raises:
        ToolError: The category is not known to the store.
    """
    products = assortment(view)
    category, took = _resolve(query.category, products)
    fit = products[Sold.FINDABLE]
    if category is not None:
        fit = fit & (products[Column.CATEGORY] == category)
    if query.max_price is not None:
        fit = fit & (products[Column.PRICE] <= query.max_price)
    allowed = fit.reindex(index.ids, fill_value=False).to_numpy()
    hits = index.search(query.query, POOL, allowed)
    ranked = _one_of_each(hits, products)
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
        warnings=_warnings(query, index, took, bool(ranked)),
    )


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
        matched=index.text_of(hit.id),
        **described(row).model_dump(),
    )


def _warnings(query: SearchQuery, index: HybridIndex, took: str | None, found: bool) -> tuple[str, ...]:
    notes = [took] if took else []
    if not found:
        notes.append("no product on sale fits the category and the price; try a wider search")
    elif not index.knows(query.query):
        notes.append(f"no product has a word of {query.query!r}; these are the nearest in meaning")
    return tuple(notes)


TOOL = Tool(query=SearchQuery, answer=SearchAnswer, run=search_products)
