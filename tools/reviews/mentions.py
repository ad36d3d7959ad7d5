"""Which aspects reviews speak of, how often, and how: each review counts once for an aspect."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
import pandas as pd
from pydantic import Field
from scipy.special import expit, logit

from tools.reviews.book import AspectBook
from tools.reviews.judgement import SURE, Judged
from tools.reviews.quotes import Quote, pick_quotes
from tools.reviews.reader import Reading
from tools.reviews.trend import Change, Share, change, percent_of, share_of

LEAST_MENTIONS: Final = 3
"""Reviews that must speak of an aspect for it to be listed: fewer are one person's remark, or a misreading."""

MOST_WORDS: Final = 3
"""Words shown that named an aspect."""

EDGE: Final = 1e-3


class AspectShare(Share):
    """One thing that reviews speak of."""

    aspect: str = Field(description="Its name.")
    told: str = Field(description="What it is called in a sentence.")
    mentions: int = Field(ge=0, description="Reviews that speak of it.")
    neutral: int = Field(ge=0, description="Of those, without clear praise or complaint of it.")
    share_percent: float | None = Field(description="Reviews that speak of it, in percent; null below ten reviews.")
    share_low_percent: float | None = Field(description="Lower end of its 95 % interval.")
    share_high_percent: float | None = Field(description="Upper end of its 95 % interval.")
    words: tuple[str, ...] = Field(description="Words by which it was named most.")
    trend: Change = Field(description="Later half against earlier.")
    quotes: tuple[Quote, ...] = Field(description="Clearest praise and complaint: other people's words.")


def clause_table(reviews: pd.DataFrame, reading: Reading, judged: Judged) -> pd.DataFrame:
    """Return one row a clause of the readable reviews, as `pick_quotes` wants them, and its place in the reading."""
    owner = reading.owner
    frame = pd.DataFrame(
        {
            "row": np.arange(len(owner)),
            "clause": pd.Series(list(reading.clauses), dtype=object),
            "review": owner,
            "praise": reading.praise,
            "spoken_of": reading.aspects.sum(axis=1),
            "product_id": reviews["product_id"].to_numpy()[owner],
            "written_at": reviews["written_at"].to_numpy()[owner],
        }
    )
    frame["sentiment"] = np.select(
        [frame["praise"] >= SURE, frame["praise"] <= 1 - SURE], ["positive", "negative"], "neutral"
    )
    return frame[judged.readable[owner]]


def find_aspects(reviews: pd.DataFrame, reading: Reading, judged: Judged, book: AspectBook) -> tuple[AspectShare, ...]:
    """Return the aspects that enough reviews speak of, most spoken of first."""
    clauses = clause_table(reviews, reading, judged)
    of = int(judged.readable.sum())
    found = []
    for place, name in enumerate(book.names):
        mine = clauses[reading.aspects[clauses["row"].to_numpy(), place]]
        if mine["review"].nunique() >= LEAST_MENTIONS:
            found.append(_aspect(name, book.aspects[name].told, mine, of, reading))
    return tuple(sorted(found, key=lambda aspect: (-aspect.mentions, aspect.aspect)))


def _aspect(name: str, told: str, mine: pd.DataFrame, of: int, reading: Reading) -> AspectShare:
    verdicts = aspect_verdicts(mine)
    percent, low, high = percent_of(len(verdicts), of)
    named = Counter(reading.named[row, name] for row in mine["row"] if (row, name) in reading.named)
    words = sorted(named, key=lambda word: (-named[word], word))[:MOST_WORDS]
    written_at = mine.groupby("review")["written_at"].first()
    return AspectShare(
        aspect=name,
        told=told,
        mentions=len(verdicts),
        neutral=int((verdicts == "neutral").sum()),
        share_percent=percent,
        share_low_percent=low,
        share_high_percent=high,
        words=tuple(words),
        trend=change(verdicts, written_at),
        quotes=pick_quotes(mine),
        **share_of(verdicts).model_dump(),
    )


def aspect_verdicts(mine: pd.DataFrame) -> pd.Series[str]:
    """Return what each review says of an aspect, by the mean log-odds of its clauses about it.

    Args:
        mine: Clauses about the aspect: review, and praise as a probability.
    """
    odds = pd.Series(logit(mine["praise"].clip(EDGE, 1 - EDGE).to_numpy()), index=mine["review"].to_numpy())
    praise = expit(odds.groupby(level=0).mean())
    verdicts = np.select([praise >= SURE, praise <= 1 - SURE], ["positive", "negative"], "neutral")
    return pd.Series(verdicts, index=praise.index, dtype=object)
