"""Where a customer stands among the others: RFM scores, value tier, lifecycle stage."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.baskets import ALL
from tools.feature_queries.feature import Feature, FeatureQuery
from tools.feature_queries.intervals import rhythm
from tools.feature_queries.shop import Shop

SCORES: Final = 5
# A customer is overdue when silent for this many times the mean days between their own orders.
OVERDUE: Final = 2.0
# Shares of customers by spend, from the highest: top, high, middle, low.
TIER_SHARES: Final = {"top": 0.10, "high": 0.30, "middle": 0.70, "low": 1.0}


def add_scores(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add quintile scores of recency, frequency and spend, 5 the best, and the value tier by rank of spend."""
    r, f, m = (_standing(table, column) for column in ("recency_days", "frequency", "spend_cents"))
    scored = (
        table.left_join(r.select("recency_days", r=_score(r, falling=True)), "recency_days")
        .drop("recency_days_right")
        .left_join(f.select("frequency", f=_score(f)), "frequency")
        .drop("frequency_right")
        .left_join(m.select("spend_cents", m=_score(m), tier=_tier(m)), "spend_cents")
    )
    return scored.drop("spend_cents_right")


def add_stage(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the lifecycle stage by the shop's own rhythm."""
    known = table.cross_join(rhythm(shop))
    return known.mutate(stage=stage_of(known))


def stage_of(known: ibis.Table) -> ibis.Value:
    """Return the lifecycle stage; the first condition that holds decides (`segments.STAGES` words them)."""
    away, often, much = known.recency_days, known.f, known.m
    overdue = away > OVERDUE * known.mean_interval_days.fill_null(0.0)
    return ibis.cases(
        ((away > known.gone) & overdue, "lapsed"),
        (known.tenure_days <= known.gone, "new"),
        ((away > known.quiet) & overdue, "at_risk"),
        (away > known.quiet, "hibernating"),
        ((often == SCORES) & (much >= SCORES - 1), "champions"),
        (often >= SCORES - 1, "loyal"),
        (often == SCORES - 2, "active"),
        else_="promising",
    )


def _standing(table: ibis.Table, column: str) -> ibis.Table:
    """Return each value that occurs with how many customers have it, how many at most it, and how many there are.

    Ranks come from these few rows, not from a sort of all customers, which one worker of a cluster would have to do.
    """
    values = table.group_by(column).aggregate(n=ibis._.count())
    return values.mutate(
        upto=values.n.sum().over(order_by=column, rows=(None, 0)), total=values.n.sum().over(rows=(None, None))
    )


def _score(values: ibis.Table, falling: bool = False) -> ibis.Value:
    """Return the quintile, 1 to 5, of the mean rank: equal values get equal scores.

    Source: A. M. Hughes, Strategic Database Marketing (1994). Twice the mean rank is a whole number, so that the
    division rounded up is exact.
    """
    twice = 2 * values.upto - values.n + 1
    rank = 2 * values.total + 2 - twice if falling else twice
    return ((SCORES * rank + 2 * values.total - 1) // (2 * values.total)).cast("int32")


def _tier(values: ibis.Table) -> ibis.Value:
    share = (values.total - values.upto + 1) / values.total
    return ibis.cases(*((share <= limit, tier) for tier, limit in TIER_SHARES.items()))


RFM: Final = FeatureQuery(
    features=(
        Feature("r", "1 to 5", ALL, "Quintile of recency_days, 5 the most recent; equal values get equal scores."),
        Feature("f", "1 to 5", ALL, "Quintile of frequency, 5 the most orders."),
        Feature("m", "1 to 5", ALL, "Quintile of spend, 5 the most."),
        Feature(
            "tier", "label", ALL, "By rank of spend: top tenth, high next fifth, middle next two fifths, low rest."
        ),
    ),
    add=add_scores,
    needs=("recency_days", "frequency", "spend"),
)
STAGE: Final = FeatureQuery(
    features=(
        Feature(
            "stage",
            "label",
            ALL,
            "Lifecycle stage from recency_days, tenure_days, mean_interval_days, f and m, and the shop's own rhythm.",
        ),
    ),
    add=add_stage,
    needs=("recency_days", "tenure_days", "mean_interval_days", "f", "m"),
)
