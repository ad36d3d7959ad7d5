"""What customers like these do when left alone: the baseline that a test is measured against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import pandas as pd

from tools.channels import find_channel
from tools.customers.days import Day, customer_days
from tools.customers.segments import find_segment
from tools.errors import ToolError
from tools.estimators.money_power import PastSpend
from tools.estimators.power import rate_power
from tools.response.segments import exposures_through, learned_from, segment_rate
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

Metric = Literal["conversion", "redemption", "click", "open", "purchase", "revenue"]

CONTACT_METRICS: tuple[Metric, ...] = ("redemption", "click", "open")
"""Outcomes that only contacted customers can have, so that a holdout has none."""

WARM_UP_WEEKS = 4
"""Weeks of history needed before the baseline window, to tell segments apart."""

COVARIATE_WEEKS = 13
"""Weeks of spend before a test that its reading takes into account. On the demo a quarter explains 69 % of the variance
of the four weeks after it, eight weeks 68 %, four weeks 62 %, one week 36 %."""

LEAST_CUSTOMERS = 20
"""Customers a baseline is measured on; fewer are completed by all customers of the shop."""


@dataclass(frozen=True)
class Baseline:
    """An outcome without the campaign.

    Attributes:
        mean: Rate (0 to 1) or money per customer.
        deviation: Standard deviation per customer.
        is_rate: Whether it is a rate.
        weeks: Length of the window.
        source: Where it comes from, in words.
        past: Spend by customer, where it is money.
    """

    mean: float
    deviation: float
    is_rate: bool
    weeks: int
    source: str
    past: PastSpend | None = None

    def power(self, relative: float, treated: int, held_out: int, alpha: float) -> float:
        """Return the chance to find a relative change with groups of these sizes.

        >>> round(Baseline(0.10, 0.3, True, 8, "").power(0.2, 3839, 3839, 0.05), 2)
        0.8
        """
        if self.past is None:
            return rate_power(self.mean, self.mean * relative, treated, held_out, alpha)
        return self.past.power(relative, treated, held_out, alpha)

    @property
    def largest_change(self) -> float:
        """Return the largest relative change worth looking for: a rate of one, or five times the money."""
        return (1 - self.mean) / self.mean if self.is_rate else 4.0


def contact_baseline(view: StoreView, customers: frozenset[str], weeks: int) -> Baseline:
    """Return the response rate to an ordinary campaign, for tests of one version against another.

    Raises:
        ToolError: The store has no finished campaign to learn from.
    """
    history = learned_from(view)
    shown, used = exposures_through(history, find_channel("coupon_mail").name)
    rate = segment_rate(history, shown, view, sorted(customers), np.random.default_rng(view.seed)).point
    return Baseline(
        rate,
        sqrt(rate * (1 - rate)),
        True,
        weeks,
        f"predicted {history.outcome.replace('_', ' ')} rate of past {used} campaigns",
    )


def past_window(view: StoreView, weeks: int) -> dt.date:
    """Return the first day of the last `weeks` weeks, if enough history lies before it.

    Raises:
        ToolError: The history is too short; the message gives the longest window it allows.
    """
    available = (view.as_of - view.meta.first_at.date()).days // 7 - WARM_UP_WEEKS
    if weeks > available:
        raise ToolError(
            f"weeks {weeks} is longer than the history allows; expected at most {max(available, 0)} "
            f"(data start {view.meta.first_at.date().isoformat()}, {WARM_UP_WEEKS} weeks are needed before "
            "the window); " + (f"try weeks {available}" if available > 0 else "import more past orders")
        )
    return view.as_of - dt.timedelta(weeks=weeks)


def buying_baselines(view: StoreView, segment: str, metric: Metric, durations: tuple[int, ...]) -> list[Baseline]:
    """Measure what customers who were in the segment then did in the weeks that followed, for several lengths.

    Args:
        view: The store as of today.
        segment: Stable name of the segment.
        metric: `purchase` or `conversion` (bought at all), or `revenue` (spend per customer).
        durations: Weeks; the window starts at the longest of them before today.
    """
    start = past_window(view, max(durations))
    members = _members(view.at(start), segment)
    days = customer_days(view)
    before = days[days[Day.ON] < pd.Timestamp(start)]
    everybody = frozenset(before[Column.CUSTOMER_ID])
    chosen, who = (members, f"{len(members)} customers who were {segment} on {start.isoformat()}")
    if len(members) < min(LEAST_CUSTOMERS, len(everybody)):
        chosen, who = (
            everybody,
            f"all {len(everybody)} customers known on {start.isoformat()}, as only {len(members)} were {segment}",
        )
    return [_baseline(days, sorted(chosen), start, weeks, metric, who) for weeks in durations]


def _members(view: StoreView, segment: str) -> frozenset[str]:
    """Return who was in the segment on an earlier day; nobody where it did not exist then."""
    try:
        return frozenset(find_segment(view, segment).customer_ids)
    except ToolError:
        return frozenset()


def _baseline(
    days: pd.DataFrame, customers: list[str], start: dt.date, weeks: int, metric: Metric, who: str
) -> Baseline:
    spend = spend_between(days, customers, start, start + dt.timedelta(weeks=weeks))
    if metric == "revenue":
        values = spend.fillna(0.0).to_numpy(float)
        before = spend_between(days, customers, start - dt.timedelta(weeks=COVARIATE_WEEKS), start)
        return Baseline(
            float(values.mean()),
            float(values.std(ddof=1)),
            False,
            weeks,
            f"spend in {weeks} weeks of {who}",
            PastSpend(values, before.fillna(0.0).to_numpy(float)),
        )
    rate = (int(spend.notna().sum()) + 0.5) / (len(customers) + 1)
    return Baseline(rate, sqrt(rate * (1 - rate)), True, weeks, f"share with an order in {weeks} weeks among {who}")


def spend_between(days: pd.DataFrame, customers: Sequence[str], start: dt.date, end: dt.date) -> pd.Series[float]:
    """Return what each customer spent from a day on and before another; missing for those without an order.

    Args:
        days: `customer_days`.
        customers: One value each, in this order.
        start: First day.
        end: First day after it.
    """
    window = days[(days[Day.ON] >= pd.Timestamp(start)) & (days[Day.ON] < pd.Timestamp(end))]
    return window.groupby(Day.CUSTOMER_ID)[Day.SPEND].sum().reindex(list(customers))
