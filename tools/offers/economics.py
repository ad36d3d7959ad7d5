"""What an offer leaves of the price, and whether it stays within the guard rails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from tools.errors import ToolError
from tools.offers.candidates import Candidate, Terms
from tools.offers.rules import OfferRules
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

LEAST_KNOWN: Final = 0.5
"""Share of a segment's purchases whose products must have a cost before a margin is stated. House rule."""


@dataclass(frozen=True)
class Economics:
    """What customers buy.

    Attributes:
        margin: Gross margin at the price before discounts, as a share; None where too few costs are known.
        order_value: Mean value of an order before discounts; None without orders.
        known: Share of the value whose products have a cost.
    """

    margin: float | None
    order_value: float | None
    known: float


@dataclass(frozen=True)
class Guarded:
    """A candidate, and what the guard rails say of it.

    Attributes:
        candidate: The candidate.
        percent: What it takes off, in percent of the price; None where unknown.
        margin: Margin of the price paid that it leaves, as a share; None where unknown.
        blocked: Which guard rail it breaks; None where none that can be checked.
    """

    candidate: Candidate
    percent: float | None
    margin: float | None
    blocked: str | None


def segment_economics(view: StoreView, customers: frozenset[str]) -> Economics:
    """Return margin and order value of what these customers have bought."""
    products = view.table(Table.PRODUCTS).select(Column.PRODUCT_ID, "cost")
    lines = view.table(Table.ORDER_LINES).left_join(products, Column.PRODUCT_ID)
    full = lines[Column.REVENUE] + lines[Column.DISCOUNT].fill_null(0.0)
    sums = lines.group_by(lines[Column.CUSTOMER_ID]).aggregate(
        full=full.sum(),
        known=full.sum(where=lines["cost"].notnull()).fill_null(0.0),
        cost=(lines[Column.QUANTITY] * lines["cost"]).sum().fill_null(0.0),
        orders=lines[Column.ORDER_ID].nunique(),
    )
    return _economics(sums.to_pandas(), customers)


def _economics(sums: pd.DataFrame, customers: frozenset[str]) -> Economics:
    own = sums[sums[Column.CUSTOMER_ID].isin(customers)][["full", "known", "cost", "orders"]].sum()
    if own["full"] <= 0:
        return Economics(None, None, 0.0)
    share = float(own["known"] / own["full"])
    margin = 1 - float(own["cost"] / own["known"]) if share >= LEAST_KNOWN else None
    return Economics(margin, float(own["full"] / own["orders"]), share)


def percent_off(terms: Terms, order_value: float | None) -> float | None:
    """Return what an offer takes off in percent of the price; None where that is unknown.

    >>> percent_off(Terms("percent", 20.0), None), percent_off(Terms("amount", 5.0), 40.0)
    (20.0, 12.5)
    """
    if terms.kind == "amount":
        return 100 * (terms.size or 0.0) / order_value if order_value else None
    return terms.size


def margin_after(margin: float, percent: float) -> float:
    """Return the margin of the price paid after a discount in percent, from the margin before it.

    >>> round(margin_after(0.40, 20), 3), round(margin_after(0.40, 50), 3)
    (0.25, -0.2)
    """
    return 1 - (1 - margin) / (1 - percent / 100)


def guard(candidate: Candidate, economics: Economics, rules: OfferRules) -> Guarded:
    """Hold one candidate against the guard rails."""
    percent = percent_off(candidate.terms, economics.order_value)
    cap, floor = rules.discount_cap_percent.value, rules.margin_floor_percent.value
    if percent is not None and percent > cap:
        return Guarded(candidate, percent, None, f"takes off {percent:.4g} %, above the cap of {cap:g} %")
    if percent is None or economics.margin is None:
        return Guarded(candidate, percent, None, None)
    left = margin_after(economics.margin, percent)
    under = (
        f"leaves {100 * left:.1f} % of the price paid, below the floor of {floor:g} %" if 100 * left < floor else None
    )
    return Guarded(candidate, percent, left, under)


def guard_all(candidates: Sequence[Candidate], economics: Economics, rules: OfferRules) -> tuple[Guarded, ...]:
    """Hold all candidates against the guard rails.

    Raises:
        ToolError: None of them is left.
    """
    found = tuple(guard(candidate, economics, rules) for candidate in candidates)
    if all(one.blocked for one in found):
        told = "; ".join(f"{one.candidate.words!r} {one.blocked}" for one in found[:5])
        raise ToolError(
            f"candidates break the guard rails, all of them: {told}; expected at least one within them; "
            "try a smaller discount"
        )
    return found
