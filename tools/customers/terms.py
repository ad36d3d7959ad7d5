"""What the names and measures of a profile mean, in words with this shop's numbers."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from tools.customers.behaviour import HABITS
from tools.customers.groups import Grouping
from tools.customers.segments import stage_definitions, tier_definitions
from tools.customers.tags import TAG_DEFINITION
from tools.customers.value import CLV_WEEKS, INTERVAL_PERCENT, customer_values
from tools.features import shop_rhythm
from tools.frozen import Frozen
from tools.warehouse.view import StoreView

VALUE_TERMS: Final = {
    "clv": f"expected spend in the next {CLV_WEEKS} weeks, not discounted: expected purchase days (BG/NBD) × expected "
    "value of one (Gamma-Gamma)",
    "clv_low, clv_high": f"{INTERVAL_PERCENT} % interval of that spend: simulated futures, with the chance in people "
    "(predictive), in the fit (Bayesian bootstrap) and in the shop as a whole (how far back-tests missed)",
    "churn_percent": "mean probability, by BG/NBD, of having stopped buying for good; 0 for who bought on one day only",
    "next_purchase_days": "days within which half of such customers have bought again, if they still buy; the "
    "segment's median",
}


class Definition(Frozen):
    """One name or measure, and what it means."""

    term: str = Field(description="The name as it stands in the answer.")
    meaning: str = Field(description="What it means, with the numbers that decide.")


def definitions(by: Grouping, view: StoreView) -> tuple[Definition, ...]:
    """Return what an answer's names and measures mean; all names of the grouping, also of those without customers."""
    terms: dict[str, str] = {}
    if by == "lifecycle":
        terms |= stage_definitions(shop_rhythm(view))
    if by == "value":
        terms |= tier_definitions()
    if by == "cluster":
        terms |= {"habits": "; ".join(HABITS.values())}
    if customer_values(view) is not None:
        terms |= VALUE_TERMS
    terms |= {"tags": TAG_DEFINITION}
    return tuple(Definition(term=term, meaning=meaning) for term, meaning in terms.items())
