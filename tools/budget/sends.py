"""Split a budget by what a send costs, whom it reaches and how those customers respond."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tools.budget.limits import Limits, Share, Split, limit_texts, profit_margin
from tools.budget.relaxed import money_down, money_up
from tools.channels import reachable, unit_costs
from tools.customers.days import Day, count_rows
from tools.errors import ToolError
from tools.estimators.allocation import Bought, Wave, buy_waves
from tools.response.segments import exposures_through, learned_from, order_value, segment_rate
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

NEXT = 100.0
"""Further money whose return is told."""


@dataclass(frozen=True)
class Market:
    """What sends can bring in this store: waves by channel, the value of an order, and its share of profit."""

    waves: tuple[Wave, ...]
    order_value: float
    margin: float
    borrowed: Mapping[str, str]
    warnings: tuple[str, ...]

    def reach(self, channel: str) -> int:
        """Return how many customers a channel reaches."""
        return next(wave.reach for wave in self.waves if wave.channel == channel)


def split_by_sends(limits: Limits, view: StoreView) -> Split:
    """Buy sends, best return first, until the money, the audience or the target is used up.

    Raises:
        ToolError: No past response to learn from, or a minimum that the audience cannot take.
    """
    market = _market(limits, view)
    _check_reach(limits, market)
    bought = _enough(limits, market, _buy(limits, market))
    more = _buy(dataclasses.replace(limits, total=limits.total + NEXT), market)
    shares = tuple(
        sorted(
            (_share(channel, bought, market, limits) for channel in limits.channels),
            key=lambda s: (-s.spend, s.channel),
        )
    )
    spent = sum(share.spend for share in shares)
    if spent > 0:
        shares = tuple(
            dataclasses.replace(share, share_percent=round(100 * share.spend / spent, 1)) for share in shares
        )
    reached = None if limits.target is None else _gain(limits, market, bought) >= limits.target * (1 - 1e-6)
    return Split(
        basis="unit_costs",
        shares=shares,
        target_reached=reached,
        binding=_binding(limits, market, shares, reached),
        next_100="no more is needed for the target" if reached else _next_text(limits, market, bought, more),
        note=_note(market),
        rows_used=count_rows(view, Table.EXPOSURES, Table.ORDER_LINES),
        warnings=market.warnings,
        relaxations=_ways(limits, market) if reached is False else (),
    )


@dataclass(frozen=True)
class _Audience:
    """Whom a channel reaches, how they respond, and what an order of theirs is worth."""

    reach: int
    rate: float
    order_value: float


def _market(limits: Limits, view: StoreView) -> Market:
    costs = unit_costs()
    audiences, borrowed, warnings = _audiences(limits, view)
    waves = [
        Wave(channel, audience.reach, costs.channels[channel].unit_cost, audience.rate)
        for channel, audience in audiences.items()
        for _ in range(costs.channels[channel].most_sends)
    ]
    return Market(
        waves=tuple(waves),
        order_value=max(audience.order_value for audience in audiences.values()),
        margin=profit_margin(view) if limits.goal == "profit" else 1.0,
        borrowed=borrowed,
        warnings=tuple(dict.fromkeys((*warnings, *_market_warnings(view, limits, borrowed)))),
    )


def _audiences(limits: Limits, view: StoreView) -> tuple[dict[str, _Audience], dict[str, str], list[str]]:
    """Return the audience by channel, the channels whose response is borrowed from another, and warnings."""
    history = learned_from(view)
    customers = frozenset(history.days[Day.CUSTOMER_ID])
    known: dict[tuple[str, frozenset[str]], _Audience] = {}
    audiences, borrowed, warnings = {}, {}, []
    for channel in limits.channels:
        if channel not in unit_costs().channels:
            raise ToolError(
                f"channel {channel!r} has no unit cost; expected one of {', '.join(unit_costs().channels)}; "
                "try one of those, or import a table ad_spend"
            )
        shown, used = exposures_through(history, channel)
        contacted, warning = reachable(view, channel, customers)
        if (used, contacted) not in known:
            rate = segment_rate(history, shown, view, sorted(contacted), np.random.default_rng(view.seed)).point
            value = order_value(history, shown, customers).mean or 0.0
            known[used, contacted] = _Audience(len(contacted), rate, value)
        audiences[channel] = known[used, contacted]
        warnings += [warning] if warning else []
        if used != channel:
            borrowed[channel] = used
    return audiences, borrowed, warnings


def _market_warnings(view: StoreView, limits: Limits, borrowed: Mapping[str, str]) -> Sequence[str]:
    lacking = f"has no rows of {', '.join(limits.channels)}" if limits.spent_on else "is not"
    found = [
        f"table ad_spend {lacking} in store {view.meta.name!r}: returns come from typical unit costs and past "
        "response, not from this shop's own spend"
    ]
    if borrowed:
        names = ", ".join(borrowed)
        found.append(
            f"no past exposures through {names}: the response to {next(iter(borrowed.values()))} is used for "
            "them, so only "
            "their costs tell these channels apart; messages usually get less response than mail"
        )
    if view.meta.currency != "USD":
        found.append(f"unit costs are in US dollars and used as {view.meta.currency} one to one")
    return found


def _check_reach(limits: Limits, market: Market) -> None:
    for channel, least in limits.minimums.items():
        most = sum(wave.cost for wave in market.waves if wave.channel == channel)
        if least > most + 0.005:
            raise ToolError(
                f"minimum {least:g} {limits.currency} for {channel} cannot be spent: its "
                f"{market.reach(channel)} customers at "
                f"{_sends(market, channel)} sends each take {most:.2f} {limits.currency}; expected at most that; "
                f"try a minimum of {most:.2f} or lower"
            )


def _buy(limits: Limits, market: Market) -> tuple[Bought, ...]:
    enough = None
    if limits.target is not None and limits.goal != "profit":
        enough = limits.target if limits.goal == "conversions" else limits.target / max(market.order_value, 1e-9)
    worth = market.margin * market.order_value if limits.goal == "profit" else None
    factor = unit_costs().repeat_factor.value
    return buy_waves(market.waves, limits.total, limits.minimums, limits.maximums, factor, worth, enough)


def _enough(limits: Limits, market: Market, bought: tuple[Bought, ...]) -> tuple[Bought, ...]:
    """Return what to buy so that the conversions asked for come too.

    Every order is worth the same, so that only profit may have bought too little.

    Raises:
        ToolError: The audience or the money does not bring them.
    """
    least = limits.least_conversions
    if least is None or _responses(bought) >= least:
        return bought
    most = buy_waves(
        market.waves, limits.total, limits.minimums, limits.maximums, unit_costs().repeat_factor.value, None, least
    )
    if _responses(most) < least * (1 - 1e-9):
        ways = "; or ".join(_ways(dataclasses.replace(limits, goal="conversions", target=least), market))
        raise ToolError(
            f"least_conversions {least:g} is out of reach; expected at most {_responses(most):.1f} within the total, "
            f"the audience and the limits; try {ways}"
        )
    return most


def _responses(bought: Sequence[Bought]) -> float:
    return sum(item.responses for item in bought)


def _ways(limits: Limits, market: Market) -> tuple[str, ...]:
    """Say what would bring the target within reach: less of it, or more money where the audience is not used up."""
    goal = "the target" if limits.least_conversions is None else "least_conversions"
    found = [f"lowering {goal} to {money_down(max(0.0, _gain(limits, market, _buy(limits, market))))}"]
    rich = dataclasses.replace(limits, total=sum(wave.cost for wave in market.waves) + limits.total)
    bought = _buy(rich, market)
    if _gain(limits, market, bought) >= (limits.target or 0.0) * (1 - 1e-9):
        needed = sum(item.spend for item in bought)
        found.append(f"raising the total to {money_up(needed)} {limits.currency}")
    return tuple(found)


def _gain(limits: Limits, market: Market, bought: Sequence[Bought]) -> float:
    responses = sum(item.responses for item in bought)
    if limits.goal == "conversions":
        return responses
    revenue = responses * market.order_value
    return revenue if limits.goal == "revenue" else market.margin * revenue - sum(item.spend for item in bought)


def _share(channel: str, bought: Sequence[Bought], market: Market, limits: Limits) -> Share:
    mine = [item for item in bought if item.wave.channel == channel]
    wave = next(wave for wave in market.waves if wave.channel == channel)
    spend, sends = sum(item.spend for item in mine), sum(item.sends for item in mine)
    conversions = sum(item.responses for item in mine)
    return Share(
        channel=channel,
        spend=round(spend, 2),
        share_percent=0.0,
        contacts=sends,
        unit_cost=wave.unit_cost,
        sends_per_customer=round(sends / wave.reach, 2) if wave.reach else 0.0,
        expected_conversions=round(conversions, 1),
        expected_revenue=round(conversions * market.order_value, 2),
        marginal_return=round(_marginal(wave, sends, len(bought), market, limits), 4),
    )


def _marginal(wave: Wave, sends: int, contacts: int, market: Market, limits: Limits) -> float:
    """Return the goal gained by the next unit of money for the channel; 0 where everybody has had every send."""
    if sends >= wave.reach * _sends(market, wave.channel):
        return 0.0
    responses = wave.responses_per_money * unit_costs().repeat_factor.value ** max(
        0, contacts - (sends % wave.reach > 0)
    )
    if limits.goal == "conversions":
        return responses
    gained = responses * market.order_value
    return gained if limits.goal == "revenue" else market.margin * gained - 1


def _sends(market: Market, channel: str) -> int:
    return sum(wave.channel == channel for wave in market.waves)


def _binding(limits: Limits, market: Market, shares: Sequence[Share], reached: bool | None) -> tuple[str, ...]:
    found = list(limit_texts(limits, {share.channel: share.spend for share in shares}))
    found += [
        f"{share.channel}: its audience of {market.reach(share.channel)} customers is reached "
        f"{_sends(market, share.channel)} "
        f"time{'s' if _sends(market, share.channel) > 1 else ''}, the most sends of one campaign"
        for share in shares
        if share.contacts and share.contacts >= market.reach(share.channel) * _sends(market, share.channel)
    ]
    if limits.goal == "profit" and not found:
        found.append("return: further sends would bring less than they cost")
    if reached:
        found.append("target: reached, the rest of the money is kept")
    if reached is False:
        found.append("target: out of reach within the total, the audience and the limits")
    return tuple(found)


def _next_text(limits: Limits, market: Market, bought: Sequence[Bought], more: Sequence[Bought]) -> str:
    gained = sum(item.responses for item in more) - sum(item.responses for item in bought)
    if gained * market.order_value < 0.01:
        return f"the next {NEXT:g} {limits.currency} would bring nothing within these limits"
    return (
        f"the next {NEXT:g} {limits.currency} would bring about {gained:.1f} conversions "
        f"({gained * market.order_value:.2f} {limits.currency} revenue)"
    )


def _note(market: Market) -> str:
    factor = unit_costs().repeat_factor.value
    return (
        "For all customers of the shop; a smaller audience takes less money in proportion. Each further "
        "contact of a customer is "
        f"counted {factor:g} times the one before, across channels (an assumption). An order is worth "
        f"{market.order_value:.2f}, what "
        "responders spent per order in past campaigns. Costs are typical prices per send, without design, "
        "tools or discounts."
    )
