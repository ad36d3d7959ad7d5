"""Odd use of coupons: one coupon again and again, accounts that act as one, customers far above their peers."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import geom, poisson

from tools.anomalies.suspicion import FALSE_ALARM_RATE, LEAST_UNITS, Search, Suspicion, ranked, score_of
from tools.estimators.oddness import keen_p_values

FEWEST_USES: Final = 3
"""Uses of one coupon by one customer below which nothing is called a repetition."""

FEWEST_ACCOUNTS: Final = 3
"""Accounts below which nothing is called a ring: two of a family may shop together."""

RING_HOURS: Final = 24
"""Length of the window in which accounts count as acting together."""

FEWEST_TRIES: Final = 5
"""Orders, or coupons received, below which a customer's share of coupons is not looked at."""

MONEY: Final = (
    "the discount of the orders concerned (their revenue, where no discount is recorded), the first use left out"
)


def find_odd_coupons(orders: pd.DataFrame, since: pd.Timestamp) -> Search:
    """Find odd use of coupons since a moment; what is usual is learned from all orders.

    Args:
        orders: Columns order_id, customer_id, at, coupon_id (missing without one), value, discount, basket (equal for
            orders of the same products); one row an order.
        since: First moment looked at.
    """
    used = orders[orders["coupon_id"].notna()].sort_values(["at", "order_id"], kind="stable")
    lately = used[used["at"] >= since]
    warnings: list[str] = []
    found: list[Suspicion] = []
    if len(used) < LEAST_UNITS:
        warnings.append(f"{len(used)} orders with a coupon are too few to tell odd ones (at least {LEAST_UNITS})")
    else:
        found = [*_repeats(used, since), *_rings(orders, used, since), *_keen(orders, since)]
    return Search(
        unit="orders with a coupon",
        examined=len(lately),
        found=ranked(found),
        expected_false=round(3 * FALSE_ALARM_RATE * len(lately), 1) if len(used) >= LEAST_UNITS else 0.0,
        threshold=(
            f"odd is what one ordinary case in {1 / FALSE_ALARM_RATE:,.0f} reaches: one customer's uses of a coupon "
            f"(at least {FEWEST_USES}), accounts with the same coupon and the same products within {RING_HOURS} hours "
            f"(at least {FEWEST_ACCOUNTS}), and a customer's share of orders with a coupon among all customers"
        ),
        money=MONEY,
        warnings=tuple(warnings),
    )


def _at_stake(orders: pd.DataFrame) -> float:
    money = orders["discount"].where(orders["discount"] > 0, orders["value"])
    return float(money.iloc[1:].sum())


def _repeats(used: pd.DataFrame, since: pd.Timestamp) -> list[Suspicion]:
    """Find customers who used one coupon far more often than others did."""
    counts = used.groupby(["coupon_id", "customer_id"]).size()
    # Uses beyond the third do not count: abuse must not raise what is usual.
    more = (counts - 1).clip(upper=FEWEST_USES - 1)
    everybody = float(more.mean())
    by_coupon = more.groupby(level="coupon_id")
    usual = (by_coupon.sum() + LEAST_UNITS * everybody) / (by_coupon.size() + LEAST_UNITS)
    found = []
    for (coupon, customer), count in counts[counts >= FEWEST_USES].items():
        p_value = float(geom.sf(count - 1, 1 / (1 + float(usual[coupon]))))
        mine = used[(used["coupon_id"] == coupon) & (used["customer_id"] == customer)]
        if p_value < FALSE_ALARM_RATE and mine["at"].iloc[-1] >= since:
            found.append(
                _suspicion(
                    mine,
                    "repeat_redemption",
                    f"coupon {coupon} used {count} times by one customer",
                    f"others used it {1 + float(usual[coupon]):.2f} times on average",
                    p_value,
                )
            )
    return found


def _suspicion(orders: pd.DataFrame, kind: str, what: str, reason: str, p_value: float) -> Suspicion:
    return Suspicion(
        kind=kind,  # type: ignore[arg-type]
        what=what,
        starts_at=orders["at"].iloc[0],
        ends_at=orders["at"].iloc[-1],
        score=score_of(p_value),
        reason=reason,
        units=tuple(map(str, orders["order_id"])),
        money=_at_stake(orders),
        customer_ids=tuple(map(str, dict.fromkeys(orders["customer_id"]))),
    )


def _rings(orders: pd.DataFrame, used: pd.DataFrame, since: pd.Timestamp) -> list[Suspicion]:
    """Find accounts that bought the same products with the same coupon within a day, beyond coincidence.

    The number by coincidence is Poisson's: orders with the coupon in the window, times the share of such baskets among
    all other orders.
    """
    baskets = orders["basket"].value_counts()
    sizes = used.groupby(["coupon_id", "basket"])["basket"].transform("size")
    window = pd.Timedelta(hours=RING_HOURS)
    found = []
    for (coupon, basket), alike in used[sizes >= FEWEST_ACCOUNTS].groupby(["coupon_id", "basket"], sort=True):
        if alike["customer_id"].nunique() < FEWEST_ACCOUNTS:
            continue
        moments = np.sort(used.loc[used["coupon_id"] == coupon, "at"].to_numpy())
        for together in _windows(alike, window):
            accounts = together["customer_id"].nunique()
            start, end = together["at"].iloc[0], together["at"].iloc[0] + window
            near = int(
                np.searchsorted(moments, end.to_datetime64(), "right") - np.searchsorted(moments, start.to_datetime64())
            )
            share = (int(baskets[basket]) - len(together) + 1) / (len(orders) + 1)
            p_value = float(poisson.sf(accounts - 2, near * share))
            if accounts >= FEWEST_ACCOUNTS and p_value < FALSE_ALARM_RATE and together["at"].iloc[-1] >= since:
                found.append(
                    _suspicion(
                        together,
                        "coupon_ring",
                        f"{accounts} accounts used coupon {coupon} on the same products within {RING_HOURS} hours",
                        f"{near * share:.2f} more would be a coincidence",
                        p_value,
                    )
                )
    return found


def _windows(orders: pd.DataFrame, window: pd.Timedelta) -> list[pd.DataFrame]:
    """Cut orders, in order of time, into runs that fit a window."""
    runs, start = [], 0
    for place in range(1, len(orders) + 1):
        if place == len(orders) or orders["at"].iloc[place] - orders["at"].iloc[start] > window:
            runs.append(orders.iloc[start:place])
            start = place
    return runs


def _keen(orders: pd.DataFrame, since: pd.Timestamp) -> list[Suspicion]:
    """Find customers whose share of orders with a coupon lies far above everybody's."""
    flags = orders["coupon_id"].notna()
    tries, hits = (part.groupby(orders["customer_id"]).sum() for part in (flags | True, flags))
    tries, hits = tries[tries >= FEWEST_TRIES], hits[tries >= FEWEST_TRIES]
    if len(tries) < LEAST_UNITS:
        return []
    p_values = keen_p_values(hits.to_numpy(float), tries.to_numpy(float))
    odd = pd.Series(p_values, index=tries.index)
    found = []
    for customer, p_value in odd[(odd < FALSE_ALARM_RATE) & (hits >= FEWEST_USES)].items():
        mine = orders[flags & (orders["customer_id"] == customer)].sort_values(["at", "order_id"])
        if mine["at"].iloc[-1] >= since:
            what = f"one customer used coupons in {hits[customer]} of {tries[customer]} orders"
            reason = f"all customers together in {hits.sum() / tries.sum():.0%}"
            found.append(_suspicion(mine, "coupon_share", what, reason, float(p_value)))
    return found


def find_keen_redeemers(exposures: pd.DataFrame, since: pd.Timestamp) -> Search:
    """Find customers who redeemed far more of the offers sent to them than others did.

    Args:
        exposures: Columns customer_id, at, converted, revenue; one row an offer sent.
        since: First moment looked at.
    """
    sums = exposures.groupby("customer_id").agg(
        tries=("converted", "size"), hits=("converted", "sum"), last=("at", "max")
    )
    sums = sums[sums["tries"] >= FEWEST_TRIES]
    found: list[Suspicion] = []
    warnings = ["orders name no coupon: repeated use of one coupon and rings of accounts cannot be seen"]
    if len(sums) < LEAST_UNITS:
        warnings.append(
            f"{len(sums)} customers with {FEWEST_TRIES} offers or more are too few (at least {LEAST_UNITS})"
        )
    else:
        p_values = keen_p_values(sums["hits"].to_numpy(float), sums["tries"].to_numpy(float))
        mean = sums["hits"].sum() / sums["tries"].sum()
        for place in np.flatnonzero((p_values < FALSE_ALARM_RATE) & (sums["last"] >= since).to_numpy()):
            customer, row = sums.index[place], sums.iloc[place]
            mine = exposures[(exposures["customer_id"] == customer) & (exposures["converted"] > 0)]
            found.append(
                Suspicion(
                    kind="coupon_share",
                    what=f"one customer redeemed {int(row['hits'])} of {int(row['tries'])} offers",
                    starts_at=mine["at"].min(),
                    ends_at=mine["at"].max(),
                    score=score_of(float(p_values[place])),
                    reason=f"customers with {FEWEST_TRIES} offers or more redeemed {mean:.0%}",
                    units=(),
                    money=float(mine["revenue"].fillna(0.0).sum()),
                    customer_ids=(str(customer),),
                )
            )
    return Search(
        unit="offers sent",
        examined=int((exposures["at"] >= since).sum()),
        found=ranked(found),
        expected_false=round(FALSE_ALARM_RATE * len(sums), 1),
        threshold=f"a share of redemptions that one ordinary customer in {1 / FALSE_ALARM_RATE:,.0f} reaches",
        money="the revenue recorded for those redemptions; 0 where none is recorded",
        warnings=tuple(warnings),
    )
