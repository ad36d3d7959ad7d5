"""Which candidate is the best, and whether that is beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from tools.estimators.off_policy import interval
from tools.estimators.shares import wilson
from tools.offers.evaluation import HEADLINE, Evaluated, Experience
from tools.offers.history import Evidence

Verdict = Literal["better", "not_clear", "only_one", "cannot_tell"]

INTERVAL_PERCENT: Final = 95
"""Coverage of intervals, and of all comparisons with the best together."""

LEAST_EFFECTIVE: Final = 100.0
"""Effective exposures below which the value of a candidate is not told. House rule."""

LEAST_RESPONSES: Final = 10
"""Responses below which the value of a candidate is not told (Peduzzi et al. 1996 ask ten events a parameter)."""


@dataclass(frozen=True)
class Told:
    """The value of one candidate.

    Attributes:
        shown: Exposures of it that were evaluated.
        responders: Responses among them.
        size: Effective sample size.
        value: Doubly robust value; None where it was never shown.
        low: Lower end of its interval.
        high: Upper end.
        why_not: Why its value cannot be told; None where it can.
    """

    shown: int
    responders: int
    size: float
    value: float | None
    low: float | None
    high: float | None
    why_not: str | None


def tell(experience: Experience, evaluated: Evaluated) -> tuple[Told, ...]:
    """Return the value of every candidate, with whether it can be told."""
    rows = experience.rows.iloc[evaluated.rows]
    return tuple(_told(arm, size, rows, experience, evaluated) for arm, size in enumerate(evaluated.sizes()))


def _told(arm: int, size: float, rows: pd.DataFrame, experience: Experience, evaluated: Evaluated) -> Told:
    mine = rows["arm"].to_numpy() == arm
    shown, responders = int(mine.sum()), int(rows["responded"].to_numpy()[mine].sum())
    if not shown:
        return Told(0, 0, 0.0, None, None, None, "never shown to these customers")
    value = float(evaluated.arms[arm].values[HEADLINE])
    low, high = interval(evaluated.draws[:, arm, HEADLINE], INTERVAL_PERCENT)
    if experience.reward.binary and responders < LEAST_RESPONSES:
        # The bootstrap of few responses is too narrow, and of none a point; Wilson's interval is neither.
        hits = round(min(max(value, 0.0), 1.0) * size)
        least, most = wilson(min(hits, round(size)), max(round(size), 1))
        low, high = min(low, least), max(high, most)
    return Told(shown, responders, size, value, low, high, _why_not(size, responders))


def _why_not(size: float, responders: int) -> str | None:
    if size < LEAST_EFFECTIVE:
        return f"its exposures say no more than {size:.0f} of equal weight; at least {LEAST_EFFECTIVE:.0f} are needed"
    if responders < LEAST_RESPONSES:
        return f"{responders} responses; at least {LEAST_RESPONSES} are needed"
    return None


def best_of(
    told: tuple[Told, ...], experience: Experience, evaluated: Evaluated, evidence: Evidence
) -> tuple[Verdict, int | None]:
    """Return the best candidate within the guard rails, and whether it is better than the others beyond chance."""
    ranked = [arm for arm, one in enumerate(told) if one.why_not is None and experience.allowed[arm]]
    if not ranked:
        return "cannot_tell", None
    best = max(ranked, key=lambda arm: (told[arm].value or 0.0, -arm))
    others = [arm for arm in ranked if arm != best]
    if not others:
        return "only_one", best
    # Bonferroni: the comparisons with all others hold together.
    percent = 100 - (100 - INTERVAL_PERCENT) / len(others)
    draws = evaluated.draws[:, :, HEADLINE]
    beyond = all(interval(draws[:, best] - draws[:, other], percent)[0] > 0 for other in others)
    return ("better" if beyond and evidence == "logged" else "not_clear"), best


def difference(evaluated: Evaluated, one: int, other: int) -> tuple[float, float, float]:
    """Return by how much one candidate's value is above another's, with interval."""
    draws = evaluated.draws[:, one, HEADLINE] - evaluated.draws[:, other, HEADLINE]
    point = float(evaluated.arms[one].values[HEADLINE] - evaluated.arms[other].values[HEADLINE])
    return point, *interval(np.asarray(draws), INTERVAL_PERCENT)
