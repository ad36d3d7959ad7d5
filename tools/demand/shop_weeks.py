"""What every category sold by complete week, and how deep its prices were cut: the lowest level forecast at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.demand.weekly_sales import TOTAL, WEEK, Level, complete_weeks
from tools.warehouse.canonical import cents
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]
LEVELS: Final[tuple[Level, ...]] = ("total", "department", "category")


@dataclass(frozen=True)
class ShopWeeks:
    """Sales by department and category.

    Attributes:
        weeks: Mondays.
        departments: Of each lowest series.
        categories: Of each lowest series.
        units: Lowest series × weeks.
        revenue: The same shape.
        cut: The same shape: share that prices were cut by, 0 where nothing was sold.
        lines: Order lines behind each lowest series.
    """

    weeks: tuple[dt.date, ...]
    departments: tuple[str, ...]
    categories: tuple[str, ...]
    units: Array
    revenue: Array
    cut: Array
    lines: Array

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """Return the label of every lowest series at each level, the total first, itself last."""
        pairs = zip(self.departments, self.categories, strict=True)
        within = tuple(f"{category} in {department}" for department, category in pairs)
        return (TOTAL,) * len(self.categories), self.departments, self.categories, within


def shop_weeks(view: StoreView) -> ShopWeeks | None:
    """Return the shop's weeks; None without a complete week or a sale in one."""
    weeks = complete_weeks(view)
    if not weeks:
        return None
    frame = sales_by_week(view, weeks, [Column.DEPARTMENT, Column.CATEGORY])
    if frame.empty:
        return None
    wide = {name: _wide(frame, name, weeks) for name in ("units", "revenue", "shelf", "off")}
    labels = wide["units"].index
    shelf = wide["shelf"].to_numpy(float)
    cut = np.where(shelf > 0, wide["off"].to_numpy(float) / np.where(shelf > 0, shelf, 1.0), 0.0)
    return ShopWeeks(
        weeks,
        tuple(map(str, labels.get_level_values(Column.DEPARTMENT))),
        tuple(map(str, labels.get_level_values(Column.CATEGORY))),
        wide["units"].to_numpy(float),
        wide["revenue"].to_numpy(float),
        np.clip(cut, 0.0, 1.0),
        frame.groupby([Column.DEPARTMENT, Column.CATEGORY])["lines"].sum().reindex(labels).to_numpy(float),
    )


def sales_by_week(
    view: StoreView, weeks: tuple[dt.date, ...], by: list[str], products: ibis.Table | None = None
) -> pd.DataFrame:
    """Return units, revenue, shelf value and discount of complete weeks by columns of products."""
    kept = view.table(Table.PRODUCTS) if products is None else products
    kept = kept.select(*dict.fromkeys([Column.PRODUCT_ID, *by]))
    lines = view.table(Table.ORDER_LINES)
    inside = lines[Column.ORDERED_AT] >= ibis.timestamp(dt.datetime.combine(weeks[0], dt.time()))
    inside &= lines[Column.ORDERED_AT] < ibis.timestamp(dt.datetime.combine(weeks[-1] + WEEK, dt.time()))
    joined = lines.filter(inside).inner_join(kept, Column.PRODUCT_ID)
    keys = {name: joined[name].fill_null("") for name in by}
    week = joined[Column.ORDERED_AT].truncate("W").date()
    sums = joined.group_by(week=week, **keys).aggregate(
        units=lambda table: table[Column.QUANTITY].cast("decimal(18, 3)").sum().cast("float64"),
        revenue=lambda table: cents(table[Column.REVENUE]).sum() / 100,
        lines=lambda table: table.count(),
        shelf=lambda table: (table[Column.QUANTITY] * table[Column.UNIT_PRICE]).sum(),
        off=lambda table: table[Column.DISCOUNT].fill_null(0.0).sum(),
    )
    frame: pd.DataFrame = sums.order_by(["week", *by]).to_pandas()
    return frame.assign(week=pd.to_datetime(frame["week"]).dt.date)


def _wide(frame: pd.DataFrame, value: str, weeks: tuple[dt.date, ...]) -> pd.DataFrame:
    wide = frame.pivot_table(
        index=[Column.DEPARTMENT, Column.CATEGORY], columns="week", values=value, aggfunc="sum", fill_value=0.0
    )
    return wide.reindex(columns=list(weeks), fill_value=0.0)
