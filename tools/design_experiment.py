"""Design a holdout test: sizes, power, duration, and whether it can conclude at all."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tools.contract import Answer, Query, Tool
from tools.errors import ToolError
from tools.warehouse.view import StoreView

Metric = Literal["conversion", "redemption", "click", "open", "purchase", "revenue"]


class ExperimentQuery(Query):
    """Whom to test on, what to measure, which effect matters."""

    segment: str = Field(description="Customers to test on, in the marketer's own words.")
    metric: Metric = Field(description="What is compared between the contacted customers and the holdout.")
    minimum_effect_percent: float | None = Field(
        None, gt=0, le=500, description="Smallest relative change worth finding, in percent of the baseline."
    )
    weeks: int | None = Field(None, ge=1, le=52, description="Longest time the test may run.")


class ExperimentAnswer(Answer):
    """A holdout test."""

    segment: str = Field(description="Stable name of the segment.")
    metric: Metric = Field(description="What is compared.")
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


def design_experiment(query: ExperimentQuery, view: StoreView) -> ExperimentAnswer:
    """Design a holdout test for a segment: holdout share, sample sizes, power, duration, and whether it can conclude."""
    raise ToolError("design_experiment is not ready")


TOOL = Tool(query=ExperimentQuery, answer=ExperimentAnswer, run=design_experiment)
