"""Odd orders: far larger than usual, unusual in several ways at once, or many of one customer in a day."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import geom

from tools.anomalies.suspicion import FALSE_ALARM_RATE, LEAST_UNITS, Search, Suspicion, ranked, score_of
from tools.estimators.oddness import isolation_scores, own_scores, peer_scores, tail_threshold

LEAST_SCALE: Final = 0.2
"""Least deviation, in logarithms, of orders of a size: with none, one cent more would be odd."""

LEAST_MONEY: Final = 0.01
FEWEST_IN_A_DAY: Final = 4
"""Orders of one customer in a day below which nothing is called a burst: families split baskets."""

PRIOR_DAYS: Final = 10.0
"""Days with an order that the shop's habit counts for in a customer's own."""

_SHAPES: Final = {
    "own": "{times:.0f} times this customer's usual order",
    "line": "{times:.0f} times the usual money a line for orders of as many lines",
    "units": "{times:.0f} times the usual units a line for orders of as many lines",
}


def order_scores(orders: pd.DataFrame) -> pd.DataFrame:
    """Return three robust scores of each order, and how many times the usual each is.

    Args:
        orders: Columns customer_id, value, units, lines; value above zero.

    Returns:
        Columns own, line and units (in robust deviations), and times_own, times_line, times_units.
    """
    value, lines = np.log(orders["value"].clip(lower=LEAST_MONEY)), orders["lines"].clip(lower=1)
    size = np.floor(np.log2(lines)).astype(int)
    a_line = value - np.log(lines)
    units = np.log((orders["units"] / lines).clip(lower=LEAST_MONEY))
    table = {
        "own": own_scores(value, orders["customer_id"]),
        "line": peer_scores(a_line, size, LEAST_SCALE),
        "units": peer_scores(units, size, LEAST_SCALE),
        "times_own": np.exp(value - value.groupby(orders["customer_id"]).transform("median")),
        "times_line": np.exp(a_line - a_line.groupby(size).transform("median")),
        "times_units": np.exp(units - units.groupby(size).transform("median")),
    }
    return pd.DataFrame(table, index=orders.index)


def find_odd_orders(orders: pd.DataFrame, since: pd.Timestamp, seed: int) -> Search:
    """Find odd orders since a moment; what is usual is learned from all of them.

    Args:
        orders: Columns order_id, customer_id, at, value, units, lines; one row an order.
        since: First moment looked at.
        seed: For the isolation forest.
    """
    priced = orders[orders["value"] > 0].reset_index(drop=True)
    lately = priced["at"] >= since
    warnings = []
    found: list[Suspicion] = []
    if len(priced) < LEAST_UNITS:
        warnings.append(f"{len(priced)} orders with a price are too few to tell an odd one (at least {LEAST_UNITS})")
    else:
        found = [*_large(priced, lately, seed), *_bursts(priced, since)]
    free = int((orders["value"] <= 0).sum())
    if free:
        warnings.append(f"{free} orders without money (free, or refunds) are not looked at")
    return Search(
        unit="orders",
        examined=int(lately.sum()),
        found=ranked(found),
        expected_false=round(3 * FALSE_ALARM_RATE * int(lately.sum()), 1) if len(priced) >= LEAST_UNITS else 0.0,
        threshold=(
            "an order is odd where its size (against the customer's usual order, and money and units a line against "
            "orders of as many lines), the isolation forest's score of these together, or the number of orders of a "
            f"customer in a day lies beyond what one ordinary order in {1 / FALSE_ALARM_RATE:,.0f} reaches, for each "
            "of the three"
        ),
        money="what the order is worth above the customer's usual order; for a burst, what all but one order are worth",
        warnings=tuple(warnings),
    )


def _large(orders: pd.DataFrame, lately: pd.Series[bool], seed: int) -> list[Suspicion]:
    scores = order_scores(orders)
    features = scores[["own", "line", "units"]].to_numpy(float)
    size = features.sum(axis=1)
    lonely = isolation_scores(features, seed)
    # A forest's scores are bounded, so no tail can be continued: its limit is the loneliest share of the orders.
    size_limit, lonely_limit = tail_threshold(size, FALSE_ALARM_RATE), np.quantile(lonely, 1 - FALSE_ALARM_RATE)
    # Only the upper side is abuse worth looking at: a small order is no loss.
    large, alone = size > size_limit, (lonely > lonely_limit) & (features.max(axis=1) > 1) & (size > 0)
    found = []
    for place in np.flatnonzero((large | alone) & lately.to_numpy()):
        row, row_scores = orders.iloc[place], scores.iloc[place]
        kind = max(_SHAPES, key=lambda name: float(row_scores[name]))
        usual = float(row["value"]) / float(row_scores["times_own"])
        seldom = "" if large[place] else "an unusual combination: "
        evidence = size[place] / size_limit if large[place] else lonely[place] / lonely_limit
        found.append(
            Suspicion(
                kind="large_order" if large[place] else "unusual_order",
                what=f"order {row['order_id']}",
                starts_at=row["at"],
                ends_at=row["at"],
                score=float(evidence),
                reason=f"{seldom}{row['value']:,.2f}, {_SHAPES[kind].format(times=row_scores[f'times_{kind}'])}",
                units=(str(row["order_id"]),),
                money=max(0.0, float(row["value"]) - usual),
                customer_ids=(str(row["customer_id"]),),
            )
        )
    return found


def _bursts(orders: pd.DataFrame, since: pd.Timestamp) -> list[Suspicion]:
    """Find days on which one customer ordered far more often than on other days with an order.

    Further orders of a day are geometric with the customer's own mean, drawn towards the shop's.
    """
    day = orders["at"].dt.normalize().rename("day")
    days = orders.groupby(["customer_id", day]).agg(orders=("order_id", "size"), value=("value", "sum")).reset_index()
    more = (days["orders"] - 1).astype(float)
    capped = more.clip(upper=FEWEST_IN_A_DAY - 1)
    sums, counts = (
        capped.groupby(days["customer_id"]).transform("sum"),
        capped.groupby(days["customer_id"]).transform("size"),
    )
    mean = (sums - capped + PRIOR_DAYS * float(capped.mean())) / (counts - 1 + PRIOR_DAYS)
    p_values = pd.Series(geom.sf(more, 1 / (1 + mean)), index=days.index)
    odd = (days["orders"] >= FEWEST_IN_A_DAY) & (p_values < FALSE_ALARM_RATE) & (days["day"] >= since.normalize())
    if not odd.any():
        return []
    ids = orders.assign(day=day).merge(days.loc[odd, ["customer_id", "day"]], on=["customer_id", "day"])
    by_day = ids.groupby(["customer_id", "day"])["order_id"].agg(list)
    return [
        Suspicion(
            kind="order_burst",
            what=f"{row.orders} orders of one customer in a day",
            starts_at=row.day,
            ends_at=row.day,
            score=score_of(float(p_values[row.Index])),
            reason=f"{row.orders} orders in a day, where {1 + mean[row.Index]:.1f} are usual for this customer",
            units=tuple(map(str, by_day[(row.customer_id, row.day)])),
            money=float(row.value) * (row.orders - 1) / row.orders,
            customer_ids=(str(row.customer_id),),
        )
        for row in days[odd].itertuples()
    ]
