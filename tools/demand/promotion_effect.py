"""What an assumed price cut or display would do to demand, as far as the shop's own past can tell."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Final, TypedDict

import pandas as pd
from pydantic import Field

from tools.contract import Query
from tools.demand.promotion_history import product_weeks
from tools.demand.subject import Subject
from tools.demand.weekly_sales import WEEK, Level
from tools.estimators.aftermath import fit_aftermath
from tools.estimators.price_response import MIN_PROMOTED, PriceResponse, fit_response
from tools.frozen import Frozen
from tools.warehouse.view import StoreView

# The competitors' cut whose effect is told.
RIVAL_CUT: Final = 0.10


class ForecastQuery(Query):
    """What to forecast, how far, and under which promotion."""

    level: Level = Field(
        "total", description="What is added up: the whole shop, a department, a category or a product."
    )
    name: str | None = Field(
        None, min_length=1, max_length=120, description="Name of the department, category or product; none for total."
    )
    weeks: int = Field(8, ge=1, le=26, description="Weeks ahead.")
    discount_percent: float | None = Field(None, ge=0, le=90, description="A price cut to assume, in percent.")
    display: bool | None = Field(None, description="Whether to assume an in-store display.")


class AfterWeek(Frozen):
    """One week after the promotion."""

    starts_on: dt.date = Field(description="Monday of the week.")
    units: float = Field(ge=0, description="Expected units: the last week's forecast without a promotion, changed.")
    units_change_percent: float = Field(description="Change of units against no promotion before.")
    units_change_low80: float = Field(description="Lower end of its 80 % interval.")
    units_change_high80: float = Field(description="Upper end of its 80 % interval.")


class PromotionEffect(Frozen):
    """How units moved with the price and the display in the past, and what that means for the assumed promotion."""

    discount_percent: float | None = Field(description="The price cut assumed.")
    display: bool | None = Field(description="Whether a display was assumed.")
    units_lift_percent: float = Field(description="Change of units against no promotion.")
    units_lift_low80: float = Field(description="Lower end of its 80 % interval.")
    units_lift_high80: float = Field(description="Upper end of its 80 % interval.")
    pulled_forward_percent: float | None = Field(
        None, description="Share of the extra units that is missing in the four weeks after; none if it cannot be told."
    )
    pulled_forward_low80: float | None = Field(None, description="Lower end of its 80 % interval.")
    pulled_forward_high80: float | None = Field(None, description="Upper end of its 80 % interval.")
    after: tuple[AfterWeek, ...] = Field((), description="The weeks after the promotion, in order.")
    weeks_observed: int = Field(ge=0, description="Product-weeks the effect was estimated from.")
    method: str = Field(description="How it was estimated.")


@dataclass(frozen=True)
class Assumed:
    """The promotion that a query assumes.

    Attributes:
        effect: None if no promotion is assumed, or none can be told from the past.
        notes: What was taken for granted.
        warnings: What could not be told.
    """

    effect: PromotionEffect | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def warned(self, more: tuple[str, ...]) -> Assumed:
        """Return the same with further warnings, first."""
        return dataclasses.replace(self, warnings=(*more, *self.warnings))


def assumed_promotion(
    query: ForecastQuery, view: StoreView, subject: Subject, next_week: dt.date, base: float
) -> Assumed:
    """Estimate the effect of the promotion in a query from the shop's own past.

    Args:
        query: What is asked; the promotion lasts all its weeks.
        view: The store.
        subject: What is forecast.
        next_week: Monday after the promotion.
        base: Units of the last week without it.
    """
    cut = (query.discount_percent or 0) / 100
    display = bool(query.display)
    if cut == 0 and not display:
        return Assumed()
    # One product's weeks cannot be told from the weeks of the year: its category's products speak for it.
    level: Level = "category" if query.level == "product" else query.level
    history = product_weeks(view, level, subject.category or subject.key)
    response = fit_response(history)
    lacking = _lacking(response, cut, display)
    if lacking:
        return Assumed(warnings=(lacking,))
    lift, low, high = response.lift(cut, display)
    effect = PromotionEffect(
        discount_percent=query.discount_percent,
        display=query.display,
        units_lift_percent=round(100 * lift, 1),
        units_lift_low80=round(100 * low, 1),
        units_lift_high80=round(100 * high, 1),
        weeks_observed=response.rows,
        **(_aftermath(history, cut, query.weeks, next_week, base, view.seed) if cut else {}),
        method=f"log-linear regression of units on price and display within products and weeks of {level} "
        f"{(subject.category or subject.label)!r}; an association in past promotions, not an experiment",
    )
    notes = _notes(response, cut, display)
    if cut and not effect.after:
        notes += ("what is missing after a cut cannot be told: past cuts came too regularly or too rarely",)
    return Assumed(effect, notes, _rivals(response))


class Dip(TypedDict, total=False):
    """The fields of `PromotionEffect` about the weeks after."""

    pulled_forward_percent: float
    pulled_forward_low80: float
    pulled_forward_high80: float
    after: tuple[AfterWeek, ...]


def _aftermath(history: pd.DataFrame, cut: float, weeks: int, monday: dt.date, base: float, seed: int) -> Dip:
    """Return what the weeks after a cut lose to it; nothing where the past cannot tell."""
    aftermath = fit_aftermath(history)
    if aftermath is None:
        return Dip()
    share, low, high = (round(100 * each, 1) for each in aftermath.pulled_forward(cut, weeks, seed))
    after = tuple(
        AfterWeek(
            starts_on=monday + WEEK * (week.weeks - 1),
            units=round(base * (1 + week.change), 1),
            units_change_percent=round(100 * week.change, 1),
            units_change_low80=round(100 * week.low, 1),
            units_change_high80=round(100 * week.high, 1),
        )
        for week in aftermath.after(cut, weeks)
    )
    return Dip(pulled_forward_percent=share, pulled_forward_low80=low, pulled_forward_high80=high, after=after)


def _rivals(response: PriceResponse) -> tuple[str, ...]:
    """Say how units moved with competitors' prices, where a table has them."""
    found = response.rival_effect(RIVAL_CUT)
    if found is None:
        return ()
    effect, low, high = found
    return (
        f"competitors' prices are taken into account: where theirs were {RIVAL_CUT:.0%} lower, units here changed by "
        f"{effect:+.1%} (80 % interval {low:+.1%} to {high:+.1%}); the forecast takes them as staying as they are",
    )


def _lacking(response: PriceResponse, cut: float, display: bool) -> str | None:
    if cut and response.cut_rows < MIN_PROMOTED:
        return (
            f"the history shows {response.cut_rows} product-weeks with a price cut, fewer than the {MIN_PROMOTED} "
            "needed: the forecast is without the discount's effect"
        )
    if display and response.display_rows < MIN_PROMOTED:
        return (
            f"the history shows {response.display_rows} product-weeks with a display, fewer than the {MIN_PROMOTED} "
            "needed: the forecast is without the display's effect"
        )
    return None


def _notes(response: PriceResponse, cut: float, display: bool) -> tuple[str, ...]:
    found = ["the price cut is taken as one from usual prices, on everything forecast"] if cut else []
    if cut > response.deepest:
        found.append(f"cuts deeper than {response.deepest:.0%} were rare here: the effect is extrapolated")
    if display:
        found.append(
            f"a display is taken as one in {response.usual_display:.0%} of the shops, as larger past ones were"
        )
    return tuple(found)
