"""Odd days of advertising: clicks that jump without conversions, and spend that jumps."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import poisson

from tools.anomalies.suspicion import FALSE_ALARM_RATE, LEAST_UNITS, Search, Suspicion, ranked
from tools.estimators.oddness import MAD_TO_SD, tail_threshold

AROUND: Final = 29
"""Rows of a channel, centred, whose median is what is usual on a day: four weeks, so that seasons are followed."""

LEAST_AROUND: Final = 7
LEAST_SCALE: Final = 0.05
"""Least deviation, in logarithms: a channel that spends the same every day would have none."""

NOT_FOLLOWED: Final = 0.05
"""Chance of so few conversions for so many clicks below which conversions did not follow them."""


def find_odd_ads(spend: pd.DataFrame, since: pd.Timestamp) -> Search:
    """Find odd channel-days since a moment; what is usual is learned from all of them.

    Args:
        spend: Columns on, channel, spend, impressions, clicks, conversions; missing numbers are allowed but for spend.
        since: First day looked at.
    """
    days = _by_day(spend)
    lately = days["on"] >= since.normalize()
    found: list[Suspicion] = []
    warnings = [
        f"{name} of ad_spend are not recorded: {lost}"
        for name, lost in (
            ("clicks", "click fraud cannot be seen"),
            ("conversions", "whether they followed the clicks cannot be seen"),
        )
        if days[name].isna().all()
    ]
    if len(days) < LEAST_UNITS:
        warnings.append(f"{len(days)} channel-days are too few to tell odd ones (at least {LEAST_UNITS})")
    else:
        found = [*_click_fraud(days, lately), *_spikes(days, lately)]
    return Search(
        unit="channel-days",
        examined=int(lately.sum()),
        found=ranked(found),
        expected_false=round(2 * FALSE_ALARM_RATE * int(lately.sum()), 1) if len(days) >= LEAST_UNITS else 0.0,
        threshold=(
            f"odd is what one ordinary channel-day in {1 / FALSE_ALARM_RATE:,.0f} reaches, against the median of the "
            f"{AROUND} around it: clicks an impression (a unit of money, where impressions are not recorded) that "
            "conversions do not follow, and spend"
        ),
        money="for clicks, what was paid for those beyond the usual; for spend, what is beyond the usual",
        warnings=tuple(warnings),
    )


def _by_day(spend: pd.DataFrame) -> pd.DataFrame:
    """Sum campaigns by channel and day, in order; a sum of nothing known is not known."""
    numbers = ["spend", "impressions", "clicks", "conversions"]
    frame = spend.assign(on=pd.to_datetime(spend["on"]), **{name: spend[name].astype("float64") for name in numbers})
    sums = frame.groupby(["channel", "on"], sort=True)[numbers].sum(min_count=1)
    return sums.reset_index()


def _jumps(values: pd.Series[float], channels: pd.Series[str]) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return how far each value lies above its channel's usual, in robust deviations, and what is usual then."""
    usual = values.groupby(channels).transform(lambda part: part.rolling(AROUND, LEAST_AROUND, center=True).median())
    apart = values - usual
    scale = MAD_TO_SD * apart.abs().groupby(channels).transform("median")
    return (apart / scale.clip(lower=LEAST_SCALE)).fillna(0.0), usual


def _click_fraud(days: pd.DataFrame, lately: pd.Series[bool]) -> list[Suspicion]:
    if days["clicks"].isna().all():
        return []
    shown = days["spend"] if days["impressions"].isna().all() else days["impressions"]
    rate = np.log(days["clicks"].clip(lower=0.5) / shown.where(shown > 0))
    scores, usual = _jumps(rate, days["channel"])
    limit = tail_threshold(scores.to_numpy(float), FALSE_ALARM_RATE)
    expected = np.exp(usual) * shown
    a_click = (
        (days["conversions"] / days["clicks"].where(days["clicks"] > 0)).groupby(days["channel"]).transform("median")
    )
    chance = pd.Series(poisson.cdf(days["conversions"], a_click * days["clicks"]), index=days.index)
    unknown = days["conversions"].isna() | a_click.isna()
    odd = (scores > limit) & (unknown | (chance < NOT_FOLLOWED)) & lately
    found = []
    for place in np.flatnonzero(odd):
        row, times = days.iloc[place], float(days["clicks"].iloc[place] / expected.iloc[place])
        follow = (
            "conversions are not recorded"
            if unknown.iloc[place]
            else f"{row['conversions']:,.0f} conversions, usually {a_click.iloc[place] * row['clicks']:,.0f}"
        )
        money = float(row["spend"]) * (1 - 1 / times)
        told = f"{row['clicks']:,.0f} clicks, {times:.1f} times the usual for what was shown; {follow}"
        found.append(
            _suspicion(row, "click_fraud", f"clicks on {row['channel']}", float(scores[place]) / limit, told, money)
        )
    return found


def _spikes(days: pd.DataFrame, lately: pd.Series[bool]) -> list[Suspicion]:
    values = np.log1p(days["spend"].clip(lower=0))
    scores, usual = _jumps(values, days["channel"])
    limit = tail_threshold(scores.to_numpy(float), FALSE_ALARM_RATE)
    found = []
    for place in np.flatnonzero((scores > limit) & lately):
        row, before = days.iloc[place], float(np.expm1(usual.iloc[place]))
        told = f"{row['spend']:,.2f} spent, where {before:,.2f} is usual then"
        money = float(row["spend"]) - before
        found.append(
            _suspicion(row, "spend_spike", f"spend on {row['channel']}", float(scores[place]) / limit, told, money)
        )
    return found


def _suspicion(row: pd.Series, kind: str, what: str, score: float, reason: str, money: float) -> Suspicion:
    return Suspicion(
        kind=kind,  # type: ignore[arg-type]
        what=what,
        starts_at=row["on"],
        ends_at=row["on"],
        score=score,
        reason=reason,
        units=(channel_day(row["channel"], row["on"]),),
        money=max(0.0, money),
    )


def channel_day(channel: str, on: pd.Timestamp) -> str:
    """Name a channel-day.

    >>> channel_day("search", pd.Timestamp("2024-05-01"))
    'search 2024-05-01'
    """
    return f"{channel} {on:%Y-%m-%d}"
