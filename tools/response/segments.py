"""The response rate and order value of a segment, learned from past campaigns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.days import Day
from tools.errors import ToolError
from tools.estimators.response import fit_response, shrunk_rate
from tools.response.history import TRAITS, ResponseHistory, response_history
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

INTERVAL_PERCENT = 80
"""Coverage of every interval of the response tools: their contract."""

LEAST_RESPONDERS = 50
"""Ten responses per trait (Peduzzi et al. 1996) before a regression is fitted; below, the segment's rate is shrunk."""

LEAST_CAMPAIGNS = 3
"""Campaigns needed to see how far whole campaigns differ."""

SHRINK_EXPOSURES = 25.0
"""Exposures that the shop's rate counts for where a segment's rate is shrunk: half the weight at 25 exposures."""

LEAST_OWN_RESPONDERS = 20
"""Responders of a segment whose own order value is used; with fewer, the shop's ratio is applied to its usual value."""

DRAWS = 2000
"""Draws of the predictive distribution; the ends of an 80 % interval then move by about 3 % between seeds."""


@dataclass(frozen=True)
class SegmentRate:
    """The response rate of a segment: a point, draws around it, and how it was found."""

    point: float
    draws: Array
    method: str


@dataclass(frozen=True)
class OrderValue:
    """What responders' orders are worth: mean, its standard error, the segment's usual value, and how it was found."""

    mean: float | None
    error: float
    usual: float | None
    method: str


def ends(draws: Array) -> tuple[float, float]:
    """Return the ends of the central 80 % of draws.

    >>> ends(np.arange(101.0))
    (10.0, 90.0)
    """
    tail = (100 - INTERVAL_PERCENT) / 2
    low, high = np.percentile(draws, [tail, 100 - tail])
    return float(low), float(high)


def learned_from(view: StoreView) -> ResponseHistory:
    """Return the finished campaigns of the store.

    Raises:
        ToolError: No exposures table, no recorded responses, or no campaign that ended before the day.
    """
    view.require(Table.EXPOSURES)
    history = response_history(view)
    if history is None:
        raise ToolError(
            f"exposures of store {view.meta.name!r} record no response; expected opened, clicked or "
            "converted to be filled; "
            "try importing campaign results"
        )
    if history.frame.empty:
        raise ToolError(
            f"no campaign of store {view.meta.name!r} ended before {view.as_of.isoformat()}; expected at "
            "least one finished "
            "campaign with exposures; try a later day, or import past campaigns"
        )
    return history


def exposures_through(history: ResponseHistory, channel: str) -> tuple[pd.DataFrame, str]:
    """Return the past exposures through a channel, or through the most used one where there are none, and its name."""
    channels = history.frame[Column.CHANNEL].value_counts()
    used = channel if channel in channels.index else str(channels.index[0])
    return history.frame[history.frame[Column.CHANNEL] == used].reset_index(drop=True), used


def segment_rate(
    history: ResponseHistory, shown: pd.DataFrame, view: StoreView, contacted: list[str], rng: np.random.Generator
) -> SegmentRate:
    """Estimate the response rate of the contacted customers.

    Args:
        history: All finished campaigns.
        shown: Exposures through the channel to learn from.
        view: The store as of today.
        contacted: Customers to contact, in a fixed order.
        rng: For the draws.
    """
    campaigns = pd.factorize(shown[Column.CAMPAIGN_ID])[0]
    responded = shown["responded"].to_numpy(float)
    if responded.sum() < LEAST_RESPONDERS or campaigns.max() + 1 < LEAST_CAMPAIGNS:
        return _shrunk(shown, frozenset(contacted), rng)
    kinds = shown["kind"].value_counts()
    is_main = (shown["kind"] == kinds.index[0]).to_numpy(float)
    model = fit_response(np.column_stack([shown[list(TRAITS)].to_numpy(float), is_main]), responded, campaigns)
    today = history.traits_today(pd.Timestamp(view.as_of), pd.Index(contacted))[list(TRAITS)].to_numpy(float)
    if not len(today):
        return SegmentRate(0.0, np.zeros(DRAWS), "Nobody can be contacted.")
    main, other = (np.column_stack([today, np.full(len(today), flag)]) for flag in (1.0, 0.0))
    share = float(shown.assign(main=is_main).groupby(Column.CAMPAIGN_ID)["main"].first().mean())
    point = share * float(model.rates(main).mean()) + (1 - share) * float(model.rates(other).mean())
    draws = np.where(
        rng.random(DRAWS) < share,
        model.draw_segment_rates(main, DRAWS, rng),
        model.draw_segment_rates(other, DRAWS, rng),
    )
    method = (
        f"Logistic regression on {len(shown)} exposures of {campaigns.max() + 1} finished campaigns, by what was known "
        "of each customer on the day (recency, orders, spend, discount share, past responses) and the kind "
        "of campaign, "
        "applied to the customers as they are today, each kind weighted by how often it was run; the "
        "interval holds the "
        "spread between whole campaigns and chance."
    )
    return SegmentRate(point, draws, method)


def _shrunk(shown: pd.DataFrame, customers: frozenset[str], rng: np.random.Generator) -> SegmentRate:
    own = shown[shown[Column.CUSTOMER_ID].isin(customers)]
    alpha, beta = shrunk_rate(
        int(own["responded"].sum()), len(own), int(shown["responded"].sum()), len(shown), SHRINK_EXPOSURES
    )
    method = (
        f"Beta-binomial rate of the segment's exposures ({len(own)}), drawn towards that of all ({len(shown)}), "
        f"which counts for at most {SHRINK_EXPOSURES:.0f}; too few responses for a regression (fewer than "
        f"{LEAST_RESPONDERS}) or campaigns (fewer than {LEAST_CAMPAIGNS})."
    )
    return SegmentRate(alpha / (alpha + beta), rng.beta(alpha, beta, DRAWS), method)


def order_value(history: ResponseHistory, shown: pd.DataFrame, customers: frozenset[str]) -> OrderValue:
    """Return what responders spent per order between exposure and the end of the campaign.

    Few responders of the segment: the shop's responders' value over their usual value, times the segment's usual value.
    """
    days = history.days
    mine = days[days[Day.CUSTOMER_ID].isin(customers)]
    usual = _per_order(mine)
    orders = _campaign_orders(shown[shown["responded"] > 0], days)
    own = orders[orders[Day.CUSTOMER_ID].isin(customers)]
    if own[Day.CUSTOMER_ID].nunique() >= LEAST_OWN_RESPONDERS:
        mean = _per_order(own)
        return OrderValue(
            mean, _error(own), usual, ", at what the segment's responders spent per order in past campaigns"
        )
    theirs = _per_order(days[days[Day.CUSTOMER_ID].isin(orders[Day.CUSTOMER_ID])])
    during = _per_order(orders)
    if usual is None or during is None or not theirs:
        return OrderValue(usual, 0.0, usual, ", at the segment's usual order value")
    ratio = during / theirs
    return OrderValue(
        usual * ratio,
        _error(orders) * usual / theirs,
        usual,
        f", at the segment's usual order value times {ratio:.2f}, the ratio of all responders in past campaigns",
    )


def _campaign_orders(responses: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Return the days with orders of responders between their exposure and the end of the campaign, each day once."""
    spans = responses[[Column.CUSTOMER_ID, Column.AT, "ends"]]
    joined = days.merge(spans, on=Day.CUSTOMER_ID, how="inner")
    during = joined[(joined[Day.ON] >= joined[Column.AT].dt.normalize()) & (joined[Day.ON] <= joined["ends"])]
    return during.drop_duplicates([Day.CUSTOMER_ID, Day.ON])


def _per_order(days: pd.DataFrame) -> float | None:
    orders = float(days[Day.ORDERS].sum())
    return float(days[Day.SPEND].sum()) / orders if orders else None


def _error(days: pd.DataFrame) -> float:
    """Return the standard error of spend per order, customers as clusters."""
    sums = days.groupby(Day.CUSTOMER_ID)[[Day.SPEND, Day.ORDERS]].sum()
    if len(sums) < 2:
        return 0.0
    residual = sums[Day.SPEND] - float(sums[Day.SPEND].sum() / sums[Day.ORDERS].sum()) * sums[Day.ORDERS]
    return float(np.sqrt((residual**2).sum() * len(sums) / (len(sums) - 1)) / sums[Day.ORDERS].sum())
