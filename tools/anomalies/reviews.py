"""Odd reviews: many of one product within days, and the same text again and again.

The text is somebody else's: it is compared, and quoted in a few words, and never read as anything but text.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import nbinom

from tools.anomalies.suspicion import FALSE_ALARM_RATE, LEAST_UNITS, Search, Suspicion, ranked, score_of

BURST_DAYS: Final = 3
"""Length of the window that is counted."""

FEWEST_IN_BURST: Final = 5
CLUSTERING: Final = 3.0
"""Size of the negative binomial that ordinary reviews follow: launches and promotions bring several at a time."""

PRIOR_DAYS: Final = 30.0
"""Days that the shop's rate counts for in a product's own."""

FEWEST_COPIES: Final = 3
FEWEST_WORDS: Final = 5
"""Words of a text below which others may well have said the same."""

LONGEST_QUOTE: Final = 60
SALES_DAYS: Final = 28
LOW, HIGH = 2.0, 4.0
"""Ratings up to the one and from above the other are extreme, on five stars."""

_WORD: Final = re.compile(r"\w+")
_DAY: Final = pd.Timedelta(days=1)


def find_odd_reviews(reviews: pd.DataFrame, sales: pd.DataFrame, since: pd.Timestamp) -> Search:
    """Find odd reviews since a moment; what is usual is learned from all of them.

    Args:
        reviews: Columns product_id, written_at, rating, text, customer_id.
        sales: Columns product_id, on, revenue, for the money at risk.
        since: First moment looked at.
    """
    ordered = reviews.sort_values(["product_id", "written_at"], kind="stable").reset_index(drop=True)
    lately = int((ordered["written_at"] >= since).sum())
    found = [*_copies(ordered, sales, since)]
    warnings = []
    if len(ordered) < LEAST_UNITS:
        warnings.append(f"{len(ordered)} reviews are too few to tell a burst (at least {LEAST_UNITS})")
    else:
        found += _bursts(ordered, sales, since)
    return Search(
        unit="reviews",
        examined=lately,
        found=ranked(found),
        expected_false=round(FALSE_ALARM_RATE * lately, 1) if len(ordered) >= LEAST_UNITS else 0.0,
        threshold=(
            f"odd are {FEWEST_IN_BURST} or more reviews of a product within {BURST_DAYS} days, where one ordinary "
            f"review in {1 / FALSE_ALARM_RATE:,.0f} starts so many, and a text of {FEWEST_WORDS} words or more, "
            f"written {FEWEST_COPIES} times or more"
        ),
        money=f"what the products sold in the {SALES_DAYS} days up to the last of these reviews",
        warnings=tuple(warnings),
    )


def _bursts(reviews: pd.DataFrame, sales: pd.DataFrame, since: pd.Timestamp) -> list[Suspicion]:
    end = reviews["written_at"].max() + _DAY
    ages = (end - reviews.groupby("product_id")["written_at"].min()) / _DAY
    everybody = len(reviews) / float(ages.sum())
    found = []
    for product, mine in reviews.groupby("product_id", sort=True):
        if len(mine) < FEWEST_IN_BURST:
            continue
        moments = mine["written_at"].to_numpy()
        last = np.searchsorted(moments, moments + np.timedelta64(BURST_DAYS, "D"), "right")
        counts = last - np.arange(len(moments))
        rate = (len(moments) - counts + PRIOR_DAYS * everybody) / (float(ages[product]) + PRIOR_DAYS)
        usual = rate * BURST_DAYS
        p_values = nbinom.sf(counts - 2, CLUSTERING, CLUSTERING / (CLUSTERING + usual))
        free = np.full(len(moments), True)
        for place in np.lexsort((np.arange(len(moments)), p_values)):
            inside = slice(place, last[place])
            if p_values[place] >= FALSE_ALARM_RATE or counts[place] < FEWEST_IN_BURST or not free[inside].all():
                continue
            free[inside] = False
            if moments[last[place] - 1] >= since.to_datetime64():
                burst = mine.iloc[inside]
                told = f"{usual[place]:.1f} in {BURST_DAYS} days is usual; {_ratings(burst, mine)}"
                what = f"{len(burst)} reviews of product {product} within {BURST_DAYS} days"
                found.append(_suspicion(burst, sales, "review_burst", what, score_of(float(p_values[place])), told))
    return found


def _ratings(burst: pd.DataFrame, everything: pd.DataFrame) -> str:
    """Say how extreme the ratings are, beside the product's other ratings."""
    others = everything["rating"].drop(burst.index)
    beside = f", the others {others.mean():.1f}" if len(others) else ""
    low, high = int((burst["rating"] < LOW).sum()), int((burst["rating"] > HIGH).sum())
    best, name = (low, "lowest") if low > high else (high, "highest")
    return f"{best} of {len(burst)} give the {name} rating; mean {burst['rating'].mean():.1f}{beside}"


def _copies(reviews: pd.DataFrame, sales: pd.DataFrame, since: pd.Timestamp) -> list[Suspicion]:
    """Find texts that were written again and again, but for case, punctuation and spaces."""
    plain = reviews["text"].fillna("").map(lambda text: " ".join(_WORD.findall(text.lower())))
    long = plain[plain.str.count(" ") >= FEWEST_WORDS - 1]
    counts = long.value_counts()
    found = []
    for text in sorted(counts[counts >= FEWEST_COPIES].index):
        copies = reviews.loc[long.index[long == text]].sort_values("written_at", kind="stable")
        if copies["written_at"].iloc[-1] >= since:
            products = copies["product_id"].nunique()
            what = f"{len(copies)} reviews of {products} product{'s' if products > 1 else ''} with one text"
            score = len(copies) / FEWEST_COPIES
            told = "the same words but for case and punctuation"
            found.append(_suspicion(copies, sales, "repeated_text", what, score, told, _quoted(copies["text"].iloc[0])))
    return found


def _quoted(text: str) -> str:
    """Return the first words of a text, printable and short.

    >>> _quoted(f"Great{chr(10)}{chr(27)}product")
    'Great product'
    """
    words = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"


def _suspicion(
    reviews: pd.DataFrame,
    sales: pd.DataFrame,
    kind: str,
    what: str,
    score: float,
    reason: str,
    quote: str | None = None,
) -> Suspicion:
    start, end = reviews["written_at"].iloc[0], reviews["written_at"].iloc[-1]
    about = (
        sales["product_id"].isin(reviews["product_id"]) & (sales["on"] <= end) & (sales["on"] > end - SALES_DAYS * _DAY)
    )
    return Suspicion(
        kind=kind,  # type: ignore[arg-type]
        what=what,
        starts_at=start,
        ends_at=end,
        score=score,
        reason=reason,
        units=tuple(map(str, reviews.index)),
        money=float(sales.loc[about, "revenue"].sum()),
        customer_ids=tuple(map(str, dict.fromkeys(reviews["customer_id"].dropna()))),
        quote=quote,
    )
