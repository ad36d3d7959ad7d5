"""What a campaign cost, and what came back for it."""

from __future__ import annotations

from dataclasses import dataclass

from tools.budget.limits import profit_margin
from tools.channels import unit_costs
from tools.errors import ToolError
from tools.estimators.lift import Lift
from tools.experiments.exposed import CampaignFacts
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView


@dataclass(frozen=True)
class Cost:
    """What the contacts cost, and how that is known; None where it is not."""

    money: float | None
    told: str


@dataclass(frozen=True)
class Return:
    """What came back for each unit of money, less that unit, in percent."""

    percent: float
    low: float
    high: float
    told: str


def cost_of(view: StoreView, facts: CampaignFacts, sends: dict[str, int]) -> Cost:
    """Return the ad spend booked under the campaign's id or name, else its sends at typical prices."""
    booked = _booked(view, facts)
    if booked is not None:
        return Cost(booked, "ad_spend booked under this campaign")
    costs = unit_costs()
    unknown = [name for name in sends if name not in costs.channels and name not in costs.free]
    if unknown:
        return Cost(None, f"no price of {', '.join(unknown)} is known: import ad_spend with this campaign's name")
    money = sum(count * costs.channels[name].unit_cost for name, count in sends.items() if name in costs.channels)
    return Cost(round(money, 2), "contacts at typical prices per send in US dollars, without design and discounts")


def _booked(view: StoreView, facts: CampaignFacts) -> float | None:
    if not view.has(Table.AD_SPEND):
        return None
    spent = view.frame(Table.AD_SPEND, [Column.CAMPAIGN, "spend"])
    mine = spent[spent[Column.CAMPAIGN].isin((facts.campaign_id, facts.name))]
    return round(float(mine["spend"].sum()), 2) if len(mine) else None


def return_of(view: StoreView, cost: Cost, lift: Lift | None, treated: int) -> Return | None:
    """Return (money caused - cost) / cost, on margin where the store knows what goods cost; None without both.

    Args:
        view: The store.
        cost: What the campaign cost.
        lift: Difference of money per customer.
        treated: Customers contacted.
    """
    if lift is None or not cost.money:
        return None
    try:
        margin, told = profit_margin(view), "on the margin after the cost of goods"
    except ToolError:
        margin, told = 1.0, "on revenue, since the store does not know what goods cost"
    percent, low, high = (
        100 * (treated * margin * value / cost.money - 1) for value in (lift.value, lift.low, lift.high)
    )
    return Return(percent, low, high, told)
