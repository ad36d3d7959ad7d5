"""Past exposures of finished campaigns beside what was known of each customer on the day of the exposure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.days import Day, customer_days
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]
Outcome = Literal["coupon_redemption", "conversion", "click", "open"]

OUTCOME_COLUMNS: Final[tuple[tuple[str, Outcome], ...]] = (
    ("converted", "conversion"),
    ("clicked", "click"),
    ("opened", "open"),
)
"""Columns of exposures that can be a response, best first."""

WINDOW_DAYS: Final = 91
"""Length of "recent" in the traits: one quarter."""

UNFINISHED_DAYS: Final = 42
"""An exposure without a campaign's last day counts after six weeks, the usual length of a campaign in the demo data."""

PRIOR_EXPOSURES: Final = 5.0
"""Exposures that the shop's rate counts for in a customer's own past rate."""

# Spend enters by its root: on the demo's later campaigns the logarithm put the rate of those who spent nothing at twice
# what it was (log loss .367 against .339 on campaigns after June 2017, together with the kind of campaign).
TRAITS: Final = ("recency", "recent_orders", "recent_spend", "recent_discount_share", "past_rate")


@dataclass(frozen=True)
class ResponseHistory:
    """Exposures of finished campaigns.

    Attributes:
        frame: One row per exposure: campaign_id, customer_id, channel, at, ends (of its campaign), kind,
            responded (0 or 1), responded_before and the columns in `TRAITS`.
        control: The same for customers who were left alone (treatment 0), without traits.
        outcome: What counts as a response.
        days: `customer_days` of the view.
        unfinished: Exposures left out because their campaign still runs.
    """

    frame: pd.DataFrame
    control: pd.DataFrame
    outcome: Outcome
    days: pd.DataFrame
    unfinished: int

    def traits_today(self, as_of: pd.Timestamp, customer_ids: pd.Index[str]) -> pd.DataFrame:
        """Return the traits of customers as of a day, one row each, in the order given."""
        return traits(self.days, self.frame, as_of, customer_ids)


def response_history(view: StoreView) -> ResponseHistory | None:
    """Collect what past campaigns teach; None where no response was ever recorded.

    Computed once per store, version of its data and day, and shared: do not change it.

    Raises:
        ToolError: The store has no exposures table.
    """
    return _response_history(view, view.meta.version)


@lru_cache(maxsize=8)
def _response_history(view: StoreView, version: str) -> ResponseHistory | None:
    exposures = view.frame(Table.EXPOSURES)
    found = next(((column, name) for column, name in OUTCOME_COLUMNS if exposures[column].notna().any()), None)
    if found is None:
        return None
    column, outcome = found
    frame = _with_campaigns(view, exposures.assign(responded=exposures[column].fillna(False).astype(float)))
    finished = frame["ends"] < pd.Timestamp(view.as_of)
    untreated = frame[Column.TREATMENT].fillna(1) < 1
    kept = frame[finished & ~untreated].sort_values([Column.AT, Column.CUSTOMER_ID, Column.CAMPAIGN_ID], kind="stable")
    coupons = outcome == "conversion" and len(kept) > 0 and bool(kept[Column.CHANNEL].str.contains("coupon").all())
    days = customer_days(view)
    return ResponseHistory(
        frame=_with_traits(kept.reset_index(drop=True), days),
        control=frame[finished & untreated],
        outcome="coupon_redemption" if coupons else outcome,
        days=days,
        unfinished=int((~finished).sum()),
    )


def _with_campaigns(view: StoreView, exposures: pd.DataFrame) -> pd.DataFrame:
    """Add the last day and the kind of each exposure's campaign."""
    fallback = exposures[Column.AT] + pd.Timedelta(days=UNFINISHED_DAYS)
    if not view.has(Table.CAMPAIGNS):
        return exposures.assign(ends=fallback, kind="campaign")
    campaigns = view.frame(Table.CAMPAIGNS, [Column.CAMPAIGN_ID, Column.ENDS_ON, "kind"])
    joined = exposures.merge(campaigns, on=Column.CAMPAIGN_ID, how="left", validate="many_to_one")
    ends = pd.to_datetime(joined[Column.ENDS_ON]).fillna(pd.Series(fallback.to_numpy(), index=joined.index))
    return joined.assign(ends=ends, kind=joined["kind"].fillna("campaign"))


def _with_traits(exposures: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Add to each exposure what was known of its customer before that day."""
    parts = []
    for day, group in exposures.groupby(exposures[Column.AT].dt.normalize(), sort=True):
        known = traits(days, exposures, pd.Timestamp(day), pd.Index(group[Column.CUSTOMER_ID]))
        parts.append(known.set_axis(group.index))
    if not parts:
        return exposures.reindex(columns=[*exposures.columns, *TRAITS, "responded_before"])
    return exposures.join(pd.concat(parts))


def traits(days: pd.DataFrame, exposures: pd.DataFrame, day: pd.Timestamp, customer_ids: pd.Index[str]) -> pd.DataFrame:
    """Return the traits that response is predicted from, as known at the start of a day.

    Args:
        days: `customer_days`.
        exposures: Columns customer_id, ends, responded; only campaigns that ended before `day` are read.
        day: The day.
        customer_ids: One output row each; ids may repeat.
    """
    before = days[days[Day.ON] < day]
    last = before.groupby(Day.CUSTOMER_ID)[Day.ON].max()
    recent = before[before[Day.ON] >= day - pd.Timedelta(days=WINDOW_DAYS)]
    recent = recent.groupby(Day.CUSTOMER_ID)[[Day.ORDERS, Day.SPEND, Day.DISCOUNT]].sum()
    past = exposures[exposures["ends"] < day]
    rate = (past["responded"].sum() + 1) / (len(past) + 10)
    own = past.groupby(Column.CUSTOMER_ID)["responded"].agg(["sum", "count"]).reindex(customer_ids).fillna(0.0)
    recent = recent.reindex(customer_ids).fillna(0.0)
    away = (day - last.reindex(customer_ids)) / pd.Timedelta(days=1)
    full_price = recent[Day.SPEND] + recent[Day.DISCOUNT]
    table = {
        "recency": np.log1p(away.fillna(365.0)),
        "recent_orders": np.log1p(recent[Day.ORDERS]),
        "recent_spend": np.sqrt(recent[Day.SPEND].clip(lower=0)),
        "recent_discount_share": (recent[Day.DISCOUNT] / full_price.where(full_price > 0)).fillna(0.0).clip(0, 1),
        "responded_before": own["sum"] > 0,
        "past_rate": (own["sum"] + PRIOR_EXPOSURES * rate) / (own["count"] + PRIOR_EXPOSURES),
    }
    return pd.DataFrame({name: np.asarray(column, float) for name, column in table.items()}, index=customer_ids)
