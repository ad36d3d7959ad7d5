"""What past price cuts and displays did: the product-weeks that `forecast_demand` learns promotion effects from."""

from __future__ import annotations

import datetime as dt
from typing import Final

import ibis
import numpy as np
import pandas as pd

from tools.demand.weekly_sales import Level, complete_weeks
from tools.estimators.price_response import Response
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

# Best-selling products looked at: enough for a steady estimate, few enough to be quick.
PRODUCTS: Final = 300
# A product sold in fewer of the weeks is left out: weeks without a sale show no price.
SOLD_SHARE: Final = 0.5


def product_weeks(view: StoreView, level: Level, name: str) -> pd.DataFrame:
    """Return units, price cut and display share of the level's best-selling products, one row a week with a sale."""
    weeks = complete_weeks(view)
    lines = view.table(Table.ORDER_LINES)
    inside = lines[Column.ORDERED_AT] >= ibis.timestamp(dt.datetime.combine(weeks[0], dt.time()))
    chosen = lines.filter(inside).semi_join(_products(view, level, name), Column.PRODUCT_ID)
    week = chosen[Column.ORDERED_AT].truncate("W").date().name(Response.WEEK)
    sums = chosen.group_by([chosen[Column.PRODUCT_ID], week]).aggregate(
        **{
            Response.UNITS: chosen[Column.QUANTITY].sum(),
            "shelf": (chosen[Column.QUANTITY] * chosen[Column.UNIT_PRICE]).sum(),
            "off": chosen[Column.DISCOUNT].fill_null(0.0).sum(),
        }
    )
    frame = sums.order_by([Response.PRODUCT, Response.WEEK]).to_pandas()
    frame = frame[(frame["shelf"] > 0) & (frame[Response.UNITS] > 0)]
    sold = frame.groupby(Response.PRODUCT)[Response.WEEK].transform("count")
    frame = frame[sold >= SOLD_SHARE * len(weeks)]
    frame = frame.assign(**{Response.CUT: (frame["off"] / frame["shelf"]).clip(0, 1)})
    return _with_display(frame, view)


def _products(view: StoreView, level: Level, name: str) -> ibis.Table:
    products = view.table(Table.PRODUCTS)
    if level == "product":
        products = products.filter(products[Column.PRODUCT_ID] == name)
    elif level != "total":
        products = products.filter(products[level] == name)
    lines = view.table(Table.ORDER_LINES).semi_join(products, Column.PRODUCT_ID)
    ranked = lines.group_by(Column.PRODUCT_ID).aggregate(rows=lines.count())
    return ranked.order_by([ibis.desc("rows"), Column.PRODUCT_ID]).limit(PRODUCTS).select(Column.PRODUCT_ID)


def _with_display(frame: pd.DataFrame, view: StoreView) -> pd.DataFrame:
    if not view.has(Table.PROMOTIONS) or frame.empty:
        return frame.assign(**{Response.DISPLAY: 0.0})
    shown = view.table(Table.PROMOTIONS)
    shown = shown.filter(shown[Column.PRODUCT_ID].isin(sorted(frame[Response.PRODUCT].unique())))
    rival = [Column.COMPETITOR_PRICE] if Column.COMPETITOR_PRICE in shown.columns else []
    rows = shown.select(Column.PRODUCT_ID, Column.STARTS_ON, Response.DISPLAY, *rival).to_pandas()
    rows["week"] = pd.to_datetime(rows[Column.STARTS_ON]).dt.to_period("W-SUN").dt.start_time
    weeks = rows.groupby([Column.PRODUCT_ID, "week"])
    shares = weeks[[Response.DISPLAY]].max()
    if rival:
        prices = weeks[Column.COMPETITOR_PRICE].mean()
        shares[Response.RIVAL] = np.log(prices.where(prices > 0).astype(float))
    shares = shares.reset_index()
    frame = frame.assign(week=pd.to_datetime(frame[Response.WEEK]))
    shares["week"] = shares["week"].astype(frame["week"].dtype)
    merged = frame.merge(shares, on=[Response.PRODUCT, Response.WEEK], how="left")
    return merged.assign(**{Response.DISPLAY: merged[Response.DISPLAY].fillna(0.0)})
