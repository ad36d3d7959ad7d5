"""The tool `find_bundles`: products that are bought together beyond chance."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.names import resolve_name
from tools.products.assortment import ShownProduct, assortment, categories_by_sales, described
from tools.products.baskets import BASKET_WEEKS, Baskets, baskets
from tools.products.bundling import (
    FALSE_SHARE,
    LEAST_BASKETS,
    LEAST_CUSTOMERS,
    Rule,
    Search,
    rules_among,
    without_repeats,
)
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

FEW_BASKETS: Final = 1_000
"""Below this many baskets, only what goes together very often can be told from chance. The project's own."""


class BundleQuery(Query):
    """Find products that are bought together, as association rules with support, confidence and lift."""

    category: str | None = Field(None, description="Category that one side of the rule belongs to.")
    k: int = Field(5, ge=1, le=20, description="How many bundles.")


class BundledProduct(ShownProduct):
    """One product of a bundle."""

    product_id: str = Field(description="Identifier in the store.")


class Bundle(Frozen):
    """Products that go together; whoever buys the first ones is likely to buy the last."""

    name: str = Field(description="The products' names, joined.")
    products: tuple[BundledProduct, ...] = Field(description="The products; the last follows from the others.")
    baskets: int = Field(ge=0, description="Baskets with all of them.")
    expected_baskets: float = Field(ge=0, description="The same by chance, in baskets of the same sizes.")
    customers: int = Field(ge=0, description="Customers who bought them together.")
    support_percent: float = Field(description="Share of all baskets that hold all of them.")
    confidence_percent: float = Field(description="Of baskets with the others, the share that holds the last.")
    lift: float = Field(description="That share over the last one's share of all baskets.")
    lift_low: float = Field(description="Lower end of the lift's 95 % interval.")
    p_value: float = Field(description="Chance of as many baskets or more, were they bought independently.")
    price: float | None = Field(description="Sum of the prices.")
    margin: float | None = Field(description="Price less costs; null where a cost is not known.")
    margin_percent: float | None = Field(description="The margin in percent of the price.")
    reason: str = Field(description="Why, in words, with the counts behind it.")


class BundleAnswer(Answer):
    """Bundles, strongest first."""

    category: str | None = Field(description="The category asked for, as the store names it.")
    baskets: int = Field(ge=0, description="Baskets looked through.")
    products: int = Field(ge=0, description="Products looked at.")
    pairs: int = Field(ge=0, description="Pairs tested.")
    significant: int = Field(ge=0, description="Pairs beyond chance after correction for all pairs tested.")
    found: int = Field(
        ge=0, description="Bundles of them that hold in both halves of the customers, sets of three too."
    )
    bundles: tuple[Bundle, ...] = Field(description="The strongest, no product in two of them.")
    truncated: bool = Field(False, description="Whether there are more than were asked for.")
    currency: str = Field(description="Currency of all money.")
    method: str = Field(
        f"Fisher's test within baskets of equal size, Benjamini-Hochberg at {FALSE_SHARE:.0%}, then each half of the "
        f"customers alone; at least {LEAST_BASKETS} baskets and {LEAST_CUSTOMERS} customers",
        description="When products are a bundle.",
    )


def find_bundles(query: BundleQuery, view: StoreView) -> BundleAnswer:
    """Find products that are bought together, as association rules with support, confidence and lift.

    Raises:
        ToolError: The category is not known to the store.
    """
    known = baskets(view)
    category, took = _category(query, view)
    search, across = rules_among(view)
    groups = known.groups
    within = [rule for rule in search.rules if category is None or category in groups[list(rule.items)]]
    kinds = groups if across else np.asarray(known.products.index, dtype=np.object_)
    chosen = without_repeats(tuple(within), kinds, query.k + 1)
    return BundleAnswer(
        category=category,
        baskets=int(known.held.shape[0]),
        products=int(known.held.shape[1]),
        pairs=search.pairs,
        significant=search.significant,
        found=len(within),
        bundles=tuple(_bundle(rule, known) for rule in chosen[: query.k]),
        truncated=len(chosen) > query.k,
        currency=view.meta.currency,
        rows_used=known.lines,
        warnings=_warnings(known, search, across, took, bool(chosen)),
    )


def _category(query: BundleQuery, view: StoreView) -> tuple[str | None, str | None]:
    if query.category is None:
        return None, None
    match = resolve_name(query.category, categories_by_sales(assortment(view)), "category")
    return match.name, match.took(query.category)


def _bundle(rule: Rule, known: Baskets) -> Bundle:
    rows = known.products.iloc[list(rule.items)]
    shown = [
        BundledProduct(product_id=str(product_id), **described(row).model_dump()) for product_id, row in rows.iterrows()
    ]
    price = round(float(rows[Column.PRICE].sum()), 2)
    margin, percent = _margin(rows, price)
    return Bundle(
        name=" + ".join(product.name for product in shown),
        products=tuple(shown),
        baskets=rule.baskets,
        expected_baskets=round(rule.expected, 1),
        customers=rule.customers,
        support_percent=round(100 * rule.support, 3),
        confidence_percent=round(100 * rule.confidence, 1),
        lift=round(rule.lift, 2),
        lift_low=round(rule.lift_low, 2),
        p_value=rule.p_value,
        price=price,
        margin=margin,
        margin_percent=percent,
        reason=_reason(rule, [product.name for product in shown]),
    )


def _margin(rows: pd.DataFrame, price: float) -> tuple[float | None, float | None]:
    costs: NDArray[np.float64] = rows[Column.COST].to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isnan(costs).any() or price <= 0:
        return None, None
    margin = round(price - float(costs.sum()), 2)
    return margin, round(100 * margin / price, 1)


def _reason(rule: Rule, names: list[str]) -> str:
    first = " and ".join(names[:-1])
    return (
        f"{rule.confidence:.0%} of the baskets with {first} hold {names[-1]}, {rule.lift:.1f} times as often as any "
        f"basket; together in {rule.baskets} baskets of {rule.customers} customers, where chance gives "
        f"{rule.expected:.0f}"
    )


def _warnings(known: Baskets, search: Search, across: bool, took: str | None, found: bool) -> tuple[str, ...]:
    count, products = known.held.shape
    notes = [took] if took else []
    if count < FEW_BASKETS:
        notes.append(f"only {count} baskets in {BASKET_WEEKS} weeks; few bundles can be told from chance")
    if not found:
        notes.append("nothing is bought together beyond chance in enough baskets; try without a category")
    elif not across:
        notes.append("no products of different categories go together; these are of one category")
    if known.left_out:
        notes.append(f"the {products} products with the most sales were looked at; {known.left_out} were left out")
    return tuple(notes)


TOOL = Tool(query=BundleQuery, answer=BundleAnswer, run=find_bundles)
