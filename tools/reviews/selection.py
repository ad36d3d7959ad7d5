"""Which reviews a question is about: of a product or category, of the last months, each text once, at most so many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from tools.anomalies.reviews import find_odd_reviews
from tools.names import resolve_name
from tools.products.assortment import assortment, categories_by_sales
from tools.reviews.clauses import LONGEST_TEXT, words
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

MOST_REVIEWS: Final = 1_000
"""Reviews that are read; beyond, a sample. A share of 1,000 is within 3 points (Wilson), and takes half a minute."""

FEWEST_WORDS: Final = 5
"""Words from which the same text twice is a copy: "Great product" may be said by two people."""

STARS: Final = 5.0
SCALES: Final = (5.0, 10.0, 100.0)
"""Rating scales that shops use; the least that holds every rating is taken."""


@dataclass(frozen=True)
class Selection:
    """Reviews to be read.

    Attributes:
        frame: product_id, written_at, stars, text, customer_id; by time.
        found: Reviews that the question is about.
        copies: Of those, texts said before and left out.
        product: Name of the product, as the store has it.
        category: Name of the category, as the store has it.
        notes: What a reader must know.
    """

    frame: pd.DataFrame
    found: int
    copies: int
    product: str | None
    category: str | None
    notes: tuple[str, ...]


def select_reviews(view: StoreView, product: str | None, category: str | None, months: int | None) -> Selection:
    """Choose the reviews.

    Raises:
        ToolError: The store has no reviews table, or does not know the product or category.
    """
    view.require(Table.REVIEWS)
    everything = _readable(view)
    notes: list[str] = []
    mine = everything
    if product is not None:
        product_id, product = _product(product, view, everything, notes)
        mine = mine[mine["product_id"] == product_id]
    if category is not None:
        category, members = _category(category, view, notes)
        mine = mine[mine["product_id"].isin(members)]
    if months is not None:
        mine = _lately(mine, pd.Timestamp(view.as_of) - pd.DateOffset(months=months), months, notes)
    kept = mine[~_copied(mine["text"])]
    notes += _odd(mine, len(mine) - len(kept))
    if len(kept) > MOST_REVIEWS:
        notes.append(f"{len(kept):,} reviews are more than are read; a sample of {MOST_REVIEWS:,} was drawn")
    chosen = kept.sample(min(len(kept), MOST_REVIEWS), random_state=view.seed).sort_index()
    return Selection(chosen.reset_index(drop=True), len(mine), len(mine) - len(kept), product, category, tuple(notes))


def _readable(view: StoreView) -> pd.DataFrame:
    """Return all reviews by time, ratings on five stars, no text as an empty one."""
    frame = view.frame(Table.REVIEWS, ["product_id", "written_at", "rating", "text", "customer_id"])
    top = frame["rating"].max()
    scale = next((scale for scale in SCALES if not top > scale), top)
    frame = frame.assign(
        stars=frame.pop("rating") * STARS / scale,
        text=frame["text"].fillna("").astype(str).str[:LONGEST_TEXT],
        _given=range(len(frame)),
    )
    ordered = frame.sort_values(["written_at", "product_id", "_given"], kind="stable")
    return ordered.drop(columns="_given").reset_index(drop=True)


def _product(asked: str, view: StoreView, reviews: pd.DataFrame, notes: list[str]) -> tuple[str, str]:
    """Return the id and the name of a product that was named by either."""
    products = view.frame(Table.PRODUCTS, [Column.PRODUCT_ID, Column.NAME])
    names = dict(zip(products[Column.PRODUCT_ID].astype(str), products[Column.NAME].fillna(""), strict=True))
    if asked in names or (reviews["product_id"] == asked).any():
        return asked, names.get(asked) or asked
    ids = {name: product_id for product_id, name in reversed(names.items())}
    match = resolve_name(asked, [*ids, *names], "product")
    notes += [took] if (took := match.took(asked)) else []
    found = ids.get(match.name, match.name)
    return found, names.get(found) or found


def _category(asked: str, view: StoreView, notes: list[str]) -> tuple[str, pd.Index[str]]:
    """Return a category's (or department's) name and its products."""
    products = assortment(view)
    departments = products[Column.DEPARTMENT].dropna().unique()
    match = resolve_name(asked, [*categories_by_sales(products), *sorted(map(str, departments))], "category")
    notes += [took] if (took := match.took(asked)) else []
    inside = (products[Column.CATEGORY] == match.name) | (products[Column.DEPARTMENT] == match.name)
    return match.name, products.index[inside]


def _lately(mine: pd.DataFrame, since: pd.Timestamp, months: int, notes: list[str]) -> pd.DataFrame:
    first = mine["written_at"].min()
    if len(mine) and first > since:
        notes.append(f"the first of these reviews is of {first:%Y-%m-%d}, later than {months} months back")
    return mine[mine["written_at"] >= since]


def _copied(texts: pd.Series[str]) -> pd.Series[bool]:
    """Tell which texts were said before, but for case and punctuation.

    >>> _copied(pd.Series(["It fits me very well!", "it fits me, very well", "Great", "Great"])).tolist()
    [False, True, False, False]
    """
    plain = texts.map(lambda text: " ".join(words(text)))
    return plain.duplicated() & (plain.str.count(" ") >= FEWEST_WORDS - 1)


def _odd(mine: pd.DataFrame, copies: int) -> list[str]:
    """Say what check_anomalies finds among the reviews, and how many copies were left out."""
    notes = [f"{copies} reviews repeat another's words; each text counts once"] if copies else []
    if len(mine):
        sales = pd.DataFrame({"product_id": [], "on": pd.to_datetime([]), "revenue": []})
        first = mine["written_at"].min()
        found = find_odd_reviews(mine.assign(rating=mine["stars"]), sales, first).found
        if found:
            notes.append(f"{len(found)} odd things among these reviews, such as {found[0].what}; see check_anomalies")
    return notes
