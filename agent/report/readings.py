"""What the charts read from evidence; a result of another shape gives no chart, never a wrong one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.evidence import Evidence


class Reading(BaseModel):
    """Part of a tool's answer; fields that no chart needs are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class SegmentReading(Reading):
    """One segment of a customer profile."""

    name: str = Field(description="Stable name.")
    customers: int = Field(ge=0, description="Customers.")
    clv: float | None = Field(None, ge=0, description="Expected spend per customer.")
    clv_low: float | None = Field(None, ge=0, description="Lower end of its interval.")
    clv_high: float | None = Field(None, ge=0, description="Upper end of its interval.")
    recency_days_median: float | None = Field(None, ge=0, description="Median days since the last order.")
    orders_mean: float | None = Field(None, ge=0, description="Mean orders per customer.")


class ValueReading(Reading):
    """Customers in one range of value."""

    low: float = Field(ge=0, description="Least value.")
    high: float | None = Field(None, description="Value from which the next range counts.")
    customers: int = Field(ge=0, description="Customers.")


class AliveReading(Reading):
    """Customers who have been silent for about as long."""

    days: int = Field(ge=0, description="Fewest days since the last order.")
    alive_percent: float = Field(ge=0, le=100, description="Mean probability that they still buy, in percent.")


class ProfileReading(Reading):
    """A customer profile."""

    by: str = Field(description="How customers were grouped.")
    clv_weeks: int = Field(52, description="Weeks that the value looks ahead.")
    interval_percent: int = Field(80, description="Coverage of the intervals.")
    segments: tuple[SegmentReading, ...] = Field(min_length=1, description="The segments.")
    value_distribution: tuple[ValueReading, ...] = Field((), description="Customers by value.")
    alive_curve: tuple[AliveReading, ...] = Field((), description="Chance of still buying, by silence.")


class ReliabilityReading(Reading):
    """Past exposures of like prediction."""

    predicted_percent: float = Field(ge=0, le=100, description="Mean predicted response, in percent.")
    responded_percent: float = Field(ge=0, le=100, description="Share that responded, in percent.")


class LiftReading(Reading):
    """The best-ranked share of past exposures."""

    contacted_percent: float = Field(ge=0, le=100, description="Share contacted, in percent.")
    lift: float = Field(ge=0, description="Their response over that of all.")


class ResponseReading(Reading):
    """How well response was predicted in the past."""

    reliability: tuple[ReliabilityReading, ...] = Field(min_length=2, max_length=10, description="Bins.")
    lift: tuple[LiftReading, ...] = Field(min_length=2, max_length=10, description="Points of the curve.")


class WeekReading(Reading):
    """One week ahead."""

    starts_on: dt.date = Field(description="First day.")
    units: float = Field(ge=0, description="Expected units.")
    units_low80: float = Field(description="Lower end of the 80 % interval.")
    units_high80: float = Field(description="Upper end of the 80 % interval.")
    units_low95: float = Field(description="Lower end of the 95 % interval.")
    units_high95: float = Field(description="Upper end of the 95 % interval.")


class PastReading(Reading):
    """One past week."""

    starts_on: dt.date = Field(description="First day.")
    units: float = Field(ge=0, description="Units sold.")


class AfterReading(Reading):
    """One week after the promotion that a forecast assumes."""

    starts_on: dt.date = Field(description="First day.")
    units: float = Field(ge=0, description="Expected units.")


class PromotionReading(Reading):
    """What a promotion does to demand."""

    discount_percent: float | None = Field(None, description="The price cut assumed.")
    after: tuple[AfterReading, ...] = Field((), description="The weeks after.")


class ForecastReading(Reading):
    """A demand forecast."""

    name: str = Field(description="What was forecast.")
    model: str = Field("", description="Method.")
    backtest_wape_percent: float | None = Field(None, description="Error on the past.")
    weeks: tuple[WeekReading, ...] = Field(min_length=1, description="Weeks ahead.")
    promotion: PromotionReading | None = Field(None, description="The promotion assumed.")
    history: tuple[PastReading, ...] = Field((), description="Past weeks.")


class EventReading(Reading):
    """One event of the calendar."""

    on: dt.date = Field(description="First day.")
    until: dt.date | None = Field(None, description="Last day.")
    name: str = Field(description="Name.")


class CalendarReading(Reading):
    """A period's events."""

    events: tuple[EventReading, ...] = Field((), description="Events by first day.")


class GroupReading(Reading):
    """One group of customers by an attribute."""

    group: str = Field(description="Value of the attribute.")
    selection_percent: float = Field(ge=0, description="Share of the group that is selected.")
    selection_low_percent: float = Field(ge=0, description="Lower end of its interval.")
    selection_high_percent: float = Field(ge=0, description="Upper end of its interval.")
    response_percent: float | None = Field(None, ge=0, description="Expected response of the selected.")
    response_low_percent: float | None = Field(None, ge=0, description="Lower end of its interval.")
    response_high_percent: float | None = Field(None, ge=0, description="Upper end of its interval.")


class DisparityReading(Reading):
    """A group that is selected less than the rule allows."""

    group: str = Field(description="The group.")


class FairnessReading(Reading):
    """How groups are selected and respond."""

    segment: str = Field(description="Segment.")
    attribute: str = Field(description="Attribute.")
    verdict: str = Field(description="What the rule says.")
    rule: str = Field(description="The rule.")
    groups: tuple[GroupReading, ...] = Field((), description="The groups.")
    findings: tuple[DisparityReading, ...] = Field((), description="Groups that the rule finds.")
    interval_percent: int = Field(95, description="Coverage of the intervals.")


class CandidateReading(Reading):
    """One candidate for an offer."""

    candidate: str = Field(description="In the marketer's words.")
    allowed: bool = Field(description="Whether the guard rails allow it.")
    value: float | None = Field(None, description="Its value.")
    low: float | None = Field(None, description="Lower end of its interval.")
    high: float | None = Field(None, description="Upper end of its interval.")


class OfferReading(Reading):
    """A choice among offers."""

    segment: str = Field(description="Segment.")
    evidence: str = Field(description="What the values rest on.")
    value_unit: str = Field(description="Unit of the values.")
    recommended: str | None = Field(None, description="The best candidate.")
    reason: str = Field(description="Why.")
    candidates: tuple[CandidateReading, ...] = Field(description="The candidates.")
    interval_percent: int = Field(95, description="Coverage of the intervals.")


R = TypeVar("R", bound=Reading)


def read(evidence: Sequence[Evidence], tool: str, reading: type[R]) -> tuple[tuple[str, R], ...]:
    """Return the id and the reading of every piece of evidence of one tool that has the expected shape."""
    found = []
    for piece in evidence:
        if piece.tool == tool:
            try:
                found.append((piece.id, reading.model_validate(piece.result)))
            except ValidationError:
                continue
    return tuple(found)
