"""Split a budget over channels where each further unit of money brings most."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Literal

from pydantic import Field

from tools.budget.answers import BidAdvice, ResponseCurve
from tools.budget.curves import split_by_curves
from tools.budget.limits import Goal, check_limits, read_limits
from tools.budget.sends import split_by_sends
from tools.contract import Answer, Frozen, Query, Tool
from tools.warehouse.view import StoreView


class BudgetQuery(Query):
    """How much to spend, on what, for which goal, within which limits."""

    total: float = Field(gt=0, allow_inf_nan=False, description="Money to spend at most, in the shop's currency.")
    channels: tuple[str, ...] | None = Field(
        None, min_length=1, max_length=10, description="Channels to consider; all by default."
    )
    goal: Goal = Field(description="What to make as large as possible.")
    minimums: dict[str, float] | None = Field(None, description="Least spend per channel.")
    maximums: dict[str, float] | None = Field(None, description="Most spend per channel.")
    target: float | None = Field(
        None, gt=0, description="Amount of the goal to reach with as little money as possible."
    )
    least_conversions: float | None = Field(
        None, gt=0, description="Conversions that the split must bring, whatever the goal."
    )


class Allocation(Frozen):
    """What one channel gets, and what it is expected to bring."""

    channel: str = Field(description="Channel.")
    spend: float = Field(ge=0, description="Money for the channel.")
    share_percent: float = Field(description="Share of the money spent, in percent.")
    contacts: int | None = Field(description="Sends that the money pays for; null where spend is not priced per send.")
    unit_cost: float | None = Field(description="Cost of one send; null where spend is not priced per send.")
    sends_per_customer: float | None = Field(description="Sends per reachable customer.")
    expected_conversions: float = Field(description="Expected conversions from this spend.")
    expected_revenue: float = Field(description="Expected revenue of those conversions' orders; not incremental.")
    marginal_return: float | None = Field(
        description="Goal gained by the next unit of money; 0 where the reach is used up."
    )
    expected_conversions_low: float | None = Field(None, description="Lower end of its interval; null without curves.")
    expected_conversions_high: float | None = Field(None, description="Upper end.")
    expected_revenue_low: float | None = Field(None, description="Lower end of its interval; null without curves.")
    expected_revenue_high: float | None = Field(None, description="Upper end.")
    weekly_spends: tuple[float, ...] = Field(
        (),
        description="Spend of each week: its mean is the plan's, and it varies so that the next fit learns the curve.",
    )


class BudgetAnswer(Answer):
    """A budget by channel."""

    total: float = Field(description="Money that could be spent.")
    currency: str = Field(description="Currency of all money.")
    goal: Goal = Field(description="What was made as large as possible.")
    basis: Literal["unit_costs", "response_curves"] = Field(description="What the returns were computed from.")
    truncated: bool = Field(description="Whether the list of channels was cut.")
    allocations: tuple[Allocation, ...] = Field(description="Channels, most spend first.")
    spent: float = Field(ge=0, description="Money allocated.")
    unspent: float = Field(ge=0, description="Money left because nothing more can be bought with it that helps.")
    expected_conversions: float = Field(description="Sum over channels.")
    expected_revenue: float = Field(description="Sum over channels.")
    interval_percent: int | None = Field(None, description="Coverage of the intervals; null without curves.")
    expected_conversions_low: float | None = Field(None, description="Lower end of the sum's interval.")
    expected_conversions_high: float | None = Field(None, description="Upper end.")
    expected_revenue_low: float | None = Field(None, description="Lower end of the sum's interval.")
    expected_revenue_high: float | None = Field(None, description="Upper end.")
    target_reached: bool | None = Field(description="Whether the target is reached; null without a target.")
    binding: tuple[str, ...] = Field(description="The limits that decide the answer, in words.")
    relaxations: tuple[str, ...] = Field(
        (), description="Where the target is out of reach: for each limit, the smallest change that makes it reachable."
    )
    curves: tuple[ResponseCurve, ...] = Field((), description="The fitted curves, at most ten channels.")
    bids: tuple[BidAdvice, ...] = Field((), description="The most to bid for a click, where ad_spend has clicks.")
    next_100: str | None = Field(description="What the next 100 of money would bring, in words.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")
    note: str = Field(description="What the numbers rest on, in a sentence or two.")


def allocate_budget(query: BudgetQuery, view: StoreView) -> BudgetAnswer:
    """Split a budget over channels for the most revenue, conversions or profit, within minimums and maximums."""
    limits = read_limits(view, query.total, query.goal, query.target, query.channels, query.minimums, query.maximums)
    limits = replace(limits, least_conversions=query.least_conversions)
    check_limits(limits)
    split = split_by_curves(limits, view) if limits.has_spend else split_by_sends(limits, view)
    spent = round(sum(share.spend for share in split.shares), 2)
    conversions, revenue = split.conversions_range or (None, None), split.revenue_range or (None, None)
    return BudgetAnswer(
        total=query.total,
        currency=view.meta.currency,
        goal=query.goal,
        basis=split.basis,
        truncated=False,
        allocations=tuple(Allocation(**asdict(share)) for share in split.shares),
        spent=spent,
        unspent=round(max(0.0, query.total - spent), 2),
        expected_conversions=round(sum(share.expected_conversions for share in split.shares), 1),
        expected_revenue=round(sum(share.expected_revenue for share in split.shares), 2),
        interval_percent=split.interval_percent,
        expected_conversions_low=conversions[0],
        expected_conversions_high=conversions[1],
        expected_revenue_low=revenue[0],
        expected_revenue_high=revenue[1],
        target_reached=split.target_reached,
        binding=split.binding,
        relaxations=split.relaxations,
        curves=split.curves,
        bids=split.bids,
        next_100=split.next_100,
        took=limits.took,
        note=split.note,
        rows_used=split.rows_used,
        warnings=(*limits.warnings, *split.warnings),
    )


TOOL = Tool(query=BudgetQuery, answer=BudgetAnswer, run=allocate_budget)
