"""The report's charts: which evidence and which figures each is drawn from, wide for a desk and narrow for a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from agent.campaign import Campaign, ChannelPlan
from agent.evidence import Evidence
from agent.figures import Figure, write_value
from agent.report.anchors import anchor
from agent.report.charts.bars import Bar, BarChart, draw_bars
from agent.report.charts.forecast import Ahead, ForecastChart, Past, draw_forecast
from agent.report.charts.shares import Share, draw_shares
from agent.report.charts.timeline import Mark, Timeline, draw_timeline
from agent.report.readings import (
    CalendarReading,
    ForecastReading,
    ProfileReading,
    SegmentReading,
    read,
)
from agent.report.sources import Sources
from agent.report.wording import plain, short_day, worded

_WIDE, _HALF, _NARROW = 960.0, 440.0, 330.0
_HISTORY_WEEKS, _NARROW_HISTORY_WEEKS = 30, 12
"""Past weeks drawn beside the forecast; more would squeeze the weeks ahead."""

_DAYS_AROUND = 2
_MOST_EVENTS = 8
_CHANNEL_COLOURS, _OFFER_COLOUR = ("c1", "c2", "c4", "c5"), "c3"
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True)
class Picture:
    """One chart in both widths, with the evidence it shows."""

    wide: Markup
    narrow: Markup
    evidence_id: str = ""


def draw_segments(campaign: Campaign, evidence: Sequence[Evidence]) -> tuple[Picture, ...]:
    """Draw every segment of the profile that holds the audience: how many customers, and what they are worth."""
    found = audience_profile(campaign, evidence)
    if found is None:
        return ()
    evidence_id, profile = found
    chosen = {audience.segment for audience in campaign.plan.audience}
    sizes = _size_chart(evidence_id, profile, chosen)
    worth = _worth_chart(evidence_id, profile, chosen, campaign.brief.currency)
    return (sizes, worth) if worth else (sizes,)


def audience_profile(campaign: Campaign, evidence: Sequence[Evidence]) -> tuple[str, ProfileReading] | None:
    """Return the profile, with its evidence's id, that holds a segment of the audience; the one with most segments."""
    chosen = {audience.segment for audience in campaign.plan.audience}
    profiles = [
        (evidence_id, profile)
        for evidence_id, profile in read(evidence, "profile_customers", ProfileReading)
        if chosen & {segment.name for segment in profile.segments}
    ]
    return max(profiles, key=lambda pair: len(pair[1].segments), default=None)


def _size_chart(evidence_id: str, profile: ProfileReading, chosen: set[str]) -> Picture:
    rows = [
        Bar(
            label=plain(segment.name),
            value=segment.customers,
            written=write_value(segment.customers, "count"),
            chosen=segment.name in chosen,
            href=anchor(evidence_id, ("segments", place, "customers")),
        )
        for place, segment in enumerate(profile.segments)
    ]
    chart = BarChart("segments-size", "Customers by segment", "customers", ticked=True)
    return _bars(chart, rows, evidence_id)


def _worth_chart(evidence_id: str, profile: ProfileReading, chosen: set[str], currency: str) -> Picture | None:
    rows = [
        _worth_bar(evidence_id, place, segment, chosen, currency)
        for place, segment in enumerate(profile.segments)
        if segment.clv is not None
    ]
    axis = f"{currency} in {profile.clv_weeks} weeks, with {profile.interval_percent}% interval"
    sign = SIGNS.get(currency, "")
    chart = BarChart("segments-worth", "Expected value of a customer", axis, prefix=sign, ticked=True)
    return _bars(chart, rows, evidence_id) if rows else None


def _worth_bar(evidence_id: str, place: int, segment: SegmentReading, chosen: set[str], currency: str) -> Bar:
    value = segment.clv or 0.0
    return Bar(
        label=plain(segment.name),
        value=value,
        written=write_value(round(value), "money", currency),
        low=segment.clv_low,
        high=segment.clv_high,
        chosen=segment.name in chosen,
        href=anchor(evidence_id, ("segments", place, "clv")),
    )


def draw_budget(campaign: Campaign, sources: Sources) -> Picture:
    """Draw where the budget goes: sending by channel, the offer, and what is not needed."""
    budget = campaign.plan.budget
    channels = [
        _share(f"Sending {worded(channel.channel)}", channel.spend, _CHANNEL_COLOURS[place % 4], sources)
        for place, channel in enumerate(campaign.plan.channels)
    ]
    offer = _share("Offer, as expected", budget.offer, _OFFER_COLOUR, sources)
    parts = (*channels, offer, _share("Not spent", budget.unspent, "rest", sources))
    title = "Where the budget goes"
    narrow = draw_shares("budget-shares-narrow", title, parts, _NARROW)
    return Picture(draw_shares("budget-shares", title, parts, _HALF), narrow)


def _share(label: str, figure: Figure, colour: str, sources: Sources) -> Share:
    return Share(label, _number(figure), figure.text, colour, sources.anchor_of(figure) or None)


def draw_outcome(campaign: Campaign, sources: Sources) -> tuple[Picture, ...]:
    """Draw the expected responders by channel and in all, and the expected revenue, each with its interval."""
    outcome, currency = campaign.plan.outcome, campaign.brief.currency
    total = (outcome.responders, outcome.responders_low, outcome.responders_high)
    rows = [_channel_bar(channel, sources) for channel in campaign.plan.channels]
    rows.append(_interval_bar("In all, once each", total, sources, chosen=True))
    money = (outcome.revenue, outcome.revenue_low, outcome.revenue_high)
    responders = BarChart("outcome-responders", "Expected responders", "customers who respond, with interval")
    revenue = BarChart(
        "outcome-revenue",
        "Expected revenue",
        f"{currency}, revenue of their orders, with interval",
        prefix=SIGNS.get(currency, ""),
    )
    return (
        _bars(responders, rows),
        _bars(revenue, [_interval_bar("Revenue", money, sources, chosen=True)]),
    )


def _channel_bar(channel: ChannelPlan, sources: Sources) -> Bar:
    figures = (channel.responders, channel.responders_low, channel.responders_high)
    return _interval_bar(plain(channel.channel), figures, sources, chosen=False)


def _interval_bar(label: str, figures: tuple[Figure, Figure, Figure], sources: Sources, *, chosen: bool) -> Bar:
    middle, low, high = figures
    return Bar(
        label=label,
        value=_number(middle),
        written=middle.text,
        low=_number(low),
        high=_number(high),
        chosen=chosen,
        href=sources.anchor_of(middle) or None,
    )


def draw_demand(campaign: Campaign, evidence: Sequence[Evidence]) -> tuple[Picture, ...]:
    """Draw every demand forecast with its bands and the campaign's days."""
    period = (campaign.brief.starts_on, campaign.brief.ends_on)
    return tuple(
        _demand_picture(evidence_id, forecast, period)
        for evidence_id, forecast in read(evidence, "forecast_demand", ForecastReading)
    )


def _demand_picture(evidence_id: str, forecast: ForecastReading, period: tuple[dt.date, dt.date]) -> Picture:
    what = "the whole shop" if forecast.name == "total" else plain(forecast.name)
    ahead = [
        Ahead(
            week.starts_on,
            week.units,
            (week.units_low80, week.units_high80),
            (week.units_low95, week.units_high95),
        )
        for week in forecast.weeks
    ]

    promotion = forecast.promotion
    after = [Past(week.starts_on, week.units) for week in (promotion.after if promotion else ())]
    if promotion and promotion.discount_percent:
        what += f" at {promotion.discount_percent:g} % off"

    def draw(name: str, width: float, weeks: int) -> Markup:
        past = [Past(week.starts_on, week.units) for week in forecast.history[-weeks:]]
        chart = ForecastChart(f"{name}-{evidence_id}", f"Demand for {what}", "units a week", width, period)
        return draw_forecast(chart, past, ahead, after)

    wide, narrow = draw("demand", _WIDE, _HISTORY_WEEKS), draw("demand-narrow", _NARROW, _NARROW_HISTORY_WEEKS)
    return Picture(wide, narrow, evidence_id)


def draw_schedule(campaign: Campaign, evidence: Sequence[Evidence], sources: Sources) -> Picture:
    """Draw the sends by channel under the calendar's events, with the days of the offer."""
    brief, sends = campaign.brief, campaign.plan.schedule
    lanes = tuple(
        (plain(channel), tuple(_send_mark(send.on, sources) for send in sends if send.channel == channel))
        for channel in dict.fromkeys(send.channel for send in sends)
    )
    days = [brief.starts_on, brief.ends_on, *(mark.first for _, marks in lanes for mark in marks)]
    around = dt.timedelta(days=_DAYS_AROUND)
    ends_on = f"until {short_day(brief.ends_on)}"
    offer = Mark(brief.starts_on, brief.ends_on, ends_on, sources.anchor_of(campaign.plan.offer.ends_on) or None)

    def draw(name: str, width: float) -> Markup:
        first, last = min(days) - around, max(days) + around
        line = Timeline(name, "Schedule", first, last, lanes, _events(evidence, first, last), offer, width)
        return draw_timeline(line)

    return Picture(draw("schedule", _WIDE), draw("schedule-narrow", _NARROW))


def _send_mark(figure: Figure, sources: Sources) -> Mark:
    day = dt.date.fromisoformat(str(figure.value))
    return Mark(day, day, short_day(day), sources.anchor_of(figure) or None)


def _events(evidence: Sequence[Evidence], first: dt.date, last: dt.date) -> tuple[Mark, ...]:
    """Return the calendar's events inside the axis, the first ones where there are too many, each name once."""
    marks: dict[tuple[str, dt.date], Mark] = {}
    for evidence_id, reading in read(evidence, "calendar", CalendarReading):
        for place, event in enumerate(reading.events):
            if event.on <= last and (event.until or event.on) >= first:
                href = anchor(evidence_id, ("events", place, "on"))
                marks.setdefault((event.name, event.on), Mark(event.on, event.until or event.on, event.name, href))
    return tuple(sorted(marks.values(), key=lambda mark: mark.first))[:_MOST_EVENTS]


def _number(figure: Figure) -> float:
    return float(figure.value) if isinstance(figure.value, int | float) else 0.0


def _bars(chart: BarChart, rows: Sequence[Bar], evidence_id: str = "") -> Picture:
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    return Picture(draw_bars(chart, rows), draw_bars(narrow, rows), evidence_id)
