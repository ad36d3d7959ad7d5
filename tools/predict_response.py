"""Predict how many customers of a segment respond to a campaign."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from tools.channels import find_channel, reachable
from tools.contract import Answer, Frozen, Query, Tool
from tools.customers.days import count_rows
from tools.customers.segments import find_segment
from tools.estimators.calibration import reliability
from tools.estimators.response import rate_difference
from tools.response.effect import SegmentEffect, segment_effect
from tools.response.history import Outcome, ResponseHistory
from tools.response.rows import buying_rows
from tools.response.segments import (
    INTERVAL_PERCENT,
    OrderValue,
    SegmentRate,
    ends,
    exposures_through,
    learned_from,
    order_value,
    segment_rate,
)
from tools.response.validation import LOGISTIC, Validation, response_validation
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

Z_80 = 1.2816
"""Normal quantile of a two-sided 80 % interval."""

OFFER_STEP, MOST_OFFERED = 5, 50
"""Offers are stated in steps of 5 % and, in this project, up to half the price; both house rules."""

FEW_EXPOSURES = 30
"""Exposures of a segment below which its own history hardly supports the estimate."""


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


class ReliabilityBin(Frozen):
    """Customers of later campaigns with like predictions."""

    predicted_percent: float = Field(description="Mean predicted response rate, in percent.")
    responded_percent: float = Field(description="Share that responded, in percent.")
    customers: int = Field(ge=0, description="Exposures in the bin.")


class LiftPoint(Frozen):
    """The best-ranked share of customers of later campaigns."""

    contacted_percent: float = Field(description="Share contacted, best ranked first, in percent.")
    lift: float = Field(description="Their response rate over that of all.")


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
    shop_rate_percent: float = Field(
        description="Response rate over all past exposures, towards which small segments are drawn."
    )
    expected_responders: int = Field(
        ge=0, description="Expected responders when every reachable customer is contacted once."
    )
    expected_responders_low: int = Field(ge=0, description="Lower end of the predictive interval.")
    expected_responders_high: int = Field(ge=0, description="Upper end of the predictive interval.")
    usual_discount_percent: float | None = Field(description="Median discount the segment took on discounted lines.")
    offer_discount_percent: float | None = Field(
        description="The usual discount as an offer would state it: to the nearest 5 %, from 5 to 50."
    )
    responder_order_value: float | None = Field(
        description="Mean order value of past responders in the campaign window."
    )
    usual_order_value: float | None = Field(description="Mean order value of the segment in all its past orders.")
    expected_revenue: float | None = Field(description="Revenue of one order by each responder; not incremental.")
    expected_revenue_low: float | None = Field(description="Lower end of the predictive interval.")
    expected_revenue_high: float | None = Field(description="Upper end of the predictive interval.")
    currency: str = Field(description="Currency of all money.")
    drivers: tuple[Driver, ...] = Field(description="Traits that go with the response, strongest first.")
    uplift: float | None = Field(description="Effect of contact in percentage points; null where no control exists.")
    uplift_low: float | None = Field(None, description="Lower end of the interval of the uplift.")
    uplift_high: float | None = Field(None, description="Upper end of the interval of the uplift.")
    uplift_how: str = Field("", description="How the uplift was found, or why only response can be known.")
    reliability: tuple[ReliabilityBin, ...] = Field(
        (), max_length=10, description="Predicted and true rates in later campaigns, ten bins of like prediction."
    )
    lift: tuple[LiftPoint, ...] = Field(
        (),
        max_length=10,
        description="How much better the best-ranked customers of later campaigns responded than all.",
    )
    validation: str = Field("", description="How well later campaigns were predicted from earlier ones.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")
    note: str = Field(description="How the rate was computed, in a sentence or two.")


def predict_response(query: ResponseQuery, view: StoreView) -> ResponseAnswer:
    """Predict the response rate of a segment to a campaign on a channel, with interval, drivers and revenue."""
    history = learned_from(view)
    segment = find_segment(view, query.segment)
    channel = find_channel(query.channel, tuple(sorted(set(history.frame[Column.CHANNEL]))))
    shown, used = exposures_through(history, channel.name)
    customers = frozenset(segment.customer_ids)
    contacted, consent_warning = reachable(view, channel.name, customers)
    rng = np.random.default_rng(view.seed)
    discount = _usual_discount(view, customers)
    rate = segment_rate(history, shown, view, sorted(contacted), rng)
    value = order_value(history, shown, customers)
    drawn = rng.binomial(len(contacted), rate.draws).astype(float)
    people = _responders(rate, drawn, len(contacted))
    revenue = _revenue(people, value, drawn, rng)
    own = shown[shown[Column.CUSTOMER_ID].isin(customers)]
    low, high = ends(rate.draws)
    effect = segment_effect(view, customers, used)
    checked = response_validation(view, used)
    return ResponseAnswer(
        segment=segment.name,
        channel=channel.name,
        channel_in_data=used == channel.name,
        channel_used=used,
        outcome=history.outcome,
        customers=len(customers),
        reachable=len(contacted),
        rate_percent=round(100 * rate.point, 2),
        rate_low_percent=round(100 * low, 2),
        rate_high_percent=round(100 * high, 2),
        interval_percent=INTERVAL_PERCENT,
        exposures=len(own),
        responders=int(own["responded"].sum()),
        shop_rate_percent=round(100 * float(shown["responded"].mean()), 2),
        expected_responders=round(people.point),
        expected_responders_low=math.floor(people.low),
        expected_responders_high=math.ceil(people.high),
        usual_discount_percent=discount,
        offer_discount_percent=None if discount is None else offer_discount(discount),
        responder_order_value=_money(value.mean),
        usual_order_value=_money(value.usual),
        expected_revenue=_money(revenue.point) if revenue else None,
        expected_revenue_low=_money(revenue.low) if revenue else None,
        expected_revenue_high=_money(revenue.high) if revenue else None,
        currency=view.meta.currency,
        drivers=_drivers(shown),
        uplift=_points(effect, "average"),
        uplift_low=_points(effect, "low"),
        uplift_high=_points(effect, "high"),
        uplift_how=effect.how,
        reliability=_reliability(checked),
        lift=_lift(checked),
        validation=checked.told if checked else "too few earlier campaigns to predict a later one from",
        took=tuple(text for text in (segment.took, _took(query.channel, channel.name)) if text),
        note=f"{rate.method} Revenue counts one order per responder{value.method}; it is not incremental.",
        rows_used=len(shown) + count_rows(view, Table.ORDER_LINES),
        warnings=_warnings(query, history, own, channel.name, used, consent_warning),
    )


@dataclass(frozen=True)
class _Expected:
    """An expectation with its predictive interval."""

    point: float
    low: float
    high: float


def _responders(rate: SegmentRate, drawn: Array, contacted: int) -> _Expected:
    low, high = ends(drawn)
    return _Expected(contacted * rate.point, low, high)


def _revenue(people: _Expected, value: OrderValue, drawn: Array, rng: np.random.Generator) -> _Expected | None:
    """Return the revenue of one order per responder; None where no order value is known."""
    if value.mean is None:
        return None
    low, high = ends(drawn * rng.normal(value.mean, value.error, len(drawn)).clip(min=0))
    return _Expected(min(max(people.point * value.mean, low), high), low, high)


def _usual_discount(view: StoreView, customers: frozenset[str]) -> float | None:
    """Return the median discount, in percent of the full price, on the segment's discounted lines."""
    lines = view.table(Table.ORDER_LINES)
    full = lines[Column.REVENUE] + lines[Column.DISCOUNT]
    cut = lines.filter((lines[Column.DISCOUNT] > 0) & (full > 0) & lines[Column.CUSTOMER_ID].isin(sorted(customers)))
    median = (100 * cut[Column.DISCOUNT] / (cut[Column.REVENUE] + cut[Column.DISCOUNT])).median().execute()
    return None if pd.isna(median) else round(float(median), 1)


def offer_discount(percent: float) -> float:
    """Return a discount as offers state it: a multiple of 5 %, at least 5, at most 50.

    >>> offer_discount(25.4), offer_discount(1.0), offer_discount(80.0)
    (25.0, 5.0, 50.0)
    """
    return float(min(MOST_OFFERED, max(OFFER_STEP, OFFER_STEP * round(percent / OFFER_STEP))))


def _drivers(shown: pd.DataFrame) -> tuple[Driver, ...]:
    """Compare response rates of exposures with and without each trait, strongest first."""
    recency, spend, discount = (
        float(shown[name].median()) for name in ("recency", "recent_spend", "recent_discount_share")
    )
    kind = str(shown["kind"].value_counts().index[0])
    contrasts = {
        "responded to an earlier campaign": shown["responded_before"].astype(bool),
        f"bought in the {math.ceil(math.expm1(recency))} days before": shown["recency"] <= recency,
        f"spent {spend**2:.0f} or more in the 13 weeks before": shown["recent_spend"] >= spend,
        f"took {100 * discount:.0f} % or more of the price as discount": shown["recent_discount_share"] >= discount,
        f"campaign of kind {kind}": shown["kind"] == kind,
    }
    drivers = [
        _driver(name, shown["responded"], chosen) for name, chosen in contrasts.items() if 0 < chosen.sum() < len(shown)
    ]
    return tuple(sorted(drivers, key=lambda driver: (-abs(driver.effect), driver.name)))


def _driver(name: str, responded: pd.Series[float], chosen: pd.Series[bool]) -> Driver:
    difference, low, high = rate_difference(
        int(responded[chosen].sum()), int(chosen.sum()), int(responded[~chosen].sum()), int((~chosen).sum()), Z_80
    )
    direction: Literal["up", "down", "unclear"] = "up" if low > 0 else "down" if high < 0 else "unclear"
    return Driver(name=name, effect=round(100 * difference, 1), direction=direction)


def _points(effect: SegmentEffect, which: Literal["average", "low", "high"]) -> float | None:
    """Return the effect or an end of its interval in percentage points; None where it cannot be known."""
    return None if effect.verdict is None else round(100 * float(getattr(effect.verdict, which)), 2)


def _reliability(checked: Validation | None) -> tuple[ReliabilityBin, ...]:
    bins = reliability(checked.predicted[LOGISTIC], checked.responded) if checked else ()
    return tuple(
        ReliabilityBin(
            predicted_percent=round(100 * one.predicted, 2),
            responded_percent=round(100 * one.happened, 2),
            customers=one.rows,
        )
        for one in bins
    )


def _lift(checked: Validation | None) -> tuple[LiftPoint, ...]:
    points = checked.lift_curve() if checked else ()
    return tuple(LiftPoint(contacted_percent=round(100 * share, 1), lift=round(value, 3)) for share, value in points)


def response_rows(query: ResponseQuery, view: StoreView) -> pd.DataFrame:
    """Return one row a customer of the segment: will_buy_percent (in four weeks), reasons, next_category."""
    return buying_rows(view, frozenset(find_segment(view, query.segment).customer_ids))


def _warnings(
    query: ResponseQuery,
    history: ResponseHistory,
    own: pd.DataFrame,
    channel: str,
    used: str,
    consent_warning: str | None,
) -> tuple[str, ...]:
    found = [consent_warning] if consent_warning else []
    if used != channel:
        found.append(
            f"the store has no past exposures through {channel}: the rate comes from {used}; surveys put "
            "response to e-mail and "
            "other messages well below mail (DMA 2012: 0.12 % against 3.4 %), so read it as an upper limit"
        )
    if query.discount_percent is not None:
        found.append(
            "past exposures do not say which discount was offered: discount_percent does not change the estimate"
        )
    if len(own) < FEW_EXPOSURES:
        found.append(
            f"only {len(own)} past exposures of this segment's customers: the rate rests on other customers like them"
        )
    if history.unfinished:
        found.append(f"{history.unfinished} exposures of campaigns that have not ended are left out")
    if history.control.empty:
        found.append("no campaign left a control group alone: response is not uplift")
    return tuple(found)


def _took(words: str, name: str) -> str | None:
    return None if words == name else f"channel {words!r} taken as {name}"


def _money(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


TOOL = Tool(query=ResponseQuery, answer=ResponseAnswer, run=predict_response, per_customer=response_rows)
