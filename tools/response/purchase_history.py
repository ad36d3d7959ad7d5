"""What was known of each customer at a day, as features and as a sequence of weeks, and whether they then bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.days import Day

Array = NDArray[np.float64]

SEQUENCE_WEEKS: Final = 26
"""Weeks of a sequence: half a year, as long as the demo's first training cuts have."""

SHORT, MIDDLE, LONG = 28, 91, 182
"""Windows of the features in days: four weeks, a quarter, half a year."""

NEVER: Final = 9_999.0
"""Days since an order that never was; only customers with an order are here, so that none has it."""

FEATURES: Final[dict[str, str]] = {
    "recency_days": "last order {:.0f} days ago",
    "visits_4w": "{:.0f} purchase days in the last 4 weeks",
    "visits_13w": "{:.0f} purchase days in the last 13 weeks",
    "visits_26w": "{:.0f} purchase days in the last 26 weeks",
    "gap_days": "{:.1f} days between purchase days on average",
    "overdue": "away for {:.1f} times the usual gap",
    "trend": "{:.1f} times as many purchase days in the last 4 weeks as before",
    "spend_13w": "spent {:.0f} in the last 13 weeks",
    "basket": "{:.0f} a purchase day",
    "discount_share": "{:.2f} of the full price taken as discount",
    "tenure_weeks": "a customer for {:.0f} weeks",
    "visits": "{:.0f} purchase days in all",
}
"""Features in words, in the order of their columns."""


@dataclass(frozen=True)
class Cut:
    """All customers with an order before a day.

    Attributes:
        customer_ids: One a row below, ascending.
        features: Columns of `FEATURES`.
        sequences: Purchase days, spend and discount share of the last weeks, oldest first, shape (rows, weeks, 3); both
            counts by logarithm.
        bought: 1 where an order followed within the weeks asked for; None where that is not known yet.
    """

    customer_ids: NDArray[np.object_]
    features: Array
    sequences: NDArray[np.float32]
    bought: Array | None


def cut_at(days: pd.DataFrame, day: pd.Timestamp, weeks: int, end: pd.Timestamp) -> Cut:
    """Return what was known at the start of a day, and who bought in the weeks from it.

    Args:
        days: As from `customer_days`, up to `end`.
        day: The day.
        weeks: How far ahead.
        end: End of what is known.
    """
    before = days[days[Day.ON] < day]
    ids, row = np.unique(before[Day.CUSTOMER_ID].to_numpy(object), return_inverse=True)
    later = day + pd.Timedelta(weeks=weeks)
    bought = None
    if later <= end:
        after = days[(days[Day.ON] >= day) & (days[Day.ON] < later)]
        bought = np.isin(ids, after[Day.CUSTOMER_ID].unique()).astype(float)
    return Cut(ids, _features(before, row, len(ids), day), _sequences(before, row, len(ids), day), bought)


def _features(before: pd.DataFrame, row: NDArray[np.intp], count: int, day: pd.Timestamp) -> Array:
    ago = ((day - before[Day.ON]) / pd.Timedelta(days=1)).to_numpy(float)
    spend, discount = before[Day.SPEND].to_numpy(float), before[Day.DISCOUNT].to_numpy(float)

    def summed(within: float, of: Array | None = None) -> Array:
        chosen = ago <= within
        return np.bincount(row[chosen], None if of is None else of[chosen], count).astype(float)

    recency, tenure = np.full(count, NEVER), np.zeros(count)
    np.minimum.at(recency, row, ago)
    np.maximum.at(tenure, row, ago)
    visits = summed(NEVER)
    gap = np.divide(tenure - recency, visits - 1, out=np.full(count, np.nan), where=visits > 1)
    earlier = (summed(MIDDLE) - summed(SHORT)) / ((MIDDLE - SHORT) / SHORT)
    full = summed(MIDDLE, spend) + summed(MIDDLE, discount)
    columns = {
        "recency_days": recency,
        "visits_4w": summed(SHORT),
        "visits_13w": summed(MIDDLE),
        "visits_26w": summed(LONG),
        "gap_days": gap,
        "overdue": recency / np.maximum(gap, 1.0),
        "trend": (summed(SHORT) + 1) / (earlier + 1),
        "spend_13w": summed(MIDDLE, spend),
        "basket": summed(NEVER, spend) / visits,
        "discount_share": np.divide(summed(MIDDLE, discount), full, out=np.full(count, np.nan), where=full > 0),
        "tenure_weeks": tenure / 7,
        "visits": visits,
    }
    return np.column_stack([columns[name] for name in FEATURES]) if count else np.empty((0, len(FEATURES)))


def _sequences(before: pd.DataFrame, row: NDArray[np.intp], count: int, day: pd.Timestamp) -> NDArray[np.float32]:
    week = SEQUENCE_WEEKS - 1 - ((day - before[Day.ON]) / pd.Timedelta(days=1) - 1).to_numpy(float).astype(int) // 7
    chosen = week >= 0
    place = row[chosen] * SEQUENCE_WEEKS + week[chosen]
    size = count * SEQUENCE_WEEKS
    visits = np.bincount(place, minlength=size)
    spend, discount = (
        np.bincount(place, before[name].to_numpy(float)[chosen], size).clip(0) for name in (Day.SPEND, Day.DISCOUNT)
    )
    share = discount / np.maximum(spend + discount, 1e-9)
    stacked = np.stack([np.log1p(visits), np.log1p(spend), share], axis=-1)
    found: NDArray[np.float32] = stacked.reshape(count, SEQUENCE_WEEKS, 3).astype(np.float32)
    return found
