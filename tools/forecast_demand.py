"""The tool `forecast_demand`: weekly units and revenue to expect, with intervals that were checked on the past."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from tools.contract import Answer, Query, Tool
from tools.errors import ToolError
from tools.frozen import Frozen
from tools.warehouse.view import StoreView

Level = Literal["total", "department", "category", "product"]


class ForecastQuery(Query):
    """What to forecast, how far, and under which promotion."""

    level: Level = Field("total", description="What is added up: the whole shop, a department, a category or a product.")
    name: str | None = Field(
        None, min_length=1, max_length=120, description="Name of the department, category or product; none for total."
    )
    weeks: int = Field(8, ge=1, le=26, description="Weeks ahead.")
    discount_percent: float | None = Field(None, ge=0, le=90, description="A price cut to assume, in percent.")
    display: bool | None = Field(None, description="Whether to assume an in-store display.")


class WeekForecast(Frozen):
    """One future week."""

    starts_on: dt.date = Field(description="Monday of the week.")
    units: float = Field(ge=0, description="Expected units.")
    units_low80: float = Field(ge=0, description="Lower end of the 80 % interval of units.")
    units_high80: float = Field(ge=0, description="Upper end of the 80 % interval of units.")
    units_low95: float = Field(ge=0, description="Lower end of the 95 % interval of units.")
    units_high95: float = Field(ge=0, description="Upper end of the 95 % interval of units.")
    revenue: float = Field(ge=0, description="Expected revenue.")
    revenue_low80: float = Field(ge=0, description="Lower end of the 80 % interval of revenue.")
    revenue_high80: float = Field(ge=0, description="Upper end of the 80 % interval of revenue.")


class PastWeek(Frozen):
    """One complete week of history."""

    starts_on: dt.date = Field(description="Monday of the week.")
    units: float = Field(description="Units sold.")
    revenue: float = Field(description="Revenue after discounts.")


class PromotionEffect(Frozen):
    """How units moved with the price and the display in the past, and what that means for the assumed promotion."""

    discount_percent: float | None = Field(description="The price cut assumed.")
    display: bool | None = Field(description="Whether a display was assumed.")
    units_lift_percent: float = Field(description="Change of units against no promotion.")
    units_lift_low80: float = Field(description="Lower end of its 80 % interval.")
    units_lift_high80: float = Field(description="Upper end of its 80 % interval.")
    weeks_observed: int = Field(ge=0, description="Product-weeks the effect was estimated from.")
    method: str = Field(description="How it was estimated.")


class ForecastAnswer(Answer):
    """Expected weekly demand."""

    level: Level = Field(description="What was added up.")
    name: str = Field(description="The name in the store, or 'total'.")
    currency: str = Field(description="Currency of the revenue.")
    history_weeks: int = Field(ge=0, description="Complete weeks the forecast was learned from.")
    model: str = Field(description="The forecasting method that was best on the shop's own past.")
    backtest_wape_percent: float | None = Field(
        description="Sum of absolute errors of units by sum of units, over past forecasts; none if the past is too short."
    )
    naive_wape_percent: float | None = Field(description="The same for repeating the last week.")
    total_units: float = Field(ge=0, description="Expected units over all weeks.")
    total_revenue: float = Field(ge=0, description="Expected revenue over all weeks.")
    total_revenue_low: float = Field(ge=0, description="Lower end of the 80 % interval of the total revenue.")
    total_revenue_high: float = Field(ge=0, description="Upper end of the 80 % interval of the total revenue.")
    weeks: tuple[WeekForecast, ...] = Field(description="The weeks ahead, in order.")
    history: tuple[PastWeek, ...] = Field(description="The last complete weeks (at most 52), in order.")
    promotion: PromotionEffect | None = Field(None, description="Effect of the promotion that was assumed, if any.")
    notes: tuple[str, ...] = Field((), description="What was left out or assumed.")
    truncated: bool = Field(False, description="Whether the history was cut.")


def forecast_demand(query: ForecastQuery, view: StoreView) -> ForecastAnswer:
    """Forecast weekly units and revenue of the shop, a department, a category or a product."""
    raise ToolError("forecast_demand is not ready yet; expected a forecast; try another tool")


TOOL = Tool(query=ForecastQuery, answer=ForecastAnswer, run=forecast_demand)
