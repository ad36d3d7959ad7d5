"""What each customer bought on each day: the table that lifetime value, response and experiments are computed from."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import pandas as pd

from tools.warehouse.canonical import cents
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView


class Day:
    """Columns of `customer_days`."""

    CUSTOMER_ID: Final = Column.CUSTOMER_ID
    ON: Final = "on"
    ORDERS: Final = "orders"
    SPEND: Final = "spend"
    DISCOUNT: Final = "discount"


def customer_days(view: StoreView) -> pd.DataFrame:
    """Return orders, spend and discount per customer and day with an order, sorted by customer and day.

    The frame is computed once per store, version of its data and day, and shared: do not change it.
    """
    return _customer_days(view, view.meta.version)


@lru_cache(maxsize=8)
def _customer_days(view: StoreView, version: str) -> pd.DataFrame:
    lines = view.table(Table.ORDER_LINES)
    days = (
        lines.group_by([lines[Column.CUSTOMER_ID], lines[Column.ORDERED_AT].truncate("D").name(Day.ON)])
        .aggregate(
            orders=lines[Column.ORDER_ID].nunique(),
            spend=cents(lines[Column.REVENUE]).sum() / 100,
            discount=cents(lines[Column.DISCOUNT].fill_null(0.0)).sum() / 100,
        )
        .order_by([Day.CUSTOMER_ID, Day.ON])
    )
    frame = days.to_pandas()
    frame[Day.ON] = frame[Day.ON].astype("datetime64[ns]")
    return frame


def purchase_summary(days: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return repeats, recency and age in weeks, and the mean value of a purchase day, by customer.

    >>> days = pd.DataFrame({"customer_id": ["a", "a"], "on": pd.to_datetime(["2024-01-01", "2024-01-15"]),
    ...                      "orders": [1, 2], "spend": [10.0, 30.0], "discount": [0.0, 0.0]})
    >>> purchase_summary(days, pd.Timestamp("2024-01-29")).loc["a"].tolist()
    [1.0, 2.0, 4.0, 2.0, 20.0]
    """
    groups = days.groupby(Day.CUSTOMER_ID, sort=True)
    first, last, count = groups[Day.ON].min(), groups[Day.ON].max(), groups.size().astype(float)
    week = pd.Timedelta(weeks=1)
    return pd.DataFrame(
        {
            "repeats": count - 1,
            "recency": (last - first) / week,
            "age": (as_of - first) / week,
            "purchases": count,
            "value": groups[Day.SPEND].sum() / count,
        }
    )


def count_rows(view: StoreView, *tables: str) -> int:
    """Count the rows of these tables that were known as of the view's day."""
    return sum(int(view.table(name).count().execute()) for name in tables)
