"""Tell by its values whether a column of the customer table is about a person."""

from __future__ import annotations

from collections import Counter
from typing import Final

import ibis

from tools.warehouse.columns import TEXT
from tools.warehouse.contacts import is_card, kind_of_value
from tools.warehouse.importers.source import REASON
from tools.warehouse.personal_columns import spellings

# A column is personal when at least this share of a sample of its different values is of one personal kind. Below it,
# the column is taken for free text, and single addresses in it are masked. Low, since a needless split costs one
# attribute (and `public_columns` brings it back), while a missed one shows people's addresses.
PERSONAL_SHARE: Final = 0.3
SAMPLED_VALUES: Final = 1_000


def sample(table: ibis.Table, column: str) -> list[str]:
    """Return up to `SAMPLED_VALUES` different values of a column as text, always the same ones; damaged rows apart."""
    rows = table.filter(table[REASON].isnull()) if REASON in table.columns else table
    values = rows.select(value=rows[column].cast(TEXT).strip())
    values = values.filter(values.value.notnull() & (values.value != "")).distinct()
    some = values.order_by([values.value.hexdigest("md5"), values.value]).limit(SAMPLED_VALUES)
    return [str(value) for value in some.to_pandas()["value"]]


def only_flags(table: ibis.Table, column: str) -> bool:
    """Tell whether a column only says yes or no, so that `email` means that mail is wanted."""
    return table[column].type().is_boolean() or all(
        value.lower() in spellings().flags for value in sample(table, column)
    )


def kind_of_column(table: ibis.Table, column: str) -> str | None:
    """Return the personal kind of a column's values, or None.

    Text is looked at for all kinds; whole numbers only for cards, whose check digit and issuers tell them from ids.
    """
    kind = table[column].type()
    if kind.is_integer():
        return most("card" if is_card(value) else None for value in sample(table, column))
    if kind.is_numeric() or kind.is_temporal() or kind.is_boolean():
        return None
    return most(kind_of_value(value, bare=True) for value in sample(table, column))


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
