"""The names that a store knows, for narrowing what the model can say and for settling what a brief named."""

from __future__ import annotations

import re
from functools import lru_cache

from agent.narrowing import Vocabulary
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView


@lru_cache(maxsize=8)
def vocabulary_of(view: StoreView) -> Vocabulary:
    """Return departments, categories and brands of a store's sold products, best-selling first, and its campaigns."""
    lines = view.table(Table.ORDER_LINES).group_by(Column.PRODUCT_ID).aggregate(lines=lambda t: t.count())
    products = view.table(Table.PRODUCTS)
    sold = lines.join(products, Column.PRODUCT_ID)
    return Vocabulary(
        departments=_names(sold, Column.DEPARTMENT),
        categories=_names(sold, Column.CATEGORY),
        campaigns=_campaigns(view),
        brands=_names(sold, Column.BRAND),
        as_of=view.as_of,
    )


@lru_cache(maxsize=8)
def offered_categories(view: StoreView) -> tuple[str, ...]:
    """Return the categories that hold something a campaign can offer: a shop may file its coupons and fuel as well."""
    products = view.table(Table.PRODUCTS)
    offered = products.filter(products[Column.ACTIVE].fill_null(True)).select(Column.CATEGORY).distinct().execute()
    holds = frozenset(offered[Column.CATEGORY])
    return tuple(name for name in vocabulary_of(view).categories if name in holds)


def _campaigns(view: StoreView) -> tuple[str, ...]:
    if not view.has(Table.CAMPAIGNS):
        return ()
    names = view.frame(Table.CAMPAIGNS, [Column.NAME])[Column.NAME].dropna()
    return tuple(sorted({str(name) for name in names if re.search(r"[^\W\d_]", str(name))}))


def _names(sold: object, column: str) -> tuple[str, ...]:
    if column not in sold.columns:  # type: ignore[attr-defined]
        return ()
    counted = sold.group_by(column).aggregate(lines=lambda t: t["lines"].sum())  # type: ignore[attr-defined]
    frame = counted.execute().dropna().sort_values(["lines", column], ascending=[False, True])
    return tuple(str(name) for name in frame[column])
