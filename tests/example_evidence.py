"""Evidence of one imagined campaign, in the shapes that the tools answer with; every number is made up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agent.evidence import Evidence
from tests import example_demand
from tests.example_demand import CURRENCY
from tools.contract import Answer
from tools.predict_response import ResponseAnswer
from tools.profile_customers import ProfileAnswer
from tools.recommend_products import RecommendAnswer
from tools.search_products import SearchAnswer

AS_OF = dt.date(2017, 11, 1)

# name, definition, customers, recency, orders, spend, clv, churn %, interests, best-selling categories
_SEGMENTS: tuple[tuple[str, str, int, int, float, float, float, float, tuple[str, ...], tuple[str, ...]], ...] = (
    ("new", "First order within the last 30 days", 41, 12, 1.6, 58.2, 214.0, 38.0, ("baby foods",), ("bananas",)),
    (
        "promising",
        "Two or three orders, the last within 45 days",
        118,
        19,
        2.7,
        121.4,
        402.5,
        29.5,
        ("yogurt",),
        ("milk",),
    ),
    (
        "active",
        "At least four orders, the last within 30 days",
        702,
        8,
        31.2,
        1384.6,
        1490.1,
        6.2,
        ("salad",),
        ("milk",),
    ),
    (
        "loyal",
        "At least 40 orders, the last within 21 days",
        486,
        5,
        74.9,
        2911.3,
        2874.4,
        2.1,
        ("cheese",),
        ("cheese",),
    ),
    (
        "champions",
        "Top fifth in orders and in spend, the last within 14 days",
        398,
        3,
        141.7,
        6120.8,
        5903.2,
        0.9,
        ("seafood",),
        ("beef",),
    ),
    (
        "at_risk",
        "Late by more than twice their usual interval",
        331,
        41,
        18.4,
        803.9,
        388.7,
        41.8,
        ("snacks",),
        ("soft drinks",),
    ),
    (
        "hibernating",
        "No order for 60 to 119 days",
        187,
        84,
        9.8,
        412.3,
        96.4,
        71.3,
        ("frozen pizza",),
        ("soft drinks", "frozen pizza", "milk"),
    ),
    (
        "lapsed",
        "No order for 120 days or more",
        206,
        163,
        7.1,
        298.75,
        31.2,
        88.9,
        ("cigarettes", "frozen pizza"),
        ("soft drinks", "frozen pizza", "cheese"),
    ),
)


def _profile() -> ProfileAnswer:
    total = sum(row[2] for row in _SEGMENTS)
    segments = [
        {
            "name": name,
            "definition": definition,
            "customers": customers,
            "share_percent": round(100 * customers / total, 2),
            "recency_days_median": recency,
            "orders_mean": orders,
            "spend_mean": spend,
            "spend_total": round(spend * customers, 2),
            "order_value_mean": round(spend / orders, 2),
            "clv": clv,
            "clv_low": round(clv * 0.71, 2),
            "clv_high": round(clv * 1.36, 2),
            "churn_percent": churn,
            "top_categories": top,
            "interests": [{"name": interest, "weight": 1.8, "customers": customers // 3} for interest in interests],
        }
        for name, definition, customers, recency, orders, spend, clv, churn, interests, top in _SEGMENTS
    ]
    return ProfileAnswer.model_validate(
        dict(
            rows_used=1_284_122,
            by="lifecycle",
            currency=CURRENCY,
            customers=total,
            clv_weeks=52,
            interval_percent=80,
            clv_model="BG/NBD and Gamma-Gamma",
            truncated=False,
            segments=tuple(segments),
        )
    )


def _response(
    segment: str, channel: str, reachable: int, rate: tuple[float, float, float], expected: tuple[int, int, int]
) -> ResponseAnswer:
    order_value = 42.15
    return ResponseAnswer.model_validate(
        dict(
            rows_used=48_213,
            warnings=(f"No past {channel} in the store; the rate was learned from coupon_mail.",),
            segment=segment,
            channel=channel,
            channel_in_data=False,
            channel_used="coupon_mail",
            outcome="coupon_redemption",
            customers=reachable,
            reachable=reachable,
            rate_percent=rate[0],
            rate_low_percent=rate[1],
            rate_high_percent=rate[2],
            interval_percent=80,
            exposures=reachable * 4,
            responders=round(reachable * 4 * rate[0] / 100),
            shop_rate_percent=11.2,
            expected_responders=expected[0],
            expected_responders_low=expected[1],
            expected_responders_high=expected[2],
            usual_discount_percent=20,
            offer_discount_percent=20,
            responder_order_value=order_value,
            usual_order_value=38.4,
            expected_revenue=round(expected[0] * order_value, 2),
            expected_revenue_low=round(expected[1] * order_value, 2),
            expected_revenue_high=round(expected[2] * order_value, 2),
            currency=CURRENCY,
            uplift=None,
            drivers=(
                {"name": "redeemed a coupon before, against never", "effect": 6.3, "direction": "up"},
                {"name": "more than 20 orders, against fewer", "effect": 2.1, "direction": "up"},
                {"name": "away for more than 150 days, against less", "effect": -1.4, "direction": "unclear"},
            ),
            note="Beta-binomial rate of the segment's past exposures, drawn towards the shop's rate.",
        )
    )


def _products() -> RecommendAnswer:
    rows = (
        ("1029743", "Soft drinks 12 pack cola", "SOFT DRINKS", 4.99, 88),
        ("847982", "Frozen pizza, premium, 21 oz", "FROZEN PIZZA", 5.49, 71),
        ("1082185", "Shredded cheddar 8 oz", "CHEESE", 2.5, 64),
        ("995242", "2% milk, gallon", "FLUID MILK PRODUCTS", 2.79, 61),
    )
    products = [
        {
            "product_id": product_id,
            "name": name,
            "category": category,
            "department": "GROCERY",
            "brand": "National",
            "price": price,
            "score": round(0.9 - 0.1 * place, 3),
            "buyers": buyers,
            "buyers_share_percent": round(100 * buyers / 206, 2),
            "reason": f"{buyers} of 206 lapsed customers bought it before they stopped",
        }
        for place, (product_id, name, category, price, buyers) in enumerate(rows)
    ]
    return RecommendAnswer.model_validate(
        dict(
            rows_used=22_410,
            segment="lapsed",
            customer_id=None,
            goal="win_back",
            model="EASE",
            customers=206,
            currency=CURRENCY,
            products=tuple(products),
            truncated=True,
        )
    )


def _search() -> SearchAnswer:
    found = {
        "product_id": "961554",
        "name": "Whole frozen turkey, 12 to 16 lb",
        "category": "TURKEY",
        "department": "MEAT",
        "brand": "Private",
        "price": 15.84,
        "score": 0.0328,
        "matched": "Whole frozen turkey, 12 to 16 lb · TURKEY · MEAT",
    }
    return SearchAnswer.model_validate(
        dict(
            rows_used=92_331,
            query="thanksgiving dinner",
            k=1,
            category=None,
            max_price=None,
            currency=CURRENCY,
            searched=92_331,
            products=(found,),
            truncated=True,
        )
    )


def example_evidence() -> tuple[Evidence, ...]:
    """Return ten pieces of evidence, in the order of the calls."""
    calls: tuple[tuple[str, dict[str, Any], Answer], ...] = (
        ("profile_customers", {"by": "lifecycle"}, _profile()),
        (
            "predict_response",
            {"segment": "lapsed", "channel": "email", "discount_percent": 20},
            _response("lapsed", "email", 206, (5.8, 4.6, 7.1), (12, 8, 16)),
        ),
        (
            "predict_response",
            {"segment": "hibernating", "channel": "email", "discount_percent": 20},
            _response("hibernating", "email", 187, (7.9, 6.5, 9.4), (15, 11, 19)),
        ),
        (
            "predict_response",
            {"segment": "lapsed", "channel": "sms", "discount_percent": 20},
            _response("lapsed", "sms", 206, (5.8, 4.6, 7.1), (12, 8, 16)),
        ),
        ("recommend_products", {"segment": "lapsed", "goal": "win_back", "k": 4}, _products()),
        ("search_products", {"query": "thanksgiving dinner", "k": 1}, _search()),
        ("forecast_demand", {"level": "total", "weeks": 4}, example_demand.forecast()),
        ("calendar", {"starts_on": "2017-11-01", "ends_on": "2017-11-30"}, example_demand.calendar()),
        (
            "allocate_budget",
            {"total": 3000, "channels": ["email", "sms"], "goal": "conversions"},
            example_demand.budget(),
        ),
        (
            "design_experiment",
            {"segment": "lapsed", "metric": "redemption", "minimum_effect_percent": 50, "weeks": 3},
            example_demand.experiment(),
        ),
    )
    return tuple(
        Evidence(
            id=f"E{number}",
            tool=tool,
            arguments=arguments,
            as_of=AS_OF,
            chosen_by="model" if number < 9 else "rules",
            rows_used=answer.rows_used,
            warnings=answer.warnings,
            result=answer.model_dump(mode="json", exclude={"rows_used", "warnings"}),
        )
        for number, (tool, arguments, answer) in enumerate(calls, start=1)
    )
