"""How many customers of a segment come by themselves: what a test takes that assigns customers as they order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from tools.customers.days import Day, customer_days
from tools.warehouse.view import StoreView

LONGEST_WEEKS = 26
"""Weeks looked at; what takes longer than half a year is no test that a shop waits for (a choice)."""


@dataclass(frozen=True)
class Traffic:
    """Customers of a segment who came in the last weeks.

    Attributes:
        reached: Different customers who had come after one week, two weeks, and so on.
    """

    reached: tuple[int, ...]

    @property
    def weekly(self) -> int:
        """Return different customers in the first week of the window.

        >>> Traffic((40, 70, 90)).weekly
        40
        """
        return self.reached[0] if self.reached else 0

    def weeks_until(self, customers: int) -> int | None:
        """Return the weeks until that many have come, or None where they do not within the window.

        >>> Traffic((40, 70, 90)).weeks_until(60), Traffic((40, 70, 90)).weeks_until(100)
        (2, None)
        """
        return next((week for week, reached in enumerate(self.reached, start=1) if reached >= customers), None)


def traffic_of(view: StoreView, customers: frozenset[str]) -> Traffic:
    """Count who came by week in the last half year, or as long as there is history."""
    history = (view.as_of - view.meta.first_at.date()).days // 7
    weeks = min(LONGEST_WEEKS, history)
    days = customer_days(view)
    start = pd.Timestamp(view.as_of - dt.timedelta(weeks=weeks))
    mine = days[days[Day.CUSTOMER_ID].isin(customers) & (days[Day.ON] >= start)]
    first = (mine.groupby(Day.CUSTOMER_ID)[Day.ON].min() - start).dt.days // 7
    counts = first.value_counts().reindex(range(weeks), fill_value=0).sort_index().cumsum()
    return Traffic(tuple(int(count) for count in counts))
