"""The tool `recommend_products`: which products to show a segment or a customer, and why."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from retrieval.hybrid import HybridIndex
from tools.contract import Answer, Query, Tool
from tools.customers.segments import EVERYBODY, Segment, find_segment
from tools.errors import ToolError
from tools.estimators.recommend import best_of_each
from tools.products.assortment import RECENT_WEEKS, ShownProduct, Sold, assortment, described
from tools.products.everybody import AGAIN, ENOUGH_CUSTOMERS, Pick, Wish, everybody, model_told, picks
from tools.products.goals import GOALS, GoalRule, Group, Scores
from tools.products.index import open_index
from tools.products.margins import margin_factors
from tools.products.newcomers import Newcomers, buyers_among, newcomers
from tools.products.purchases import Purchases, purchases
from tools.products.shopping import Shopping, shopping
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

# A message shows a few products: one of each category says more than five kinds of milk. What sells is left as it is.
PER_CATEGORY: Final = 1
MARGIN_WEIGHT: Final = 0.0
# Below this many customers, shares and reasons are anecdotes.
FEW: Final = 20
Goal = Literal["cross_sell", "replenish", "discover", "win_back"]
NEW_FOR: Final = ("cross_sell", "discover")
"""Goals that something new can serve."""


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
    per_category: int = Field(PER_CATEGORY, ge=1, le=20, description="Most products of one category.")
    margin_weight: float = Field(
        MARGIN_WEIGHT, ge=0, le=1, description="How far margin moves the ranking, where costs are known; 0: not at all."
    )

    new_products: int = Field(
        0,
        ge=0,
        le=10,
        description="How many of them may be new ones, chosen by their texts; goals cross_sell, discover.",
    )


class RecommendedProduct(ShownProduct):
    """One product and the reason to show it."""

    product_id: str = Field(description="Identifier in the store.")
    score: float = Field(
        description="Comparable within this answer only; the higher the better. New ones have their own."
    )
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
    """Recommend products to a segment or a customer: cross-sell, replenish, discover or win back.

    Raises:
        ToolError: The segment or customer is not known, nobody is in it, or both were given; or new products are asked
            for with a goal that is about what was bought before.
        MissingCapabilityError: New products are asked for and the store has no index.
    """
    audience = _audience(query, view)
    known = purchases(view)
    rows = known.customers.get_indexer(audience.customer_ids)
    group = Group(known, np.sort(rows[rows >= 0]), pd.Timestamp(view.as_of))
    if query.customer_id and len(known.customers) >= ENOUGH_CUSTOMERS and rows[0] >= 0:
        own = _own_products(query, view, audience)
        if own.products:
            return with_new(own, query, view, group)
    return with_new(_group_products(query, view, audience, group), query, view, group)


def _group_products(query: RecommendQuery, view: StoreView, audience: Segment, group: Group) -> RecommendAnswer:
    """Answer for a segment, or a customer of whom little is known, by the goal's rule."""
    known = group.purchases
    rule = GOALS[query.goal]
    scores = _weighed(rule, group, query) if group.size else np.zeros(0)
    ranked = _ranked(scores, known, query)
    bestsellers = not ranked
    if bestsellers:
        rule, scores = BESTSELLERS, _weighed(BESTSELLERS, group, query)
        ranked = _ranked(scores, known, query)
    return RecommendAnswer(
        segment=None if query.customer_id else audience.name,
        customer_id=query.customer_id,
        goal=query.goal,
        model=f"{rule.model}, {known.bought.shape[1]} products",
        customers=len(audience.customer_ids),
        currency=view.meta.currency,
        products=tuple(_recommended(group, column, float(scores[column]), rule) for column in ranked[: query.k]),
        truncated=len(ranked) > query.k,
        rows_used=int(assortment(view)[Sold.LINES].sum()),
        warnings=_warnings(query, audience, bestsellers),
    )


def with_new(
    answer: RecommendAnswer, query: RecommendQuery, view: StoreView, group: Group, index: HybridIndex | None = None
) -> RecommendAnswer:
    """Give the last places to new products that are like what the group bought, if asked for.

    Raises:
        ToolError: The goal is about what they bought before.
        MissingCapabilityError: The store has no index of its products' texts.
    """
    if not query.new_products:
        return answer
    if query.goal not in NEW_FOR:
        raise ToolError(f"new_products {query.new_products} with goal {query.goal!r}; expected {' or '.join(NEW_FOR)}")
    found = newcomers(view, group.purchases, index or open_index(view.store))
    listed = {product.product_id for product in answer.products}
    new = [
        (row, score)
        for row, score in found.ranked(group, query.k + query.new_products, query.per_category)
        if found.products.index[row] not in listed
    ][: min(query.new_products, query.k)]
    customers = group.purchases.customers[group.rows]
    bought = buyers_among(view, [str(found.products.index[row]) for row, _ in new], customers)
    shown = tuple(_new_product(found, group, row, score, bought) for row, score in new)
    notes = () if shown else ("no new product is like anything they bought",)
    return answer.model_copy(
        update={
            "products": (*answer.products[: query.k - len(shown)], *shown),
            "warnings": (*answer.warnings, *notes),
        }
    )


def _new_product(found: Newcomers, group: Group, row: int, score: float, bought: pd.Series) -> RecommendedProduct:
    product_id = str(found.products.index[row])
    buyers = int(bought.get(product_id, 0))
    return RecommendedProduct(
        product_id=product_id,
        score=round(score, 4),
        reason=found.reason(group, row),
        buyers=buyers,
        buyers_share_percent=round(100 * buyers / max(group.size, 1), 1),
        **described(found.products.iloc[row]).model_dump(),
    )


def _audience(query: RecommendQuery, view: StoreView) -> Segment:
    if query.customer_id is None:
        audience = find_segment(view, query.segment or EVERYBODY)
        if len(audience.customer_ids) == 0:
            raise ToolError(f"segment {audience.name!r} has nobody in it; expected customers; try another segment")
        return audience
    if query.segment is not None:
        raise ToolError(
            f"segment {query.segment!r} and customer {query.customer_id!r} were both given; expected one; try either"
        )
    customers = view.table(Table.CUSTOMERS)
    if not customers.filter(customers[Column.CUSTOMER_ID] == query.customer_id).count().execute():
        some = customers.order_by(Column.CUSTOMER_ID).limit(3).to_pandas()[Column.CUSTOMER_ID]
        raise ToolError(
            f"customer {query.customer_id!r} is not in this store; expected a customer_id such as {', '.join(some)}"
        )
    return Segment(query.customer_id, "one customer", pd.Index([query.customer_id]))


def _weighed(rule: GoalRule, group: Group, query: RecommendQuery) -> Scores:
    return rule.scores(group) * margin_factors(group.purchases.products, query.margin_weight)


def _ranked(scores: Scores, known: Purchases, query: RecommendQuery) -> list[int]:
    return best_of_each(scores, known.categories, query.k + 1, query.per_category)


def _own_products(query: RecommendQuery, view: StoreView, audience: Segment) -> RecommendAnswer:
    """Answer for one customer by the models of single customers."""
    known = shopping(view)
    rows = known.customers.get_indexer(audience.customer_ids)
    found = list(picks(view, _wish(query, query.k + 1), rows))
    return RecommendAnswer(
        segment=None,
        customer_id=query.customer_id,
        goal=query.goal,
        model=f"{model_told(view, query.goal)}, {len(known.products)} products",
        customers=1,
        currency=view.meta.currency,
        products=tuple(_picked(pick, known, query.goal in AGAIN) for pick in found[: query.k]),
        truncated=len(found) > query.k,
        rows_used=int(assortment(view)[Sold.LINES].sum()),
    )


def _picked(pick: Pick, known: Shopping, bought: bool) -> RecommendedProduct:
    row = known.products.iloc[pick.column]
    return RecommendedProduct(
        product_id=str(row.name),
        score=round(pick.score, 4),
        reason=pick.reason,
        buyers=int(bought),
        buyers_share_percent=100.0 * bought,
        **described(row).model_dump(),
    )


def _wish(query: RecommendQuery, k: int) -> Wish:
    return Wish(query.goal, k, query.per_category, query.margin_weight)


def customer_products(query: RecommendQuery, view: StoreView) -> pd.DataFrame:
    """Return k products for each customer of the segment, or of the whole shop: one row each, with rank and reason.

    Raises:
        ToolError: The segment or customer is not known, nobody is in it, or both were given; or new products are asked
            for, which are chosen for a group.
    """
    if query.new_products:
        raise ToolError(f"new_products {query.new_products} for each customer; expected 0; try it for a segment")
    return everybody(view, _wish(query, query.k), _audience(query, view).customer_ids)


def _recommended(group: Group, column: int, score: float, rule: GoalRule) -> RecommendedProduct:
    row = group.purchases.products.iloc[column]
    buyers = int(group.buyers[column])
    return RecommendedProduct(
        product_id=str(row.name),
        score=round(score, 4),
        reason=rule.reason(group, column),
        buyers=buyers,
        buyers_share_percent=round(100 * buyers / max(group.size, 1), 1),
        **described(row).model_dump(),
    )


def _warnings(query: RecommendQuery, audience: Segment, bestsellers: bool) -> tuple[str, ...]:
    notes = [audience.took] if audience.took else []
    if bestsellers:
        notes.append(f"their past purchases say nothing for {query.goal}; these are the shop's recent bestsellers")
    if query.customer_id is None and len(audience.customer_ids) < FEW:
        notes.append(f"segment {audience.name!r} has only {len(audience.customer_ids)} customers; reasons rest on few")
    return tuple(notes)


def _bestseller_scores(group: Group) -> Scores:
    return np.asarray(group.purchases.products[Sold.RECENT_BUYERS], dtype=np.float64)


def _bestseller_reason(group: Group, column: int) -> str:
    recent = group.purchases.products[Sold.RECENT_BUYERS].iloc[column]
    return f"a bestseller: {recent} customers bought it in the last {RECENT_WEEKS} weeks"


BESTSELLERS: Final = GoalRule("bestsellers of the last weeks", _bestseller_scores, _bestseller_reason)
TOOL = Tool(query=RecommendQuery, answer=RecommendAnswer, run=recommend_products, per_customer=customer_products)
