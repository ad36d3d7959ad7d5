"""What each customer spent on each category that the shop still sells."""

from __future__ import annotations

from functools import lru_cache

import ibis
import pandas as pd

from tools.warehouse.canonical import cents
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView


def category_spend(view: StoreView) -> pd.DataFrame:
    """Return what each customer spent on each category: columns customer_id, category, spend.

    Computed once per store, version of its data and day, and shared: do not change it.
    """
    return _category_spend(view, view.meta.version)


@lru_cache(maxsize=8)
def _category_spend(view: StoreView, version: str) -> pd.DataFrame:
    lines = lines_with_category(view)
    sums = lines.group_by([Column.CUSTOMER_ID, Column.CATEGORY]).aggregate(
        spend=cents(lines[Column.REVENUE]).sum() / 100
    )
    return sums.order_by([Column.CUSTOMER_ID, Column.CATEGORY]).to_pandas()


def lines_with_category(view: StoreView) -> ibis.Table:
    """Return order lines with their category; fuel and what the shop no longer sells make no campaign."""
    products = view.table(Table.PRODUCTS)
    products = products.filter(products[Column.ACTIVE].fill_null(True)).select(Column.PRODUCT_ID, Column.CATEGORY)
    return view.table(Table.ORDER_LINES).inner_join(products, Column.PRODUCT_ID)
