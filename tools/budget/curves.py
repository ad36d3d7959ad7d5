"""Split a budget over saturating curves fitted to what each channel's past spend brought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.budget.limits import Limits, Share, Split, limit_texts, profit_margin
from tools.customers.days import count_rows
from tools.errors import ToolError
from tools.estimators.allocation import Curve, fit_curve, split_budget
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

PLAN_WEEKS = 4
"""The money is spread evenly over four weeks, a usual campaign; curves are weekly."""

LEAST_WEEKS = 8
"""Weeks with spend that a curve of two parameters is fitted on."""

NEXT = 100.0
"""Further money whose return is told."""

BISECTIONS = 60
"""Halvings when the least money for a target is looked for."""


@dataclass(frozen=True)
class ChannelCurve:
    """A channel's weekly curve of the goal, and conversions and revenue per unit of the goal."""

    channel: str
    curve: Curve
    conversions_per_gain: float
    revenue_per_gain: float


def split_by_curves(limits: Limits, view: StoreView) -> Split:
    """Split money so that the next unit brings the same in every channel that is not at a limit.

    Raises:
        ToolError: ad_spend holds too little to fit any channel's curve.
    """
    weekly = weekly_spend(view)
    margin = profit_margin(view) if limits.goal == "profit" else 1.0
    curves, warnings = _curves(limits, weekly, margin)
    spends = _spends(limits, curves, limits.total)
    gain = _gain(limits, curves, spends)
    reached = None if limits.target is None else gain >= limits.target * (1 - 1e-6)
    if reached and limits.target is not None:
        spends = _least_spends(limits, curves)
    return Split(
        basis="response_curves",
        shares=_shares(limits, curves, spends),
        target_reached=reached,
        binding=_binding(limits, curves, spends, reached),
        next_100=_next_text(limits, curves, spends),
        note=f"Curves top * (1 - exp(-spend / half)) fitted per channel to {len(weekly)} channel-weeks, spread over "
        f"{PLAN_WEEKS} weeks. What a channel's spend goes with is not proven to be caused by it.",
        rows_used=count_rows(view, Table.AD_SPEND),
        warnings=warnings,
    )


def weekly_spend(view: StoreView) -> pd.DataFrame:
    """Return spend, conversions and revenue per channel and week (Monday first)."""
    spend = view.frame(Table.AD_SPEND, [Column.ON, Column.CHANNEL, "spend", "conversions", Column.REVENUE])
    week = pd.to_datetime(spend[Column.ON]).dt.to_period("W-SUN").dt.start_time
    sums = spend.assign(week=week).groupby([Column.CHANNEL, "week"])[["spend", "conversions", Column.REVENUE]]
    return sums.sum(min_count=1).reset_index()


def _curves(limits: Limits, weekly: pd.DataFrame, margin: float) -> tuple[list[ChannelCurve], tuple[str, ...]]:
    column = "conversions" if limits.goal == "conversions" else Column.REVENUE
    found, warnings = [], []
    for channel in limits.channels:
        rows = weekly[(weekly[Column.CHANNEL] == channel) & weekly[column].notna() & (weekly["spend"] > 0)]
        if len(rows) < LEAST_WEEKS:
            warnings.append(
                f"{channel} has {len(rows)} weeks of ad_spend with {column}; {LEAST_WEEKS} are needed, so it "
                "gets no money"
            )
            continue
        sums = rows[["conversions", Column.REVENUE]].sum()
        gain = float(rows[column].sum()) * margin or 1.0
        curve = fit_curve(rows["spend"].to_numpy(float), rows[column].to_numpy(float) * margin)
        found.append(
            ChannelCurve(channel, curve, float(sums["conversions"]) / gain, float(sums[Column.REVENUE]) / gain)
        )
    if not found:
        raise ToolError(
            f"ad_spend cannot support a curve for {', '.join(limits.channels)}; expected at least "
            f"{LEAST_WEEKS} weeks with spend and "
            f"{column}; try other channels, or import more history"
        )
    return found, tuple(warnings)


def _bounds(limits: Limits, curves: list[ChannelCurve]) -> tuple[Array, Array]:
    low = np.array([limits.minimums.get(item.channel, 0.0) for item in curves]) / PLAN_WEEKS
    high = np.array([limits.maximums.get(item.channel, np.inf) for item in curves]) / PLAN_WEEKS
    return low, high


def _spends(limits: Limits, curves: list[ChannelCurve], total: float) -> Array:
    low, high = _bounds(limits, curves)
    floor = 1.0 if limits.goal == "profit" else 0.0
    return PLAN_WEEKS * split_budget([item.curve for item in curves], total / PLAN_WEEKS, low, high, floor)


def _gain(limits: Limits, curves: list[ChannelCurve], spends: Array) -> float:
    gross = sum(
        PLAN_WEEKS * item.curve.value(float(spend) / PLAN_WEEKS) for item, spend in zip(curves, spends, strict=True)
    )
    return gross - float(spends.sum()) if limits.goal == "profit" else gross


def _least_spends(limits: Limits, curves: list[ChannelCurve]) -> Array:
    """Return the cheapest spends that reach the target, by bisection on the total."""
    low, high = sum(limits.minimums.values()), limits.total
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        enough = _gain(limits, curves, _spends(limits, curves, middle)) >= (limits.target or 0.0)
        low, high = (low, middle) if enough else (middle, high)
    return _spends(limits, curves, high)


def _shares(limits: Limits, curves: list[ChannelCurve], spends: Array) -> tuple[Share, ...]:
    total = float(spends.sum()) or 1.0
    shares = []
    for item, spend in zip(curves, spends, strict=True):
        gain = PLAN_WEEKS * item.curve.value(float(spend) / PLAN_WEEKS)
        marginal = item.curve.marginal(float(spend) / PLAN_WEEKS) - (limits.goal == "profit")
        shares.append(
            Share(
                item.channel,
                round(float(spend), 2),
                round(100 * float(spend) / total, 1),
                None,
                None,
                None,
                round(gain * item.conversions_per_gain, 1),
                round(gain * item.revenue_per_gain, 2),
                round(marginal, 4),
            )
        )
    return tuple(sorted(shares, key=lambda share: (-share.spend, share.channel)))


def _binding(limits: Limits, curves: list[ChannelCurve], spends: Array, reached: bool | None) -> tuple[str, ...]:
    found = limit_texts(limits, {item.channel: float(spend) for item, spend in zip(curves, spends, strict=True)})
    if limits.goal == "profit" and spends.sum() < limits.total - 0.005 and not reached:
        found = (*found, "return: further money would bring less than it costs")
    if reached is not None:
        told = "reached, the rest of the money is kept" if reached else "out of reach within the total and the limits"
        found = (*found, f"target: {told}")
    return found


def _next_text(limits: Limits, curves: list[ChannelCurve], spends: Array) -> str:
    more = _spends(limits, curves, float(spends.sum()) + NEXT)
    gained = _gain(limits, curves, more) - _gain(limits, curves, spends)
    if gained < 0.05:
        return f"the next {NEXT:g} {limits.currency} would bring nothing within these limits"
    return f"the next {NEXT:g} {limits.currency} would bring about {gained:.1f} of {limits.goal}"
