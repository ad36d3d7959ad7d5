"""The tool `recommend_products`: which products to show a segment or a customer, and why."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tools.assortment import ShownProduct
from tools.contract import Answer, Query, Tool
from tools.errors import ToolError
from tools.warehouse.view import StoreView

Goal = Literal["cross_sell", "replenish", "discover", "win_back"]


class RecommendQuery(Query):
    """For whom, to which end, and how many products."""

    segment: str | None = Field(
        None, min_length=1, max_length=120, description="Segment to recommend to; leave out when a customer is given."
    )
    customer_id: str | None = Field(None, min_length=1, max_length=64, description="One customer to recommend to.")
    goal: Goal = Field(
        "cross_sell",
        description="cross_sell: goes with what they buy; replenish: due again; discover: new to them; "
        "win_back: what brought them before.",
    )
    k: int = Field(5, ge=1, le=20, description="How many products.")


class RecommendedProduct(ShownProduct):
    """One product and the reason to show it."""

    product_id: str = Field(description="Identifier in the store.")
    score: float = Field(description="Comparable within this answer only; the higher the better.")
    reason: str = Field(description="Why, in words, with the counts behind it.")
    buyers: int = Field(ge=0, description="Customers of the segment who have bought it.")
    buyers_share_percent: float = Field(ge=0, le=100, description="The same in percent of the segment.")


class RecommendAnswer(Answer):
    """Products for a segment or a customer, best first."""

    segment: str | None = Field(description="The segment as the store names it; none for a single customer.")
    customer_id: str | None = Field(description="The customer, if one was asked for.")
    goal: Goal = Field(description="The goal asked for.")
    model: str = Field(description="What ranked the products.")
    customers: int = Field(ge=0, description="Customers recommended to.")
    currency: str = Field(description="Currency of the prices.")
    products: tuple[RecommendedProduct, ...] = Field(description="The products, best first.")
    truncated: bool = Field(False, description="Whether more products qualified than were asked for.")


def recommend_products(query: RecommendQuery, view: StoreView) -> RecommendAnswer:
    """Recommend products to a segment or a customer: cross-sell, replenish, discover or win back."""
    raise ToolError("recommend_products is not ready yet; expected products; try another tool")


TOOL = Tool(query=RecommendQuery, answer=RecommendAnswer, run=recommend_products)
