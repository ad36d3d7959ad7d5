"""A shop whose data has one of each trouble that the quality report knows, beside plenty of sound rows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from tools.warehouse.columns import Table

FIRST = dt.datetime(2023, 1, 2)
DAYS = 364
GAP = range(200, 206)
"""Days without any order, 21 to 26 July 2023."""
BIG_DAY = 100
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def frames(seed: int = 1) -> dict[str, pd.DataFrame]:
    """Return the tables, typed, with what the checks should find."""
    draw = np.random.default_rng(seed)
    lines = _lines(draw)
    customers = pd.DataFrame({"customer_id": [f"c{n}" for n in range(200)], "country": "US"})
    customers.loc[:19, "country"] = "Germany"
    products = pd.DataFrame(
        {
            "product_id": [f"p{n}" for n in range(20)],
            "name": [f"Product {n}" for n in range(20)],
            "category": ["Tea"] * 15 + ["Misc"] * 4 + [HOSTILE],
            "price": 10.0,
        }
    )
    return {
        Table.CUSTOMERS: customers,
        Table.PRODUCTS: products,
        Table.ORDER_LINES: lines,
        Table.REVIEWS: pd.DataFrame(
            {
                "product_id": ["p1", "p99"] * 30,
                "written_at": FIRST + dt.timedelta(days=90),
                "rating": 5.0,
                "text": "good",
            }
        ),
        Table.CONSENTS: pd.DataFrame(
            {"customer_id": [f"c{n}" for n in range(150)], "channel": "email", "allowed": True, "at": FIRST}
        ),
        Table.AD_SPEND: pd.DataFrame(
            {
                "on": [(FIRST + dt.timedelta(days=n)).date() for n in range(60)],
                "channel": "google_ads",
                "spend": [float(n) for n in range(60)],
                "impressions": 100,
                "clicks": [200] + [5] * 59,
            }
        ),
    }


def _lines(draw: np.random.Generator) -> pd.DataFrame:
    days = [day for day in range(DAYS) if day not in GAP]
    days = [day for day in days for _ in range(60 if day == BIG_DAY else 2 if day >= DAYS - 14 else 12)]
    size = len(days)
    clock = zip(draw.choice(24, size, p=_asleep_by_day()), draw.integers(0, 3600, size), strict=True)
    lines = pd.DataFrame(
        {
            "order_id": [f"o{n}" for n in range(size)],
            "customer_id": [f"c{n}" for n in draw.integers(0, 200, size)],
            "product_id": [f"p{n}" for n in draw.integers(0, 20, size)],
            "ordered_at": [
                FIRST + dt.timedelta(days=day, hours=int(hour), seconds=int(second))
                for day, (hour, second) in zip(days, clock, strict=True)
            ],
            "quantity": draw.integers(1, 5, size).astype(float),
            "unit_price": np.round(draw.uniform(8, 12, size), 2),
            "discount": 0.0,
            "channel": ["web" if day > 120 or n % 3 else "market" for n, day in enumerate(days)],
        }
    )
    in_cents = (lines["product_id"] == "p3") & (np.arange(size) % 3 == 0)
    lines.loc[in_cents, "unit_price"] *= 100
    lines.loc[lines.index % 5 == 0, "customer_id"] = "c0"  # the till
    lines.loc[3, "unit_price"] = 50_000.0
    lines.loc[4, "discount"] = 500.0
    again = lines.iloc[10:30].assign(order_id=[f"again{n}" for n in range(20)])
    return pd.concat([lines, again], ignore_index=True)


def _asleep_by_day() -> list[float]:
    """Return the share of each hour of a shop that seems to sleep from 10 to 15 o'clock UTC."""
    weights = np.array([0.1 if 10 <= hour < 16 else 1.0 for hour in range(24)])
    return list(weights / weights.sum())
