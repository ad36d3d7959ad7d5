"""The days between one order day and the next: a customer's own, and the shop's."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.baskets import ALL
from tools.feature_queries.feature import Feature, FeatureQuery, attach, ratio, total
from tools.feature_queries.shop import PER_CENT, Shop

# Quantiles of the days between orders, over all customers of the shop. Setting the silence that counts as "away" by the
# shop's own gaps, not by a fixed number of days, is usual where nobody cancels: see W. Buckinx, D. Van den Poel,
# "Customer base analysis: partial defection of behaviourally loyal clients in a non-contractual FMCG retail setting",
# European Journal of Operational Research 164 (2005). The two quantiles are this project's choice.
QUIET_PERCENT: Final = 95
GONE_PERCENT: Final = 99
# A shop whose customers never came back twice has no rhythm yet; these are then used (days).
QUIET_DAYS: Final = 30
GONE_DAYS: Final = 90


def order_days(shop: Shop) -> ibis.Table:
    """Return each customer's days with an order and, but for the first, the days since the one before as `gap`."""
    days = shop.lines("customer_id", "ordered_at").select("customer_id", day=ibis._.ordered_at.date()).distinct()
    before = days.day.lag().over(group_by="customer_id", order_by="day")
    return days.mutate(gap=days.day.delta(before, unit="day"))


def add_intervals(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add how often a customer comes; the spread is computed from whole sums, so that it does not depend on order."""
    days = order_days(shop)
    gaps = days.group_by("customer_id").aggregate(
        order_days=days.count(),
        interval_days=days.gap.median().cast("float64"),
        gap_sum=total(days.gap),
        gap_squares=total(days.gap * days.gap),
    )
    count = gaps.order_days - 1
    squares = count * gaps.gap_squares - gaps.gap_sum * gaps.gap_sum
    measured = gaps.mutate(
        mean_interval_days=ratio(gaps.gap_sum, count),
        interval_spread_days=ratio(squares, count * (count - 1)).sqrt(),
    )
    joined = attach(table, measured, "customer_id")
    return joined.mutate(overdue=ratio(joined.recency_days, joined.mean_interval_days))


def rhythm(shop: Shop) -> ibis.Table:
    """Return one row, `quiet` and `gone`: the days within which 95 and 99 of 100 next orders of the shop came.

    The quantile is interpolated between neighbours and rounded up to a whole day, all in whole numbers.
    """
    days = order_days(shop)
    gaps = days.filter(days.gap.notnull()).group_by("gap").aggregate(n=ibis._.count())
    upto = gaps.n.sum().over(order_by="gap", rows=(None, 0))
    ranked = gaps.mutate(upto=upto, total=gaps.n.sum().over(rows=(None, None)))
    ends = {}
    for percent in (QUIET_PERCENT, GONE_PERCENT):
        place = (ranked.total - 1) * percent
        index = place // PER_CENT
        ends[f"low_{percent}"] = ranked.gap.min(where=ranked.upto > index)
        ends[f"high_{percent}"] = ranked.gap.min(where=ranked.upto > index + 1)
        ends[f"part_{percent}"] = (place % PER_CENT).max()
    found = ranked.aggregate(**ends)
    quiet = _ceiling(found, QUIET_PERCENT).fill_null(QUIET_DAYS)
    gone = _ceiling(found, GONE_PERCENT).fill_null(GONE_DAYS)
    return found.select(quiet=quiet.cast("int32"), gone=ibis.greatest(gone, quiet + 1).cast("int32"))


def _ceiling(found: ibis.Table, percent: int) -> ibis.Value:
    low, part = found[f"low_{percent}"], found[f"part_{percent}"]
    high = found[f"high_{percent}"].fill_null(low)
    return (PER_CENT * low + part * (high - low) + PER_CENT - 1) // PER_CENT


INTERVALS: Final = FeatureQuery(
    features=(
        Feature("order_days", "days", ALL, "Days with an order; two orders on one day are one."),
        Feature("interval_days", "days", ALL, "Median days from one order day to the next; null after a single one."),
        Feature("mean_interval_days", "days", ALL, "Mean days from one order day to the next."),
        Feature("interval_spread_days", "days", ALL, "Standard deviation (n − 1) of these days; null below two."),
        Feature("overdue", "times", ALL, "recency_days over mean_interval_days."),
    ),
    add=add_intervals,
    needs=("recency_days",),
)
