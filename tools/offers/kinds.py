"""What past kinds of campaign say where no offer is known: response rates that hold how far campaigns differ."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tools.estimators.pooling import pooled_rate
from tools.offers.evaluation import LEAST_OWN
from tools.warehouse.columns import Column


@dataclass(frozen=True)
class KindRate:
    """The response to one kind of campaign; rates are shares."""

    kind: str
    campaigns: int
    exposures: int
    responders: int
    rate: float
    low: float
    high: float


def kind_rates(frame: pd.DataFrame, customers: frozenset[str], percent: float) -> tuple[tuple[KindRate, ...], bool]:
    """Return the response of every kind of past campaign, highest first, and whether it is the segment's own.

    Args:
        frame: As `ResponseHistory.frame`.
        customers: The segment.
        percent: Coverage of the intervals.
    """
    own = frame[frame[Column.CUSTOMER_ID].isin(customers)]
    used = own if len(own) >= LEAST_OWN else frame
    found = []
    for kind, rows in used.groupby("kind"):
        counts = rows.groupby(Column.CAMPAIGN_ID)["responded"].agg(["sum", "count"])
        rate, low, high = pooled_rate(counts["sum"].to_numpy(float), counts["count"].to_numpy(float), percent)
        found.append(KindRate(str(kind), len(counts), len(rows), int(rows["responded"].sum()), rate, low, high))
    return tuple(sorted(found, key=lambda one: (-one.rate, one.kind))), len(own) >= LEAST_OWN
