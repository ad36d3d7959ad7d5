"""Parts of a budget's answer that come from fitted curves: the curves as points, and bids."""

from __future__ import annotations

from pydantic import Field

from tools.contract import Frozen


class CurvePoint(Frozen):
    """What a week's spend, kept up, is expected to bring."""

    spend: float = Field(ge=0, description="Spend a week.")
    expected: float = Field(description="What it brings a week: revenue, or conversions where these are the goal.")
    low: float = Field(description="Lower end of its interval.")
    high: float = Field(description="Upper end.")


class PastWeek(Frozen):
    """One week that the curve was fitted to."""

    spend: float = Field(ge=0, description="Spend of the week.")
    brought: float = Field(description="What it brought.")


class ResponseCurve(Frozen):
    """A channel's fitted curve."""

    channel: str = Field(description="Channel.")
    shapes: tuple[str, ...] = Field(description="Shapes that predict the next week best; their draws are mixed.")
    carry_over_percent: float = Field(
        description="Part of a week's effect that comes in later weeks, in percent; median."
    )
    weeks: int = Field(ge=0, description="Weeks that it was fitted to.")
    one_step_error: float = Field(
        description="Mean absolute error of the next week, predicted from the weeks before it."
    )
    spend_varied: bool = Field(description="Whether past spend varied; if not, only one point of the curve is known.")
    chosen: CurvePoint = Field(description="The planned spend of a week.")
    points: tuple[CurvePoint, ...] = Field(description="The curve, from no spend to beyond the largest.")
    past: tuple[PastWeek, ...] = Field(description="Latest weeks that it was fitted to.")


class BidAdvice(Frozen):
    """The most to pay for a click of one channel."""

    channel: str = Field(description="Channel.")
    clicks: int = Field(ge=0, description="Past clicks.")
    conversions: float = Field(description="Past conversions of those clicks.")
    conversion_rate_percent: float = Field(
        description="Expected conversions per 100 clicks, drawn towards all channels'."
    )
    paid_per_click: float = Field(description="What a click cost so far.")
    value_per_click: float = Field(description="Expected margin of a click; revenue where products have no cost.")
    value_low: float = Field(description="Lower end of its interval.")
    value_high: float = Field(description="Upper end.")
    of_margin: bool = Field(description="Whether the value is margin; if not, it is revenue and an upper bound.")
    bid: float = Field(description="The most to bid: the value over what a unit of this budget brings at the margin.")
