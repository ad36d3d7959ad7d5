"""A busy made-up store: 300 customers over a year, five finished campaigns, ad spend on known curves, consents, costs.

Everything is drawn with a fixed seed from rates written here, so that tests can compare estimates with the truth.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import numpy as np
import pandas as pd

from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables

START = pd.Timestamp("2023-01-02")
DAYS = 364
AS_OF = dt.date(2024, 1, 1)
CUSTOMERS = 300
PRICE, COST = 10.0, 6.0
CAMPAIGN_STARTS = (60, 120, 180, 240, 300)
CAMPAIGN_DAYS = 28
KEEN_RATE, OTHER_RATE = 0.5, 0.1
"""Response of the 100 customers with the lowest numbers, and of the others."""
CURVES = {"search": (400.0, 50.0), "social": (200.0, 50.0)}
"""Weekly revenue of a channel's spend: top and half of its saturating curve."""


def customer_name(number: int) -> str:
    """Return the id of a customer by number."""
    return f"c{number:03d}"


def order_lines(rng: np.random.Generator) -> pd.DataFrame:
    """Return orders: customer n orders about every 4 + n / 10 days, one unit of its own category's product."""
    rows = []
    for number in range(CUSTOMERS):
        day = rng.exponential(4 + number / 10)
        turn = 0
        while day < DAYS:
            rows.append((f"o{number}-{turn}", customer_name(number), f"p{number % 3}", START + pd.Timedelta(days=day)))
            day += 0.5 + rng.exponential(4 + number / 10)
            turn += 1
    frame = pd.DataFrame(rows, columns=["order_id", "customer_id", "product_id", "ordered_at"])
    frame["ordered_at"] = frame["ordered_at"].dt.floor("s")
    return frame.assign(quantity=1.0, unit_price=PRICE, discount=np.where(rng.random(len(frame)) < 0.3, 2.0, 0.0))


def exposures(rng: np.random.Generator) -> pd.DataFrame:
    """Return e-mails to 200 customers a campaign and 100 left alone, who convert at half the rate."""
    rows = []
    for campaign, start in enumerate(CAMPAIGN_STARTS):
        at = START + pd.Timedelta(days=start)
        for number in range(CUSTOMERS):
            treated = (number + campaign) % 3 > 0
            rate = (KEEN_RATE if number < 100 else OTHER_RATE) * (1.0 if treated else 0.5)
            converted = rng.random() < rate
            when = at + pd.Timedelta(days=3) if converted else pd.NaT
            rows.append((f"k{campaign}", customer_name(number), "email", at, int(treated), converted, when))
    columns = ["campaign_id", "customer_id", "channel", "at", "treatment", "converted", "converted_at"]
    return pd.DataFrame(rows, columns=columns)


def ad_spend(rng: np.random.Generator) -> pd.DataFrame:
    """Return weekly spend between 10 and 150 with the revenue of its curve, without noise; a conversion is worth 20."""
    rows = []
    for week in range(40):
        for channel, (top, half) in CURVES.items():
            spend = float(rng.uniform(10, 150))
            revenue = top * -np.expm1(-spend / half)
            rows.append(((START + pd.Timedelta(weeks=week)).date(), channel, spend, revenue / 20, revenue))
    return pd.DataFrame(rows, columns=["on", "channel", "spend", "conversions", "revenue"])


def frames(with_ad_spend: bool) -> dict[str, pd.DataFrame]:
    """Return every table."""
    rng = np.random.default_rng(7)
    names = [customer_name(number) for number in range(CUSTOMERS)]
    products = pd.DataFrame({"product_id": ["p0", "p1", "p2"], "name": ["Tea", "Coffee", "Cake"]})
    products = products.assign(category=["Tea", "Coffee", "Cakes"], department="Grocery", price=PRICE, cost=COST)
    campaigns = pd.DataFrame({"campaign_id": [f"k{n}" for n in range(len(CAMPAIGN_STARTS))]})
    starts = [(START + pd.Timedelta(days=day)).date() for day in CAMPAIGN_STARTS]
    campaigns = campaigns.assign(
        name=campaigns.campaign_id, starts_on=starts, ends_on=[day + dt.timedelta(days=CAMPAIGN_DAYS) for day in starts]
    )
    consents = pd.DataFrame({"customer_id": names, "channel": "email", "at": START})
    tables = {
        Table.CUSTOMERS: pd.DataFrame({"customer_id": names}),
        Table.PRODUCTS: products,
        Table.ORDER_LINES: order_lines(rng),
        Table.CAMPAIGNS: campaigns.assign(kind="newsletter"),
        Table.EXPOSURES: exposures(rng),
        Table.CONSENTS: consents.assign(allowed=[number % 2 == 0 for number in range(CUSTOMERS)]),
    }
    return {**tables, Table.AD_SPEND: ad_spend(rng)} if with_ad_spend else tables


def make_busy_store(path: Path, with_ad_spend: bool = False, **other: pd.DataFrame) -> Store:
    """Write the busy store, with other tables in place of its own where given, into the folder `path`; return it."""
    engine = connect()
    content = {**frames(with_ad_spend), **other}
    tables = {name: canonical(name, ibis.memtable(frame)) for name, frame in content.items()}
    with replacing(path) as folder:
        write_tables(engine, tables, folder)
        facts = ShopFacts(shop_name="Busy Shop", source="drawn with a fixed seed")
        write_meta(engine, folder, path.name, facts, dt.datetime(2024, 1, 1))
    return Store(path)
