"""Abuse of five kinds, planted among orders, coupons, ad spend and reviews; and simulators of what a store lacks.

Every draw has a seed. The ordinary part is drawn, where it must be, with what makes detection hard: weekends, growth,
launches that bring reviews in bunches, coupons that some customers use twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tools.anomalies.ads import channel_day

SHARE: Final = 0.01
"""Share of orders, redemptions, channel-days or reviews that is abuse, as the issue asks."""

COUPONS, COUPON_DAYS, COUPON_SHARE, TWICE = 40, 28, 0.08, 0.05
"""Coupons, days that each is valid, share of orders with one, share of redemptions after which it is used again."""

CHANNELS: Final = ("search", "social", "display", "email")
AD_DAYS: Final = 728
PRODUCTS: Final = 300


@dataclass(frozen=True)
class Planted:
    """Data with abuse in it.

    Attributes:
        data: The table.
        units: What is abuse, named as a detector names it.
    """

    data: pd.DataFrame
    units: frozenset[str]


def with_coupons(orders: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Give one order in twelve a coupon that is valid then, each customer's once, now and then twice."""
    rng = np.random.default_rng(seed)
    first, days = orders["at"].min(), max(1, (orders["at"].max() - orders["at"].min()).days)
    starts = rng.integers(-COUPON_DAYS + 1, days, COUPONS)
    day = ((orders["at"] - first) / pd.Timedelta(days=1)).to_numpy()
    coupon = np.full(len(orders), -1)
    for place in np.flatnonzero(rng.random(len(orders)) < COUPON_SHARE):
        valid = np.flatnonzero((starts <= day[place]) & (day[place] < starts + COUPON_DAYS))
        coupon[place] = rng.choice(valid) if len(valid) else -1
    table = orders.assign(coupon=coupon)
    again = table.duplicated(["customer_id", "coupon"]) & (rng.random(len(orders)) >= TWICE)
    names = table["coupon"].where(~again, -1).map(lambda number: f"C{number:02d}" if number >= 0 else None)
    return orders.assign(coupon_id=names, discount=np.where(names.notna(), 0.1 * orders["value"], 0.0))


def plant_large_orders(orders: pd.DataFrame, seed: int, share: float = SHARE) -> Planted:
    """Multiply quantity and value of some orders by 10 to 50, as a reseller or a slip of the keyboard does."""
    rng = np.random.default_rng(seed)
    priced = np.flatnonzero(orders["value"] > 0)
    chosen = rng.choice(priced, max(1, round(share * len(orders))), replace=False)
    times = np.ones(len(orders))
    times[chosen] = np.exp(rng.uniform(np.log(10), np.log(50), len(chosen)))
    data = orders.assign(value=orders["value"] * times, units=orders["units"] * times)
    return Planted(data, frozenset(orders["order_id"].iloc[chosen]))


def plant_repeats(orders: pd.DataFrame, seed: int, share: float = SHARE) -> Planted:
    """Let some customers use one coupon 4 to 8 times, on orders of theirs."""
    rng = np.random.default_rng(seed)
    wanted = max(4, round(share * int(orders["coupon_id"].notna().sum())))
    by_customer = orders.groupby("customer_id").indices
    many = [places for places in by_customer.values() if len(places) >= 8]
    coupons = orders["coupon_id"].to_numpy(object).copy()
    planted: set[int] = set()
    names = np.array(sorted(orders["coupon_id"].dropna().unique()))
    for turn in rng.permutation(len(many)):
        if len(planted) >= wanted:
            break
        places = rng.choice(many[turn], int(rng.integers(4, 9)), replace=False)
        coupons[places] = rng.choice(names)
        planted |= set(places.tolist())
    return Planted(orders.assign(coupon_id=coupons), frozenset(orders["order_id"].iloc[sorted(planted)]))


def plant_rings(orders: pd.DataFrame, seed: int, share: float = SHARE) -> Planted:
    """Add rings: 4 to 8 new accounts, each with the same basket and coupon within two hours."""
    rng = np.random.default_rng(seed)
    used = orders[orders["coupon_id"].notna()].reset_index(drop=True)
    wanted = max(4, round(share * len(used)))
    rows: list[dict[str, object]] = []
    while len(rows) < wanted:
        model, size = used.iloc[int(rng.integers(len(used)))], int(rng.integers(4, 9))
        for _ in range(size):
            at = model["at"] + pd.Timedelta(minutes=int(rng.integers(0, 120)))
            rows.append({**model, "order_id": f"ring-{len(rows)}", "customer_id": f"fake-{len(rows)}", "at": at})
    data = pd.concat([orders, pd.DataFrame(rows)], ignore_index=True)
    return Planted(data, frozenset(str(row["order_id"]) for row in rows))


def simulate_ads(seed: int, days: int = AD_DAYS) -> pd.DataFrame:
    """Draw spend of four channels over days: weekends, a yearly wave, growth, Poisson clicks and conversions."""
    rng = np.random.default_rng(seed)
    on = pd.date_range("2022-01-01", periods=days, freq="D")
    rows = []
    for number, channel in enumerate(CHANNELS):
        level = 200.0 * (number + 1) * np.exp(0.3 * np.sin(np.arange(days) / 58) + 0.0005 * np.arange(days))
        spend = level * np.where(on.dayofweek >= 5, 0.8, 1.0) * np.exp(rng.normal(0, 0.2, days))
        impressions = rng.poisson(spend * 100 * np.exp(rng.normal(0, 0.1, days)))
        clicks = rng.poisson(impressions * (0.01 + 0.005 * number) * np.exp(rng.normal(0, 0.15, days)))
        conversions = rng.poisson(clicks * 0.04 * np.exp(rng.normal(0, 0.15, days))).astype(float)
        columns = {"spend": spend, "impressions": impressions, "clicks": clicks, "conversions": conversions}
        rows.append(pd.DataFrame({"on": on, "channel": channel, **columns}))
    return pd.concat(rows, ignore_index=True)


def plant_click_fraud(spend: pd.DataFrame, seed: int, share: float = SHARE) -> Planted:
    """Multiply the clicks of some channel-days by 2 to 6; spend follows by half, and conversions do not."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(spend), max(1, round(share * len(spend))), replace=False)
    times = np.ones(len(spend))
    times[chosen] = rng.uniform(2, 6, len(chosen))
    data = spend.assign(clicks=np.round(spend["clicks"] * times), spend=spend["spend"] * (1 + (times - 1) / 2))
    units = (channel_day(row.channel, row.on) for row in spend.iloc[chosen].itertuples())
    return Planted(data, frozenset(units))


def simulate_reviews(seed: int, products: int = PRODUCTS) -> pd.DataFrame:
    """Draw two years of reviews: rates that differ between products, and bunches after launch and promotions."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(products):
        rate, launch = rng.gamma(0.7, 0.06), int(rng.integers(0, 500))
        days = np.arange(launch, 728)
        mean = rate * np.exp(1.0 * (days < launch + 14)) * rng.gamma(3.0, 1 / 3.0, len(days))
        good = rng.beta(8, 2)
        for day in np.repeat(days, rng.poisson(mean)):
            at = pd.Timestamp("2022-01-01") + pd.Timedelta(days=float(day) + rng.random())
            rows.append((f"p{number}", at, float(1 + rng.binomial(4, good)), f"c{rng.integers(5000)}"))
    frame = pd.DataFrame(rows, columns=["product_id", "written_at", "rating", "customer_id"])
    return frame.assign(text=[f"text number {turn} of its own kind" for turn in range(len(frame))])


def plant_review_bursts(reviews: pd.DataFrame, seed: int, share: float = SHARE) -> Planted:
    """Add bursts: 8 to 15 reviews of one product within two days, all of one or all of five stars."""
    rng = np.random.default_rng(seed)
    wanted = max(8, round(share * len(reviews)))
    rows: list[tuple[str, pd.Timestamp, float, str, str]] = []
    products = np.array(sorted(reviews["product_id"].unique()))
    while len(rows) < wanted:
        product, stars = rng.choice(products), float(rng.choice([1.0, 5.0]))
        start = pd.Timestamp("2023-07-01") + pd.Timedelta(days=float(rng.uniform(0, 170)))
        for _ in range(int(rng.integers(8, 16))):
            at = start + pd.Timedelta(days=float(rng.uniform(0, 2)))
            rows.append((product, at, stars, f"fake-{len(rows)}", f"planted text {len(rows)} about the thing itself"))
    columns = ["product_id", "written_at", "rating", "customer_id", "text"]
    data = pd.concat([reviews, pd.DataFrame(rows, columns=columns)], ignore_index=True)
    # Detectors name reviews by their place in order of product and time.
    data = data.sort_values(["product_id", "written_at"], kind="stable").reset_index(drop=True)
    return Planted(data, frozenset(str(place) for place in data.index[data["customer_id"].str.startswith("fake")]))
