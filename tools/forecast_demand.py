"""The tool `forecast_demand`: weekly units and revenue to expect, with intervals that were checked on the past."""

from __future__ import annotations

import datetime as dt
from typing import Final

from pydantic import Field

from tools.calendar import CalendarQuery, calendar
from tools.contract import Answer, Tool
from tools.demand.forecasting import forecast_level
from tools.demand.new_product import forecast_new
from tools.demand.outlook import Outlook
from tools.demand.product_outlook import forecast_product
from tools.demand.promotion_effect import Assumed, ForecastQuery, PromotionEffect, assumed_promotion
from tools.demand.stock_cover import StockCover, stock_cover
from tools.demand.subject import Subject, find_subject
from tools.demand.weekly_sales import WEEK, Level, WeeklySales, complete_weeks, weekly_sales
from tools.errors import ToolError
from tools.estimators.demand.coherent import SEASON
from tools.frozen import Frozen
from tools.warehouse.view import StoreView

__all__ = ["TOOL", "ForecastAnswer", "ForecastQuery", "PastWeek", "PromotionEffect", "WeekForecast", "forecast_demand"]

# Complete weeks of sales without which nothing is forecast, and below which the reader is warned.
MIN_WEEKS: Final = 4
SHORT: Final = 12
# Past weeks shown with the forecast.
HISTORY: Final = 52
# Share of weeks without a sale from which a series counts as sparse.
SPARSE: Final = 0.3
FIXED_NOTES: Final = (
    "weeks run Monday to Sunday; incomplete ones are not learned from; the first week forecast holds the as-of day",
    "intervals are conformal: as wide as past forecasts of this and like series were wrong",
)


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


class KnownEvent(Frozen):
    """A holiday or retail season in the weeks ahead, and how the shop sold in it a year before."""

    name: str = Field(description="Name.")
    on: dt.date = Field(description="First day.")
    units_lift_percent: float = Field(description="Units a day then over the usual, whole shop, in percent.")


class ForecastAnswer(Answer):
    """Expected weekly demand."""

    level: Level = Field(description="What was added up.")
    name: str = Field(description="The name in the store, or 'total'.")
    currency: str = Field(description="Currency of the revenue.")
    history_weeks: int = Field(ge=0, description="Complete weeks the forecast was learned from.")
    model: str = Field(description="The forecasting method that was best on the shop's own past.")
    backtest_wape_percent: float | None = Field(
        description="Absolute errors of units by units, summed over past forecasts; none without such."
    )
    naive_wape_percent: float | None = Field(description="The same for repeating the last week.")
    total_units: float = Field(ge=0, description="Expected units over all weeks.")
    total_revenue: float = Field(ge=0, description="Expected revenue over all weeks.")
    total_revenue_low: float = Field(ge=0, description="Lower end of the 80 % interval of the total revenue.")
    total_revenue_high: float = Field(ge=0, description="Upper end of the 80 % interval of the total revenue.")
    weeks: tuple[WeekForecast, ...] = Field(description="The weeks ahead, in order.")
    history: tuple[PastWeek, ...] = Field(description="The last complete weeks (at most 52), in order.")
    events: tuple[KnownEvent, ...] = Field((), description="Holidays and seasons ahead whose past effect is known.")
    stock: StockCover | None = Field(None, description="How long the stock lasts, where the store counts it.")
    promotion: PromotionEffect | None = Field(None, description="Effect of the promotion that was assumed, if any.")
    notes: tuple[str, ...] = Field((), description="What was left out or assumed.")
    truncated: bool = Field(False, description="Whether the history was cut.")


def forecast_demand(query: ForecastQuery, view: StoreView) -> ForecastAnswer:
    """Forecast weekly units and revenue of the shop, a department, a category or a product.

    Raises:
        ToolError: The name is missing, unneeded or unknown, or there are too few complete weeks with sales.
    """
    subject = find_subject(query.level, query.name, view)
    ahead = _mondays(view, query.weeks)
    series = weekly_sales(view, query.level, subject.key)[0]
    found = _outlook(view, subject, series, ahead)
    if series is None or found is None:
        weeks = len(series.weeks) if series else 0
        raise ToolError(
            f"{query.level} {subject.label!r} has {weeks} complete weeks of sales; expected at least {MIN_WEEKS}; "
            "try its category, its department or the total"
        )
    outlook, warnings = found
    base = float(outlook.units.middle[-1])
    assumed = assumed_promotion(query, view, subject, ahead[-1] + WEEK, base)
    return _answer(view, subject, series, outlook.scaled_by(assumed.effect), ahead, assumed.warned(warnings))


def _mondays(view: StoreView, weeks: int) -> list[dt.date]:
    """Return the Mondays of the weeks asked for: from the week that holds `as_of`, or the one after the data end."""
    this_week = view.as_of - dt.timedelta(days=view.as_of.weekday())
    known = complete_weeks(view)
    first = max(this_week, known[-1] + WEEK) if known else this_week
    return [first + WEEK * week for week in range(weeks)]


def _outlook(
    view: StoreView, subject: Subject, series: WeeklySales | None, ahead: list[dt.date]
) -> tuple[Outlook, tuple[str, ...]] | None:
    """Return the forecast with what to warn of; None where nothing can be forecast."""
    if series is None or (len(series.weeks) < MIN_WEEKS and subject.level != "product"):
        return None
    if len(series.weeks) < MIN_WEEKS:
        new = forecast_new(view, subject, len(ahead))
        return new and (new[0], (f"a new product: forecast as {new[1]} products of its category near in price sell",))
    steps = (ahead[-1] - series.weeks[-1]).days // 7
    forecast = forecast_product if subject.level == "product" else forecast_level
    outlook = forecast(view, subject, steps, len(ahead))
    return (outlook, ()) if outlook else None


def _answer(
    view: StoreView, subject: Subject, series: WeeklySales, outlook: Outlook, ahead: list[dt.date], assumed: Assumed
) -> ForecastAnswer:
    low, high = outlook.total_revenue
    return ForecastAnswer(
        level=subject.level,
        name=subject.label,
        currency=view.meta.currency,
        history_weeks=len(series.weeks),
        model=outlook.model,
        backtest_wape_percent=outlook.wape,
        naive_wape_percent=outlook.naive_wape,
        total_units=round(float(outlook.units.middle.sum()), 1),
        total_revenue=round(float(outlook.revenue.middle.sum()), 2),
        total_revenue_low=round(low, 2),
        total_revenue_high=round(high, 2),
        weeks=tuple(_week(monday, outlook, step) for step, monday in enumerate(ahead)),
        history=tuple(
            PastWeek(starts_on=monday, units=round(float(units), 1), revenue=round(float(revenue), 2))
            for monday, units, revenue in list(zip(series.weeks, series.units, series.revenue, strict=True))[-HISTORY:]
        ),
        events=_events(view, ahead),
        stock=stock_cover(view, subject, outlook.units),
        promotion=assumed.effect,
        notes=(*FIXED_NOTES, *assumed.notes),
        truncated=len(series.weeks) > HISTORY,
        rows_used=series.lines,
        warnings=(*_warnings(series, outlook, subject, len(ahead)), *assumed.warnings),
    )


def _events(view: StoreView, ahead: list[dt.date]) -> tuple[KnownEvent, ...]:
    """Return the holidays and seasons ahead that the shop's past shows a year before."""
    if len(complete_weeks(view)) < SEASON:
        return ()
    found = calendar(CalendarQuery(starts_on=ahead[0], ends_on=ahead[-1] + WEEK - dt.timedelta(days=1)), view)
    return tuple(
        KnownEvent(name=event.name, on=event.on, units_lift_percent=event.units_lift_percent)
        for event in found.events
        if event.kind in ("holiday", "season") and event.units_lift_percent is not None
    )


def _week(monday: dt.date, outlook: Outlook, step: int) -> WeekForecast:
    units, revenue = outlook.units, outlook.revenue
    return WeekForecast(
        starts_on=monday,
        units=round(float(units.middle[step]), 1),
        units_low80=round(float(units.low80[step]), 1),
        units_high80=round(float(units.high80[step]), 1),
        units_low95=round(float(units.low95[step]), 1),
        units_high95=round(float(units.high95[step]), 1),
        revenue=round(float(revenue.middle[step]), 2),
        revenue_low80=round(float(revenue.low80[step]), 2),
        revenue_high80=round(float(revenue.high80[step]), 2),
    )


def _warnings(series: WeeklySales, outlook: Outlook, subject: Subject, weeks: int) -> tuple[str, ...]:
    found = [subject.took] if subject.took else []
    if len(series.weeks) < 2 * SEASON:
        found.append(
            f"{len(series.weeks)} weeks of history are less than two years: yearly seasons and holidays are not in it"
        )
    if len(series.weeks) < SHORT:
        found.append(f"only {len(series.weeks)} complete weeks of sales: the forecast is their mean, more or less")
    if outlook.shown < weeks:
        found.append(f"past forecasts reach {outlook.shown} weeks ahead; the intervals beyond are extrapolated")
    if (series.units == 0).mean() > SPARSE:
        found.append(f"{(series.units == 0).mean():.0%} of the weeks had no sale: single weeks cannot be forecast well")
    return tuple(found)


TOOL = Tool(query=ForecastQuery, answer=ForecastAnswer, run=forecast_demand)
