"""How long the stock lasts, where a table says what there is."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tools.demand.outlook import Band
from tools.demand.subject import Subject
from tools.frozen import Frozen
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Values = NDArray[np.float64]


class StockCover(Frozen):
    """What is in stock against what is expected to be sold."""

    units: float = Field(ge=0, description="Units in stock when last counted, all products together.")
    counted_on: dt.date = Field(description="Day of the latest count.")
    products: int = Field(ge=1, description="Products that were counted.")
    weeks: float = Field(ge=0, description="Weeks that the stock lasts at the expected demand; 99 for longer.")
    weeks_low80: float = Field(ge=0, description="The same at the upper end of the 80 % interval of demand.")
    weeks_high80: float = Field(ge=0, description="The same at the lower end.")


LONGEST = 99.0
"""Weeks beyond which no cover is told: no forecast reaches so far."""


def stock_cover(view: StoreView, subject: Subject, units: Band) -> StockCover | None:
    """Return how long the stock lasts; None where the store has no count of it."""
    if not view.has(Table.STOCK):
        return None
    products = view.table(Table.PRODUCTS)
    if subject.level == "product":
        products = products.filter(products[Column.PRODUCT_ID] == subject.key)
    elif subject.level != "total":
        products = products.filter(products[subject.level].fill_null("") == subject.key)
    stock = view.table(Table.STOCK).semi_join(products, Column.PRODUCT_ID)
    latest = stock.group_by(Column.PRODUCT_ID).aggregate(
        units=stock[Column.UNITS].argmax(stock[Column.AT]), at=stock[Column.AT].max()
    )
    counted = latest.aggregate(units=latest.units.sum(), at=latest["at"].max(), products=latest.count()).to_pandas()
    if not int(counted["products"].iloc[0]):
        return None
    there = max(float(counted["units"].iloc[0]), 0.0)
    return StockCover(
        units=round(there, 1),
        counted_on=counted["at"].iloc[0].date(),
        products=int(counted["products"].iloc[0]),
        weeks=weeks_of_cover(there, units.middle),
        weeks_low80=weeks_of_cover(there, units.high80),
        weeks_high80=weeks_of_cover(there, units.low80),
    )


def weeks_of_cover(units: float, demand: Values) -> float:
    """Return after how many weeks the demand has used up the units; after the last week it goes on as their mean.

    >>> weeks_of_cover(25.0, np.array([10.0, 10.0, 10.0])), weeks_of_cover(35.0, np.array([10.0, 10.0]))
    (2.5, 3.5)
    """
    left = units
    for week, need in enumerate(demand):
        if need > left:
            return round(week + left / float(need), 1)
        left -= float(need)
    mean = float(demand.mean())
    return round(min(len(demand) + left / mean, LONGEST), 1) if mean > 0 else LONGEST
