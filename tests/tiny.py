"""A tiny store that can be checked by hand: twelve customers, ten products, 67 order lines, two campaigns.

Day 0 is 1 January 2024 and the tests look at it as of 1 July 2024 (day 182). Each customer orders in a steady rhythm,
given in `RHYTHMS`; every order has one line of one unit, except that `c01` always takes two lines. Known by design,
as of 1 July:

- `c11` never ordered, `c12` ordered only on 5 July, so neither has features;
- the 45 gaps between order days, sorted, are 10 once, 15 × 29, 20 × 7, 25 × 4, 30 × 2 and 60 × 2 days;
- hence the 95th percentile is 30 days, the 99th 60 days, and each lifecycle stage is met at least once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import ibis
import pandas as pd

from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables

START = dt.datetime(2024, 1, 1)
AS_OF = dt.date(2024, 7, 1)


@dataclass(frozen=True)
class Rhythm:
    """When a customer orders: the last day, the days between orders, how many orders, and which products in turn."""

    last_day: int
    step: int
    orders: int
    products: tuple[str, ...]

    @property
    def days(self) -> tuple[int, ...]:
        """Return the days of the orders, first to last."""
        return tuple(self.last_day - self.step * back for back in reversed(range(self.orders)))


RHYTHMS = {
    "c01": Rhythm(180, 15, 12, ("p01", "p02")),
    "c02": Rhythm(178, 15, 11, ("p01", "p03")),
    "c03": Rhythm(176, 20, 8, ("p04", "p05")),
    "c04": Rhythm(174, 30, 3, ("p06",)),
    "c05": Rhythm(170, 10, 2, ("p07", "p08")),
    "c06": Rhythm(130, 15, 6, ("p01", "p02")),
    "c07": Rhythm(140, 60, 3, ("p09",)),
    "c08": Rhythm(60, 15, 4, ("p02", "p04")),
    "c09": Rhythm(20, 1, 1, ("p10",)),
    "c10": Rhythm(175, 25, 5, ("p03", "p06")),
    "c12": Rhythm(186, 1, 1, ("p01",)),
}
CUSTOMERS = tuple(f"c{number:02d}" for number in range(1, 13))
PRODUCTS = (
    ("p01", "Ground coffee, 12 oz", "Coffee", "Grocery", 8.00),
    ("p02", "Espresso beans, 2 lb", "Coffee", "Grocery", 20.00),
    ("p03", "Green tea, 40 bags", "Tea", "Grocery", 4.00),
    ("p04", "Chocolate cookies, 10 oz", "Cookies", "Grocery", 3.50),
    ("p05", "Oat cookies, 10 oz", "Cookies", "Grocery", 3.00),
    ("p06", "Sourdough bread", "Bread", "Bakery", 5.00),
    ("p07", "Cheddar cheese, 8 oz", "Cheese", "Dairy", 6.00),
    ("p08", "Whole milk, 1 gal", "Milk", "Dairy", 3.25),
    ("p09", "Frozen pizza, margherita", "Frozen pizza", "Frozen", 7.50),
    ("p10", "Birthday cake", "Cakes", "Bakery", 24.00),
)


def order_lines() -> pd.DataFrame:
    """Return the order lines; c06's are one dollar off, with a coupon."""
    rows = []
    for customer, rhythm in RHYTHMS.items():
        for turn, day in enumerate(rhythm.days):
            taken = rhythm.products if customer == "c01" else (rhythm.products[turn % len(rhythm.products)],)
            rows += [(f"{customer}-{turn:02d}", customer, product, day) for product in taken]
    frame = pd.DataFrame(rows, columns=["order_id", "customer_id", "product_id", "day"])
    frame["ordered_at"] = pd.Timestamp(START) + pd.to_timedelta(frame.pop("day"), unit="D") + pd.Timedelta(hours=10)
    frame["quantity"] = 1.0
    frame["unit_price"] = frame["product_id"].map({row[0]: row[4] for row in PRODUCTS})
    frame["discount"] = (frame["customer_id"] == "c06") * 1.0
    frame["channel"] = "store"
    return frame


def exposures() -> pd.DataFrame:
    """Return who was mailed what: c01 redeemed the spring coupon in time, c02 the summer coupon only after 1 July."""
    spring = [("k1", customer, "2024-04-01", None) for customer in ("c01", "c02", "c03", "c06", "c08", "c09")]
    summer = [("k2", customer, "2024-06-24", None) for customer in ("c02", "c04", "c10", "c06")]
    frame = pd.DataFrame(spring + summer, columns=["campaign_id", "customer_id", "at", "converted_at"])
    frame["at"] = pd.to_datetime(frame["at"])
    frame["converted_at"] = pd.to_datetime(frame["converted_at"])
    frame.loc[(frame.campaign_id == "k1") & (frame.customer_id == "c01"), "converted_at"] = pd.Timestamp("2024-04-10")
    frame.loc[(frame.campaign_id == "k2") & (frame.customer_id == "c02"), "converted_at"] = pd.Timestamp("2024-07-03")
    frame["converted"] = frame["converted_at"].notna()
    return frame.assign(channel="coupon_mail", treatment=1)


def frames() -> dict[str, pd.DataFrame]:
    """Return every table of the tiny store."""
    return {
        Table.CUSTOMERS: pd.DataFrame({"customer_id": CUSTOMERS, "country": "US", "age": "35-44"}),
        Table.PRODUCTS: pd.DataFrame(
            PRODUCTS, columns=["product_id", "name", "category", "department", "price"]
        ).assign(active=True),
        Table.ORDER_LINES: order_lines(),
        Table.CAMPAIGNS: pd.DataFrame(
            [
                ("k1", "Spring coupon", dt.date(2024, 4, 1), dt.date(2024, 4, 14), "coupon"),
                ("k2", "Summer coupon", dt.date(2024, 6, 24), dt.date(2024, 7, 14), "coupon"),
            ],
            columns=["campaign_id", "name", "starts_on", "ends_on", "kind"],
        ),
        Table.EXPOSURES: exposures(),
        Table.PROMOTIONS: pd.DataFrame(
            [
                ("p01", dt.date(2024, 6, 24), dt.date(2024, 6, 30), 1.0, 0.0),
                ("p09", dt.date(2024, 7, 1), dt.date(2024, 7, 7), 0.0, 1.0),
            ],
            columns=["product_id", "starts_on", "ends_on", "display", "mailer"],
        ),
    }


def make_tiny_store(path: Path) -> Store:
    """Write the tiny store into the folder `path` and return it."""
    engine = connect()
    tables = {name: canonical(name, ibis.memtable(frame)) for name, frame in frames().items()}
    with replacing(path) as folder:
        write_tables(engine, tables, folder)
        write_meta(
            engine, folder, path.name, ShopFacts(shop_name="Tiny Shop", source="made by hand"), dt.datetime(2024, 7, 6)
        )
    return Store(path)
