"""Mask what leads to a person in free text, row by row, and count it as a repair."""

from __future__ import annotations

from typing import Final

import ibis
import pandas as pd

from tools.warehouse.cells import SEPARATOR
from tools.warehouse.columns import SPECS, TEXT, Column, Table
from tools.warehouse.contacts import masked
from tools.warehouse.importers.source import REPAIR
from tools.warehouse.pseudonyms import keyed_column, may_be_address, normals

# Canonical columns that people write into freely, and whether customers do.
FREE_TEXT: Final = {
    Table.REVIEWS: {"text": True},
    Table.EVENTS: {"query": True},
    Table.PRODUCTS: {"name": False, "description": False, "attributes": False},
    Table.CAMPAIGNS: {"name": False},
}
# Ids that a customer may be part of. Those of products and campaigns are the shop's own, and promotions have millions.
IDS: Final = ("order_id", "coupon_id")
# File names with a scale in them (`shoe@2x.png`) look like addresses; neither links nor ids are free text.
NOT_TEXT: Final = ("image_url", "product_id", "campaign_id", "offer_id", "creative_id")
# Cheap signs that a text is worth a closer look: an @, seven digits near each other, or the start of an IBAN.
SUSPECT: Final = r"@|(?:[0-9][^0-9A-Za-z]{0,3}){7}|[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4}"
ADDRESS_IN_ID: Final = r"[^@\s]@[^@\s]+\.[^@\s]"
REPAIRS: Final = {
    "email": "an e-mail address was masked",
    "phone": "a telephone number was masked",
    "card": "a card number was masked",
    "iban": "a bank account number was masked",
}
ID_REPAIR: Final = "an e-mail address in an id was replaced by a pseudonym"


def suspects(name: str, table: ibis.Table, public: frozenset[str]) -> frozenset[str]:
    """Return the columns with at least one value worth a closer look: one pass over the table.

    Args:
        name: Canonical name of the table.
        table: Its rows.
        public: Columns that are not to be looked at.
    """
    tests = {column: _sign(name, table, column).any() for column in table.columns if _is_text(table, column)}
    tests = {column: test for column, test in tests.items() if column not in public}
    if Column.CUSTOMER_ID in table.columns:
        tests[Column.CUSTOMER_ID] = may_be_address(table[Column.CUSTOMER_ID].cast(TEXT)).any()
    if not tests:
        return frozenset()
    seen = table.aggregate(**tests).to_pandas().iloc[0]
    return frozenset(column for column in tests if seen[column] is True or seen[column] == 1)


def mask_table(name: str, table: ibis.Table, columns: frozenset[str], key: bytes) -> ibis.Table:
    """Return a table whose free text holds no e-mail address, telephone, card or account number.

    Args:
        name: Canonical name of the table.
        table: Its rows, personal columns already taken out.
        columns: Those that `suspects` found.
        key: The store's secret; an id with an e-mail address in it is replaced by a pseudonym.
    """
    for column in (column for column in table.columns if column in columns and column != Column.CUSTOMER_ID):
        table = _keyed_id(table, column, key) if column in IDS else _masked(table, column, _by_customers(name, column))
    return table


def _is_text(table: ibis.Table, column: str) -> bool:
    skipped = column.startswith("_") or column == Column.CUSTOMER_ID or column in NOT_TEXT
    return table[column].type().is_string() and not skipped


def _sign(name: str, table: ibis.Table, column: str) -> ibis.Value:
    """Return what to look for: in codes and ids only an e-mail address, since their digits are nobody's number."""
    free = column in FREE_TEXT.get(name, {}) or (name == Table.CUSTOMERS and column not in SPECS[name].types)
    return table[column].re_search(SUSPECT) if free else table[column].contains("@")


def _by_customers(name: str, column: str) -> bool:
    return FREE_TEXT.get(name, {}).get(column, True)


def _keyed_id(table: ibis.Table, column: str, key: bytes) -> ibis.Table:
    told = table[column].re_search(ADDRESS_IN_ID).fill_null(False)
    fresh = told.ifelse(keyed_column(normals(table[column]), key), table[column])
    return _repaired(table.mutate(**{column: fresh, "_told": told.ifelse(ID_REPAIR, ibis.null(TEXT))}))


def _masked(table: ibis.Table, column: str, by_customers: bool) -> ibis.Table:
    looked_at = table.filter(table[column].re_search(SUSPECT)).select(column).distinct().to_pandas()[column]
    changed = [
        (text, fresh, SEPARATOR.join(REPAIRS[kind] for kind in kinds))
        for text, (fresh, kinds) in ((text, masked(text, by_customers=by_customers)) for text in looked_at)
        if kinds
    ]
    if not changed:
        return table
    fresh = ibis.memtable(pd.DataFrame(changed, columns=["_was", "_is", "_told"]))
    joined = table.left_join(fresh, table[column] == fresh["_was"])
    return _repaired(joined.mutate(**{column: joined["_is"].coalesce(joined[column])}).drop("_was", "_is"))


def _repaired(table: ibis.Table) -> ibis.Table:
    """Add what was done (`_told`) to the row's repair."""
    given = table[REPAIR] if REPAIR in table.columns else ibis.null(TEXT)
    return table.mutate(**{REPAIR: ibis.array([given, table["_told"]]).join(SEPARATOR).nullif("")}).drop("_told")
