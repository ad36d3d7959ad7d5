"""Design a holdout test: sizes, power, duration, and whether it can conclude at all."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from pydantic import BeforeValidator, Field

from tools.contract import Answer, Query, Tool
from tools.customers.days import count_rows
from tools.customers.segments import Segment, find_segment
from tools.estimators.lift import LEAST_MONEY_ARM
from tools.estimators.looks import ALPHA, EARLY_ALPHA, FINAL_ALPHA
from tools.experiments.assignment import HOLDOUT_ARMS, VERSION_ARMS, assign
from tools.experiments.baseline import CONTACT_METRICS, COVARIATE_WEEKS, Baseline, Metric
from tools.experiments.design import POWER_WANTED, USUAL_EFFECT_PERCENT, Design, design_test
from tools.experiments.traffic import LONGEST_WEEKS, Traffic, traffic_of
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

METRIC_WORDS: dict[str, Metric] = {
    "conversions": "conversion",
    "sales": "revenue",
    "spend": "revenue",
    "purchases": "purchase",
    "order": "purchase",
    "orders": "purchase",
    "coupon_redemption": "redemption",
    "redemptions": "redemption",
    "clicks": "click",
    "ctr": "click",
    "opens": "open",
    "click_through": "click",
    "repeat_purchase": "purchase",
    "revenue_per_customer": "revenue",
}
"""Other words for the metrics."""


def plain_metric(words: object) -> object:
    """Read a metric in the marketer's words.

    >>> plain_metric("Redemption rate"), plain_metric("orders"), plain_metric("revenue")
    ('redemption', 'purchase', 'revenue')
    """
    if not isinstance(words, str):
        return words
    plain = words.strip().lower().replace(" ", "_").replace("-", "_").removesuffix("_rate")
    return METRIC_WORDS.get(plain, plain)


class ExperimentQuery(Query):
    """Whom to test on, what to measure, which effect matters."""

    segment: str = Field(description="Customers to test on, in the marketer's own words.")
    metric: Annotated[Metric, BeforeValidator(plain_metric)] = Field(
        description="What is compared between the contacted customers and the holdout."
    )
    minimum_effect_percent: float | None = Field(
        None, gt=0, le=500, description="Smallest relative change worth finding, in percent of the baseline."
    )
    weeks: int | None = Field(
        None, ge=1, le=52, description="Weeks that the outcome is counted over; chosen if not given."
    )


class ExperimentAnswer(Answer):
    """A holdout test."""

    segment: str = Field(description="Stable name of the segment.")
    metric: Annotated[Metric, BeforeValidator(plain_metric)] = Field(description="What is compared.")
    customers: int = Field(ge=0, description="Customers in the segment.")
    weeks: int = Field(description="Weeks that the outcome is counted over.")
    holdout_percent: float = Field(description="Share of the segment that is left alone, in percent.")
    treatment_customers: int = Field(ge=0, description="Customers contacted.")
    holdout_customers: int = Field(ge=0, description="Customers left alone.")
    baseline_percent: float | None = Field(description="Expected rate without contact, in percent; null for money.")
    baseline_value: float | None = Field(description="Expected spend per customer without contact; null for rates.")
    minimum_effect_percent: float = Field(description="Relative change that the test is asked to find, in percent.")
    detectable_effect_percent: float | None = Field(
        description="Smallest relative change this test finds with the stated power; null if none."
    )
    alpha: float = Field(description="Chance of a false alarm, two-sided.")
    power_percent: float = Field(description="Chance of finding the asked effect with these sizes, in percent.")
    power_wanted_percent: float = Field(description="Power that counts as enough, in percent.")
    needed_per_arm: int | None = Field(description="Customers per arm for the asked effect in an even split.")
    can_conclude: bool = Field(description="Whether the test finds the asked effect with the power wanted.")
    advice: str = Field(description="What to do, in a sentence or two.")
    method: str = Field(description="The test, its assumptions and its source.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")
    design: Literal["holdout", "versions"] = Field(
        "holdout", description="Contacted customers against some left alone, or one version against another."
    )
    variance_reduction_percent: float | None = Field(
        None, description="Share of the outcome's variance that past spend explained, in percent; null for rates."
    )
    power_unadjusted_percent: float | None = Field(
        None, description="Power if past spend were not taken into account, in percent; null for rates."
    )
    weekly_customers: int = Field(0, ge=0, description="Different customers of the segment who order in a week.")
    weeks_by_traffic: int | None = Field(
        None, description="Weeks until enough have come, where customers are assigned as they order; null if never."
    )
    assignment: str = Field("", description="How customers are assigned.")
    reading: str = Field("", description="When and at which level the test is read.")


def design_experiment(query: ExperimentQuery, view: StoreView) -> ExperimentAnswer:
    """Design a holdout test for a segment: holdout share, sample sizes, power, weeks, and whether it can conclude."""
    segment = find_segment(view, query.segment)
    effect = query.minimum_effect_percent or USUAL_EFFECT_PERCENT
    design = design_test(view, segment, query.metric, query.weeks, effect / 100)
    customers = design.treated + design.held_out
    base, found, power, needed = design.baseline, design.detectable, design.power, design.needed
    traffic = traffic_of(view, frozenset(segment.customer_ids))
    waited = None if needed is None else traffic.weeks_until(2 * needed)
    return ExperimentAnswer(
        segment=segment.name,
        metric=query.metric,
        customers=customers,
        weeks=base.weeks,
        holdout_percent=round(100 * design.share, 1),
        treatment_customers=design.treated,
        holdout_customers=design.held_out,
        baseline_percent=round(100 * base.mean, 2) if base.is_rate else None,
        baseline_value=None if base.is_rate else round(base.mean, 2),
        minimum_effect_percent=effect,
        detectable_effect_percent=None if found is None else round(100 * found, 1),
        alpha=ALPHA,
        power_percent=round(100 * power, 1),
        power_wanted_percent=100 * POWER_WANTED,
        needed_per_arm=needed,
        can_conclude=power >= POWER_WANTED,
        advice=_advice(design, found, needed),
        method=_method(query.metric, base),
        took=(segment.took,) if segment.took else (),
        design="versions" if query.metric in CONTACT_METRICS else "holdout",
        variance_reduction_percent=None if base.past is None else round(100 * base.past.reduction, 1),
        power_unadjusted_percent=_percent(design.plain_power),
        weekly_customers=traffic.weekly,
        weeks_by_traffic=waited,
        assignment=_assignment(traffic, waited),
        reading=_reading(),
        rows_used=count_rows(view, Table.ORDER_LINES),
        warnings=_warnings(query, power >= POWER_WANTED, base),
    )


def assigned_customers(query: ExperimentQuery, view: StoreView) -> pd.DataFrame:
    """Return one row a customer of the segment: stratum and arm, the same for the same store, day and seed."""
    segment = find_segment(view, query.segment)
    effect = (query.minimum_effect_percent or USUAL_EFFECT_PERCENT) / 100
    design = design_test(view, segment, query.metric, query.weeks, effect)
    arms = VERSION_ARMS if query.metric in CONTACT_METRICS else HOLDOUT_ARMS
    return assign(view, tuple(segment.customer_ids), design.held_out, _salt(query, segment, view), arms)


def _salt(query: ExperimentQuery, segment: Segment, view: StoreView) -> str:
    return "|".join((view.meta.name, segment.name, query.metric, view.as_of.isoformat(), str(view.seed)))


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _advice(design: Design, found: float | None, needed: int | None) -> str:
    effect = 100 * design.effect
    if design.power >= POWER_WANTED:
        return (
            f"Leave {design.held_out} randomly chosen customers alone, contact the other {design.treated}, "
            "and compare after "
            f"{design.baseline.weeks} weeks; a change of {effect:g} % would be found "
            f"{100 * design.power:.0f} times in 100."
        )
    seen = f"only a change of {100 * found:.0f} % or more" if found is not None else "no possible change"
    if found is None and design.baseline.past is not None:
        seen += f" (money is compared from {LEAST_MONEY_ARM} customers in each group)"
    size = f"{needed} customers in each group" if needed is not None else "more customers than any shop has"
    return (
        f"Cannot conclude on {effect:g} %: with {design.treated + design.held_out} customers the test would "
        f"find {seen}, and "
        f"{effect:g} % takes {size}. Test a larger segment, pool several campaigns, or read the result as a "
        "direction only."
    )


def _assignment(traffic: Traffic, waited: int | None) -> str:
    slow = (
        f"at the pace of the last {len(traffic.reached)} weeks enough have come after {waited} weeks"
        if waited is not None
        else f"at the pace of the last {LONGEST_WEEKS} weeks enough would not come within half a year"
    )
    return (
        "By salted hash within groups of like past spend, so that it can be repeated; `--customers FILE` writes it. "
        f"Where customers are assigned as they order instead, {slow}."
    )


def _reading() -> str:
    return (
        f"Read once when the weeks are over, at {FINAL_ALPHA:.1%}; all looks before that together spend "
        f"{EARLY_ALPHA:.1%}, so that looking every day leaves the chance of a false alarm at {ALPHA:.0%} in all."
    )


def _method(metric: Metric, base: Baseline) -> str:
    test = (
        "difference of two rates (power: Fleiss, Levin and Paik 2003)"
        if base.past is None
        else f"Welch's test of mean spend, capped at the 99th percentile and freed from what spend in the "
        f"{COVARIATE_WEEKS} weeks before explains (CUPED, Deng et al. 2013); an effect means that everybody spends "
        "that share more"
    )
    arms = (
        "one version against another, half each"
        if metric in CONTACT_METRICS
        else "contacted customers against a random holdout"
    )
    counted = "whole-campaign outcome counted once per customer"
    return f"{test}, {arms}, two-sided at {ALPHA:g} over all looks; {counted}; baseline: {base.source}."


def _warnings(query: ExperimentQuery, can_conclude: bool, base: Baseline) -> tuple[str, ...]:
    found = []
    if not can_conclude:
        found.append("this test cannot conclude on the effect asked for")
    if query.metric in CONTACT_METRICS:
        found.append(
            f"customers left alone cannot have a {query.metric}: the test compares two versions of the message"
        )
        if query.metric not in base.source:
            found.append(f"past campaigns record no {query.metric}: the baseline is the {base.source}")
    if query.minimum_effect_percent is None:
        found.append(f"no minimum effect was given: {USUAL_EFFECT_PERCENT:g} % of the baseline is taken")
    if base.is_rate and base.mean > 0.9:
        found.append(f"{100 * base.mean:.0f} % do this anyway: revenue is the better metric for these customers")
    return tuple(found)


TOOL = Tool(query=ExperimentQuery, answer=ExperimentAnswer, run=design_experiment, per_customer=assigned_customers)
