"""Units and revenue by complete week, for whatever level of the assortment is asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.warehouse.canonical import cents
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Level = Literal["total", "department", "category", "product"]
TOTAL: Final = "total"
WEEK: Final = dt.timedelta(weeks=1)
# Series of the same level whose past forecasts show how far forecasts go wrong.
VALUES: Final = ["units", "revenue", "lines"]
SIBLINGS: Final = 15


@dataclass(frozen=True)
class WeeklySales:
    """One series, from its first sale to the last complete week, without gaps.

    Attributes:
        name: Total, department, category or product_id.
        weeks: Mondays.
        units: One a week.
        revenue: One a week.
        lines: Order lines behind them.
    """

    name: str
    weeks: tuple[dt.date, ...]
    units: NDArray[np.float64]
    revenue: NDArray[np.float64]
    lines: int


def complete_weeks(view: StoreView) -> tuple[dt.date, ...]:
    """Return the Mondays of the weeks that the data cover from Monday to Sunday, in order."""
    first = view.meta.first_at.date()
    monday = first + dt.timedelta(days=-first.weekday() % 7)
    end = min(view.as_of, view.meta.last_at.date() + dt.timedelta(days=1))
    return tuple(monday + WEEK * week for week in range(max((end - monday).days // 7, 0)))


def weekly_sales(view: StoreView, level: Level, name: str) -> tuple[WeeklySales | None, tuple[WeeklySales, ...]]:
    """Return the series asked for (None if it has no sale in a complete week), and its best-selling siblings.

    Siblings of the total are the departments; of a product, the products of its category.
    """
    weeks = complete_weeks(view)
    if not weeks:
        return None, ()
    label, within = _labels(view, level, name)
    lines = view.table(Table.ORDER_LINES)
    joined = lines.inner_join(within, Column.PRODUCT_ID)
    inside = joined[Column.ORDERED_AT] >= ibis.timestamp(dt.datetime.combine(weeks[0], dt.time()))
    inside &= joined[Column.ORDERED_AT] < ibis.timestamp(dt.datetime.combine(weeks[-1] + WEEK, dt.time()))
    sums = joined.filter(inside).group_by([joined[label], joined[Column.ORDERED_AT].truncate("W").date().name("week")])
    frame = sums.aggregate(
        units=lambda table: table[Column.QUANTITY].cast("decimal(18, 3)").sum().cast("float64"),
        revenue=lambda table: cents(table[Column.REVENUE]).sum() / 100,
        lines=lambda table: table.count(),
    ).to_pandas()
    table = {str(key): part for key, part in frame.groupby(label)}
    if level == TOTAL:
        table[TOTAL] = frame.groupby("week", as_index=False)[VALUES].sum()
    ranked = sorted(table, key=lambda key: (-table[key]["revenue"].sum(), key))
    wanted = table.get(name)
    siblings = [key for key in ranked if key != name][:SIBLINGS]
    series = _series(name, wanted, weeks) if wanted is not None else None
    return series, tuple(_series(key, table[key], weeks) for key in siblings)


def _labels(view: StoreView, level: Level, name: str) -> tuple[str, ibis.Table]:
    products = view.table(Table.PRODUCTS)
    if level == "product":
        category = products.filter(products[Column.PRODUCT_ID] == name)[Column.CATEGORY].as_scalar()
        return Column.PRODUCT_ID, products.filter(products[Column.CATEGORY] == category).select(Column.PRODUCT_ID)
    label = Column.CATEGORY if level == "category" else Column.DEPARTMENT
    return label, products.select(Column.PRODUCT_ID, **{label: products[label].fill_null("")})


def _series(name: str, part: pd.DataFrame, weeks: tuple[dt.date, ...]) -> WeeklySales:
    by_week = part.set_index(pd.to_datetime(part["week"]).dt.date)[VALUES]
    first = min(by_week.index)
    covered = tuple(week for week in weeks if week >= first)
    filled = by_week.reindex(covered, fill_value=0.0)
    units, revenue = (filled[column].to_numpy(np.float64) for column in ("units", "revenue"))
    return WeeklySales(name, covered, units, revenue, int(filled["lines"].sum()))
