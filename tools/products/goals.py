"""How each goal of `recommend_products` ranks products for a group of customers, and how it words its reasons.

Measured on the demo as of 2017-10-01: five products, one a category, for each of six lifecycle stages and four
interests; counted are the customers who bought one of them in the next eight weeks. `win_back`: the segment's own
past with EASE reached 2,179, the same times its lift 2,143 (and says more about the segment), the shop's bestsellers
fewer in every stage away from the shop (41 against 47 lapsed, 52 against 73 hibernating). `cross_sell`, counting only
customers who had not bought the product: EASE across categories times lift 562, EASE 516, EASE by root popularity 329.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.products.assortment import RECENT_WEEKS, Sold
from tools.products.purchases import Purchases
from tools.warehouse.columns import Column

# A product is due from this share of the customer's own usual interval on, and until it looks given up.
DUE_FROM: Final = 0.75
DUE_UNTIL: Final = 2.5
# Days with a purchase from which an interval can be told.
REGULAR_DAYS: Final = 3
# Buyers added to both sides of a lift, so that three buyers are no trend.
PRIOR_BUYERS: Final = 20

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """Some customers in front of everybody's purchases.

    Attributes:
        purchases: Everybody's purchases.
        rows: The customers' rows, ascending.
        now: The day of the question.
    """

    purchases: Purchases
    rows: NDArray[np.int64]
    now: pd.Timestamp

    @cached_property
    def bought(self) -> NDArray[np.float32]:
        """Return customers of the group × products, 1 where bought."""
        return np.asarray(self.purchases.bought[self.rows].toarray(), dtype=np.float32)

    @cached_property
    def predicted(self) -> NDArray[np.float32]:
        """Return EASE's scores for each customer of the group and product, nothing below 0."""
        return np.asarray(np.maximum(self.bought @ self.purchases.weights, 0), dtype=np.float32)

    @cached_property
    def buyers(self) -> NDArray[np.int64]:
        """Return how many of the group have bought each product."""
        return np.asarray(self.bought.sum(axis=0), dtype=np.int64)

    @cached_property
    def past(self) -> pd.DataFrame:
        """Return the group's part of the purchase history."""
        inside = np.zeros(len(self.purchases.customers), dtype=bool)
        inside[self.rows] = True
        return self.purchases.history[inside[self.purchases.history["row"]]]

    @cached_property
    def lift(self) -> Scores:
        """Return each product's share of the group's purchases by its share of everybody's, drawn to 1 when few."""
        everybody = np.asarray(self.purchases.bought.sum(axis=0), dtype=np.float64).ravel()
        expected = everybody * self.buyers.sum() / max(everybody.sum(), 1.0)
        return np.asarray((self.buyers + PRIOR_BUYERS) / (expected + PRIOR_BUYERS), dtype=np.float64)

    @cached_property
    def across(self) -> NDArray[np.float32]:
        """Return EASE's weights between products of different categories only, 0 inside a category."""
        categories, _ = pd.factorize(self.purchases.categories)
        return np.where(categories[:, None] == categories, np.float32(0), self.purchases.weights)

    @cached_property
    def due(self) -> pd.DataFrame:
        """Return the group's regular purchases that are due again: column, interval (days)."""
        regular = self.past[self.past["days"] >= REGULAR_DAYS]
        interval = (regular["last_at"] - regular["first_at"]).dt.days / (regular["days"] - 1)
        since = (self.now - regular["last_at"]).dt.days / interval.clip(lower=1)
        return regular.assign(interval=interval)[(since >= DUE_FROM) & (since <= DUE_UNTIL)]

    def partner(self, column: int) -> int:
        """Return the product of another category that speaks most for a product, everybody's favourites damped."""
        everybody = np.asarray(self.purchases.bought.sum(axis=0)).ravel()
        return int(np.argmax(self.buyers * self.across[:, column] / np.sqrt(np.maximum(everybody, 1))))

    @property
    def size(self) -> int:
        """Return the number of customers."""
        return len(self.rows)


@dataclass(frozen=True)
class GoalRule:
    """How one goal ranks, and how it says why.

    Attributes:
        model: What ranks, in words.
        scores: A score for each product; 0 where it does not qualify.
        reason: The reason for one product.
    """

    model: str
    scores: Callable[[Group], Scores]
    reason: Callable[[Group, int], str]


def _win_back_scores(group: Group) -> Scores:
    weight = np.log2(1 + group.past["days"])
    habit = np.bincount(group.past["column"], weight, minlength=group.bought.shape[1]) / group.size
    return np.where(group.buyers > 0, habit + group.predicted.mean(axis=0), 0.0) * group.lift


def _replenish_scores(group: Group) -> Scores:
    return np.bincount(group.due["column"], minlength=group.bought.shape[1]) / group.size


def _cross_sell_scores(group: Group) -> Scores:
    likely = np.maximum(group.bought @ group.across, 0)
    return np.asarray((likely * (1 - group.bought)).mean(axis=0) * group.lift, dtype=np.float64)


def _discover_scores(group: Group) -> Scores:
    codes, _ = pd.factorize(group.purchases.categories)
    member = np.zeros((len(codes), codes.max(initial=0) + 1), dtype=np.float32)
    member[np.arange(len(codes)), codes] = 1
    unknown = (group.bought @ member == 0).astype(np.float32)[:, codes]
    return np.asarray((group.predicted * unknown).mean(axis=0) * group.lift, dtype=np.float64)


def _win_back_reason(group: Group, column: int) -> str:
    if group.size == 1:
        own = group.past[group.past["column"] == column].iloc[0]
        return f"bought on {own['days']} days, last on {own['last_at']:%Y-%m-%d}"
    recent = group.purchases.products[Sold.RECENT_BUYERS].iloc[column]
    return (
        f"bought before by {group.buyers[column]} of {group.size}; "
        f"{recent} customers bought it in the last {RECENT_WEEKS} weeks"
    )


def _replenish_reason(group: Group, column: int) -> str:
    due = group.due[group.due["column"] == column]
    if group.size == 1:
        return f"due again: usually bought every {due['interval'].iloc[0]:.0f} days"
    return f"due again for {len(due)} of {group.size}, who buy it about every {due['interval'].median():.0f} days"


def _cross_sell_reason(group: Group, column: int) -> str:
    partner = group.partner(column)
    name = group.purchases.products[Column.NAME].iloc[partner]
    if group.size == 1:
        return f"goes with {name}, which they buy"
    return (
        f"goes with {name}, which {group.buyers[partner]} of {group.size} buy; "
        f"{group.size - group.buyers[column]} have not bought it yet"
    )


def _discover_reason(group: Group, column: int) -> str:
    category = group.purchases.categories[column]
    inside = group.bought[:, group.purchases.categories == category].any(axis=1)
    partner = group.purchases.products[Column.NAME].iloc[group.partner(column)]
    if group.size == 1:
        return f"they have bought nothing of {category} yet; goes with {partner}"
    return f"{group.size - int(inside.sum())} of {group.size} have bought nothing of {category}; goes with {partner}"


GOALS: Final[dict[str, GoalRule]] = {
    "win_back": GoalRule("own past purchases with EASE, times lift", _win_back_scores, _win_back_reason),
    "replenish": GoalRule("own purchase intervals", _replenish_scores, _replenish_reason),
    "cross_sell": GoalRule(
        "EASE across categories over what they have not bought, times lift", _cross_sell_scores, _cross_sell_reason
    ),
    "discover": GoalRule("EASE over categories they have not bought, times lift", _discover_scores, _discover_reason),
}
