"""What each channel's past weeks of spend brought, from `ad_spend`, with what had to be mended or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.budget.limits import Goal
from tools.estimators.media.posterior import Weeks
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

MOST_WEEKS: Final = 156
"""Weeks that are learned from: three years; what advertising brought before that says little of today."""

SUMS: Final = ("spend", "conversions", Column.REVENUE, "clicks")


@dataclass(frozen=True)
class ChannelHistory:
    """One channel's weeks without a gap, oldest first.

    Attributes:
        channel: Channel.
        first: First day of the first week.
        weeks: Spend and what is explained: revenue, or conversions where the goal is conversions.
        conversions: Conversions of all weeks.
        revenue: Revenue of all weeks.
        clicks: Clicks of all weeks; zero where the table has none.
        spend: Spend of all weeks.
        mended: What had to be changed, in words.
    """

    channel: str
    first: pd.Timestamp
    weeks: Weeks
    conversions: float
    revenue: float
    clicks: float
    spend: float
    mended: tuple[str, ...]

    @property
    def told(self) -> int:
        """Return how many weeks have both spend and an outcome."""
        return int(((self.weeks.spend > 0) & np.isfinite(self.weeks.outcome)).sum())

    @property
    def spread(self) -> float:
        """Return the coefficient of variation of the weeks with spend."""
        spent = self.weeks.spend[self.weeks.spend > 0]
        return float(spent.std() / spent.mean()) if len(spent) else 0.0


def read_histories(view: StoreView, channels: Sequence[str], goal: Goal) -> tuple[ChannelHistory, ...]:
    """Return the past of each channel that `ad_spend` holds, in the order asked."""
    rows = view.frame(Table.AD_SPEND, [Column.ON, Column.CHANNEL, *SUMS])
    rows = rows.assign(week=pd.to_datetime(rows[Column.ON]).dt.to_period("W-SUN").dt.start_time)
    # A week that as_of cuts short would look like little spend that brought little.
    whole = rows[rows["week"] + pd.Timedelta(weeks=1) <= pd.Timestamp(view.as_of)]
    return tuple(
        history for channel in channels for history in _history(channel, whole[whole[Column.CHANNEL] == channel], goal)
    )


def _history(channel: str, rows: pd.DataFrame, goal: Goal) -> Iterator[ChannelHistory]:
    """Yield the history of a channel that has rows."""
    if rows.empty:
        return
    known = rows.assign(**{name: pd.to_numeric(rows[name]).astype(float) for name in SUMS})
    known[list(SUMS)] = known[list(SUMS)].where(np.isfinite(known[list(SUMS)]))
    sums = known.groupby("week")[list(SUMS)].sum(min_count=1)
    weeks = pd.date_range(sums.index.min(), sums.index.max(), freq="7D")[-MOST_WEEKS:]
    sums = sums.reindex(weeks)
    spend, outcome = sums["spend"], sums["conversions" if goal == "conversions" else Column.REVENUE]
    both = sums[sums["spend"].notna() & outcome.notna()].clip(lower=0)
    yield ChannelHistory(
        channel=channel,
        first=weeks[0],
        weeks=Weeks(spend.fillna(0.0).clip(lower=0).to_numpy(float), _outcome(spend, outcome)),
        conversions=float(both["conversions"].sum()),
        revenue=float(both[Column.REVENUE].sum()),
        clicks=float(both["clicks"].sum()),
        spend=float(both["spend"].sum()),
        mended=tuple(_mended(channel, spend, outcome)),
    )


def _outcome(spend: pd.Series[float], outcome: pd.Series[float]) -> Array:
    """Return the outcome of each week; a week without a row had no spend and, as far as is known, no outcome."""
    known: Array = outcome.clip(lower=0).where(spend.notna() | outcome.isna()).to_numpy(float)
    return known


def _mended(channel: str, spend: pd.Series[float], outcome: pd.Series[float]) -> Iterator[str]:
    for name, values in (("spend", spend), (str(outcome.name), outcome)):
        if (values < 0).any():
            yield f"{channel}: {int((values < 0).sum())} weeks with {name} below zero (credits) were taken as zero"
    lacking = int((spend.gt(0) & outcome.isna()).sum())
    if lacking:
        yield f"{channel}: {lacking} weeks with spend and no {outcome.name} were left out"
