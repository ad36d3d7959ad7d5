"""Limits that cannot be met, in words: the smallest change of each one that is enough."""

from __future__ import annotations

from collections.abc import Sequence

from tools.budget.fitted import ChannelCurve
from tools.budget.limits import Limits
from tools.estimators.media.relaxing import Relaxation, relaxations
from tools.estimators.media.split import Problem
from tools.estimators.media.teaching import WEEKS


def explain_relaxations(problem: Problem, curves: Sequence[ChannelCurve], limits: Limits) -> tuple[str, ...]:
    """Say what would be enough, one change a line; money of the whole plan."""
    return tuple(_told(item, curves, limits) for item in relaxations(problem))


def _told(item: Relaxation, curves: Sequence[ChannelCurve], limits: Limits) -> str:
    value, money = WEEKS * item.value, limits.currency
    if item.limit == "target":
        what = "least_conversions" if limits.target is None else f"the target of {limits.goal}"
        return f"lowering {what} to {money_down(value)}"
    if item.channel is None:
        return f"raising the total to {money_up(value)} {money}"
    way, rounded = ("raising", money_up) if item.limit == "maximum" else ("lowering", money_down)
    return f"{way} the {item.limit} of {curves[item.channel].channel} to {rounded(value)} {money}"


def money_up(value: float) -> str:
    """Write money with cents, rounded to where it is enough.

    >>> money_up(100.001), money_down(100.009)
    ('100.01', '100.00')
    """
    return f"{-(-value * 100 // 1) / 100:.2f}"


def money_down(value: float) -> str:
    """Write an amount with two digits, rounded down to what can be reached."""
    return f"{value * 100 // 1 / 100:.2f}"
