"""Whether each review is positive, negative, or better not judged, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.calibration import fit_calibration
from tools.reviews.language import is_english, may_mock
from tools.reviews.reader import Reading

Verdict = Literal["positive", "negative", "uncertain"]
Why = Literal["mixed", "stars_disagree", "may_be_ironic", "not_english", "unclear", "nothing_said"]

SURE: Final = 0.6
"""Probability from which a review or clause counts as praise; below 1 minus it, as its opposite."""

VERY_SURE: Final = 0.75
"""Probability asked of both sides of a mixed review, of a text that its stars contradict, and of one with three."""

LOW, HIGH = 2.0, 4.0
"""Stars up to the one and from the other are a verdict of their own; three are none."""

LEAST_RATED: Final = 30
"""Reviews with text and low stars, and as many with high ones, from which the shop's ratings set the threshold."""


@dataclass(frozen=True)
class Judged:
    """What was made of the reviews, in their order.

    Attributes:
        verdicts: One of `Verdict` each.
        reasons: One of `Why` where uncertain, else None.
        readable: Whether the text was judged: it has words, is English and does not seem to mock.
        by_stars: Whether the verdict is that of the stars alone, for want of text.
        adapted: Whether the shop's own ratings set the threshold.
    """

    verdicts: tuple[Verdict, ...]
    reasons: tuple[Why | None, ...]
    readable: NDArray[np.bool_]
    by_stars: NDArray[np.bool_]
    adapted: bool


def judge_reviews(reviews: pd.DataFrame, reading: Reading) -> Judged:
    """Judge reviews (columns text, stars) from their reading."""
    stars = reviews["stars"].to_numpy(float)
    written = ~np.isnan(reading.reviews)
    english = np.array([is_english(text) for text in reviews["text"]], dtype=bool)
    mocking = np.array([may_mock(text) for text in reviews["text"]], dtype=bool)
    readable = written & english & ~mocking
    praise, adapted = _adapted(reading.reviews, stars, readable)
    torn = _torn(reading, len(reviews))
    pairs: list[tuple[Verdict, Why | None]] = []
    for row in range(len(reviews)):
        if not written[row]:
            pairs.append(_by_stars(stars[row]))
        elif not english[row]:
            pairs.append(("uncertain", "not_english"))
        elif mocking[row]:
            pairs.append(("uncertain", "may_be_ironic"))
        else:
            pairs.append(_by_text(praise[row], stars[row], bool(torn[row])))
    rated = ~written & ((stars <= LOW) | (stars >= HIGH))
    return Judged(tuple(v for v, _ in pairs), tuple(w for _, w in pairs), readable, rated, adapted)


def _by_stars(stars: float) -> tuple[Verdict, Why | None]:
    if stars >= HIGH:
        return "positive", None
    return ("negative", None) if stars <= LOW else ("uncertain", "nothing_said")


def _by_text(praise: float, stars: float, torn: bool) -> tuple[Verdict, Why | None]:
    """Judge by text, unless the stars say the opposite or the text says both.

    >>> _by_text(0.9, float("nan"), False), _by_text(0.9, 1.0, False), _by_text(0.5, 3.0, True)
    (('positive', None), ('uncertain', 'stars_disagree'), ('uncertain', 'mixed'))
    """
    if (stars <= LOW and praise >= VERY_SURE) or (stars >= HIGH and praise <= 1 - VERY_SURE):
        return "uncertain", "stars_disagree"
    if torn and 1 - VERY_SURE < praise < VERY_SURE:
        return "uncertain", "mixed"
    sure = VERY_SURE if LOW < stars < HIGH else SURE
    if praise >= sure:
        return "positive", None
    return ("negative", None) if praise <= 1 - sure else ("uncertain", "unclear")


def _torn(reading: Reading, count: int) -> NDArray[np.bool_]:
    """Tell which reviews have both a clause that praises and one that does the opposite."""
    up = np.bincount(reading.owner[reading.praise >= VERY_SURE], minlength=count) > 0
    down = np.bincount(reading.owner[reading.praise <= 1 - VERY_SURE], minlength=count) > 0
    return np.asarray(up & down)


def _adapted(
    praise: NDArray[np.float64], stars: NDArray[np.float64], readable: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], bool]:
    """Fit probabilities to the shop's own stars, where it has enough of them."""
    rated = readable & ((stars <= LOW) | (stars >= HIGH))
    high = stars[rated] >= HIGH
    if min(high.sum(), (~high).sum()) < LEAST_RATED:
        return praise, False
    fitted = fit_calibration(praise[rated], high.astype(float))
    return np.where(readable, fitted.apply(np.nan_to_num(praise, nan=0.5)), praise), True
