"""The reason for a choice in words."""

from __future__ import annotations

from tools.offers.reward import MONEY, RewardKind
from tools.offers.situation import Situation
from tools.offers.verdict import Told, Verdict

OUTCOME_WORDS = {
    "coupon_redemption": "coupons redeemed",
    "conversion": "orders",
    "click": "clicks",
    "open": "opens",
    "profit": "profit",
    "revenue": "revenue",
}


def value_unit(kind: RewardKind, currency: str) -> str:
    """Return what values are measured in.

    >>> value_unit("click", "USD"), value_unit("profit", "USD")
    ('clicks per 100 contacts', 'USD of profit per contact')
    """
    if kind in MONEY:
        return f"{currency} of {OUTCOME_WORDS[kind]} per contact"
    return f"{OUTCOME_WORDS[kind]} per 100 contacts"


def choice_reason(
    found: Situation, told: tuple[Told, ...], verdict: Verdict, best: int | None, gap: tuple[float, float, float] | None
) -> str:
    """Say why a candidate was chosen, or why none can be."""
    words = [candidate.words for candidate in found.named.candidates]
    if best is None or found.experience is None:
        return "No candidate has enough past exposures to tell its value: all keep being tried, and the next log tells."
    factor = 100 if found.experience.reward.binary else 1
    unit = value_unit(found.experience.reward.kind, found.view.meta.currency)
    one = told[best]
    first = f"{words[best]}: {_span(one.value, one.low, one.high, factor)} {unit}"
    if verdict == "only_one" or gap is None:
        return f"{first}; of no other candidate can the value be told, so it is not known to be the best."
    compared = f"{first}, {_span(*gap, factor)} more than the next"
    if verdict == "better":
        return f"{compared}: beyond chance, against every candidate whose value can be told."
    if gap[1] > 0:
        return (
            f"{compared}; but not every difference is beyond chance, or who got which offer was not by lot "
            "with a recorded chance."
        )
    return f"{compared}: chance alone may explain the difference, so all keep being tried."


def kinds_reason(found: Situation) -> str:
    """Say what is missing where no offer was recorded, and what past kinds of campaign can and cannot tell."""
    missing = missing_columns(found)
    if found.evidence == "campaign_kinds":
        return (
            f"{missing}; the candidates are kinds of past campaigns, which went to different customers at different "
            "times: their response rates describe the past and do not say which kind is better for the same customer."
        )
    return (
        f"{missing}; nothing is known of these candidates. The response to past kinds of campaign is shown beside, "
        "and a first round by lot can be drawn with `--customers FILE`."
    )


def missing_columns(found: Situation) -> str:
    """Say which columns of the exposures would tell the candidates apart."""
    store = found.view.meta.name
    offered = found.history is not None and bool(found.history.frame[["offer_id", "creative_id"]].notna().any().any())
    if offered:
        return f"the exposures of store {store!r} name offers, but none of these candidates"
    return f"columns offer_id and propensity of table exposures are empty in store {store!r}"


def _span(value: float | None, low: float | None, high: float | None, factor: int) -> str:
    """Write a value with its interval.

    >>> _span(0.0612, 0.049, 0.073, 100)
    '6.12 (4.9 to 7.3)'
    """
    return "{:.3g} ({:.3g} to {:.3g})".format(*(factor * (part or 0.0) for part in (value, low, high)))
