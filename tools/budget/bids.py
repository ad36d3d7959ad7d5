"""What a click is worth at most in each channel paid by the click, from conversions, order values and margin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tools.budget.answers import BidAdvice
from tools.budget.fitted import INTERVAL_PERCENT, ChannelCurve
from tools.budget.limits import known_margin
from tools.estimators.bidding import click_values, paced
from tools.warehouse.view import StoreView

LEAST_CLICKS: Final = 100
"""Clicks of a channel below which its own conversion rate says too little to bid by."""


def advise_bids(curves: Sequence[ChannelCurve], view: StoreView, price: float) -> tuple[BidAdvice, ...]:
    """Return a maximum bid for every channel with clicks and revenue.

    Bidding the value is best in a second-price auction without a budget (Vickrey 1961); with a budget, the value over
    one plus the budget's shadow price (Balseiro and Gur 2019), which is what the last unit of this budget brings.

    Args:
        curves: Channels with their past.
        view: The store, for its margin.
        price: Revenue that the last unit of money brings; 0 where money is left.
    """
    paid = [item.history for item in curves if item.history.clicks >= LEAST_CLICKS and item.history.conversions > 0]
    paid = [history for history in paid if history.revenue > 0]
    if not paid:
        return ()
    margin = known_margin(view)
    share = 1.0 if margin is None else margin
    values = click_values(
        np.array([history.clicks for history in paid]),
        np.array([history.conversions for history in paid]),
        np.array([history.revenue / history.conversions for history in paid]) * share,
        (1 - INTERVAL_PERCENT / 100) / 2,
    )
    return tuple(
        BidAdvice(
            channel=history.channel,
            clicks=round(history.clicks),
            conversions=round(history.conversions, 1),
            conversion_rate_percent=round(100 * value.rate, 3),
            paid_per_click=round(history.spend / history.clicks, 4),
            value_per_click=round(value.expected, 4),
            value_low=round(value.low, 4),
            value_high=round(value.high, 4),
            of_margin=margin is not None,
            bid=round(paced(value.expected, max(share * price - 1.0, 0.0)), 4),
        )
        for history, value in zip(paid, values, strict=True)
    )
