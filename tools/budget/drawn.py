"""A fitted curve as points, for the report's plot and for whoever reads the evidence."""

from __future__ import annotations

from typing import Final

import numpy as np

from tools.budget.answers import CurvePoint, PastWeek, ResponseCurve
from tools.budget.fitted import INTERVAL_PERCENT, ChannelCurve

POINTS: Final = 13
"""Points of a curve in the answer."""

MOST_PAST: Final = 26
"""Past weeks beside it, the latest."""

REACH: Final = 1.15
"""How far the curve is drawn beyond the largest spend seen or planned."""

NAMES: Final = {
    "linear": "straight",
    "log": "logarithmic",
    "exponential": "exponential",
    "hill": "Hill",
    "s_shaped": "S-shaped Hill",
}


def response_curve(curve: ChannelCurve, planned: float) -> ResponseCurve:
    """Return a channel's curve with its planned weekly spend."""
    weeks = curve.history.weeks
    seen = np.isfinite(weeks.outcome) & (weeks.spend > 0)
    most = REACH * max(float(np.quantile(weeks.spend[seen], 0.98)), planned)
    past = list(zip(weeks.spend[seen], weeks.outcome[seen], strict=True))[-MOST_PAST:]
    return ResponseCurve(
        channel=curve.channel,
        shapes=tuple(NAMES[family] for family in curve.choice.kept),
        carry_over_percent=round(100 * float(np.median(curve.fit.carry)), 1),
        weeks=curve.history.told,
        one_step_error=round(curve.choice.errors[curve.choice.best], 2),
        spend_varied=not curve.even,
        chosen=_point(curve, planned),
        points=tuple(_point(curve, float(spend)) for spend in np.linspace(0.0, most, POINTS)),
        past=tuple(PastWeek(spend=round(float(spend), 2), brought=round(float(got), 2)) for spend, got in past),
    )


def _point(curve: ChannelCurve, spend: float) -> CurvePoint:
    draws = curve.fit.curves.values(spend)
    tail = (1 - INTERVAL_PERCENT / 100) / 2
    low, high = np.quantile(draws, (tail, 1 - tail))
    return CurvePoint(
        spend=round(spend, 2),
        expected=round(float(draws.mean()), 2),
        low=round(float(low), 2),
        high=round(float(high), 2),
    )
