"""The store's tables as the detectors want them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from tools.warehouse.canonical import cents
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView


def order_table(view: StoreView) -> pd.DataFrame:
    """Return one row an order: order_id, customer_id, at, value, units, lines, discount, coupon_id."""
    lines = view.table(Table.ORDER_LINES)
    orders = (
        lines.group_by(Column.ORDER_ID)
        .aggregate(
            customer_id=lines[Column.CUSTOMER_ID].min(),
            at=lines[Column.ORDERED_AT].min(),
            value=cents(lines[Column.REVENUE]).sum() / 100,
            units=lines[Column.QUANTITY].sum(),
            lines=lines.count(),
            discount=cents(lines[Column.DISCOUNT].fill_null(0.0)).sum() / 100,
            coupon_id=lines[Column.COUPON_ID].min(),
        )
        .order_by(["at", Column.ORDER_ID])
    )
    frame = orders.to_pandas()
    return frame.assign(at=frame["at"].astype("datetime64[ns]"))


def with_baskets(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Add a number that orders of the same products share, by the order id and product of each line."""
    once = lines[[Column.ORDER_ID, Column.PRODUCT_ID]].drop_duplicates()
    marks = pd.util.hash_array(once[Column.PRODUCT_ID].to_numpy(object)) % np.uint64(2**40)
    baskets = once.assign(basket=marks.astype(np.int64)).groupby(Column.ORDER_ID)["basket"].sum()
    return orders.assign(basket=orders[Column.ORDER_ID].map(baskets))


def line_products(view: StoreView) -> pd.DataFrame:
    """Return the order and product of every line."""
    return view.frame(Table.ORDER_LINES, [Column.ORDER_ID, Column.PRODUCT_ID])


def exposure_table(view: StoreView) -> pd.DataFrame:
    """Return one row an offer sent to somebody: customer_id, at, converted, revenue."""
    frame = view.frame(Table.EXPOSURES, [Column.CUSTOMER_ID, Column.AT, Column.CONVERTED, Column.TREATMENT, "revenue"])
    sent = frame[frame[Column.TREATMENT].fillna(1) > 0]
    return sent.assign(converted=sent[Column.CONVERTED].fillna(False).astype(float))


def spend_table(view: StoreView) -> pd.DataFrame:
    """Return ad spend by day, channel and campaign."""
    return view.frame(Table.AD_SPEND, ["on", "channel", "spend", "impressions", "clicks", "conversions"])


def review_table(view: StoreView) -> pd.DataFrame:
    """Return every review."""
    return view.frame(Table.REVIEWS, ["product_id", "written_at", "rating", "text", "customer_id"])


def sales_table(view: StoreView) -> pd.DataFrame:
    """Return what each product sold on each day."""
    lines = view.table(Table.ORDER_LINES)
    day = lines[Column.ORDERED_AT].truncate("D").name("on")
    frame = lines.group_by([lines[Column.PRODUCT_ID], day]).aggregate(revenue=cents(lines[Column.REVENUE]).sum() / 100)
    sales = frame.order_by([Column.PRODUCT_ID, "on"]).to_pandas()
    return sales.assign(on=sales["on"].astype("datetime64[ns]"))


def first_moment(view: StoreView, weeks: int | None) -> pd.Timestamp:
    """Return the first moment looked at: so many weeks before the view's day, or before everything."""
    return pd.Timestamp(view.as_of - dt.timedelta(weeks=weeks)) if weeks else pd.Timestamp("1900-01-01")
