"""Checks over time: gaps in the shop's own rhythm, odd days, tables that stop, clocks that seem shifted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from tools.warehouse.columns import Column, Table
from tools.warehouse.quality.report import GAP_DAYS, Finding, Gap
from tools.warehouse.quality.seen import ENOUGH_ROWS, Seen

# A silence counts as a gap when it is longer than twice the one that 95 of 100 silences of this shop stay within.
USUAL_QUANTILE: Final = 0.95
UNUSUAL: Final = 2.0
# A day is odd when its lines are this many robust standard deviations (of their logarithm, among the same weekday)
# from the usual, and three times as many or a third of it. 1.4826 is the normal distribution's sigma over its MAD.
ODD_DEVIATIONS: Final = 5.0
ODD_FACTOR: Final = 3.0
SIGMA_PER_MAD: Final = 1.4826
TOLD_DAYS: Final = 5
# A table stopped when its last two full weeks have less than a quarter of the usual of the eight before.
STOP_WEEKS: Final = 2
USUAL_WEEKS: Final = 8
STOP_SHARE: Final = 0.25
# A table that ends this long before the orders was left out of the last export.
EARLY_END: Final = dt.timedelta(days=28)
# The six hours in which a shop sells least begin between ten in the evening and three in the morning, local time:
# people sleep then (body temperature is lowest near 5; J. F. Duffy, C. A. Czeisler, Sleep Medicine Clinics 4, 2009).
QUIET_HOURS: Final = 6
USUAL_QUIET_STARTS: Final = frozenset({22, 23, 0, 1, 2, 3})
# The quiet hours must be clearly quiet to say anything: at most this share of what they would be in an even day.
QUIET_SHARE: Final = 0.5


def gaps_of(seen: Seen) -> tuple[Gap, ...]:
    """Return the stretches without orders that the shop's own rhythm does not explain."""
    days = [day.date() for day in seen.days.index]
    steps = np.array([(after - before).days for before, after in zip(days, days[1:], strict=False)])
    if not len(steps):
        return ()
    usual = float(np.quantile(steps, USUAL_QUANTILE, method="lower"))
    one = dt.timedelta(days=1)
    return tuple(
        Gap(starts_on=before + one, ends_on=after - one)
        for before, after, step in zip(days, days[1:], steps, strict=False)
        if step > max(GAP_DAYS, UNUSUAL * usual)
    )


def check_gaps(seen: Seen) -> Iterator[Finding]:
    """Say how long the shop was silent without a reason in its rhythm."""
    for gap in gaps_of(seen):
        days = (gap.ends_on - gap.starts_on).days + 1
        yield Finding(
            severity="warning",
            check="gap",
            table=Table.ORDER_LINES,
            column=Column.ORDERED_AT,
            words=f"no orders for {days} days, from {gap.starts_on} to {gap.ends_on}",
            remedy="export these days again; if the shop was closed, forecasts should know it",
        )


def check_days(seen: Seen) -> Iterator[Finding]:
    """Find days with far more or far fewer lines than the same weekday usually has."""
    lines = seen.days["lines"]
    if len(lines) < ENOUGH_ROWS:
        return
    logs = np.log(lines)
    weekdays = logs.groupby(lines.index.dayofweek)
    usual = weekdays.transform("median")
    spread = SIGMA_PER_MAD * (logs - usual).abs().groupby(lines.index.dayofweek).transform("median")
    far = (logs - usual).abs() > np.maximum(ODD_DEVIATIONS * spread, np.log(ODD_FACTOR))
    odd = lines[far]
    if len(odd):
        first = ", ".join(f"{day:%Y-%m-%d} ({count:,} lines)" for day, count in odd.iloc[:TOLD_DAYS].items())
        more = f" and {len(odd) - TOLD_DAYS} more" if len(odd) > TOLD_DAYS else ""
        yield Finding(
            severity="notice",
            check="odd_days",
            table=Table.ORDER_LINES,
            column=Column.ORDERED_AT,
            rows=int(odd.sum()),
            words=f"days with far more or fewer orders than their weekday usually has: {first}{more}",
            remedy="a sale or a holiday explains such a day; otherwise check its export",
        )


def check_stops(seen: Seen) -> Iterator[Finding]:
    """Find order lines, or one of their channels, that nearly cease before the end."""
    days = seen.days["lines"]
    end = days.index.max()
    weeks = days.groupby((end - days.index).days // 7).sum().reindex(range(STOP_WEEKS + USUAL_WEEKS), fill_value=0)
    usual = float(weeks.iloc[STOP_WEEKS:].median())
    last = float(weeks.iloc[:STOP_WEEKS].mean())
    if usual * USUAL_WEEKS >= ENOUGH_ROWS and last < STOP_SHARE * usual:
        yield Finding(
            severity="warning",
            check="sudden_stop",
            table=Table.ORDER_LINES,
            column=Column.ORDERED_AT,
            rows=int(weeks.iloc[:STOP_WEEKS].sum()),
            words=f"the last {STOP_WEEKS} weeks have {last:,.0f} lines each, the {USUAL_WEEKS} before {usual:,.0f}",
            remedy="check that the export is complete up to its last day",
        )
    yield from _stopped_channels(seen, end)


def _stopped_channels(seen: Seen, end: pd.Timestamp) -> Iterator[Finding]:
    lines = seen.tables[Table.ORDER_LINES]
    known = lines.filter(lines.channel.notnull())
    channels = known.group_by(Column.CHANNEL).aggregate(lines=known.count(), last=known.ordered_at.max()).to_pandas()
    large = channels[channels["lines"] >= max(ENOUGH_ROWS, 0.05 * channels["lines"].sum())].sort_values(Column.CHANNEL)
    for _, row in large[large["last"] < end - EARLY_END].iterrows():
        yield Finding(
            severity="warning",
            check="channel_stopped",
            table=Table.ORDER_LINES,
            column=Column.CHANNEL,
            rows=int(row["lines"]),
            words=f"channel {row[Column.CHANNEL]} has no orders after {row['last']:%Y-%m-%d}, though others have",
            remedy="if the channel was not closed then, its export is missing",
        )


def check_ends(seen: Seen) -> Iterator[Finding]:
    """Find tables that end long before the orders do, and orders that end before everything else."""
    orders = seen.spans.get(Table.ORDER_LINES)
    for name in (Table.REVIEWS, Table.EXPOSURES, Table.AD_SPEND, Table.STOCK, Table.EVENTS):
        span = seen.spans.get(name)
        if orders is None or span is None:
            continue
        if orders[1] - span[1] > EARLY_END or span[1] - orders[1] > EARLY_END:
            when = "before" if span[1] < orders[1] else "after"
            days = abs((orders[1].date() - span[1].date()).days)
            yield Finding(
                severity="notice",
                check="ends_early",
                table=name,
                words=f"the table ends on {span[1]:%Y-%m-%d}, {days} days {when} the orders",
                remedy=f"bring a later export of {name if when == 'before' else 'the orders'}; recent figures lack it",
            )


def check_clock(seen: Seen) -> Iterator[Finding]:
    """Suspect times of another time zone where the shop sleeps at the wrong hours."""
    if seen.rows(Table.ORDER_LINES) < ENOUGH_ROWS:
        return
    by_hour = seen.hours.groupby("hour")["lines"].sum().reindex(range(24), fill_value=0).to_numpy(dtype=float)
    if not seen.has_clock:
        yield Finding(
            severity="notice",
            check="no_clock",
            table=Table.ORDER_LINES,
            column=Column.ORDERED_AT,
            rows=int(by_hour.max()),
            words=f"nearly all orders are at {int(by_hour.argmax())} o'clock: the times are days only",
            remedy="export the time of day if the shop has it; habits by hour cannot be told without",
        )
        return
    quiet = [sum(by_hour[(start + hour) % 24] for hour in range(QUIET_HOURS)) for start in range(24)]
    start = int(np.argmin(quiet))
    if start not in USUAL_QUIET_STARTS and quiet[start] <= QUIET_SHARE * by_hour.sum() * QUIET_HOURS / 24:
        yield Finding(
            severity="notice",
            check="clock_shifted",
            table=Table.ORDER_LINES,
            column=Column.ORDERED_AT,
            rows=int(by_hour.sum()),
            words=f"the shop is quietest from {start} to {(start + QUIET_HOURS) % 24} o'clock UTC, "
            "not at night: the times may be of another zone",
            remedy="if the shop's clock is not UTC, say so with --time-zone (or time_zone in the mapping); "
            "a shop far from Greenwich is right as it is",
        )
