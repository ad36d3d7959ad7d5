"""Design a holdout test: sizes, power, duration, and whether it can conclude at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from tools.contract import Answer, Query, Tool
from tools.customers.days import count_rows
from tools.customers.segments import find_segment
from tools.estimators.power import needed_per_arm, smallest_effect
from tools.experiments.baseline import CONTACT_METRICS, Baseline, Metric, buying_baselines, contact_baseline
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

ALPHA = 0.05
"""Chance of a false alarm, two-sided: the convention since Fisher (1925)."""

POWER_WANTED = 0.80
"""Power that counts as enough: Cohen (1988), "Statistical Power Analysis", ch. 2."""

USUAL_EFFECT_PERCENT = 10.0
"""Relative change looked for when none is asked; less than a tenth seldom changes a decision (a choice)."""

HOLDOUT_SHARES = (0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)
"""Holdouts tried, smallest first, because customers left alone bring no campaign revenue."""

DIRECTION_SHARE = 0.20
"""Most that a test which cannot conclude holds out: it shows a direction at the cost of a fifth of the audience."""

DURATIONS = (1, 2, 4, 8)
"""Weeks tried, shortest first, when none is given."""

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


@dataclass(frozen=True)
class _Design:
    """One possible test: its baseline, its groups, and its power for the asked effect."""

    baseline: Baseline
    treated: int
    held_out: int
    power: float
    share: float

    @property
    def detectable(self) -> float | None:
        """Return the smallest relative change found with the power wanted."""
        return smallest_effect(
            lambda change: self.baseline.power(change, self.treated, self.held_out, ALPHA),
            self.baseline.largest_change,
            POWER_WANTED,
        )


def design_experiment(query: ExperimentQuery, view: StoreView) -> ExperimentAnswer:
    """Design a holdout test for a segment: holdout share, sample sizes, power, weeks, and whether it can conclude."""
    segment = find_segment(view, query.segment)
    customers = frozenset(segment.customer_ids)
    effect = query.minimum_effect_percent or USUAL_EFFECT_PERCENT
    durations = (query.weeks,) if query.weeks else _durations(view)
    if query.metric in CONTACT_METRICS:
        baselines = [contact_baseline(view, customers, durations[-1])]
    else:
        baselines = buying_baselines(view, segment.name, query.metric, durations)
    shares = (0.5,) if query.metric in CONTACT_METRICS else HOLDOUT_SHARES
    design = _choose([_design(base, len(customers), share, effect / 100) for base in baselines for share in shares])
    base, found = design.baseline, design.detectable
    needed = needed_per_arm(lambda size: base.power(effect / 100, size, size, ALPHA), POWER_WANTED)
    can_conclude = design.power >= POWER_WANTED
    return ExperimentAnswer(
        segment=segment.name,
        metric=query.metric,
        customers=len(customers),
        weeks=base.weeks,
        holdout_percent=round(100 * design.held_out / len(customers), 1) if customers else 0.0,
        treatment_customers=design.treated,
        holdout_customers=design.held_out,
        baseline_percent=round(100 * base.mean, 2) if base.is_rate else None,
        baseline_value=None if base.is_rate else round(base.mean, 2),
        minimum_effect_percent=effect,
        detectable_effect_percent=None if found is None else round(100 * found, 1),
        alpha=ALPHA,
        power_percent=round(100 * design.power, 1),
        power_wanted_percent=100 * POWER_WANTED,
        needed_per_arm=needed,
        can_conclude=can_conclude,
        advice=_advice(design, effect, needed, can_conclude),
        method=_method(query.metric, base),
        took=(segment.took,) if segment.took else (),
        rows_used=count_rows(view, Table.ORDER_LINES),
        warnings=_warnings(query, can_conclude, base),
    )


def _durations(view: StoreView) -> tuple[int, ...]:
    """Return the durations tried that the history allows; at least the shortest, which then explains itself."""
    history = (view.as_of - view.meta.first_at.date()).days // 7
    return tuple(weeks for weeks in DURATIONS if 2 * weeks <= history) or DURATIONS[:1]


def _design(base: Baseline, customers: int, share: float, change: float) -> _Design:
    held_out = round(customers * share)
    power = base.power(change, customers - held_out, held_out, ALPHA)
    return _Design(base, customers - held_out, held_out, power, share)


def _choose(designs: list[_Design]) -> _Design:
    """Return the first design with the power wanted (shortest, then smallest holdout).

    Where there is none, the most powerful design that holds out no more than a fifth: withholding half an audience for
    a test that cannot conclude anyway costs more than it tells.
    """
    modest = [design for design in designs if design.share <= DIRECTION_SHARE] or designs
    enough = (design for design in designs if design.power >= POWER_WANTED)
    return next(enough, max(modest, key=lambda design: design.power))


def _advice(design: _Design, effect: float, needed: int | None, can_conclude: bool) -> str:
    found = design.detectable
    if can_conclude:
        return (
            f"Leave {design.held_out} randomly chosen customers alone, contact the other {design.treated}, "
            "and compare after "
            f"{design.baseline.weeks} weeks; a change of {effect:g} % would be found "
            f"{100 * design.power:.0f} times in 100."
        )
    seen = f"only a change of {100 * found:.0f} % or more" if found is not None else "no possible change"
    size = f"{needed} customers in each group" if needed is not None else "more customers than any shop has"
    return (
        f"Cannot conclude on {effect:g} %: with {design.treated + design.held_out} customers the test would "
        f"find {seen}, and "
        f"{effect:g} % takes {size}. Test a larger segment, pool several campaigns, or read the result as a "
        "direction only."
    )


def _method(metric: Metric, base: Baseline) -> str:
    test = "two-proportion z-test (Fleiss, Levin and Paik 2003)" if base.is_rate else "two-sample z-test of mean spend"
    arms = (
        "one version against another, half each"
        if metric in CONTACT_METRICS
        else "contacted customers against a random holdout"
    )
    counted = "whole-campaign outcome counted once per customer"
    return f"{test}, {arms}, two-sided at {ALPHA:g}; {counted}; baseline: {base.source}."


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


TOOL = Tool(query=ExperimentQuery, answer=ExperimentAnswer, run=design_experiment)
