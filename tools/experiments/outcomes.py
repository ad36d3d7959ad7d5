"""What the customers of a campaign did in its time: from its results where they are whole, else from their orders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.days import customer_days
from tools.experiments.baseline import COVARIATE_WEEKS, spend_between
from tools.experiments.exposed import CampaignFacts, Exposed, Reached
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What each customer did.

    Attributes:
        converted: 1 for customers who converted, else 0.
        revenue: Money in the campaign's time, returns taken off.
        before: Spend in the 13 weeks before it.
        spent_before: Spend in as many days before it as are counted of it.
        conversion_from: Where conversions come from.
        revenue_from: Where money comes from.
        through: Last day counted.
    """

    converted: Array
    revenue: Array
    before: Array
    spent_before: Array
    conversion_from: str
    revenue_from: str
    through: dt.date


def outcomes_of(view: StoreView, exposed: Exposed) -> Outcomes:
    """Return what the customers of a campaign did from its first day to its last, or to the day before today."""
    facts, frame = exposed.facts, exposed.frame
    through = min(facts.ends_on, view.as_of - dt.timedelta(days=1))
    after = through + dt.timedelta(days=1)
    names, days = list(frame[Reached.CUSTOMER_ID]), customer_days(view)
    spend = spend_between(days, names, facts.starts_on, after)
    before = spend_between(days, names, facts.starts_on - dt.timedelta(weeks=COVARIATE_WEEKS), facts.starts_on)
    length = after - facts.starts_on
    recorded = _recorded(frame, view.as_of > facts.ends_on)
    paid = recorded and bool(frame.loc[frame[Reached.CONVERTED] > 0, Reached.REVENUE].notna().all())
    paid = paid and bool(frame[Reached.REVENUE].notna().any())
    return Outcomes(
        converted=_array(frame[Reached.CONVERTED]) if recorded else spend.notna().to_numpy(float),
        revenue=_array(frame[Reached.REVENUE]) if paid else _array(spend),
        before=_array(before),
        spent_before=_array(spend_between(days, names, facts.starts_on - length, facts.starts_on)),
        conversion_from="the campaign's results" if recorded else "orders in the campaign's time",
        revenue_from="the campaign's results" if paid else "orders in the campaign's time",
        through=through,
    )


def _recorded(frame: pd.DataFrame, finished: bool) -> bool:
    """Tell whether conversions are recorded of everybody, in both arms, and were known by today."""
    converted = frame[Reached.CONVERTED]
    undated = (converted > 0) & frame[Reached.CONVERTED_AT].isna()
    return bool(converted.notna().all()) and (finished or not bool(undated.any()))


def _array(values: pd.Series[float]) -> Array:
    numbers: Array = values.fillna(0.0).to_numpy(float)
    return numbers


def orders_end_early(view: StoreView, facts: CampaignFacts, outcomes: Outcomes) -> bool:
    """Tell whether the store's orders stop before the last day counted, so that some are missing."""
    from_orders = "orders" in outcomes.conversion_from or "orders" in outcomes.revenue_from
    return from_orders and view.meta.last_at.date() < min(facts.ends_on, outcomes.through)
