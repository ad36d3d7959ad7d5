"""The later half of the imagined evidence: demand, calendar, budget, experiment; every number is made up."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from tools.allocate_budget import BudgetAnswer
from tools.calendar import CalendarAnswer
from tools.design_experiment import ExperimentAnswer
from tools.forecast_demand import ForecastAnswer

CURRENCY = "USD"


def forecast() -> ForecastAnswer:
    """Return four weeks of demand after a year of history."""
    first = dt.date(2016, 10, 31)
    history: list[dict[str, Any]] = []
    for week in range(52):
        units = round(31_000 + 2_200 * math.sin(week / 6) + 900 * math.sin(week * 1.7), 1)
        history.append(
            {"starts_on": first + dt.timedelta(weeks=week), "units": units, "revenue": round(units * 3.08, 2)}
        )
    weeks: list[dict[str, Any]] = []
    for ahead in range(4):
        units = round(32_100 + 450 * ahead, 1)
        spread = 900 + 160 * ahead
        weeks.append(
            {
                "starts_on": first + dt.timedelta(weeks=52 + ahead),
                "units": units,
                "units_low80": units - spread,
                "units_high80": units + spread,
                "units_low95": units - 1.6 * spread,
                "units_high95": units + 1.6 * spread,
                "revenue": round(units * 3.08, 2),
                "revenue_low80": round((units - spread) * 3.08, 2),
                "revenue_high80": round((units + spread) * 3.08, 2),
            }
        )
    revenue = round(sum(row["revenue"] for row in weeks), 2)
    return ForecastAnswer.model_validate(
        dict(
            rows_used=1_284_122,
            level="total",
            name="total",
            currency=CURRENCY,
            history_weeks=43,
            model="Theta",
            backtest_wape_percent=3.9,
            naive_wape_percent=5.6,
            total_units=round(sum(row["units"] for row in weeks), 1),
            total_revenue=revenue,
            total_revenue_low=round(revenue * 0.97, 2),
            total_revenue_high=round(revenue * 1.03, 2),
            weeks=tuple(weeks),
            history=tuple(history),
            notes=("The week of Thanksgiving was seen only once.",),
        )
    )


def calendar() -> CalendarAnswer:
    """Return what falls into November."""
    events = (
        ("2017-11-11", "2017-11-11", "Veterans Day", "holiday", "Federal holiday", 4.1),
        ("2017-11-13", "2017-11-22", "Thanksgiving shopping", "season", "The ten days before Thanksgiving", 18.6),
        ("2017-11-23", "2017-11-23", "Thanksgiving", "holiday", "Federal holiday; most shops are closed", -61.0),
        ("2017-11-24", "2017-11-24", "Black Friday", "season", "The day after Thanksgiving", None),
    )
    names = ("on", "until", "name", "kind", "note", "units_lift_percent")
    return CalendarAnswer.model_validate(
        dict(
            rows_used=1_284_122,
            starts_on="2017-11-01",
            ends_on="2017-11-30",
            country="US",
            running_promotions=14,
            truncated=False,
            events=[dict(zip(names, event, strict=True)) for event in events],
        )
    )


def budget() -> BudgetAnswer:
    """Return a budget that two cheap channels cannot use up."""

    def share(channel: str, contacts: int, unit_cost: float, sends: float, conversions: float) -> dict[str, Any]:
        spend = round(contacts * unit_cost, 2)
        return {
            "channel": channel,
            "spend": spend,
            "share_percent": round(100 * spend / 13.44, 2),
            "contacts": contacts,
            "unit_cost": unit_cost,
            "sends_per_customer": sends,
            "expected_conversions": conversions,
            "expected_revenue": round(conversions * 42.15, 2),
            "marginal_return": 0.0,
        }

    return BudgetAnswer.model_validate(
        dict(
            rows_used=393,
            warnings=("Table ad_spend is not in the store; stated unit costs were used instead of response curves.",),
            total=3000,
            currency=CURRENCY,
            goal="conversions",
            basis="unit_costs",
            truncated=False,
            allocations=(share("sms", 206, 0.05, 1, 9), share("email", 786, 0.004, 2, 22)),
            spent=13.44,
            unspent=2986.56,
            expected_conversions=31,
            expected_revenue=1306.65,
            target_reached=None,
            binding=(
                "Every reachable customer is contacted as often as the policy allows; more money buys no more reach.",
            ),
            next_100="Nothing: the reach of email and SMS is used up.",
            note="Sends are priced by stated unit costs.",
        )
    )


def experiment() -> ExperimentAnswer:
    """Return a holdout test that is too small to conclude."""
    return ExperimentAnswer.model_validate(
        dict(
            rows_used=2_469,
            warnings=("The test cannot find the asked effect with the power wanted.",),
            segment="lapsed",
            metric="redemption",
            customers=206,
            weeks=3,
            holdout_percent=20,
            treatment_customers=165,
            holdout_customers=41,
            baseline_percent=4.4,
            baseline_value=None,
            minimum_effect_percent=50,
            detectable_effect_percent=231.5,
            alpha=0.05,
            power_percent=9.3,
            power_wanted_percent=80,
            needed_per_arm=1_712,
            can_conclude=False,
            advice="The segment is too small to conclude on its own; keep the holdout and pool it with the next.",
            method="Two-sided test of two proportions, normal approximation.",
        )
    )
