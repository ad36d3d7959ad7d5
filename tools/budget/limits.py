"""What a budget may do: its total, channels, minimums and maximums, read from the marketer's words and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tools.budget.answers import BidAdvice, ResponseCurve
from tools.channels import find_channel, unit_costs
from tools.errors import ToolError
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Goal = Literal["revenue", "conversions", "profit"]

OWNED_CHANNELS = ("email", "sms", "coupon_mail")
"""Channels considered when none is named: those that reach the shop's own customers and that every shop can use."""


@dataclass(frozen=True)
class Limits:
    """A budget question with its names resolved; money in the shop's currency."""

    total: float
    goal: Goal
    target: float | None
    channels: tuple[str, ...]
    minimums: Mapping[str, float]
    maximums: Mapping[str, float]
    currency: str
    took: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    least_conversions: float | None = None
    spent_on: tuple[str, ...] = ()

    @property
    def has_spend(self) -> bool:
        """Tell whether `ad_spend` knows any of the channels."""
        return any(channel in self.spent_on for channel in self.channels)


@dataclass(frozen=True)
class Share:
    """What one channel gets and brings; the fields are those of `Allocation`."""

    channel: str
    spend: float
    share_percent: float
    contacts: int | None
    unit_cost: float | None
    sends_per_customer: float | None
    expected_conversions: float
    expected_revenue: float
    marginal_return: float | None
    expected_conversions_low: float | None = None
    expected_conversions_high: float | None = None
    expected_revenue_low: float | None = None
    expected_revenue_high: float | None = None
    weekly_spends: tuple[float, ...] = ()


@dataclass(frozen=True)
class Split:
    """A budget by channel with what decided it; ranges are None where nothing was fitted."""

    basis: Literal["unit_costs", "response_curves"]
    shares: tuple[Share, ...]
    target_reached: bool | None
    binding: tuple[str, ...]
    next_100: str
    note: str
    rows_used: int
    warnings: tuple[str, ...]
    interval_percent: int | None = None
    conversions_range: tuple[float, float] | None = None
    revenue_range: tuple[float, float] | None = None
    relaxations: tuple[str, ...] = ()
    curves: tuple[ResponseCurve, ...] = ()
    bids: tuple[BidAdvice, ...] = ()


def read_limits(
    view: StoreView,
    total: float,
    goal: Goal,
    target: float | None,
    channels: tuple[str, ...] | None,
    minimums: Mapping[str, float] | None,
    maximums: Mapping[str, float] | None,
) -> Limits:
    """Resolve the names in a budget question.

    Raises:
        ToolError: A channel is unknown, cannot be paid for, or is limited without being considered.
    """
    known = _known_channels(view)
    names = {
        words: find_channel(words, known).name for words in (*(channels or ()), *(minimums or {}), *(maximums or {}))
    }
    free = unit_costs().free
    chosen = tuple(dict.fromkeys(names[words] for words in channels)) if channels else _default_channels(known, names)
    paid = tuple(name for name in chosen if name not in free)
    if not paid:
        raise ToolError(
            f"channels {', '.join(chosen)} cost nothing per contact; expected one that takes money; try "
            "'email' or 'sms'"
        )
    for words in (*(minimums or {}), *(maximums or {})):
        if names[words] not in paid:
            raise ToolError(
                f"limit for {words!r} is on a channel that gets no money; expected one of {', '.join(paid)}"
            )
    return Limits(
        total,
        goal,
        target,
        paid,
        {names[words]: value for words, value in (minimums or {}).items()},
        {names[words]: value for words, value in (maximums or {}).items()},
        view.meta.currency,
        tuple(f"channel {words!r} taken as {name}" for words, name in names.items() if words != name),
        tuple(f"{name} costs nothing per contact and is given no money" for name in chosen if name in free),
        spent_on=known,
    )


def _known_channels(view: StoreView) -> tuple[str, ...]:
    if not view.has(Table.AD_SPEND):
        return ()
    return tuple(sorted(set(view.frame(Table.AD_SPEND, [Column.CHANNEL])[Column.CHANNEL])))


def _default_channels(known: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the channels with past spend or else the owned ones, with those that a limit names."""
    return tuple(dict.fromkeys((*(known or OWNED_CHANNELS), *names.values())))


def check_limits(limits: Limits) -> None:
    """Refuse limits that no split can meet.

    Raises:
        ToolError: The message gives the smallest change that makes them possible.
    """
    low, high, money = limits.minimums, limits.maximums, limits.currency
    if limits.target is not None and limits.least_conversions is not None:
        raise ToolError(
            "target and least_conversions are both given; expected one: target spends as little as reaches it, "
            "least_conversions makes the goal as large as possible beside it; try leaving one out"
        )
    for channel, value in (*low.items(), *high.items()):
        if not 0 <= value < float("inf"):
            raise ToolError(f"limit {value:g} {money} for {channel} is negative or no number; expected 0 or more")
    for channel in low:
        if low[channel] > high.get(channel, low[channel]):
            raise ToolError(
                f"minimum {low[channel]:g} {money} for {channel} is above its maximum {high[channel]:g}; "
                "expected minimum <= "
                f"maximum; try lowering the minimum or raising the maximum by {low[channel] - high[channel]:g}"
            )
    over = sum(low.values()) - limits.total
    if over > 0:
        raise ToolError(
            f"minimums add to {sum(low.values()):g} {money}, above the total of {limits.total:g}; expected "
            "at most the total; "
            f"try raising the total by {over:g} or lowering the minimums by {over:g} together"
        )


def limit_texts(limits: Limits, spends: Mapping[str, float]) -> tuple[str, ...]:
    """Say which of the given limits the spends lie at."""
    found = []
    if sum(spends.values()) >= limits.total - 0.005:
        found.append(f"total: all of {limits.total:g} {limits.currency} is spent")
    for channel, spend in spends.items():
        if limits.minimums.get(channel, 0) > 0 and spend <= limits.minimums[channel] + 0.005:
            found.append(f"{channel}: held up at its minimum of {limits.minimums[channel]:g} {limits.currency}")
        if channel in limits.maximums and spend >= limits.maximums[channel] - 0.005:
            found.append(f"{channel}: held at its maximum of {limits.maximums[channel]:g} {limits.currency}")
    return tuple(found)


def profit_margin(view: StoreView) -> float:
    """Return the share of revenue that is left after the cost of the goods.

    Raises:
        ToolError: No product has a cost.
    """
    margin = known_margin(view)
    if margin is None:
        raise ToolError(
            f"goal 'profit' needs products.cost, which store {view.meta.name!r} does not hold; expected a "
            "cost per product; try goal 'revenue', or import products with costs"
        )
    return margin


def known_margin(view: StoreView) -> float | None:
    """Return the share of revenue that is left after the cost of the goods, None where no product has a cost."""
    products = view.frame(Table.PRODUCTS, [Column.PRODUCT_ID, "cost"]).dropna()
    if products.empty:
        return None
    lines = view.frame(Table.ORDER_LINES, [Column.PRODUCT_ID, Column.QUANTITY, Column.REVENUE])
    sold = lines.merge(products, on=Column.PRODUCT_ID)
    revenue = float(sold[Column.REVENUE].sum())
    return 1 - float((sold[Column.QUANTITY] * sold["cost"]).sum()) / revenue if revenue > 0 else 0.0
