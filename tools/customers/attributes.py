"""Attributes of customers: which a store knows, and the groups that one makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from tools.errors import ToolError
from tools.features import customer_features
from tools.names import Match, resolve_name
from tools.warehouse.columns import SPECS, Column, Table
from tools.warehouse.view import StoreView

SMALLEST_GROUP: Final = 5
"""Customers below which a group is not shown by itself: fewer describe persons. A house rule; statistical offices often
take three to five, US Medicare eleven (CMS cell size suppression policy)."""

MOST_GROUPS: Final = 12
"""Groups of one attribute; more cannot be read, and each has too few customers."""

RANGES: Final = 4
"""Ranges of like size that a number with many values is cut into."""

DECADE: Final = 10
SMALL: Final = "small groups"
ALSO_CALLED: Final = {"kids": "kids_count", "children": "kids_count", "sex": "gender", "household": "household_size"}
_NOT_ATTRIBUTES: Final = frozenset({"customer_id", "signed_up_at"})


def attribute_names(view: StoreView) -> list[str]:
    """Return the columns of customers that hold an attribute of somebody, those beyond the usual ones first."""
    customers = view.table(Table.CUSTOMERS)
    usual = SPECS[Table.CUSTOMERS].types
    named = [name for name in customers.columns if name not in _NOT_ATTRIBUTES and not name.startswith("_")]
    if not named:
        return []
    known = customers.aggregate(**{name: customers[name].count() for name in named}).to_pandas().iloc[0]
    return sorted((name for name in named if known[name] > 0), key=lambda name: name in usual)


def find_attribute(view: StoreView, words: str) -> Match:
    """Find the attribute that the words mean.

    Raises:
        ToolError: The store knows none, or none of that name; the message names the nearest.
    """
    names = attribute_names(view)
    if not names:
        raise ToolError(
            f"customers of store {view.meta.name!r} have no attributes; expected a column such as age or income in the "
            "customers table; try importing it"
        )
    said = " ".join(words.lower().replace("_", " ").split())
    if said == "age" and "age" not in names and "birth_year" in names:
        return Match("birth_year", "meaning")
    if ALSO_CALLED.get(said) in names:
        return Match(ALSO_CALLED[said], "meaning")
    return resolve_name(words, names, "attribute")


def comparable_attribute(view: StoreView, preferred: Sequence[str]) -> str | None:
    """Return the first attribute of a list by which a store's customers make two groups that may be shown."""
    known = set(attribute_names(view))
    names = list(customer_features(view).index)
    for name in preferred:
        if name in known:
            sizes = attribute_groups(view, name, names).value_counts()
            if len(sizes.drop(SMALL, errors="ignore")) > 1:
                return name
    return None


def attribute_groups(view: StoreView, name: str, customer_ids: Sequence[str]) -> pd.Series[str]:
    """Return the group of each customer by an attribute; missing where it is not known.

    Numbers with many values become ranges, years of birth become ages by decade, and groups of fewer than
    `SMALLEST_GROUP` customers are put together.

    Returns:
        Groups by customer, in the order given.
    """
    values = view.frame(Table.CUSTOMERS, [Column.CUSTOMER_ID, name]).set_index(Column.CUSTOMER_ID)[name]
    groups = _labelled(values.reindex(pd.Index(customer_ids)), name, view.as_of.year)
    sizes = groups.value_counts()
    ranked = sorted(sizes.index, key=lambda label: (-int(sizes[label]), label))
    shown = [label for label in ranked if sizes[label] >= SMALLEST_GROUP][:MOST_GROUPS]
    return groups.where(groups.isin(shown) | groups.isna(), SMALL)


def _labelled(values: pd.Series, name: str, year: int) -> pd.Series[str]:
    """Write each value as the label of its group."""
    if name == "birth_year":
        decade = (year - values.astype("Float64")) // DECADE * DECADE
        return decade.map(lambda start: f"{int(start)}-{int(start) + DECADE - 1}", na_action="ignore").astype("object")
    if pd.api.types.is_numeric_dtype(values) and values.nunique() > MOST_GROUPS:
        cut = pd.qcut(values.astype(float), RANGES, duplicates="drop")
        return cut.map(lambda span: f"{span.left:g} to {span.right:g}", na_action="ignore").astype("object")
    texts = values.map(_written, na_action="ignore")
    return texts.where(texts != "", None).astype("object")


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def group_order(labels: Sequence[str]) -> list[str]:
    """Return labels by the number they start with, words after, small groups last.

    >>> group_order(["65+", "19-24", "small groups", "Under 15K", "100-124K", "15-24K"])
    ['15-24K', '19-24', '65+', '100-124K', 'Under 15K', 'small groups']
    """

    def place(label: str) -> tuple[bool, float, str]:
        digits = label.lstrip()[: len(label) - len(label.lstrip("0123456789."))].rstrip(".")
        return label == SMALL, float(digits) if digits else float("inf"), label

    return sorted(labels, key=place)
