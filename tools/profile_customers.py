"""Describe customer segments: size, recency, frequency, spend, lifetime value, churn and interests."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.errors import ToolError
from tools.warehouse.view import StoreView

Grouping = Literal["lifecycle", "rfm", "value", "interest", "cluster"]


class ProfileQuery(Query):
    """What to group customers by, and which of them to look at."""

    by: Grouping = Field(description="How to group: life cycle stage, RFM cell, value tier, main interest or cluster.")
    segment: str | None = Field(None, description="Only this segment, in the marketer's own words.")
    category: str | None = Field(None, description="Only customers who bought from this category or department.")


class Interest(Frozen):
    """One category that the segment buys more than the shop as a whole does."""

    name: str = Field(description="Category as the shop names it.")
    weight: float = Field(description="Share of the segment that bought it over the share of all customers; 1 = usual.")
    customers: int = Field(ge=0, description="Customers of the segment who bought it.")


class SegmentProfile(Frozen):
    """One segment, with what its customers did and are worth."""

    name: str = Field(description="Stable name of the segment.")
    definition: str = Field(description="Who belongs to it, with the numbers that decide.")
    customers: int = Field(ge=0, description="Customers in the segment.")
    share_percent: float = Field(description="Share of all profiled customers, in percent.")
    recency_days_median: float | None = Field(description="Median days since the last order.")
    orders_mean: float = Field(description="Mean orders per customer so far.")
    spend_mean: float = Field(description="Mean spend per customer so far.")
    spend_total: float = Field(description="Spend of the segment so far.")
    order_value_mean: float = Field(description="Spend per order.")
    clv: float | None = Field(description="Expected spend per customer over the next `clv_weeks` weeks.")
    clv_low: float | None = Field(description="Lower end of the interval of `clv`.")
    clv_high: float | None = Field(description="Upper end of the interval of `clv`.")
    churn_percent: float | None = Field(description="Mean probability that a customer has stopped buying, in percent.")
    interests: tuple[Interest, ...] = Field(description="Categories bought more than usual, strongest first.")
    top_categories: tuple[str, ...] = Field(description="Best-selling categories of the segment, best first.")


class ProfileAnswer(Answer):
    """Segments of a shop's customers."""

    by: Grouping = Field(description="How customers were grouped.")
    currency: str = Field(description="Currency of all money.")
    customers: int = Field(ge=0, description="Customers profiled.")
    clv_weeks: int = Field(description="Weeks ahead that `clv` looks.")
    interval_percent: int = Field(description="Coverage that the intervals aim at, in percent.")
    clv_model: str = Field(description="Model behind `clv` and `churn_percent`.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")
    truncated: bool = Field(description="Whether the list of segments was cut.")
    segments: tuple[SegmentProfile, ...] = Field(description="The segments.")


def profile_customers(query: ProfileQuery, view: StoreView) -> ProfileAnswer:
    """Describe customer segments: size, recency, orders, spend, lifetime value, churn risk and interests."""
    raise ToolError("profile_customers is not ready")


TOOL = Tool(query=ProfileQuery, answer=ProfileAnswer, run=profile_customers)
