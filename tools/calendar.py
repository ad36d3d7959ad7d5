"""List what falls into a period: holidays, retail seasons, the shop's own past peaks, promotions, campaigns."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import holidays
import pandas as pd
from holidays.registry import COUNTRIES
from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.customers.days import count_rows
from tools.errors import ToolError
from tools.names import resolve_name
from tools.own_promotions import SAME_WEEK_DAYS, Promoted, campaigns, product_promotions
from tools.seasons import Span, seasons_in
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

EventKind = Literal["holiday", "season", "peak", "promotion", "campaign"]

KIND_ORDER: tuple[EventKind, ...] = ("holiday", "season", "peak", "promotion")
"""Order of events on the same day: what everybody knows first."""

MOST_EVENTS = 60
"""Events in an answer; a quarter with all kinds has about 40."""

LONGEST_DAYS = 366
"""Longest period: a year."""

LARGEST_PART = {"GB": "ENG"}
"""Where a country as a whole keeps few holidays, the part that most of its people live in."""

DAYS_IN_WEEK = 7

LEAST_WEEKS = 8
"""Full weeks of sales before "usual" means anything: two months."""

PEAK_LIFT = 0.15
"""A week this far above the median is a peak; about one and a half standard deviations of the demo shop's weeks."""


class CalendarQuery(Query):
    """A period, and whose holidays count."""

    starts_on: dt.date = Field(description="First day, ISO 8601.")
    ends_on: dt.date = Field(description="Last day, ISO 8601.")
    country: str | None = Field(None, description="Country by name or ISO code; the shop's own by default.")


class CalendarEvent(Frozen):
    """One thing to know about a day or a week."""

    on: dt.date = Field(description="First day of it.")
    until: dt.date = Field(description="Last day of it; the same as `on` for a single day.")
    name: str = Field(description="Name.")
    kind: EventKind = Field(description="Holiday, retail season, past peak of this shop, promotion, or campaign.")
    note: str = Field(description="Why it is listed.")
    units_lift_percent: float | None = Field(
        None, description="Units sold in those days of last year over the shop's usual, in percent; null if unknown."
    )


class CalendarAnswer(Answer):
    """The events of a period, in order of their first day."""

    starts_on: dt.date = Field(description="First day looked at.")
    ends_on: dt.date = Field(description="Last day looked at.")
    country: str = Field(description="Country whose holidays were used, ISO 3166 code.")
    events: tuple[CalendarEvent, ...] = Field(description="Events by first day.")
    campaigns: tuple[CalendarEvent, ...] = Field(
        (), description="The shop's own campaigns in the period, and those of its weeks a year before; the latest."
    )
    running_promotions: int = Field(ge=0, description="Product promotions known to run in the period.")
    truncated: bool = Field(description="Whether the list of events was cut.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")


def calendar(query: CalendarQuery, view: StoreView) -> CalendarAnswer:
    """List holidays, retail seasons, the shop's own past peaks and running promotions between two days."""
    period = _period(query)
    country, took = find_country(query.country or view.meta.country)
    units = daily_units(view)
    promotions, running = _promotions(view, period)
    events = sorted(
        [*_holidays(period, country, units), *_seasons(period, country, units), *_peaks(period, units), *promotions],
        key=lambda event: (event.on, KIND_ORDER.index(event.kind), event.name),
    )
    return CalendarAnswer(
        starts_on=query.starts_on,
        ends_on=query.ends_on,
        country=country,
        events=tuple(events[:MOST_EVENTS]),
        campaigns=tuple(_event(one, "campaign") for one in campaigns(view, period)),
        running_promotions=running,
        truncated=len(events) > MOST_EVENTS,
        took=(took,) if took else (),
        rows_used=count_rows(view, Table.ORDER_LINES),
        warnings=_warnings(view, period),
    )


def _period(query: CalendarQuery) -> Span:
    """Return the period asked about.

    Raises:
        ToolError: It ends before it starts, or is longer than the limit.
    """
    if query.ends_on < query.starts_on:
        raise ToolError(
            f"ends_on {query.ends_on.isoformat()!r} is before starts_on {query.starts_on.isoformat()!r}; "
            "expected the same day or "
            "later; try exchanging them"
        )
    if (query.ends_on - query.starts_on).days > LONGEST_DAYS:
        raise ToolError(
            f"period of {(query.ends_on - query.starts_on).days} days is too long; expected at most {LONGEST_DAYS}; "
            f"try ending on {(query.starts_on + dt.timedelta(days=LONGEST_DAYS)).isoformat()}"
        )
    return Span(query.starts_on, query.ends_on)


def find_country(words: str) -> tuple[str, str | None]:
    """Return the ISO code of a country and how the words were read.

    Raises:
        ToolError: No country with known holidays is near.

    >>> find_country("de"), find_country("Germany")
    (('DE', None), ('DE', "took 'Germany' as 'DE'"))
    """
    codes = holidays.list_supported_countries(include_aliases=False)
    if words.strip().upper() in codes:
        return words.strip().upper(), None
    names = {}
    for key, (_, code, *others) in COUNTRIES.items():
        names.update({name: code for name in (key.replace("_", " "), *others) if code in codes})
    code = names[resolve_name(words, names, "country").name]
    return code, f"took {words!r} as {code!r}"


def daily_units(view: StoreView) -> pd.Series[float]:
    """Return units sold per day known to the store, days without orders as zero."""
    lines = view.table(Table.ORDER_LINES)
    sums = lines.group_by(lines[Column.ORDERED_AT].date().name("day")).aggregate(units=lines[Column.QUANTITY].sum())
    frame = sums.to_pandas()
    days = pd.date_range(view.meta.first_at.date(), view.as_of - dt.timedelta(days=1))
    return pd.Series(frame["units"].to_numpy(float), pd.DatetimeIndex(pd.to_datetime(frame["day"]))).reindex(
        days, fill_value=0.0
    )


def lift_percent(units: pd.Series[float], span: Span) -> float | None:
    """Return how far units per day in a span lie above the median day of the shop; None where not all days are known.

    >>> units = pd.Series([10.0] * 20 + [15.0], pd.date_range("2024-01-01", periods=21))
    >>> lift_percent(units, Span(dt.date(2024, 1, 21), dt.date(2024, 1, 21)))
    50.0
    """
    days = pd.date_range(span.on, span.until)
    usual = float(units.median()) if len(units) else 0.0
    if usual <= 0 or not days.isin(units.index).all():
        return None
    return round(100 * (float(units.reindex(days).mean()) / usual - 1), 1)


def _holidays(period: Span, country: str, units: pd.Series[float]) -> list[CalendarEvent]:
    years = range(period.on.year - 1, period.until.year + 1)
    known = holidays.country_holidays(country, subdiv=LARGEST_PART.get(country), years=years)
    found = []
    for day, names in sorted(known.items()):
        if not period.on <= day <= period.until:
            continue
        before = [other for other, text in known.items() if text == names and other.year == day.year - 1]
        last = before[0] if before else None
        found.append(
            CalendarEvent(
                on=day,
                until=day,
                name=names,
                kind="holiday",
                note=f"public holiday ({country})",
                units_lift_percent=lift_percent(units, Span(last, last)) if last else None,
            )
        )
    return found


def _seasons(period: Span, country: str, units: pd.Series[float]) -> list[CalendarEvent]:
    found = []
    for season, span in seasons_in(period, country):
        before = season.span(span.on.year - 1)
        found.append(
            CalendarEvent(
                on=span.on,
                until=span.until,
                name=season.name,
                kind="season",
                note=season.note,
                units_lift_percent=lift_percent(units, before) if before else None,
            )
        )
    return found


def _peaks(period: Span, units: pd.Series[float]) -> list[CalendarEvent]:
    """Return weeks of the period that sold far more than usual, and weeks of the year before that did."""
    weekly = units.resample("W-SUN").sum()[units.resample("W-SUN").count() == DAYS_IN_WEEK]
    usual = float(weekly.median()) if len(weekly) >= LEAST_WEEKS else 0.0
    if usual <= 0:
        return []
    found = []
    for sunday, sold in weekly[weekly >= usual * (1 + PEAK_LIFT)].items():
        monday = sunday.date() - dt.timedelta(days=DAYS_IN_WEEK - 1)
        for shift, when in ((0, "this week"), (SAME_WEEK_DAYS, f"the week of {monday.isoformat()}")):
            span = Span(monday + dt.timedelta(days=shift), sunday.date() + dt.timedelta(days=shift))
            if span.overlaps(period):
                lift = round(100 * (float(sold) / usual - 1), 1)
                found.append(
                    CalendarEvent(
                        on=span.on,
                        until=span.until,
                        name="own sales peak",
                        kind="peak",
                        units_lift_percent=lift,
                        note=f"{when} sold {sold:.0f} units, {lift:g} % over the shop's median week",
                    )
                )
    return found


def _promotions(view: StoreView, period: Span) -> tuple[list[CalendarEvent], int]:
    """Return the promotions of the period and of a year before as events, and how many run in the period."""
    promoted = list(product_promotions(view, period))
    events = [_event(one, "promotion") for one in promoted]
    return events, sum(one.count for one in promoted if one.running)


def _event(promoted: Promoted, kind: EventKind) -> CalendarEvent:
    span = promoted.span
    return CalendarEvent(on=span.on, until=span.until, name=promoted.name, kind=kind, note=promoted.note)


def _warnings(view: StoreView, period: Span) -> tuple[str, ...]:
    found = []
    start, year_before = view.meta.first_at.date(), period.on - dt.timedelta(days=SAME_WEEK_DAYS)
    if year_before < start:
        found.append(
            f"data start on {start.isoformat()}: the same weeks of the year before are not known, so own "
            "peaks and lifts are missing"
        )
    if not view.has(Table.PROMOTIONS):
        found.append("table promotions is not in the store: running promotions are not known")
    elif period.until >= view.as_of:
        found.append(f"promotions that start on or after {view.as_of.isoformat()} are not known yet")
    return tuple(found)


TOOL = Tool(query=CalendarQuery, answer=CalendarAnswer, run=calendar)
