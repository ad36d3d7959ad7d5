"""What a detector gives: something odd, how odd, why, and what it may cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

Kind = Literal[
    "large_order",
    "unusual_order",
    "order_burst",
    "repeat_redemption",
    "coupon_ring",
    "coupon_share",
    "spend_spike",
    "click_fraud",
    "review_burst",
    "repeated_text",
]

FALSE_ALARM_RATE: Final = 1 / 4000
"""How often one test may find an ordinary thing odd: in a shop of 3,000 orders a week, one or two a week to look at. A
house rule; `python -m evals.benchmarks anomalies` measures what it comes to."""

LEAST_UNITS: Final = 100
"""Orders, redemptions or reviews below which nothing can be called ordinary: a tail is learned from the top tenth."""


@dataclass(frozen=True)
class Suspicion:
    """One odd thing.

    Attributes:
        kind: Which test found it.
        what: What it is, in words, without naming a person.
        starts_at: First moment.
        ends_at: Last moment.
        score: Evidence over that which the threshold asks for; 1 is at the threshold.
        reason: Why, in words.
        units: The rows that it concerns: order ids, channel and day, or numbers of reviews.
        money: Money at risk, as the kind defines it.
        customer_ids: Whom it concerns; never part of an answer.
        quote: A few words of untrusted text.
    """

    kind: Kind
    what: str
    starts_at: pd.Timestamp
    ends_at: pd.Timestamp
    score: float
    reason: str
    units: tuple[str, ...]
    money: float
    customer_ids: tuple[str, ...] = ()
    quote: str | None = None


@dataclass(frozen=True)
class Search:
    """What a detector looked at and found.

    Attributes:
        unit: What was looked at, in the plural.
        examined: How many of them.
        found: The odd ones, most odd first.
        expected_false: False alarms to expect among so many ordinary ones.
        threshold: The thresholds, in words.
        money: What money at risk means, in words.
        warnings: What could not be looked at.
    """

    unit: str
    examined: int
    found: tuple[Suspicion, ...]
    expected_false: float
    threshold: str
    money: str
    warnings: tuple[str, ...] = ()


def score_of(p_value: float, rate: float = FALSE_ALARM_RATE) -> float:
    """Return the evidence of a p-value over that which the threshold asks for.

    >>> round(score_of(FALSE_ALARM_RATE), 3), round(score_of(FALSE_ALARM_RATE**2), 3)
    (1.0, 2.0)
    """
    return math.log(max(p_value, 1e-300)) / math.log(rate)


def ranked(found: list[Suspicion]) -> tuple[Suspicion, ...]:
    """Return suspicions by score, ties by money, time and name."""
    return tuple(sorted(found, key=lambda one: (-one.score, -one.money, one.starts_at, one.what)))
