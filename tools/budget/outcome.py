"""What a split brings: by channel and in all, with what the curves leave open and the noise of weeks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.budget.limits import Share
from tools.budget.solved import Plan, interval
from tools.estimators.media.teaching import WEEKS, vary_weeks

Array = NDArray[np.float64]


def channel_shares(plan: Plan, rng: np.random.Generator) -> tuple[Share, ...]:
    """Return what each channel gets and brings, most spend first."""
    total = float(plan.spends.sum()) or 1.0
    worth, cost = plan.problem.worth, plan.problem.cost
    margins = worth * plan.problem.stack.marginals(plan.spends) - cost
    gains = WEEKS * plan.problem.stack.values(plan.spends)
    weeks = vary_weeks(plan.spends)
    shares = []
    for place, item in enumerate(plan.curves):
        low, high = interval(_with_noise(plan, place, rng))
        spend, gain = WEEKS * float(plan.spends[place]), float(gains[place])
        shares.append(
            Share(
                channel=item.channel,
                spend=round(spend, 2),
                share_percent=round(100 * float(plan.spends[place]) / total, 1),
                contacts=None,
                unit_cost=None,
                sends_per_customer=None,
                expected_conversions=round(gain * item.conversions_per_gain, 1),
                expected_revenue=round(gain * item.revenue_per_gain, 2),
                marginal_return=round(float(margins[place]), 4),
                expected_conversions_low=round(low * item.conversions_per_gain, 1),
                expected_conversions_high=round(high * item.conversions_per_gain, 1),
                expected_revenue_low=round(low * item.revenue_per_gain, 2),
                expected_revenue_high=round(high * item.revenue_per_gain, 2),
                weekly_spends=tuple(round(float(week), 2) for week in weeks[place]),
            )
        )
    return tuple(sorted(shares, key=lambda share: (-share.spend, share.channel)))


def _with_noise(plan: Plan, place: int, rng: np.random.Generator) -> Array:
    """Return draws of what four weeks of a channel bring, week-to-week noise included."""
    fit, spend = plan.curves[place].fit, float(plan.spends[place])
    echo = fit.echo
    # Sum of four weeks of noise that echoes: 4 + 2 (3 e + 2 e^2 + e^3) times the variance of one.
    lags = WEEKS + 2 * sum((WEEKS - lag) * echo**lag for lag in range(1, WEEKS))
    spread = fit.noise * np.sqrt(lags / (1 - echo**2)) * (spend > 0)
    found: Array = np.maximum(0.0, WEEKS * fit.curves.values(spend) + spread * rng.standard_normal(len(spread)))
    return found


def total_range(plan: Plan, per_gain: Sequence[float], rng: np.random.Generator) -> tuple[float, float]:
    """Return the interval of what all channels bring, counted in what `per_gain` says."""
    drawn = sum(_with_noise(plan, place, rng) * worth for place, worth in enumerate(per_gain))
    low, high = interval(np.asarray(drawn, float))
    return round(low, 2), round(high, 2)
