"""What the shop sells: each product with how it has sold so far and whether a campaign may offer it."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import pandas as pd
import yaml
from pydantic import Field, TypeAdapter

from tools.frozen import Frozen
from tools.warehouse.columns import Column, Table
from tools.warehouse.folder import StoreFolder
from tools.warehouse.view import StoreView

# A product not sold in half a year is taken as no longer carried; one sold in the last eight weeks as on the shelf.
CARRIED_WEEKS: Final = 26
RECENT_WEEKS: Final = 8
RULES_FILE: Final = Path(__file__).parents[1] / "data" / "not_offered.yaml"


class Sold:
    """Columns of `assortment` beyond those of the products table."""

    BUYERS: Final = "buyers"
    RECENT_BUYERS: Final = "recent_buyers"
    LINES: Final = "lines"
    UNITS: Final = "units"
    FIRST_AT: Final = "first_at"
    LAST_AT: Final = "last_at"
    IN_STOCK: Final = "in_stock"
    FINDABLE: Final = "findable"
    FOR_EVERYBODY: Final = "for_everybody"
    OFFERED: Final = "offered"


class NotOffered(Frozen):
    """One rule of `not_offered.yaml`."""

    labels: tuple[str, ...] = Field((), description="Whole names of a category or department.")
    words: tuple[str, ...] = Field((), description="Looked for inside the names of category and department.")
    kind: Literal["paperwork", "unasked"] = Field(description="Never shown, or shown only when asked for.")
    why: str = Field(min_length=1, description="The reason, with its source where it is a rule of law.")


class ShownProduct(Frozen):
    """What a reader sees of a product."""

    name: str = Field(description="Name as it may be shown.")
    category: str | None = Field(description="Category in the store.")
    department: str | None = Field(description="Department in the store.")
    brand: str | None = Field(description="Brand, if known.")
    price: float | None = Field(description="Price in the store's currency.")


def described(row: pd.Series) -> ShownProduct:
    """Return what a reader sees of one row of `assortment`."""
    texts = {name: _text(row[name]) for name in (Column.CATEGORY, Column.DEPARTMENT, Column.BRAND)}
    price = row[Column.PRICE]
    return ShownProduct(name=row[Column.NAME], price=None if pd.isna(price) else round(float(price), 2), **texts)


def categories_by_sales(products: pd.DataFrame) -> list[str]:
    """Return the categories of an assortment, the one with the most order lines first."""
    lines = products.groupby(Column.CATEGORY)[Sold.LINES].sum().reset_index()
    return list(lines.sort_values([Sold.LINES, Column.CATEGORY], ascending=[False, True])[Column.CATEGORY])


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


@lru_cache
def rules() -> tuple[NotOffered, ...]:
    """Read the products that a campaign does not offer of its own accord."""
    content = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))
    return TypeAdapter(tuple[NotOffered, ...]).validate_python(content)


def assortment(view: StoreView) -> pd.DataFrame:
    """Return every product, indexed by product_id and sorted by it, with its sales before `as_of`.

    Columns: name, category, department, brand, description, price, cost, and those of `Sold`. `findable`: active,
    priced, not paperwork, and either sold within 26 weeks or never yet. `for_everybody`: findable and under no rule.
    `offered`: that, sold within 8 weeks, and not out of stock where the shop counts its stock.
    """
    return _assortment(view.store, view.meta.version, view.as_of)


@lru_cache(maxsize=4)
def _assortment(store: StoreFolder, version: str, as_of: dt.date) -> pd.DataFrame:
    view = StoreView(store, as_of)
    columns = [Column.PRODUCT_ID, Column.NAME, Column.CATEGORY, Column.DEPARTMENT, Column.BRAND, "description"]
    products = view.frame(Table.PRODUCTS, [*columns, Column.PRICE, Column.COST, Column.ACTIVE])
    table = products.set_index(Column.PRODUCT_ID).sort_index().join(_sales(view))
    counts = [Sold.BUYERS, Sold.RECENT_BUYERS, Sold.LINES, Sold.UNITS]
    table[counts] = table[counts].fillna(0).astype("int64")
    table[Sold.IN_STOCK] = ~table.index.isin(_out_of_stock(view))
    return _with_flags(table, pd.Timestamp(as_of)).drop(columns=Column.ACTIVE)


def _out_of_stock(view: StoreView) -> list[str]:
    """Return the products whose last known stock is nothing; a product that was never counted may be there."""
    if not view.has(Table.STOCK):
        return []
    counts = view.frame(Table.STOCK, [Column.PRODUCT_ID, Column.AT, Column.UNITS]).sort_values(
        [Column.PRODUCT_ID, Column.AT], kind="stable"
    )
    last = counts.drop_duplicates(Column.PRODUCT_ID, keep="last")
    return list(last.loc[last[Column.UNITS] <= 0, Column.PRODUCT_ID])


def _sales(view: StoreView) -> pd.DataFrame:
    lines = view.table(Table.ORDER_LINES)
    recent = lines[Column.ORDERED_AT] >= pd.Timestamp(view.now - dt.timedelta(weeks=RECENT_WEEKS))
    sales = lines.group_by(Column.PRODUCT_ID).aggregate(
        **{
            Sold.BUYERS: lines[Column.CUSTOMER_ID].nunique(),
            Sold.RECENT_BUYERS: lines[Column.CUSTOMER_ID].nunique(where=recent),
            Sold.LINES: lines.count(),
            Sold.UNITS: lines[Column.QUANTITY].sum().round(),
            Sold.FIRST_AT: lines[Column.ORDERED_AT].min(),
            Sold.LAST_AT: lines[Column.ORDERED_AT].max(),
        }
    )
    frame = sales.to_pandas().set_index(Column.PRODUCT_ID)
    return frame.astype({Sold.FIRST_AT: "datetime64[ns]", Sold.LAST_AT: "datetime64[ns]"})


def _with_flags(table: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    kinds = kind_of_labels(table)
    carried = table[Sold.LAST_AT].isna() | (table[Sold.LAST_AT] >= now - pd.Timedelta(weeks=CARRIED_WEEKS))
    active = table[Column.ACTIVE].astype("boolean").fillna(value=True).astype(bool)
    findable = active & (table[Column.PRICE] > 0) & carried & (kinds != "paperwork")
    for_everybody = findable & (kinds != "unasked")
    offered = for_everybody & (table[Sold.RECENT_BUYERS] > 0) & table[Sold.IN_STOCK]
    return table.assign(**{Sold.FINDABLE: findable, Sold.FOR_EVERYBODY: for_everybody, Sold.OFFERED: offered})


def kind_of_labels(table: pd.DataFrame) -> pd.Series:
    """Return for each product the kind of the first rule that its category or department falls under, or ''."""
    pairs = table[[Column.CATEGORY, Column.DEPARTMENT]].fillna("").astype(str)
    kinds = {pair: not_offered_kind(*pair) for pair in pairs.drop_duplicates().itertuples(index=False, name=None)}
    return pd.Series([kinds[pair] for pair in pairs.itertuples(index=False, name=None)], index=table.index)


def not_offered_kind(*labels: str) -> str:
    """Return `paperwork` or `unasked` if one of the labels falls under such a rule, else ''.

    >>> not_offered_kind("Domestic wine", "Grocery"), not_offered_kind("Fuel"), not_offered_kind("Beef", "Meat")
    ('unasked', 'paperwork', '')
    """
    return next((rule.kind for rule in rules() if any(_falls_under(rule, label) for label in labels)), "")


def _falls_under(rule: NotOffered, label: str) -> bool:
    words = "|".join(re.escape(word) for word in rule.words)
    return label.lower() in rule.labels or bool(words and re.search(rf"\b(?:{words})\b", label, re.IGNORECASE))
