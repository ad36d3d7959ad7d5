"""How opinion moved: the share of praise month by month, and of the later half against the earlier, with intervals."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import pandas as pd
from pydantic import Field

from tools.estimators.lift import Counts, rate_lift
from tools.estimators.shares import wilson
from tools.frozen import Frozen

LEAST_FOR_SHARE: Final = 10
"""Verdicts below which no share is given: its interval would span half of everything (Wilson: 5 of 9 is .27 to .81)."""

ALPHA: Final = 0.05

Direction = Literal["better", "worse", "no_clear_change", "too_few"]


class Share(Frozen):
    """A share of praise among clear verdicts; null where they are too few."""

    positive: int = Field(ge=0, description="Clear verdicts that praise.")
    negative: int = Field(ge=0, description="Clear verdicts that do the opposite.")
    positive_percent: float | None = Field(description="Praise among them, in percent; null below ten.")
    low_percent: float | None = Field(description="Lower end of its 95 % interval.")
    high_percent: float | None = Field(description="Upper end of its 95 % interval.")


class Month(Share):
    """One calendar month."""

    month: dt.date = Field(description="Its first day.")
    reviews: int = Field(ge=0, description="Reviews written in it.")


class Change(Frozen):
    """The later half of the period against the earlier."""

    direction: Direction = Field(description="Whether opinion moved beyond chance.")
    points: float | None = Field(description="Change of the share of praise, in percentage points.")
    low_points: float | None = Field(description="Lower end of its 95 % interval.")
    high_points: float | None = Field(description="Upper end of its 95 % interval.")


def share_of(verdicts: pd.Series[str]) -> Share:
    """Return the share of praise, or counts alone where they are too few.

    >>> share_of(pd.Series(["positive"] * 8 + ["negative"] * 2 + ["uncertain"])).positive_percent
    80.0
    >>> share_of(pd.Series(["positive", "negative"])).positive_percent is None
    True
    """
    positive, negative = int((verdicts == "positive").sum()), int((verdicts == "negative").sum())
    percent, low, high = percent_of(positive, positive + negative)
    return Share(positive=positive, negative=negative, positive_percent=percent, low_percent=low, high_percent=high)


def percent_of(hits: int, of: int) -> tuple[float | None, float | None, float | None]:
    """Return a share and its interval in percent, or nothing where there is too little to tell.

    >>> percent_of(8, 10), percent_of(1, 2)
    ((80.0, 49.0, 94.3), (None, None, None))
    """
    if of < LEAST_FOR_SHARE:
        return None, None, None
    low, high = wilson(hits, of)
    return round(100 * hits / of, 1), round(100 * low, 1), round(100 * high, 1)


def by_month(verdicts: pd.Series[str], written_at: pd.Series[pd.Timestamp]) -> tuple[Month, ...]:
    """Return every month that has reviews, first to last."""
    months = written_at.dt.to_period("M")
    return tuple(
        Month(month=month.start_time.date(), reviews=len(mine), **share_of(mine).model_dump())
        for month, mine in verdicts.groupby(months, sort=True)
    )


def change(verdicts: pd.Series[str], written_at: pd.Series[pd.Timestamp]) -> Change:
    """Compare the later half of the days with the earlier half."""
    nothing = Change(direction="too_few", points=None, low_points=None, high_points=None)
    if not len(verdicts):
        return nothing
    first, last = written_at.min(), written_at.max()
    later = written_at > first + (last - first) / 2
    new, old = share_of(verdicts[later]), share_of(verdicts[~later])
    if min(new.positive + new.negative, old.positive + old.negative) < LEAST_FOR_SHARE:
        return nothing
    counts = Counts(new.positive, new.positive + new.negative, old.positive, old.positive + old.negative)
    lift = rate_lift([counts], ALPHA)
    if lift is None:
        return nothing
    moved: Direction = "better" if lift.low > 0 else "worse" if lift.high < 0 else "no_clear_change"
    points, low, high = (round(100 * value, 1) for value in (lift.value, lift.low, lift.high))
    return Change(direction=moved, points=points, low_points=low, high_points=high)
