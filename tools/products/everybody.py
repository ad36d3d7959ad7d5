"""What is recommended to each single customer: what they buy again, or have not bought yet, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.recommend import best_of_each
from tools.estimators.repeat import Pairs, RepeatModel, describe_pairs, fit_repeat
from tools.products.assortment import RECENT_WEEKS, Sold
from tools.products.margins import margin_factors
from tools.products.novelty import JUDGED_DAYS, Novelty, novelty
from tools.products.shopping import Shopping, shopping
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

AGAIN: Final = ("replenish", "win_back")
"""Goals met by what the customer bought before; the others by what they did not."""

BLOCK: Final = 500
"""Customers scored at once: memory stays the same however many there are."""

ENOUGH_CUSTOMERS: Final = 300
"""From this many customers on, single customers are answered by these models; below, by the rules of `goals`."""

LEAST_DAYS: Final = 2
"""Days with a purchase from which a product is bought again, not once."""


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    Attributes:
        goal: As in `recommend_products`.
        k: Products a customer.
        per_category: Most products of one category.
        margin_weight: From 0, margin does not matter, to 1.
    """

    goal: str
    k: int
    per_category: int
    margin_weight: float


@dataclass(frozen=True)
class Pick:
    """One product for one customer: the customer's and the product's place in `Shopping`, the score and the reason."""

    row: int
    column: int
    score: float
    reason: str


def model_told(view: StoreView, goal: str) -> str:
    """Return in words what ranks for single customers."""
    if goal not in AGAIN:
        return f"blend of {novelty(view).told}, each standardised"
    model, _ = repeats(view)
    return "own rate of buying, recent days counting more" if model.trees is None else "learned from own past purchases"


def repeats(view: StoreView) -> tuple[RepeatModel, Pairs]:
    """Return the model of what is bought again, and everybody's products; fitted once a store version, day and seed."""
    return _repeats(view, view.meta.version)


@lru_cache(maxsize=2)
def _repeats(view: StoreView, version: str) -> tuple[RepeatModel, Pairs]:
    bought = shopping(view).bought
    return fit_repeat(bought, JUDGED_DAYS, view.seed), describe_pairs(bought)


def picks(view: StoreView, wish: Wish, rows: NDArray[np.int64]) -> Iterator[Pick]:
    """Give the picks of some customers, ascending, best first; none where nothing fits.

    Args:
        view: The store as of a day.
        wish: What is asked for.
        rows: The customers' places in `Shopping`, ascending.
    """
    if not len(shopping(view).products):
        return
    if wish.goal in AGAIN:
        yield from _again(view, wish, rows)
        return
    known, blend = shopping(view), novelty(view)
    for start in range(0, len(rows), BLOCK):
        yield from _new(known, blend, wish, rows[start : start + BLOCK])


def _again(view: StoreView, wish: Wish, rows: NDArray[np.int64]) -> Iterator[Pick]:
    known, (model, pairs) = shopping(view), repeats(view)
    chosen = np.isin(pairs.row, rows)
    if wish.goal == "replenish":
        chosen &= pairs.days >= LEAST_DAYS
    places = np.flatnonzero(chosen)
    if not len(places):
        return
    scores = model.scores(pairs)[places] * margin_factors(known.products, wish.margin_weight)[pairs.column[places]]
    categories = _categories(known.products)[pairs.column[places]]
    owners = pairs.row[places]
    bounds = np.flatnonzero(np.diff(owners, prepend=-1))
    for first, last in zip(bounds, [*bounds[1:], len(owners)], strict=True):
        best = best_of_each(scores[first:last], categories[first:last], wish.k, wish.per_category)
        for place in best:
            pair = int(places[first + place])
            yield Pick(
                int(pairs.row[pair]),
                int(pairs.column[pair]),
                float(scores[first + place]),
                _again_reason(pairs, pair, view.as_of, wish.goal),
            )


def _again_reason(pairs: Pairs, place: int, as_of: dt.date, goal: str) -> str:
    days, last = int(pairs.days[place]), as_of - dt.timedelta(days=int(pairs.last[place]))
    if goal == "replenish":
        return f"usually bought every {pairs.interval[place]:.0f} days; {days} times so far, last on {last}"
    return f"bought on {days} day{'s' * (days > 1)}, last on {last}"


def _new(known: Shopping, blend: Novelty, wish: Wish, rows: NDArray[np.int64]) -> Iterator[Pick]:
    have = blend.models.bought[rows].toarray() > 0
    names = blend.products[Column.NAME].to_numpy(object)
    categories = _categories(blend.products)
    hidden = have | _bought_categories(have, categories) if wish.goal == "discover" else have
    scores = _above_zero(blend.scores(rows)) * margin_factors(blend.products, wish.margin_weight)
    places = known.products.index.get_indexer(blend.products.index)
    buyers = np.diag(blend.together)
    for turn, row in enumerate(rows):
        own = np.flatnonzero(have[turn])
        if not len(own):
            continue
        for column in best_of_each(np.where(hidden[turn], 0, scores[turn]), categories, wish.k, wish.per_category):
            partner = own[_partner(blend.ease[own, column], categories[own] != categories[column])]
            both, of = int(blend.together[partner, column]), int(buyers[partner])
            reason = f"bought with {names[partner]} by {both} of {of} customers"
            yield Pick(int(row), int(places[column]), float(scores[turn, column]), reason)


def _partner(pull: NDArray[np.float32], across: NDArray[np.bool_]) -> int:
    """Return what speaks most for a product, of another category where there is such a one."""
    return int(np.argmax(np.where(across, pull, -1) if (across & (pull > 0)).any() else pull))


def _above_zero(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Move standardised scores so that the least of each customer is just above 0, and margins may multiply them."""
    lowest = scores.min(axis=1, keepdims=True, initial=0)
    return np.asarray(scores - lowest + 1e-6, dtype=np.float64)


def _bought_categories(have: NDArray[np.bool_], categories: NDArray[np.object_]) -> NDArray[np.bool_]:
    codes, kinds = pd.factorize(categories)
    member = np.zeros((len(codes), len(kinds)), dtype=np.float32)
    member[np.arange(len(codes)), codes] = 1
    return np.asarray((have @ member > 0)[:, codes], dtype=np.bool_)


def _categories(products: pd.DataFrame) -> NDArray[np.object_]:
    return np.asarray(products[Column.CATEGORY].fillna(""), dtype=np.object_)


def bestsellers(products: pd.DataFrame, wish: Wish) -> list[tuple[int, float, str]]:
    """Return what to show a customer of whom nothing is known: place, score and reason, best first."""
    recent = products[Sold.RECENT_BUYERS].to_numpy(np.float64) * margin_factors(products, wish.margin_weight)
    best = best_of_each(recent, _categories(products), wish.k, wish.per_category)
    counts = products[Sold.RECENT_BUYERS].to_numpy()
    return [
        (
            place,
            float(recent[place]),
            f"a bestseller: {counts[place]} customers bought it in the last {RECENT_WEEKS} weeks",
        )
        for place in best
    ]


def everybody(view: StoreView, wish: Wish, customer_ids: pd.Index) -> pd.DataFrame:
    """Return k products for each of some customers, one row each; bestsellers fill what their own past leaves open."""
    known = shopping(view)
    rows = known.customers.get_indexer(customer_ids)
    found: dict[int, list[Pick]] = {}
    for pick in picks(view, wish, np.sort(rows[rows >= 0])):
        found.setdefault(pick.row, []).append(pick)
    popular = bestsellers(known.products, wish)
    table = []
    for customer, row in zip(customer_ids, rows, strict=True):
        own = found.get(int(row), [])
        shown = {pick.column for pick in own}
        filled = [(place, 0.0, reason) for place, _, reason in popular if place not in shown]
        listed = [*((pick.column, pick.score, pick.reason) for pick in own), *filled][: wish.k]
        table += [(customer, rank, *one) for rank, one in enumerate(listed, 1)]
    frame = pd.DataFrame(table, columns=[Column.CUSTOMER_ID, "rank", "place", "score", "reason"])
    shown = known.products.iloc[frame["place"].astype(int)]
    frame.insert(2, Column.PRODUCT_ID, shown.index.to_numpy(object))
    for at, name in enumerate((Column.NAME, Column.CATEGORY, Column.PRICE), 3):
        frame.insert(at, name, shown[name].to_numpy())
    frame["score"] = frame["score"].astype("float64").round(4)
    return frame.drop(columns="place")
