"""Labelled reviews: a clothing shop's (CC0), the UCI's sentences, and the sentences labelled by hand here."""

from __future__ import annotations

import csv
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evals.datasets import dataset

HERE: Final = Path(__file__).parent / "data"
HELD_OUT_ONE_IN: Final = 5
"""Every fifth product, by the checksum of its id, is never learned from."""

DRAWN_WITH: Final = 0


@dataclass(frozen=True)
class Labelled:
    """Texts and whether each praises."""

    texts: tuple[str, ...]
    praise: NDArray[np.bool_]


@dataclass(frozen=True)
class Sentence:
    """One sentence labelled by hand: its aspects with their polarity."""

    id: str
    category: str
    text: str
    aspects: dict[str, str]


def held_out(product: object) -> bool:
    """Tell whether a product is kept for measuring.

    >>> [product for product in range(12) if held_out(product)]
    [6]
    """
    return zlib.crc32(str(product).encode()) % HELD_OUT_ONE_IN == 0


def clothing_reviews(held: bool, most: int | None = None, titles: bool = False) -> Labelled:
    """Return reviews (or their titles) of held-out products or of the others, in an order drawn once."""
    frame = pd.read_parquet(dataset("clothing_reviews") / "WomensClothingE-CommerceReviews.parquet.brotli")
    frame = frame[frame["Review Text"].notna()].sample(frac=1, random_state=DRAWN_WITH)
    chosen = frame[[held_out(product) == held for product in frame["Clothing ID"]]]
    column = "Title" if titles else "Review Text"
    chosen = chosen[chosen[column].notna()][:most]
    return Labelled(tuple(chosen[column]), chosen["Recommended IND"].to_numpy() == 1)


def uci_sentences(name: str) -> Labelled:
    """Return the sentences of one of amazon, imdb and yelp: 500 that praise and 500 that do not."""
    rows = json.loads((dataset("labelled_sentences") / f"{name}.json").read_text(encoding="utf-8"))
    known = [row for row in rows if row.get("class") in (0, 1)]
    return Labelled(tuple(row["text"] for row in known), np.array([row["class"] == 1 for row in known]))


def labelled_aspects(name: str = "review_aspects") -> tuple[Sentence, ...]:
    """Return the sentences labelled by hand."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(Sentence(row["id"], row["category"], row["text"], _aspects(row["aspects"])) for row in rows)


def _aspects(cell: str) -> dict[str, str]:
    """Read one cell.

    >>> _aspects("fit:negative|look:positive"), _aspects("")
    ({'fit': 'negative', 'look': 'positive'}, {})
    """
    pairs = (pair.split(":") for pair in cell.split("|") if pair)
    return {aspect: polarity for aspect, polarity in pairs}
