"""Shops that are too small, too even or too odd for statistics, each made from a list of orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import pandas as pd

from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables

START = pd.Timestamp("2024-01-01 10:00")
Order = tuple[str, int, float]
"""Customer, day and money of an order; every order has one line of one unit."""


def orders(customers: int, days: Sequence[int], money: float = 20.0) -> list[Order]:
    """Return the same orders for a number of customers, the n-th one day later than the one before in each week."""
    return [(f"c{number:03d}", day + number % 7, money) for number in range(customers) for day in days]


def make_shop(path: Path, made: Sequence[Order], categories: Sequence[str] = ("Tea", "Cake")) -> StoreView:
    """Write a store of these orders, whose products take turns, and return it as of the day after the last."""
    frame = pd.DataFrame(made, columns=["customer_id", "day", "unit_price"])
    frame["ordered_at"] = START + pd.to_timedelta(frame.pop("day"), unit="D")
    frame["order_id"] = [f"o{number}" for number in range(len(frame))]
    frame["product_id"] = [f"p{number % len(categories)}" for number in range(len(frame))]
    frame["quantity"], frame["discount"] = frame["unit_price"].map(lambda price: 1.0 if price >= 0 else -1.0), 0.0
    frame["unit_price"] = frame["unit_price"].abs()
    products = pd.DataFrame(
        {
            "product_id": [f"p{number}" for number in range(len(categories))],
            "name": list(categories),
            "category": list(categories),
            "department": "Grocery",
        }
    )
    customers = pd.DataFrame({"customer_id": frame["customer_id"].unique(), "age": "35-44"})
    tables = {Table.CUSTOMERS: customers, Table.PRODUCTS: products, Table.ORDER_LINES: frame}
    return shop_of(path, tables)


def shop_of(path: Path, tables: Mapping[str, pd.DataFrame]) -> StoreView:
    """Write a store of these tables, and return it as of the day after the last order."""
    engine = connect()
    with replacing(path) as folder:
        write_tables(engine, {name: canonical(name, ibis.memtable(table)) for name, table in tables.items()}, folder)
        write_meta(engine, folder, path.name, ShopFacts(shop_name="Small", source="made"), dt.datetime(2024, 7, 1))
    store = Store(path)
    return store.at(store.meta.last_at.date() + dt.timedelta(days=1))
