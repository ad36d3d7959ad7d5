"""The tool `search_products`: products by meaning and by word, from the store's index."""

from __future__ import annotations

from pydantic import Field

from tools.contract import Answer, Query, Tool
from tools.errors import ToolError
from tools.frozen import Frozen
from tools.warehouse.view import StoreView


class SearchQuery(Query):
    """What to look for, and within which limits."""

    query: str = Field(min_length=1, max_length=200, description="What to look for, in a shopper's words.")
    k: int = Field(5, ge=1, le=20, description="How many products.")
    category: str | None = Field(None, min_length=1, max_length=120, description="Only products of this category.")
    max_price: float | None = Field(None, gt=0, description="Only products at or below this price.")


class FoundProduct(Frozen):
    """One product found, and the text that matched."""

    product_id: str = Field(description="Identifier in the store.")
    name: str = Field(description="Name as it may be shown.")
    category: str | None = Field(description="Category in the store.")
    department: str | None = Field(description="Department in the store.")
    brand: str | None = Field(description="Brand, if known.")
    price: float | None = Field(description="Current price in the store's currency.")
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
    raise ToolError("search_products is not ready yet; expected an index; try another tool")


TOOL = Tool(query=SearchQuery, answer=SearchAnswer, run=search_products)
