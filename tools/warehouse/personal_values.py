"""Tell by its values whether a column of the customer table is about a person."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cached_property
from typing import Final

import ibis
import pandas as pd

from tools.warehouse.columns import TEXT, Column
from tools.warehouse.contacts import is_card, kind_of_value
from tools.warehouse.importers.source import REASON
from tools.warehouse.personal_columns import spellings

# A column is personal when at least this share of a sample of its different values is of one personal kind. Below it,
# the column is taken for free text, and single addresses in it are masked. Low, since a needless split costs one
# attribute (and `public_columns` brings it back), while a missed one shows people's addresses.
PERSONAL_SHARE: Final = 0.3
SAMPLED_VALUES: Final = 1_000
# One look at this many rows tells of most columns; those with few values in them are looked at one by one.
SAMPLED_ROWS: Final = 20_000
FEW_VALUES: Final = 20


class Samples:
    """Different values of a customer table's columns as text, always the same ones, damaged rows apart."""

    def __init__(self, table: ibis.Table) -> None:
        self._rows = table.filter(table[REASON].isnull()) if REASON in table.columns else table
        self._types = table.schema()

    def __getitem__(self, column: str) -> list[str]:
        """Return up to `SAMPLED_VALUES` values of a column that are not empty."""
        values = _values(self._some[column])
        if len(values) >= FEW_VALUES or len(self._some) < SAMPLED_ROWS:
            return values
        text = self._rows.select(value=self._rows[column].cast(TEXT).strip())
        text = text.filter(text.value.notnull() & (text.value != "")).distinct()
        return _values(text.order_by([text.value.hexdigest("md5")]).limit(SAMPLED_VALUES).to_pandas()["value"])

    def type_of(self, column: str) -> ibis.expr.datatypes.DataType:
        """Return a column's type."""
        return self._types[column]

    @cached_property
    def _some(self) -> pd.DataFrame:
        columns = {name: self._rows[name].cast(TEXT).strip() for name in self._types if not name.startswith("_")}
        text = self._rows.select(**columns)
        turn = text[Column.CUSTOMER_ID if Column.CUSTOMER_ID in columns else next(iter(columns))].hexdigest("md5")
        return text.order_by([turn, *text.columns]).limit(SAMPLED_ROWS).to_pandas()


def _values(texts: pd.Series) -> list[str]:
    """Return the different texts of a column in an order that has nothing to do with their meaning."""
    found = {str(text) for text in texts.dropna().unique()} - {""}
    return sorted(found, key=lambda text: hashlib.md5(text.encode(), usedforsecurity=False).digest())[:SAMPLED_VALUES]


def only_flags(samples: Samples, column: str) -> bool:
    """Tell whether a column only says yes or no, so that `email` means that mail is wanted."""
    return samples.type_of(column).is_boolean() or all(value.lower() in spellings().flags for value in samples[column])


def kind_of_column(samples: Samples, column: str) -> str | None:
    """Return the personal kind of a column's values, or None.

    Text is looked at for all kinds; whole numbers only for cards, whose check digit and issuers tell them from ids.
    """
    kind = samples.type_of(column)
    if kind.is_integer():
        return most("card" if is_card(value) else None for value in samples[column])
    if kind.is_numeric() or kind.is_temporal() or kind.is_boolean():
        return None
    return most(kind_of_value(value, bare=True) for value in samples[column])


def most(kinds: object) -> str | None:
    """Return the kind of at least `PERSONAL_SHARE` of the values, the most frequent one; None where there is none.

    >>> most(["email", "email", None]), most(["email", None, None, None]), most([])
    ('email', None, None)
    """
    counts = Counter(kinds)  # type: ignore[call-overload]
    total = sum(counts.values())
    named = [(count, kind) for kind, count in counts.items() if kind]
    count, kind = max(named, default=(0, None))
    return kind if total and count >= PERSONAL_SHARE * total else None
