"""Each channel's response curve as fitted to its own past spend, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.budget.history import ChannelHistory, read_histories
from tools.budget.limits import Goal, Limits
from tools.errors import ToolError
from tools.estimators.media.fitting import Choice, fit_channel, freak_weeks, steady_weights
from tools.estimators.media.posterior import Fit
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

LEAST_WEEKS: Final = 8
"""Weeks with spend that a curve of two parameters and its carry-over are fitted on."""

EVEN: Final = 0.05
"""Coefficient of variation below which spend counts as even: a curve is then known at one point only."""

INTERVAL_PERCENT: Final = 80
"""Coverage that the intervals aim at."""


@dataclass(frozen=True)
class ChannelCurve:
    """A channel's weekly curve of revenue or conversions, and what a unit of that is in the other.

    Attributes:
        history: What it was fitted to.
        fit: Equally likely curves.
        choice: How the families compared.
        conversions_per_gain: Conversions per unit of what the curve tells.
        revenue_per_gain: Revenue likewise.
    """

    history: ChannelHistory
    fit: Fit
    choice: Choice
    conversions_per_gain: float
    revenue_per_gain: float

    @property
    def channel(self) -> str:
        """Return the channel."""
        return self.history.channel

    @property
    def even(self) -> bool:
        """Tell whether spend never varied enough to show a curve."""
        return self.history.spread < EVEN


def outcome_name(goal: Goal) -> str:
    """Return the column that is explained.

    >>> outcome_name("profit")
    'revenue'
    """
    return "conversions" if goal == "conversions" else "revenue"


def fit_channels(limits: Limits, view: StoreView) -> tuple[tuple[ChannelCurve, ...], tuple[str, ...]]:
    """Fit every channel that has enough weeks, and say what is wrong with the others.

    Raises:
        ToolError: No channel has enough.
    """
    histories = {history.channel: history for history in read_histories(view, limits.channels, limits.goal)}
    found, warnings = [], []
    for place, channel in enumerate(limits.channels):
        history = histories.get(channel)
        if history is None or history.told < LEAST_WEEKS:
            warnings.append(_too_short(channel, history, limits))
            continue
        curve = _fitted(history, limits.goal, np.random.default_rng([view.seed, place]))
        found.append(curve)
        warnings += [*history.mended, *_doubts(curve)]
    if not found:
        raise ToolError(
            f"ad_spend cannot support a curve for {', '.join(limits.channels)}; expected at least {LEAST_WEEKS} weeks "
            f"with spend and {outcome_name(limits.goal)}; try other channels, or import more history"
        )
    return tuple(found), tuple(warnings)


def _too_short(channel: str, history: ChannelHistory | None, limits: Limits) -> str:
    """Say that a channel gets no money.

    Raises:
        ToolError: It has to get some.
    """
    told = history.told if history else 0
    why = f"{channel} has {told} weeks of ad_spend with {outcome_name(limits.goal)}; {LEAST_WEEKS} are needed"
    least = limits.minimums.get(channel, 0.0)
    if least > 0:
        raise ToolError(
            f"minimum {least:g} {limits.currency} for {channel} cannot be judged: {why}; try leaving the channel out "
            f"and a total of {limits.total - least:g}"
        )
    return f"{why}, so it gets no money"


def _fitted(history: ChannelHistory, goal: Goal, rng: np.random.Generator) -> ChannelCurve:
    fit, choice = fit_channel(history.weeks, rng)
    gain = (history.conversions if goal == "conversions" else history.revenue) or 1.0
    return ChannelCurve(history, fit, choice, history.conversions / gain, history.revenue / gain)


def _doubts(curve: ChannelCurve) -> Sequence[str]:
    history, found = curve.history, []
    weeks = history.weeks
    if curve.even:
        found.append(
            f"{curve.channel}: spend was nearly the same every week ({weeks.usual:.0f}), so the weeks show what that "
            "much brings and not how more or less would do; the curve beyond it is an assumption with a wide interval; "
            "vary spend to learn it"
        )
    freaks = int(freak_weeks(steady_weights(weeks))[np.isfinite(weeks.outcome)].sum())
    if freaks:
        found.append(f"{curve.channel}: {freaks} weeks are far from any curve and were left out; look at them")
    return found
