"""Split a budget over saturating curves fitted to what each channel's past spend brought."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.budget.bids import advise_bids
from tools.budget.drawn import response_curve
from tools.budget.fitted import INTERVAL_PERCENT, ChannelCurve, fit_channels
from tools.budget.limits import Limits, Share, Split, limit_texts, profit_margin
from tools.budget.relaxed import explain_relaxations
from tools.customers.days import count_rows
from tools.errors import ToolError
from tools.estimators.media.curves import Stack
from tools.estimators.media.relaxing import can_be_met
from tools.estimators.media.s_shaped import split_on_grid
from tools.estimators.media.split import Problem, least_money, split_money
from tools.estimators.media.teaching import WEEKS, vary_weeks
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

NEXT = 100.0
"""Further money whose return is told."""


@dataclass(frozen=True)
class Plan:
    """A solved budget question; spends are of a week.

    Attributes:
        limits: The question.
        curves: Channels that can get money.
        problem: The question as the estimator takes it, per week.
        spends: The answer, per week.
        reached: Whether the target is reached; None without one.
    """

    limits: Limits
    curves: tuple[ChannelCurve, ...]
    problem: Problem
    spends: Array
    reached: bool | None

    def drawn(self, per_gain: Sequence[float] | Array, spends: Array | None = None) -> Array:
        """Return, for each draw and channel, what four weeks bring: gains times what one is worth."""
        weekly = self.spends if spends is None else spends
        gains = np.array([item.fit.curves.values(float(x)) for item, x in zip(self.curves, weekly, strict=True)]).T
        drawn: Array = WEEKS * gains * np.asarray(per_gain)
        return drawn


def split_by_curves(limits: Limits, view: StoreView) -> Split:
    """Split money so that the next unit is expected to bring the same in every channel that is not at a limit.

    Raises:
        ToolError: ad_spend holds too little to fit any channel's curve, or no split meets the limits.
    """
    curves, warnings = fit_channels(limits, view)
    problem = _problem(limits, curves, profit_margin(view) if limits.goal == "profit" else 1.0)
    plan = _solved(limits, curves, problem)
    conversions = [item.conversions_per_gain for item in curves]
    revenue = [item.revenue_per_gain for item in curves]
    rng = np.random.default_rng(view.seed)
    return Split(
        basis="response_curves",
        shares=_shares(plan, rng),
        target_reached=plan.reached,
        binding=_binding(plan),
        next_100=_next_text(plan),
        note=f"Curves of a week's spend with carry-over, fitted to {sum(item.history.told for item in curves)} "
        f"channel-weeks and chosen by how well they predict the next week; the money is spread over {WEEKS} weeks. "
        f"Expected values are means over {len(curves[0].fit.noise)} equally likely curves. What a channel's spend goes "
        "with is not proven to be caused by it.",
        rows_used=count_rows(view, Table.AD_SPEND),
        warnings=(*warnings, *_beyond(plan)),
        interval_percent=INTERVAL_PERCENT,
        conversions_range=_range(plan, conversions, rng),
        revenue_range=_range(plan, revenue, rng),
        relaxations=()
        if plan.reached is not False
        else explain_relaxations(_targeted(problem, limits), plan.curves, limits),
        curves=tuple(response_curve(item, float(x)) for item, x in zip(curves, plan.spends, strict=True)),
        bids=advise_bids(curves, view, _price(plan)),
    )


def _problem(limits: Limits, curves: Sequence[ChannelCurve], margin: float) -> Problem:
    low = np.array([limits.minimums.get(item.channel, 0.0) for item in curves])
    high = np.array([limits.maximums.get(item.channel, np.inf) for item in curves])
    conversions = np.array([item.conversions_per_gain for item in curves])
    least = None if limits.least_conversions is None else limits.least_conversions / WEEKS
    return Problem(
        stack=Stack([item.fit.curves for item in curves]),
        worth=np.full(len(curves), margin),
        total=limits.total / WEEKS,
        low=low / WEEKS,
        high=high / WEEKS,
        cost=1.0 if limits.goal == "profit" else 0.0,
        count=None if least is None else conversions,
        least=least,
    )


def _targeted(problem: Problem, limits: Limits) -> Problem:
    """Return the question of the least money that reaches the target."""
    wanted = (limits.target or 0.0) / WEEKS
    return dataclasses.replace(problem, count=problem.worth, count_cost=problem.cost, least=wanted)


def _solved(limits: Limits, curves: tuple[ChannelCurve, ...], problem: Problem) -> Plan:
    if not can_be_met(problem):
        ways = "; or ".join(explain_relaxations(problem, curves, limits))
        raise ToolError(
            f"no split of {limits.total:g} {limits.currency} meets the limits; expected limits that fit together; try "
            f"{ways}"
        )
    spends = _best(problem)
    reached = None
    if limits.target is not None:
        wanted = _targeted(problem, limits)
        reached = can_be_met(wanted)
        spends = least_money(wanted) if reached else spends
    return Plan(limits, curves, problem, spends, reached)


def _best(problem: Problem) -> Array:
    """Return the best spends; the grid's where a curve may be S-shaped and it finds better."""
    spends = split_money(problem)
    found = split_on_grid(problem) if problem.stack.may_bend_upwards else None
    return spends if found is None or problem.goal(found) < problem.goal(spends) else found


def _shares(plan: Plan, rng: np.random.Generator) -> tuple[Share, ...]:
    total = float(plan.spends.sum()) or 1.0
    worth, cost = plan.problem.worth, plan.problem.cost
    margins = worth * plan.problem.stack.marginals(plan.spends) - cost
    gains = WEEKS * plan.problem.stack.values(plan.spends)
    weeks = vary_weeks(plan.spends)
    shares = []
    for place, item in enumerate(plan.curves):
        low, high = _quantiles(_with_noise(plan, place, rng))
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


def _range(plan: Plan, per_gain: Sequence[float], rng: np.random.Generator) -> tuple[float, float]:
    drawn = sum(_with_noise(plan, place, rng) * worth for place, worth in enumerate(per_gain))
    low, high = _quantiles(np.asarray(drawn, float))
    return round(low, 2), round(high, 2)


def _quantiles(draws: Array) -> tuple[float, float]:
    tail = (1 - INTERVAL_PERCENT / 100) / 2
    return float(np.quantile(draws, tail)), float(np.quantile(draws, 1 - tail))


def _price(plan: Plan) -> float:
    """Return the revenue that the last unit of money brings: 0 where money is left."""
    if plan.spends.sum() < plan.problem.total * (1 - 1e-6):
        return 0.0
    free = (plan.spends > plan.problem.low + 1e-9) & (plan.spends < plan.problem.top - 1e-9)
    revenue = np.array([item.revenue_per_gain for item in plan.curves]) * plan.problem.stack.marginals(plan.spends)
    return float((revenue[free] if free.any() else revenue).max())


def _binding(plan: Plan) -> tuple[str, ...]:
    limits, spends = (
        plan.limits,
        {item.channel: WEEKS * float(x) for item, x in zip(plan.curves, plan.spends, strict=True)},
    )
    found = limit_texts(limits, spends)
    if (
        limits.least_conversions is not None
        and plan.problem.counted(plan.spends) * WEEKS <= limits.least_conversions * 1.0001
    ):
        found = (
            *found,
            f"least_conversions: {limits.least_conversions:g} conversions, which shifts money to channels "
            "that bring more of them",
        )
    if limits.goal == "profit" and sum(spends.values()) < limits.total - 0.005 and not plan.reached:
        found = (*found, "return: further money would bring less than it costs")
    if plan.reached is not None:
        told = (
            "reached, the rest of the money is kept" if plan.reached else "out of reach within the total and the limits"
        )
        found = (*found, f"target: {told}")
    return found


def _next_text(plan: Plan) -> str:
    """Say what the next 100 would bring, with its interval over the curves."""
    limits, problem = plan.limits, plan.problem
    if plan.reached:
        return "no more is needed for the target"
    more = _best(dataclasses.replace(problem, total=float(plan.spends.sum()) + NEXT / WEEKS))
    added = plan.drawn(problem.worth, more).sum(axis=1) - plan.drawn(problem.worth).sum(axis=1)
    gained = float(added.mean()) - problem.cost * WEEKS * float((more - plan.spends).sum())
    if gained < 0.05:  # noqa: PLR2004 - what would be written as 0.0
        return f"the next {NEXT:g} {limits.currency} would bring nothing within these limits"
    low, high = _quantiles(added - problem.cost * WEEKS * float((more - plan.spends).sum()))
    return (
        f"the next {NEXT:g} {limits.currency} would bring about {gained:.1f} of {limits.goal} "
        f"({low:.1f} to {high:.1f}, {INTERVAL_PERCENT} % interval)"
    )


def _beyond(plan: Plan) -> tuple[str, ...]:
    found = []
    for item, spend in zip(plan.curves, plan.spends, strict=True):
        most = float(item.history.weeks.spend.max())
        if spend > most * 1.05:  # noqa: PLR2004 - a twentieth more than ever is as good as known
            found.append(
                f"{item.channel}: {spend:.0f} a week is more than it ever got ({most:.0f}); what it brings there is "
                "read off the curve's shape, not off past weeks"
            )
    return tuple(found)
