"""Who bought what, how often and when, as a matrix over the products that a campaign may offer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from tools.estimators.recommend import Weights, ease
from tools.features import customer_features
from tools.products.assortment import Sold, assortment
from tools.warehouse.columns import Column, Table
from tools.warehouse.folder import StoreFolder
from tools.warehouse.view import StoreView

# The item-item weights take items² memory and items³ time: 2,500 are 25 MB and a second, and cover nearly all sales.
ITEMS: Final = 2_500


@dataclass(frozen=True)
class Purchases:
    """Purchases of the offered products, known before `as_of`.

    Attributes:
        customers: Everybody who ever ordered, ascending; the rows.
        products: Rows of `assortment`, ascending by product_id; the columns.
        bought: Customers × products, 1 where bought.
        history: One row per customer and product bought: row, column, days (with a purchase), first_at, last_at.
        weights: EASE's products × products.
    """

    customers: pd.Index
    products: pd.DataFrame
    bought: sparse.csr_array
    history: pd.DataFrame
    weights: Weights

    @property
    def categories(self) -> NDArray[np.object_]:
        """Return the category of each product."""
        return np.asarray(self.products[Column.CATEGORY].fillna(""), dtype=np.object_)


def purchases(view: StoreView) -> Purchases:
    """Return who bought what before `as_of`; computed once for each store version and day."""
    return _purchases(view.store, view.meta.version, view.as_of)


@lru_cache(maxsize=2)
def _purchases(store: StoreFolder, version: str, as_of: dt.date) -> Purchases:
    view = StoreView(store, as_of)
    products = assortment(view)
    offered = products[products[Sold.OFFERED]].sort_values([Sold.BUYERS, Sold.LINES], ascending=False, kind="stable")
    products = offered.head(ITEMS).sort_index()
    customers = customer_features(view).index
    history = _history(view, products.index)
    history = history.assign(
        row=customers.get_indexer(history[Column.CUSTOMER_ID]),
        column=products.index.get_indexer(history[Column.PRODUCT_ID]),
    ).drop(columns=[Column.CUSTOMER_ID, Column.PRODUCT_ID])
    ones = np.ones(len(history), dtype=np.float32)
    bought = sparse.csr_array((ones, (history["row"], history["column"])), shape=(len(customers), len(products)))
    return Purchases(customers, products, bought, history.reset_index(drop=True), ease(bought))


def _history(view: StoreView, products: pd.Index) -> pd.DataFrame:
    lines = view.table(Table.ORDER_LINES)
    lines = lines.semi_join(ibis.memtable(pd.DataFrame({Column.PRODUCT_ID: products})), Column.PRODUCT_ID)
    pairs = lines.group_by([Column.CUSTOMER_ID, Column.PRODUCT_ID]).aggregate(
        days=lines[Column.ORDERED_AT].date().nunique(),
        first_at=lines[Column.ORDERED_AT].min(),
        last_at=lines[Column.ORDERED_AT].max(),
    )
    frame = pairs.order_by([Column.CUSTOMER_ID, Column.PRODUCT_ID]).to_pandas()
    return frame.astype({"first_at": "datetime64[ns]", "last_at": "datetime64[ns]"})
