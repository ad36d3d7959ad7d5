"""Predict how many customers of a segment respond to a campaign."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.errors import ToolError
from tools.warehouse.view import StoreView

Outcome = Literal["coupon_redemption", "conversion", "click", "open"]


class ResponseQuery(Query):
    """Whom to reach, through what, with which offer."""

    segment: str = Field(description="Customers to reach, in the marketer's own words.")
    channel: str = Field(description="Channel to reach them through, such as email, sms or coupon_mail.")
    discount_percent: float | None = Field(None, ge=0, le=100, description="Discount of the offer, in percent.")


class Driver(Frozen):
    """One trait of customers that goes with a higher or lower response."""

    name: str = Field(description="The trait and the two groups compared.")
    effect: float = Field(description="Difference of the response rates, in percentage points.")
    direction: Literal["up", "down", "unclear"] = Field(
        description="Whether the trait goes with more or less response; unclear when the interval holds zero."
    )


class ResponseAnswer(Answer):
    """The expected response of a segment."""

    segment: str = Field(description="Stable name of the segment.")
    channel: str = Field(description="Channel as understood.")
    channel_in_data: bool = Field(description="Whether the store holds past exposures through this channel.")
    channel_used: str = Field(description="Channel whose past exposures the rate was learned from.")
    outcome: Outcome = Field(description="What counts as a response in the data.")
    customers: int = Field(ge=0, description="Customers in the segment.")
    reachable: int = Field(ge=0, description="Customers who may be contacted through the channel (consents).")
    rate_percent: float = Field(description="Expected response rate per contacted customer, in percent.")
    rate_low_percent: float = Field(description="Lower end of the credible interval of the rate.")
    rate_high_percent: float = Field(description="Upper end of the credible interval of the rate.")
    interval_percent: int = Field(description="Coverage that all intervals aim at, in percent.")
    exposures: int = Field(ge=0, description="Past exposures of the segment's customers that the rate rests on.")
    responders: int = Field(ge=0, description="Responses among them.")
    shop_rate_percent: float = Field(description="Response rate over all past exposures, towards which small segments are drawn.")
    expected_responders: int = Field(ge=0, description="Expected responders when every reachable customer is contacted once.")
    expected_responders_low: int = Field(ge=0, description="Lower end of the predictive interval.")
    expected_responders_high: int = Field(ge=0, description="Upper end of the predictive interval.")
    usual_discount_percent: float | None = Field(description="Median discount the segment took on discounted lines.")
    responder_order_value: float | None = Field(description="Mean order value of past responders in the campaign window.")
    usual_order_value: float | None = Field(description="Mean order value of the segment in all its past orders.")
    expected_revenue: float | None = Field(description="Revenue of one order by each responder; not incremental.")
    expected_revenue_low: float | None = Field(description="Lower end of the predictive interval.")
    expected_revenue_high: float | None = Field(description="Upper end of the predictive interval.")
    currency: str = Field(description="Currency of all money.")
    drivers: tuple[Driver, ...] = Field(description="Traits that go with the response, strongest first.")
    uplift: float | None = Field(description="Effect of contact in percentage points; null where no control exists.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")
    note: str = Field(description="How the rate was computed, in a sentence or two.")


def predict_response(query: ResponseQuery, view: StoreView) -> ResponseAnswer:
    """Predict the response rate of a segment to a campaign on a channel, with interval, drivers and revenue."""
    raise ToolError("predict_response is not ready")


TOOL = Tool(query=ResponseQuery, answer=ResponseAnswer, run=predict_response)
