"""What a campaign plan cannot do without: the calls whose results composing needs."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import JsonValue

from agent.campaign import Brief, Goal
from agent.evidence import Evidence
from tools.customers.segments import STAGES, TIERS, is_cluster

RECOMMENDATION: dict[Goal, str] = {
    "win_back": "win_back",
    "cross_sell": "cross_sell",
    "replenish": "replenish",
    "discover": "discover",
    "loyalty": "cross_sell",
    "launch": "discover",
    "clearance": "cross_sell",
    "welcome": "discover",
    "grow": "cross_sell",
}
"""Which recommendation goal serves which campaign goal."""

_DAYS_A_WEEK = 7
_LONGEST_FORECAST_WEEKS = 26


@dataclass(frozen=True)
class Need:
    """One call that must have been made.

    Attributes:
        arguments: What to call it with if nobody has.
        match: Fields of the result by which an earlier call counts as this one.
        optional: Whether a plan can be made without it.
    """

    tool: str
    arguments: dict[str, JsonValue]
    match: dict[str, JsonValue] = field(default_factory=dict)
    optional: bool = False

    def met(self, evidence: tuple[Evidence, ...]) -> bool:
        """Tell whether some evidence answers this need."""
        return any(
            item.tool == self.tool and all(item.result.get(key) == value for key, value in self.match.items())
            for item in evidence
        )


def grouping(segment: str) -> str:
    """Return how customers are grouped when this segment appears.

    >>> grouping("lapsed"), grouping("top"), grouping("cluster_2"), grouping("baby food")
    ('lifecycle', 'value', 'cluster', 'interest')
    """
    if is_cluster(segment):
        return "cluster"
    if segment in STAGES:
        return "lifecycle"
    return "value" if segment in TIERS else "interest"


def needs(brief: Brief) -> tuple[Need, ...]:
    """Return the calls that a plan for this brief cannot do without, in the order in which they read best."""
    days = {"starts_on": brief.starts_on.isoformat(), "ends_on": brief.ends_on.isoformat()}
    groupings = dict.fromkeys(grouping(segment) for segment in brief.segments)
    return (
        *(Need("profile_customers", {"by": by}, {"by": by}) for by in groupings),
        Need("calendar", {**days}),
        *(_response(brief, segment, channel) for segment in brief.segments for channel in brief.channels),
        *(_recommendation(brief, segment) for segment in brief.segments),
        *(
            Need("search_products", {"query": name, "category": name, "k": 5}, {"category": name}, optional=True)
            for name in brief.categories
        ),
        _forecast(brief),
        Need(
            "allocate_budget",
            {"total": brief.budget, "channels": list(brief.channels), "goal": "revenue"},
            {"total": brief.budget},
        ),
        *(
            Need("design_experiment", {"segment": segment, "metric": "conversion"}, {"segment": segment})
            for segment in brief.segments
        ),
    )


def _response(brief: Brief, segment: str, channel: str) -> Need:
    match: dict[str, JsonValue] = {"segment": segment, "channel": channel}
    if brief.discount_percent is None:
        return Need("predict_response", match, match)
    return Need("predict_response", {**match, "discount_percent": brief.discount_percent}, match)


def _recommendation(brief: Brief, segment: str) -> Need:
    return Need(
        "recommend_products", {"segment": segment, "goal": RECOMMENDATION[brief.goal], "k": 5}, {"segment": segment}
    )


def campaign_weeks(brief: Brief) -> int:
    """Return how many weeks a campaign touches, at most what a forecast covers."""
    span = (brief.ends_on - brief.starts_on).days // _DAYS_A_WEEK + 1
    return max(1, min(_LONGEST_FORECAST_WEEKS, span))


def _forecast(brief: Brief) -> Need:
    weeks = campaign_weeks(brief)
    if brief.categories:
        return Need(
            "forecast_demand", {"level": "category", "name": brief.categories[0], "weeks": weeks}, optional=True
        )
    return Need("forecast_demand", {"level": "total", "weeks": weeks}, optional=True)
