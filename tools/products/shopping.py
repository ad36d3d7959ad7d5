"""Who bought what on which day, of all products that may be offered; what models of single customers learn from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from tools.estimators.repeat import Bought
from tools.products.assortment import Sold, assortment
from tools.warehouse.columns import Column, Table
from tools.warehouse.folder import StoreFolder
from tools.warehouse.view import StoreView


@dataclass(frozen=True)
class Shopping:
    """Purchases by day, known before `as_of`.

    Attributes:
        customers: Everybody who ever ordered, ascending.
        products: Rows of `assortment` that may be offered, ascending by product_id.
        bought: The purchases, with customers and products by their places in these.
    """

    customers: pd.Index
    products: pd.DataFrame
    bought: Bought


def shopping(view: StoreView) -> Shopping:
    """Return who bought what on which day; read once for each store version and day."""
    return _shopping(view.store, view.meta.version, view.as_of)


@lru_cache(maxsize=2)
def _shopping(store: StoreFolder, version: str, as_of: dt.date) -> Shopping:
    view = StoreView(store, as_of)
    products = assortment(view)
    products = products[products[Sold.OFFERED]]
    lines = view.table(Table.ORDER_LINES)
    days = lines.select(Column.CUSTOMER_ID, Column.PRODUCT_ID, day=lines[Column.ORDERED_AT].truncate("D")).distinct()
    frame = days.to_pandas()
    customers = pd.Index(np.sort(frame[Column.CUSTOMER_ID].unique()), name=Column.CUSTOMER_ID)
    row = customers.get_indexer(frame[Column.CUSTOMER_ID])
    age = ((pd.Timestamp(as_of) - frame["day"]) / pd.Timedelta(days=1)).to_numpy(np.int64)
    span = int(age.max(initial=0)) + 1
    visits = np.unique(row * span + age)
    column = products.index.get_indexer(frame[Column.PRODUCT_ID])
    kept = np.flatnonzero(column >= 0)
    kept = kept[np.lexsort((age[kept], column[kept], row[kept]))]
    bought = Bought(
        row=row[kept].astype(np.int64),
        column=column[kept].astype(np.int64),
        age=age[kept].astype(np.float64),
        visit_row=(visits // span).astype(np.int64),
        visit_age=(visits % span).astype(np.float64),
        customers=len(customers),
        products=len(products),
    )
    return Shopping(customers, products, bought)


def matrix(bought: Bought, columns: NDArray[np.int64]) -> sparse.csr_array:
    """Return customers × some of the products, 1 where bought."""
    place = np.full(bought.products, -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    kept = place[bought.column] >= 0
    flags = sparse.csr_array(
        (np.ones(int(kept.sum()), dtype=np.float32), (bought.row[kept], place[bought.column[kept]])),
        shape=(bought.customers, len(columns)),
    )
    flags.sum_duplicates()
    flags.data[:] = 1
    return flags
