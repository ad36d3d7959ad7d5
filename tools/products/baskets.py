"""Which products were in which basket, as a matrix over the products that may be offered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from tools.products.assortment import Sold, assortment
from tools.warehouse.columns import Column, Table
from tools.warehouse.folder import StoreFolder
from tools.warehouse.view import StoreView

BASKET_WEEKS: Final = 52
"""Weeks looked back: one of each season; what went together longer ago may not be sold any more."""

MOST_ITEMS: Final = 5_000
"""Products looked at, those with the most order lines; pairs grow with their square."""


@dataclass(frozen=True)
class Baskets:
    """Baskets of the offered products.

    Attributes:
        products: Rows of `assortment`, ascending by product_id; the columns.
        held: Baskets × products, 1 where bought.
        customers: Number of the customer of each basket.
        left_out: Offered products beyond `MOST_ITEMS`.
        lines: Order lines read.
    """

    products: pd.DataFrame
    held: sparse.csr_array
    customers: NDArray[np.int64]
    left_out: int
    lines: int

    @property
    def groups(self) -> NDArray[np.object_]:
        """Return the category of each product; a product without one is a kind of its own."""
        return np.asarray(
            self.products[Column.CATEGORY].fillna(pd.Series(self.products.index, self.products.index)), dtype=np.object_
        )


def baskets(view: StoreView) -> Baskets:
    """Return the baskets of the last 52 weeks before `as_of`; read once for each store version and day."""
    return _baskets(view.store, view.meta.version, view.as_of)


@lru_cache(maxsize=2)
def _baskets(store: StoreFolder, version: str, as_of: dt.date) -> Baskets:
    view = StoreView(store, as_of)
    products = assortment(view)
    offered = products[products[Sold.OFFERED]].sort_values([Sold.LINES, Sold.BUYERS], ascending=False, kind="stable")
    chosen = offered.head(MOST_ITEMS).sort_index()
    lines = _lines(view)
    column = chosen.index.get_indexer(lines[Column.PRODUCT_ID])
    kept = lines[column >= 0]
    row, orders = pd.factorize(kept[Column.ORDER_ID])
    held = sparse.csr_array(
        (np.ones(len(kept), dtype=np.int32), (row, column[column >= 0])), shape=(len(orders), len(chosen))
    )
    # The same product on two lines of an order is one product.
    held.sum_duplicates()
    held.data[:] = 1
    _, first = np.unique(row, return_index=True)
    customers, _ = pd.factorize(kept[Column.CUSTOMER_ID].to_numpy(object)[first])
    return Baskets(chosen, held, np.asarray(customers, dtype=np.int64), len(offered) - len(chosen), len(lines))


def _lines(view: StoreView) -> pd.DataFrame:
    lines = view.table(Table.ORDER_LINES)
    since = pd.Timestamp(view.now - dt.timedelta(weeks=BASKET_WEEKS))
    chosen = lines.filter(lines[Column.ORDERED_AT] >= since).select(
        Column.ORDER_ID, Column.CUSTOMER_ID, Column.PRODUCT_ID
    )
    return chosen.order_by([Column.ORDER_ID, Column.PRODUCT_ID]).to_pandas()
