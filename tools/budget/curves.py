"""Split a budget over saturating curves fitted to what each channel's past spend brought."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from tools.budget.bids import advise_bids
from tools.budget.drawn import response_curve
from tools.budget.fitted import INTERVAL_PERCENT, fit_channels
from tools.budget.limits import Limits, Split, limit_texts, profit_margin
from tools.budget.outcome import channel_shares, total_range
from tools.budget.relaxed import explain_relaxations
from tools.budget.solved import Plan, interval, solve, targeted
from tools.customers.days import count_rows
from tools.estimators.media.best import best_split
from tools.estimators.media.teaching import WEEKS
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

NEXT = 100.0
"""Further money whose return is told."""


def split_by_curves(limits: Limits, view: StoreView) -> Split:
    """Split money so that the next unit is expected to bring the same in every channel that is not at a limit.

    Raises:
        ToolError: ad_spend holds too little to fit any channel's curve, or no split meets the limits.
    """
    curves, warnings = fit_channels(limits, view)
    plan = solve(limits, curves, profit_margin(view) if limits.goal == "profit" else 1.0)
    conversions = [item.conversions_per_gain for item in curves]
    revenue = [item.revenue_per_gain for item in curves]
    rng = np.random.default_rng(view.seed)
    return Split(
        basis="response_curves",
        shares=channel_shares(plan, rng),
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
        conversions_range=total_range(plan, conversions, rng),
        revenue_range=total_range(plan, revenue, rng),
        relaxations=_ways(plan),
        curves=tuple(response_curve(item, float(x)) for item, x in zip(curves, plan.spends, strict=True)),
        bids=advise_bids(curves, view, _price(plan)),
    )


def _ways(plan: Plan) -> tuple[str, ...]:
    """Say what would bring an unreached target within reach."""
    if plan.reached is not False:
        return ()
    return explain_relaxations(targeted(plan.problem, plan.limits.target or 0.0), plan.curves, plan.limits)


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
    more = best_split(dataclasses.replace(problem, total=float(plan.spends.sum()) + NEXT / WEEKS))
    more = plan.spends if more is None else more
    added = plan.drawn(problem.worth, more).sum(axis=1) - plan.drawn(problem.worth).sum(axis=1)
    gained = float(added.mean()) - problem.cost * WEEKS * float((more - plan.spends).sum())
    if gained < 0.05:  # noqa: PLR2004 - what would be written as 0.0
        return f"the next {NEXT:g} {limits.currency} would bring nothing within these limits"
    low, high = interval(added - problem.cost * WEEKS * float((more - plan.spends).sum()))
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
