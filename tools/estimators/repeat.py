"""What each customer buys again: how often, how lately and how regularly, weighed as the shop's own past says.

The plain score is the customer's rate of buying a product a shopping day, recent days counting more (as in UP-CF, G.
Faggioli, M. Polato, F. Aiolli, Recency aware collaborative filtering for next basket recommendation, UMAP 2020). The
learned one is boosted trees over that and its kind, taught on what was in the next baskets of some weeks ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.estimators.boosting import Boosted, Growth, fit_boosted

SHORT, MIDDLE, LONG = 28.0, 112.0, 224.0
"""Days in which a purchase loses all but 1/e of its weight; of 14 to 224, 112 ranked the demo's next baskets best."""

PRIOR_DAYS: Final = 0.3
"""Shopping days added to each customer's, so that one purchase on one day is no certainty."""

RECENT_DAYS: Final = 56.0
MOST_PAIRS: Final = 100
"""Products of a customer that are weighed, those with the highest rate; beyond, next to nothing is bought again."""

MOST_CUSTOMERS: Final = 3_000
"""Customers that are learned from; more do not change the trees much."""

GROWTH: Final = Growth(trees=80, leaves=24, rate=0.1, leaf_rows=100, ridge=5.0)
LEAST_BOUGHT: Final = 200
"""Products bought again from which trees are grown; below, the plain rate ranks."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bought:
    """Purchases before a day, one row for each customer, product and day.

    Attributes:
        row: Number of the customer.
        column: Number of the product.
        age: Days ago.
        visit_row: Number of the customer of each shopping day, of any product.
        visit_age: How many days ago it was.
        customers: How many customers there are.
        products: How many products there are.
    """

    row: Ints
    column: Ints
    age: Floats
    visit_row: Ints
    visit_age: Floats
    customers: int
    products: int

    def before(self, days: float) -> Bought:
        """Return what was known some days ago."""
        kept, visits = self.age > days, self.visit_age > days
        return Bought(
            self.row[kept],
            self.column[kept],
            self.age[kept] - days,
            self.visit_row[visits],
            self.visit_age[visits] - days,
            self.customers,
            self.products,
        )

    def rows(self, chosen: NDArray[np.bool_]) -> Bought:
        """Return the purchases of some customers; numbers stay."""
        kept, visits = chosen[self.row], chosen[self.visit_row]
        return Bought(
            self.row[kept],
            self.column[kept],
            self.age[kept],
            self.visit_row[visits],
            self.visit_age[visits],
            self.customers,
            self.products,
        )

    def next_basket(self, days: float) -> tuple[NDArray[np.bool_], Ints]:
        """Return who shopped in the last days, and the keys of the pairs in their first basket then."""
        inside = self.visit_age <= days
        first = np.full(self.customers, -1.0)
        np.maximum.at(first, self.visit_row[inside], self.visit_age[inside])
        hit = (self.age <= days) & (self.age == first[self.row])
        return first >= 0, np.unique(self.row[hit] * self.products + self.column[hit])


@dataclass(frozen=True)
class Pairs:
    """Customers and products they have bought, with what is known of each pair; by customer, then by product.

    Attributes:
        row: Number of the customer.
        column: Number of the product.
        rate: Share of the customer's shopping days with the product, recent days counting more.
        days: Days on which it was bought.
        last: Days since the last.
        interval: Usual days between two; NaN where bought once.
        features: One row each.
    """

    row: Ints
    column: Ints
    rate: Floats
    days: Ints
    last: Floats
    interval: Floats
    features: Floats

    def keys(self, products: int) -> Ints:
        """Return one number for each pair."""
        return self.row * products + self.column


def describe_pairs(bought: Bought, most: int = MOST_PAIRS) -> Pairs:
    """Return what is known of each customer and product they bought, the customer's `most` likeliest products only.

    >>> day = np.array([10.0, 20.0, 30.0]); one = np.zeros(3, dtype=np.int64)
    >>> pairs = describe_pairs(Bought(one, one, day, one, day, 1, 1))
    >>> pairs.days.tolist(), pairs.last.tolist(), pairs.interval.tolist()
    ([3], [10.0], [10.0])
    """
    key, place = np.unique(bought.row * bought.products + bought.column, return_inverse=True)
    row, column = key // max(bought.products, 1), key % max(bought.products, 1)
    days = np.bincount(place, minlength=len(key))
    last, first = np.full(len(key), np.inf), np.zeros(len(key))
    np.minimum.at(last, place, bought.age)
    np.maximum.at(first, place, bought.age)
    visits = np.bincount(bought.visit_row, minlength=bought.customers).astype(float)
    away = np.full(bought.customers, np.inf)
    np.minimum.at(away, bought.visit_row, bought.visit_age)
    rates = [_rate(bought, place, row, scale) for scale in (SHORT, MIDDLE, LONG)]
    interval = np.divide(first - last, days - 1, out=np.full(len(key), np.nan), where=days > 1)
    recent = np.bincount(column[last <= RECENT_DAYS], minlength=bought.products).astype(float)
    lately = np.bincount(column[last <= RECENT_DAYS / 4], minlength=bought.products)
    columns = [
        *rates,
        days,
        days / np.maximum(visits[row], 1),
        last,
        first,
        last / np.maximum(interval, 1.0),
        interval,
        visits[row],
        away[row],
        last - away[row],
        recent[column],
        (lately[column] + 1) / (recent[column] + 4),
    ]
    kept = _likeliest(row, rates[1], most)
    features = np.column_stack(columns)[kept] if len(key) else np.empty((0, len(columns)))
    return Pairs(row[kept], column[kept], rates[1][kept], days[kept], last[kept], interval[kept], features)


def _rate(bought: Bought, place: NDArray[np.intp], row: Ints, scale: float) -> Floats:
    weight = np.bincount(place, np.exp(-bought.age / scale), minlength=len(row))
    visits = np.bincount(bought.visit_row, np.exp(-bought.visit_age / scale), minlength=bought.customers)
    return np.asarray(weight / (visits[row] + PRIOR_DAYS), dtype=np.float64)


def _likeliest(row: Ints, rate: Floats, most: int) -> NDArray[np.bool_]:
    """Say which pairs are among the `most` of their customer with the highest rate."""
    order = np.lexsort((-rate, row))
    starts = np.searchsorted(row[order], row[order])
    kept = np.zeros(len(row), dtype=bool)
    kept[order] = np.arange(len(row)) - starts < most
    return kept


@dataclass(frozen=True)
class RepeatModel:
    """What is bought again, learned.

    Attributes:
        trees: Probability that a pair is in the next basket; None where the plain rate ranks.
        learned_nothing: Why there are no trees; empty where there are.
    """

    trees: Boosted | None
    learned_nothing: str = ""

    def scores(self, pairs: Pairs) -> Floats:
        """Return a score for each pair, the higher the likelier."""
        return pairs.rate if self.trees is None else self.trees.predict(pairs.features)


def fit_repeat(bought: Bought, days: float, seed: int = 0) -> RepeatModel:
    """Learn from the next baskets of some days ago, where they rank better than the plain rate for customers left out.

    Args:
        bought: Purchases before today.
        days: How long ago, and how long a next basket is waited for.
        seed: Of the customers that are learned from.
    """
    then = bought.before(days)
    shopped, basket = bought.next_basket(days)
    order = np.random.default_rng(seed).permutation(np.flatnonzero(shopped))[:MOST_CUSTOMERS]
    chosen = np.zeros(bought.customers, dtype=bool)
    chosen[order] = True
    pairs = describe_pairs(then.rows(chosen))
    again = np.isin(pairs.keys(bought.products), basket)
    if again.sum() < LEAST_BOUGHT:
        return RepeatModel(None, f"only {int(again.sum())} products were bought again in {days:.0f} days")
    judged = np.isin(pairs.row, order[len(order) // 2 :])
    trial = _grow(pairs, again, ~judged)
    learned, plain = (
        discounted_gain(pairs.row[judged], score[judged], again[judged])
        for score in (trial.predict(pairs.features), pairs.rate)
    )
    if learned <= plain:
        return RepeatModel(None, "the plain rate ranked as well for customers left out")
    return RepeatModel(_grow(pairs, again, np.ones(len(again), dtype=bool)))


def _grow(pairs: Pairs, again: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> Boosted:
    return fit_boosted(pairs.features[chosen], again[chosen].astype(np.float64), "binary", growth=GROWTH)


def discounted_gain(row: Ints, score: Floats, hit: NDArray[np.bool_], k: int = 10) -> float:
    """Return the discounted gain of each customer's k best pairs, summed over customers (DCG@k; comparable on one set).

    >>> discounted_gain(np.array([0, 0, 1]), np.array([1.0, 2.0, 1.0]), np.array([False, True, True]), k=1)
    2.0
    """
    order = np.lexsort((-score, row))
    rank = np.arange(len(row)) - np.searchsorted(row[order], row[order])
    return float((hit[order] / np.log2(rank + 2))[rank < k].sum())
