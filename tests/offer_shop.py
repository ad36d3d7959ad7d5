"""A shop with known offers: by lot with recorded chances, so that the value of each offer is known by design.

Customers come in two halves. The *keen* order every two weeks, the *calm* every eight. `10% off` brings 10 responses of
100 from both; `free shipping` brings 25 from the keen and 5 from the calm, hence 15 of all; `30% off` brings 12 of all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import ibis
import numpy as np
import pandas as pd

from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables

START = pd.Timestamp("2024-01-01 10:00")
AS_OF = dt.date(2024, 9, 1)
CUSTOMERS = 400
ROUNDS = 8
PRICE = 20.0
OFFERS: Mapping[str, tuple[float, float]] = {
    "10% off": (0.10, 0.10),
    "free shipping": (0.25, 0.05),
    "30% off": (0.12, 0.12),
}
"""Offer to its response among the keen and the calm."""

CHANCES = (0.5, 0.3, 0.2)
"""The chance of each offer in the log."""


def ids() -> list[str]:
    """Return the customers; the first half are the keen."""
    return [f"c{number:03d}" for number in range(CUSTOMERS)]


def order_lines() -> pd.DataFrame:
    """Return one order of one unit every 14 days from the keen, every 56 from the calm, over 34 weeks."""
    rows = [
        (f"{customer}-{day}", customer, START + pd.Timedelta(days=day + number % 7))
        for number, customer in enumerate(ids())
        for day in range(0, 238, 14 if number < CUSTOMERS // 2 else 56)
    ]
    frame = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at"])
    return frame.assign(product_id="p1", quantity=1.0, unit_price=PRICE, discount=0.0, channel="store")


def exposures(seed: int = 0, rounds: int = ROUNDS) -> pd.DataFrame:
    """Return one exposure of every customer a round, offers by lot; the first round is on 1 March."""
    rng = np.random.default_rng(seed)
    names, keen = np.array(list(OFFERS), dtype=object), np.arange(CUSTOMERS) < CUSTOMERS // 2
    rates = np.array(list(OFFERS.values()))
    parts = []
    for turn in range(rounds):
        arms = rng.choice(len(names), CUSTOMERS, p=CHANCES)
        clicked = rng.random(CUSTOMERS) < rates[arms, np.where(keen, 0, 1)]
        parts.append(
            pd.DataFrame(
                {
                    "campaign_id": f"k{turn}",
                    "customer_id": ids(),
                    "channel": "email",
                    "at": pd.Timestamp("2024-03-01") + pd.Timedelta(days=14 * turn),
                    "offer_id": names[arms],
                    "treatment": 1,
                    "propensity": np.array(CHANCES)[arms],
                    "converted": clicked,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def campaigns(rounds: int = ROUNDS) -> pd.DataFrame:
    """Return a campaign of ten days for every round."""
    starts = [dt.date(2024, 3, 1) + dt.timedelta(days=14 * turn) for turn in range(rounds)]
    return pd.DataFrame(
        {
            "campaign_id": [f"k{turn}" for turn in range(rounds)],
            "name": [f"Round {turn}" for turn in range(rounds)],
            "starts_on": starts,
            "ends_on": [start + dt.timedelta(days=10) for start in starts],
            "kind": "newsletter",
        }
    )


def make_offer_shop(path: Path, shown: pd.DataFrame | None, cost: float | None = None) -> StoreView:
    """Write the shop with these exposures, or without the table, and return it as of 1 September.

    Args:
        path: Folder to write to.
        shown: Exposures.
        cost: Cost of the one product, whose price is 20; unknown without.
    """
    products = pd.DataFrame(
        {"product_id": ["p1"], "name": ["Tea"], "category": ["Tea"], "department": ["Grocery"], "price": [PRICE]}
    )
    frames = {
        Table.CUSTOMERS: pd.DataFrame({"customer_id": ids()}),
        Table.PRODUCTS: products if cost is None else products.assign(cost=cost),
        Table.ORDER_LINES: order_lines(),
    }
    if shown is not None:
        frames |= {Table.EXPOSURES: shown, Table.CAMPAIGNS: campaigns()}
    engine = connect()
    with replacing(path) as folder:
        write_tables(engine, {name: canonical(name, ibis.memtable(frame)) for name, frame in frames.items()}, folder)
        write_meta(engine, folder, path.name, ShopFacts(shop_name="Offers", source="made"), dt.datetime(2024, 9, 1))
    return Store(path).at(AS_OF)
