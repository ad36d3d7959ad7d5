"""The shop's own promotions and campaigns, now and in the same weeks of the year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from tools.seasons import Span
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

SAME_WEEK_DAYS: Final = 364
"""Days from a week to the same week of the next year, weekdays aligned."""

MOST_CAMPAIGNS: Final = 12
"""Campaigns named, the latest; a shop that sends daily has no use for each."""


@dataclass(frozen=True)
class Promoted:
    """What the shop offered: its days in the period asked about, its name, and what it was.

    Attributes:
        span: Days; those of the year before are moved to the same weekdays of the period.
        name: What to call it.
        note: What it was, with its own days where they were moved.
        count: Product promotions in it.
        running: Whether it runs in the period itself.
    """

    span: Span
    name: str
    note: str
    count: int = 0
    running: bool = True


def product_promotions(view: StoreView, period: Span) -> Iterator[Promoted]:
    """Yield the product promotions of the period as one, and those of its weeks a year before as another."""
    if not view.has(Table.PROMOTIONS):
        return
    for shift in (0, SAME_WEEK_DAYS):
        looked_at = _moved(period, -shift)
        table = view.table(Table.PROMOTIONS)
        running = table.filter((table[Column.STARTS_ON] <= looked_at.until) & (table[Column.ENDS_ON] >= looked_at.on))
        row = (
            running.aggregate(
                first=running[Column.STARTS_ON].min(),
                last=running[Column.ENDS_ON].max(),
                count=running.count(),
                products=running[Column.PRODUCT_ID].nunique(),
            )
            .to_pandas()
            .iloc[0]
        )
        if row["count"]:
            then = Span(pd.Timestamp(row["first"]).date(), pd.Timestamp(row["last"]).date())
            told = f"{row['products']} products discounted, on display or in the mailer, in {row['count']} promotions"
            yield _promoted("product promotions", told, then, shift, int(row["count"]))


def campaigns(view: StoreView, period: Span) -> Iterator[Promoted]:
    """Yield the campaigns that share a day with the period or with its weeks a year before, latest ones."""
    if not view.has(Table.CAMPAIGNS):
        return
    columns = [Column.CAMPAIGN_ID, Column.NAME, Column.STARTS_ON, Column.ENDS_ON]
    rows = view.frame(Table.CAMPAIGNS, columns).dropna(subset=[Column.STARTS_ON, Column.ENDS_ON])
    found = []
    for number, name, starts_on, ends_on in rows.sort_values(Column.STARTS_ON).itertuples(index=False):
        own = Span(pd.Timestamp(starts_on).date(), pd.Timestamp(ends_on).date())
        for shift in (0, SAME_WEEK_DAYS):
            if own.overlaps(_moved(period, -shift)):
                called = name if isinstance(name, str) and name.strip() else f"campaign {number}"
                found.append(_promoted(called, "campaign of this shop", own, shift))
    yield from found[-MOST_CAMPAIGNS:]


def _promoted(name: str, told: str, then: Span, shift: int, count: int = 0) -> Promoted:
    if not shift:
        return Promoted(then, name, told, count)
    days = f"{then.on.isoformat()} to {then.until.isoformat()}"
    return Promoted(_moved(then, shift), f"{name}, a year before", f"{told}, {days}", count, running=False)


def _moved(span: Span, days: int) -> Span:
    return Span(span.on + dt.timedelta(days=days), span.until + dt.timedelta(days=days))
