"""From the words for a product, category or department to what is forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tools.customers.segments import best_selling
from tools.demand.weekly_sales import TOTAL, Level
from tools.errors import ToolError
from tools.names import resolve_name
from tools.products.assortment import Sold, assortment
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

# Products whose names are searched for the words of a query, best-selling first.
NAMED_PRODUCTS: Final = 5_000


@dataclass(frozen=True)
class Subject:
    """What is forecast.

    Attributes:
        level: Total, department, category or product.
        key: Total, department, category or product_id, as in the store.
        label: The name to show.
        took: What the words were taken for, when they were not the name itself.
        category: Of a product.
    """

    level: Level
    key: str
    label: str
    took: str | None = None
    category: str | None = None


def find_subject(level: Level, name: str | None, view: StoreView) -> Subject:
    """Find what is meant by a level and a name.

    Raises:
        ToolError: A name is missing, or the store knows none like it.
    """
    if level == TOTAL:
        return Subject(
            level, TOTAL, TOTAL, None if name is None else f"took no notice of the name {name!r}: level is total"
        )
    if name is None:
        raise ToolError(f"level {level!r} has no name; expected the name of a {level}; try level 'total'")
    if level == "product":
        return _product(name, view)
    match = resolve_name(name, best_selling(view, level), level)
    return Subject(level, match.name, match.name, match.took(name))


def _product(words: str, view: StoreView) -> Subject:
    products = assortment(view)
    sold = products[products[Sold.LINES] > 0]
    if words in sold.index:
        row = sold.loc[words]
        return Subject("product", words, row[Column.NAME], None, row[Column.CATEGORY])
    ranked = sold.sort_values(Sold.LINES, ascending=False, kind="stable").head(NAMED_PRODUCTS)
    match = resolve_name(words, ranked[Column.NAME], "product")
    chosen = ranked[ranked[Column.NAME] == match.name].iloc[0]
    took = match.took(words) or f"took {words!r} as product {chosen.name}, the best-selling one of that name"
    return Subject("product", str(chosen.name), match.name, took, chosen[Column.CATEGORY])
