"""What an exposure brought: profit where revenue, discounts and costs are known, else revenue, else a response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.offers.economics import Guarded, margin_after
from tools.response.history import Outcome

Array = NDArray[np.float64]
RewardKind = Literal["profit", "revenue", "coupon_redemption", "conversion", "click", "open"]

LEAST_PRICED: Final = 0.9
"""Share of responses that must state their revenue before offers are valued in money. House rule."""

MONEY: Final = ("profit", "revenue")


@dataclass(frozen=True)
class Reward:
    """The reward of each exposure.

    Attributes:
        values: One each: 0 or 1 for a response, else money.
        kind: What it is.
        warning: What a reader must know of it, if anything.
    """

    values: Array
    kind: RewardKind
    warning: str | None = None

    @property
    def binary(self) -> bool:
        """Tell whether it is 0 or 1."""
        return self.kind not in MONEY


def reward_of(rows: pd.DataFrame, outcome: Outcome, guarded: Sequence[Guarded], margin: float | None) -> Reward:
    """Return what each exposure brought, in the best measure the data hold.

    Args:
        rows: Exposures with columns responded, revenue and arm.
        outcome: What counts as a response.
        guarded: The candidates in the order of `arm`, with what each takes off.
        margin: Gross margin at full price; None where unknown.
    """
    responded = rows["responded"].to_numpy(float)
    revenue = pd.to_numeric(rows["revenue"]).to_numpy(float)
    known = np.isfinite(revenue)
    if not responded.any() or known[responded > 0].mean() < LEAST_PRICED:
        blind = any(one.percent for one in guarded)
        return Reward(responded, outcome, _BLIND if blind else None)
    money = np.where(known, revenue, 0.0)
    if margin is None or any(one.percent is None for one in guarded):
        return Reward(money, "revenue", _NO_COST)
    kept = np.array([margin_after(margin, one.percent or 0.0) for one in guarded if (one.percent or 0.0) < 100])
    if len(kept) < len(guarded):
        return Reward(money, "revenue", _NO_COST)
    arms = rows["arm"].to_numpy()
    return Reward(money * np.where(arms >= 0, kept[arms], margin), "profit")


_BLIND: Final = (
    "exposures say who responded, not for how much: a higher response does not say that an offer pays for its "
    "discount; revenue per exposure would"
)
_NO_COST: Final = (
    "offers are compared by revenue: without the cost of the goods and every offer's discount, not by profit"
)
