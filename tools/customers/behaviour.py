"""How customers buy: the habits that clusters are made of, one row a customer."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from tools.customers.category_spend import category_spend
from tools.features import customer_features
from tools.warehouse.canonical import cents
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

EVENING_FROM = 17
"""Hour of the day from which an order is an evening's, by the clock of the store's times."""

SATURDAY = 5
"""First day of the weekend, Monday being 0."""

FOUR_WEEKS = 28.0
"""Days that purchase days are counted per; also the least tenure that a rhythm is divided by."""

PRIOR_ORDERS = 5
"""Orders at the shop's mean that draw a customer's shares in, so that one evening is not a habit (a choice)."""


class Habit:
    """Columns of `customer_habits`."""

    VISITS: Final = "visits"
    BASKET: Final = "basket"
    AWAY: Final = "away"
    FOCUS: Final = "focus"
    EVENINGS: Final = "evenings"
    WEEKENDS: Final = "weekends"
    BARGAINS: Final = "bargains"


HABITS: Final = {
    Habit.VISITS: "purchase days in four weeks",
    Habit.BASKET: "money an order",
    Habit.AWAY: "days since the last order",
    Habit.FOCUS: "share of the largest category in spend",
    Habit.EVENINGS: f"share of orders after {EVENING_FROM}:00",
    Habit.WEEKENDS: "share of orders on Saturday or Sunday",
    Habit.BARGAINS: "discount as a share of the full price",
}
"""Habits in words, in the order of their columns."""

SKEWED: Final = (Habit.VISITS, Habit.BASKET, Habit.AWAY)
"""Habits that clusters see on a logarithmic scale."""


def customer_habits(view: StoreView) -> pd.DataFrame:
    """Return the habits of every customer with an order, by customer_id in ascending order.

    Computed once per store, version of its data and day, and shared: do not change it.
    """
    return _customer_habits(view, view.meta.version)


@lru_cache(maxsize=8)
def _customer_habits(view: StoreView, version: str) -> pd.DataFrame:
    features = customer_features(view)
    sums = _sums(view).reindex(features.index)
    orders = features["frequency"]
    habits = {
        Habit.VISITS: FOUR_WEEKS * features["order_days"] / features["tenure_days"].clip(lower=FOUR_WEEKS),
        Habit.BASKET: features["mean_order_value"].clip(lower=0.0),
        Habit.AWAY: features["recency_days"],
        Habit.FOCUS: _focus(view).reindex(features.index),
        Habit.EVENINGS: sums["evenings"] / orders,
        Habit.WEEKENDS: sums["weekends"] / orders,
        Habit.BARGAINS: sums["discount"] / (sums["revenue"] + sums["discount"]).where(lambda full: full > 0),
    }
    frame = pd.DataFrame(habits).astype(float)
    for name in (Habit.FOCUS, Habit.EVENINGS, Habit.WEEKENDS, Habit.BARGAINS):
        frame[name] = _drawn_in(frame[name], orders)
    return frame[list(HABITS)]


def _drawn_in(share: pd.Series, orders: pd.Series) -> pd.Series:
    """Draw shares towards the mean of all where orders are few; a share that is not known is the mean."""
    usual = share.mean() if share.notna().any() else 0.0
    return (share.fillna(usual) * orders + usual * PRIOR_ORDERS) / (orders + PRIOR_ORDERS)


def habit_scores(habits: pd.DataFrame) -> pd.DataFrame:
    """Return habits in standard deviations from the mean of all; a habit that does not vary is 0.

    >>> habit_scores(pd.DataFrame({"evenings": [0.2, 0.4], "weekends": [0.5, 0.5]})).round(2).values.tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    scaled = habits.copy()
    for name in SKEWED:
        if name in scaled:
            scaled[name] = np.log1p(scaled[name].clip(lower=0.0))
    spread = scaled.std(ddof=0)
    return (scaled - scaled.mean()) / spread.where(spread > 1e-9, np.inf)


def _sums(view: StoreView) -> pd.DataFrame:
    """Return orders in the evening and on weekends, and money before and after discount, by customer."""
    lines = view.table(Table.ORDER_LINES)
    orders = lines.group_by([Column.CUSTOMER_ID, Column.ORDER_ID]).aggregate(
        at=lines[Column.ORDERED_AT].min(),
        revenue=cents(lines[Column.REVENUE]).sum(),
        discount=cents(lines[Column.DISCOUNT].fill_null(0.0)).sum(),
    )
    sums = orders.group_by(Column.CUSTOMER_ID).aggregate(
        evenings=(orders["at"].hour() >= EVENING_FROM).sum(),
        weekends=(orders["at"].day_of_week.index() >= SATURDAY).sum(),
        revenue=orders["revenue"].sum() / 100,
        discount=orders["discount"].sum() / 100,
    )
    return sums.to_pandas().set_index(Column.CUSTOMER_ID)


def _focus(view: StoreView) -> pd.Series:
    """Return the share of the largest category in what a customer spent on what the shop still sells."""
    spend = category_spend(view)
    of_one = spend.assign(spend=spend["spend"].clip(lower=0.0)).groupby(Column.CUSTOMER_ID)["spend"].agg(["max", "sum"])
    return of_one["max"] / of_one["sum"].where(of_one["sum"] > 0)
