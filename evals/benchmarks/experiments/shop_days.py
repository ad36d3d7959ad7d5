"""A shop's orders as spend by customer and day, and drawn experiments on them in which nothing was done to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.days import Day, customer_days
from tools.errors import InputError
from tools.estimators.lots import hold_out
from tools.experiments.assignment import SPEND_GROUPS
from tools.experiments.baseline import COVARIATE_WEEKS
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

TEST_DAYS: Final = 28
BEFORE_DAYS: Final = 7 * COVARIATE_WEEKS


@dataclass(frozen=True, eq=False)
class ShopDays:
    """Spend by customer (rows) and day (columns), with whether there was an order."""

    spend: Array
    ordered: Flags

    @property
    def customers(self) -> int:
        """Return the number of customers."""
        return len(self.spend)

    @cached_property
    def starts(self) -> range:
        """Return the days on which a test may start: a quarter before it, its length after it."""
        return range(BEFORE_DAYS, self.spend.shape[1] - TEST_DAYS + 1)

    def before(self, start: int) -> Array:
        """Return each customer's spend in the quarter before a day."""
        total: Array = self.spend[:, start - BEFORE_DAYS : start].sum(axis=1)
        return total


@dataclass(frozen=True, eq=False)
class Drawn:
    """One experiment: customers drawn with replacement, assigned as the product assigns, and what they then did.

    Attributes:
        treated: Who is in the larger arm.
        before: Spend before.
        spend: Spend to each day of the test, days as columns.
        bought: Whether there was an order by then.
    """

    treated: Flags
    before: Array
    spend: Array
    bought: Flags


def shop_days(view: StoreView) -> ShopDays:
    """Read a shop's orders.

    Raises:
        InputError: The history is shorter than a quarter and a test.
    """
    days = customer_days(view)
    first = days[Day.ON].min()
    length = int((days[Day.ON].max() - first).days) + 1
    if length < BEFORE_DAYS + TEST_DAYS + 1:
        raise InputError(f"store has {length} days of orders; expected {BEFORE_DAYS + TEST_DAYS + 1}; try --store demo")
    codes, names = pd.factorize(days[Day.CUSTOMER_ID])
    places = ((days[Day.ON] - first) / pd.Timedelta(days=1)).to_numpy(int)
    spend = np.zeros((len(names), length))
    np.add.at(spend, (codes, places), days[Day.SPEND].to_numpy(float))
    ordered = np.zeros(spend.shape, bool)
    ordered[codes, places] = True
    return ShopDays(spend, ordered)


def draw(shop: ShopDays, customers: int, held_out: int, turn: int, rng: np.random.Generator) -> Drawn:
    """Draw one experiment in which nothing was done to anybody."""
    start = int(rng.choice(len(shop.starts))) + shop.starts[0]
    chosen = rng.integers(0, shop.customers, customers)
    before = shop.before(start)[chosen]
    names = [f"s{place}" for place in range(customers)]
    out = hold_out(names, spend_groups(before), held_out, f"experiment {turn}")
    window = slice(start, start + TEST_DAYS)
    return Drawn(
        ~out,
        before,
        np.cumsum(shop.spend[chosen, window], axis=1),
        np.maximum.accumulate(shop.ordered[chosen, window], axis=1),
    )


def spend_groups(before: Array) -> list[str]:
    """Return each customer's group of like spend, as `assignment.spend_strata` makes them.

    >>> spend_groups(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    ['0', '1', '2', '3', '4']
    """
    groups = np.zeros(len(before), int)
    spenders = np.flatnonzero(before > 0)
    ranks = np.argsort(np.argsort(before[spenders], kind="stable"), kind="stable") + 1
    groups[spenders] = np.ceil(SPEND_GROUPS * ranks / max(len(spenders), 1))
    return [str(group) for group in groups]
