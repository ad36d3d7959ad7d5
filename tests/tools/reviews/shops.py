"""The tiny shop with reviews, and a reader whose every verdict can be followed by eye.

The pretended encoder counts words; its head knows `good` (+8) and `bad` (-8) and nothing else. So a clause with `good`
among its four different words praises with log-odds 8 / 4^0.5, and one with neither is even.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import ibis
import numpy as np
import pandas as pd

from tests.bag_of_words import SIZE, BagOfWords
from tests.tiny import AS_OF, frames
from tools.estimators.sentiment import SentimentHead
from tools.reviews.book import Aspect, AspectBook
from tools.reviews.reader import Reader
from tools.reviews.vectors import TextVectors
from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables

HEAD = SentimentHead(BagOfWords.sha256, 0.0, np.zeros(SIZE), {"good": 8.0, "bad": -8.0})
BOOK = AspectBook(
    {
        "taste": Aspect(
            told="taste", words=("taste*", "flavour"), praise=("lovely aroma",), complaints=("dull aroma",)
        ),
        "price": Aspect(told="price", words=("price*",), praise=("costs little",), complaints=("costs much",)),
        "nothing": Aspect(told="nothing", praise=("nice thing",), complaints=("poor thing",)),
    }
)


def reader(report: list[str] | None = None) -> Reader:
    """Return the pretended reader."""
    lines = [] if report is None else report
    return Reader(TextVectors(BagOfWords(), lines.append), HEAD, BOOK)


def review_frame(rows: Sequence[tuple[str, str, float | None, str | None]]) -> pd.DataFrame:
    """Return reviews of (product, day, stars, text)."""
    frame = pd.DataFrame(rows, columns=["product_id", "written_at", "rating", "text"])
    return frame.assign(
        written_at=pd.to_datetime(frame["written_at"]),
        rating=frame["rating"].astype(float),
        text=frame["text"].astype("string"),
        customer_id=pd.Series([None] * len(frame), dtype="string"),
    )


def review_view(path: Path, reviews: pd.DataFrame, seed: int = 0) -> StoreView:
    """Write the tiny shop with these reviews and return it as of 1 July 2024."""
    engine = connect()
    tables = {
        name: canonical(name, ibis.memtable(frame)) for name, frame in {**frames(), Table.REVIEWS: reviews}.items()
    }
    with replacing(path) as folder:
        write_tables(engine, tables, folder)
        write_meta(
            engine, folder, path.name, ShopFacts(shop_name="Tiny Shop", source="made by hand"), dt.datetime(2024, 7, 6)
        )
    return StoreView(Store(path), AS_OF, seed)
