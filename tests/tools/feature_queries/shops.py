"""Small shops in memory, and the scores as pandas computes them, which is another way to the same numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import ibis
import numpy as np
import pandas as pd

from tests.tiny import AS_OF, frames
from tools.feature_queries.catalog import KEYS, Of, feature_table
from tools.feature_queries.shop import Shop
from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table

OPTIONAL = {
    Table.EVENTS: pd.DataFrame(
        {
            "customer_id": ["c01", "c01", "c01", "c02"],
            "at": pd.to_datetime(
                ["2024-06-20 10:00", "2024-06-30 23:59:59", "2024-01-05", "2024-06-01"], format="ISO8601"
            ),
            "kind": ["view", "cart", "view", "search"],
            "product_id": ["p01", "p01", "p01", None],
        }
    ),
    Table.REVIEWS: pd.DataFrame(
        {
            "product_id": ["p01", "p01", "p02"],
            "written_at": pd.to_datetime(["2024-05-01", "2024-06-01", "2024-06-02"]),
            "rating": [4.0, 5.0, 1.0],
            "text": ["good", "very good", "stale"],
            "customer_id": ["c01", "c02", "c01"],
        }
    ),
    Table.STOCK: pd.DataFrame(
        {"product_id": ["p01", "p01"], "at": pd.to_datetime(["2024-06-01", "2024-06-28"]), "units": [90.0, 26.0]}
    ),
}
"""Tables that the tiny store lacks."""


def everything() -> dict[str, pd.DataFrame]:
    """Return the frames of the tiny store, and of the tables that it lacks."""
    return {**frames(), **OPTIONAL}


def shop(tables: Mapping[str, pd.DataFrame], as_of: dt.date = AS_OF) -> Shop:
    """Return a shop in memory."""
    return Shop({name: canonical(name, ibis.memtable(frame)) for name, frame in tables.items()}, as_of)


def features(shop: Shop, of: Of, *names: str) -> pd.DataFrame:
    """Return features as a frame, all of them if none are named, sorted by customer or product."""
    table = feature_table(shop, of, names or None)
    return table.order_by(KEYS[of]).to_pandas().set_index(KEYS[of])


def order_lines(*rows: tuple[str, str, str, str, float, float]) -> pd.DataFrame:
    """Return order lines from (order, customer, product, moment, quantity, unit price)."""
    frame = pd.DataFrame(
        rows, columns=["order_id", "customer_id", "product_id", "ordered_at", "quantity", "unit_price"]
    )
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"], format="ISO8601"))


def products(**categories: str) -> pd.DataFrame:
    """Return products from product to category."""
    return pd.DataFrame(
        {"product_id": list(categories), "name": list(categories), "category": list(categories.values())}
    )


def score(values: pd.Series) -> pd.Series:
    """Return quintile scores by pandas' mean rank."""
    middle = values.rank(method="average") / len(values)
    return np.ceil(middle * 5 - 1e-9).clip(1, 5).astype("int64")


def tiers(spend: pd.Series) -> pd.Series:
    """Return value tiers by pandas' rank from the top."""
    share = spend.rank(method="min", ascending=False) / len(spend)
    return pd.Series(
        np.select([share <= 0.1, share <= 0.3, share <= 0.7], ["top", "high", "middle"], "low"), spend.index
    )
