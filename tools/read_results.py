"""Read out the results of a campaign against those who were left alone."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.estimators.lift import LEAST_MONEY_ARM, LEAST_SPENDERS, Lift
from tools.estimators.looks import level_on
from tools.experiments.exposed import Exposed, customers_of
from tools.experiments.needs import what_is_needed
from tools.experiments.outcomes import Outcomes, orders_end_early, outcomes_of
from tools.experiments.reading import SAMPLE_RATIO_ALPHA, Comparison, Verdict, compare
from tools.experiments.returns import Cost, Return, cost_of, return_of
from tools.experiments.telling import ArmRates, arm_rates, conclude
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView


class ResultsQuery(Query):
    """Which campaign."""

    campaign_id: str = Field(description="Campaign.")


class ArmResult(Frozen):
    """One arm of the campaign."""

    arm: Literal["treatment", "holdout"] = Field(description="Contacted, or left alone.")
    customers: int = Field(ge=0, description="Customers in the arm.")
    converted: int = Field(ge=0, description="Customers who converted.")
    rate_percent: float = Field(description="Share that converted, in percent.")
    rate_low_percent: float = Field(description="Lower end of the interval of the share.")
    rate_high_percent: float = Field(description="Upper end of the interval of the share.")
    opened_percent: float | None = Field(description="Share that opened, in percent; null where not recorded.")
    clicked_percent: float | None = Field(description="Share that clicked, in percent; null where not recorded.")
    revenue: float = Field(description="Money of the arm in the campaign's time, returns taken off.")
    revenue_per_customer: float = Field(description="The same per customer.")


class LiftResult(Frozen):
    """What the campaign changed in one outcome."""

    metric: Literal["conversion", "revenue"] = Field(description="What is compared.")
    unit: Literal["percentage points", "money per customer"] = Field(description="Unit of the difference.")
    difference: float = Field(description="Contacted less left alone.")
    low: float = Field(description="Lower end of the interval.")
    high: float = Field(description="Upper end of the interval.")
    relative_percent: float | None = Field(description="The same in percent of those left alone; null where zero.")
    conclusive: bool = Field(description="Whether the interval leaves out zero.")
    variance_reduction_percent: float | None = Field(
        description="What past spend took off the variance; null for rates."
    )
    method: str = Field(description="How it was computed, with its source.")


class SampleRatio(Frozen):
    """Whether the arms are as large as planned."""

    planned_treatment_percent: float = Field(description="Planned share of the contacted, in percent.")
    treatment_percent: float = Field(description="Their share in the data, in percent.")
    p_value: float = Field(description="Chance of such a gap if only the lot decided.")
    threshold: float = Field(SAMPLE_RATIO_ALPHA, description="Below it the arms do not come from the plan.")
    mismatch: bool = Field(description="Whether it is below.")


class Caused(Frozen):
    """What the campaign caused among those it contacted."""

    conversions: float = Field(description="Conversions beyond those who would have converted anyway.")
    revenue: float | None = Field(description="Money beyond what would have come anyway; null if too little to tell.")
    revenue_low: float | None = Field(description="Lower end of the interval.")
    revenue_high: float | None = Field(description="Upper end of the interval.")
    attributable_percent: float | None = Field(description="The same in percent of the contacted customers' money.")


class Returned(Frozen):
    """What the campaign cost, and what came back for it."""

    cost: float | None = Field(description="What the contacts cost; null if unknown.")
    cost_from: str = Field(description="How the cost is known.")
    roi_percent: float | None = Field(description="(Money caused - cost) / cost, in percent; null if unknown.")
    roi_low_percent: float | None = Field(description="Lower end of the interval.")
    roi_high_percent: float | None = Field(description="Upper end of the interval.")
    roi_from: str = Field(description="What the return is counted on.")


class ResultsAnswer(Answer):
    """What a campaign did."""

    campaign_id: str = Field(description="Id of the campaign.")
    name: str = Field(description="Its name.")
    starts_on: dt.date = Field(description="First day.")
    ends_on: dt.date = Field(description="Last day.")
    counted_through: dt.date = Field(description="Last day that outcomes were counted of.")
    finished: bool = Field(description="Whether its time was over.")
    verdict: Verdict = Field(description="What the conversions say.")
    conclusion: str = Field(description="What can be concluded, in a few sentences.")
    needed: str = Field(description="What would be needed where nothing can be concluded.")
    arms: tuple[ArmResult, ...] = Field(max_length=2, description="The contacted, then those left alone.")
    lifts: tuple[LiftResult, ...] = Field(max_length=2, description="Differences between the arms.")
    sample_ratio: SampleRatio | None = Field(description="Check of the arms' sizes; null where no share was planned.")
    conversion_from: str = Field(description="Where conversions come from.")
    revenue_from: str = Field(description="Where money comes from.")
    caused: Caused | None = Field(description="What the campaign caused; null where the arms cannot be compared.")
    returned: Returned = Field(description="What it cost, and what came back for it.")
    alpha: float = Field(description="Level of this reading, two-sided; all readings of the campaign spend 5 %.")
    currency: str = Field(description="Currency of all money.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")


def read_results(query: ResultsQuery, view: StoreView) -> ResultsAnswer:
    """Read out the results of a finished campaign: lift, interval, return."""
    exposed = customers_of(view, query.campaign_id)
    facts = exposed.facts
    outcomes = outcomes_of(view, exposed)
    alpha = level_on((view.as_of - facts.starts_on).days, facts.days)
    found = compare(exposed, outcomes, alpha)
    cost = cost_of(view, facts, exposed.sends)
    treated = int(exposed.treated.sum())
    usable = None if found.verdict in ("no_control", "not_comparable") else found.revenue
    back = return_of(view, cost, usable, treated)
    arms = arm_rates(exposed, outcomes)
    return ResultsAnswer(
        campaign_id=facts.campaign_id,
        name=facts.name,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        counted_through=outcomes.through,
        finished=view.as_of > facts.ends_on,
        verdict=found.verdict,
        conclusion=conclude(exposed, outcomes, found, alpha, finished=view.as_of > facts.ends_on),
        needed=what_is_needed(exposed, outcomes, found),
        arms=tuple(_arm(one) for one in arms),
        lifts=_lifts(found),
        sample_ratio=_sample_ratio(exposed, found),
        conversion_from=outcomes.conversion_from,
        revenue_from=outcomes.revenue_from,
        caused=_caused(found, usable, treated),
        returned=_returned(cost, back),
        alpha=alpha,
        currency=view.meta.currency,
        took=(facts.took,) if facts.took else (),
        rows_used=len(exposed.frame) + int(view.table(Table.ORDER_LINES).count().execute()),
        warnings=_warnings(view, exposed, outcomes, found),
    )


def _arm(one: ArmRates) -> ArmResult:
    return ArmResult(
        arm=one.arm,
        customers=one.customers,
        converted=one.converted,
        rate_percent=round(100 * one.rate, 2),
        rate_low_percent=round(100 * one.low, 2),
        rate_high_percent=round(100 * one.high, 2),
        opened_percent=None if one.opened is None else round(100 * one.opened, 2),
        clicked_percent=None if one.clicked is None else round(100 * one.clicked, 2),
        revenue=round(one.revenue, 2),
        revenue_per_customer=round(one.revenue / one.customers, 2) if one.customers else 0.0,
    )


def _lifts(found: Comparison) -> tuple[LiftResult, ...]:
    if found.verdict in ("no_control", "not_comparable"):
        return ()
    rates = (
        "Wilson's limits of both rates put together (Newcombe 1998, method 10), by planned share (Zou and Donner 2008)"
    )
    money = (
        "Welch's test of money per customer, capped at the 99th percentile of spenders and freed from what spend in "
        "the 13 weeks before explains (CUPED, Deng et al. 2013), by planned share"
    )
    lifts = []
    if found.conversion is not None:
        lifts.append(_lift("conversion", found.conversion, 100.0, rates))
    if found.revenue is not None:
        lifts.append(_lift("revenue", found.revenue, 1.0, money))
    return tuple(lifts)


def _lift(metric: Literal["conversion", "revenue"], lift: Lift, scale: float, method: str) -> LiftResult:
    return LiftResult(
        metric=metric,
        unit="percentage points" if metric == "conversion" else "money per customer",
        difference=round(scale * lift.value, 2),
        low=round(scale * lift.low, 2),
        high=round(scale * lift.high, 2),
        relative_percent=round(100 * lift.value / lift.others, 1) if lift.others > 0 else None,
        conclusive=lift.conclusive,
        variance_reduction_percent=None if metric == "conversion" else round(100 * lift.reduction, 1),
        method=method,
    )


def _sample_ratio(exposed: Exposed, found: Comparison) -> SampleRatio | None:
    if found.ratio_p is None:
        return None
    return SampleRatio(
        planned_treatment_percent=round(100 * float(exposed.frame["share"].mean()), 2),
        treatment_percent=round(100 * float(exposed.treated.mean()), 2),
        p_value=round(found.ratio_p, 6),
        mismatch=found.mismatched,
    )


def _caused(found: Comparison, revenue: Lift | None, treated: int) -> Caused | None:
    if found.conversion is None or found.verdict == "not_comparable":
        return None
    return Caused(
        conversions=round(treated * found.conversion.value, 1),
        revenue=None if revenue is None else round(treated * revenue.value, 2),
        revenue_low=None if revenue is None else round(treated * revenue.low, 2),
        revenue_high=None if revenue is None else round(treated * revenue.high, 2),
        attributable_percent=(
            round(100 * revenue.value / revenue.treated, 1) if revenue is not None and revenue.treated > 0 else None
        ),
    )


def _returned(cost: Cost, back: Return | None) -> Returned:
    return Returned(
        cost=cost.money,
        cost_from=cost.told,
        roi_percent=None if back is None else round(back.percent, 1),
        roi_low_percent=None if back is None else round(back.low, 1),
        roi_high_percent=None if back is None else round(back.high, 1),
        roi_from="" if back is None else back.told,
    )


def _warnings(view: StoreView, exposed: Exposed, outcomes: Outcomes, found: Comparison) -> tuple[str, ...]:
    told = []
    if exposed.crossed:
        told.append(f"{exposed.crossed} customers are recorded as contacted and as left alone, and are left out")
    if found.conversion is not None and not exposed.planned:
        told.append("the planned share of the contacted is not recorded: whether customers were lost cannot be checked")
    if not exposed.facts.end_known:
        told.append(f"the campaign's last day is not recorded: {exposed.facts.days} days are counted")
    if orders_end_early(view, exposed.facts, outcomes):
        told.append(
            f"the store's orders end on {view.meta.last_at.date().isoformat()}, before the campaign's time does"
        )
    if found.verdict not in ("no_control", "not_comparable") and found.revenue is None:
        told.append(f"money is not compared: each arm needs {LEAST_MONEY_ARM} customers and {LEAST_SPENDERS} who spent")
    return tuple(told)


TOOL = Tool(query=ResultsQuery, answer=ResultsAnswer, run=read_results)
