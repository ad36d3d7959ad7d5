"""Every feature there is, and the table of those that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import ibis

from tools.errors import InputError
from tools.feature_queries.customers import CUSTOMER_QUERIES
from tools.feature_queries.feature import Feature, FeatureQuery, assemble
from tools.feature_queries.products import PRODUCT_QUERIES
from tools.feature_queries.shop import Shop
from tools.warehouse.columns import Column, Table

Of = Literal["customers", "products"]
QUERIES: Final[dict[Of, tuple[FeatureQuery, ...]]] = {"customers": CUSTOMER_QUERIES, "products": PRODUCT_QUERIES}
KEYS: Final[dict[Of, str]] = {"customers": Column.CUSTOMER_ID, "products": Column.PRODUCT_ID}
FEATURES: Final[dict[Of, tuple[Feature, ...]]] = {
    of: tuple(feature for query in queries for feature in query.features) for of, queries in QUERIES.items()
}
"""Features of customers and of products, in the order of their columns; docs/features.md is written from these."""
TABLES: Final = frozenset(table for queries in QUERIES.values() for query in queries for table in query.tables)
"""Tables that any feature reads."""


def available(shop: Shop, of: Of) -> tuple[str, ...]:
    """Return the names of the features whose tables the shop has."""
    return tuple(name for query in QUERIES[of] if query.tables <= shop.tables.keys() for name in query.names)


def feature_table(shop: Shop, of: Of, names: Sequence[str] | None = None) -> ibis.Table:
    """Return the key and the named features of everybody who ordered, or of every product, in no particular order.

    Args:
        shop: The tables, on any engine, and the day.
        of: Whose features.
        names: Which; all that the shop has tables for, when not given.

    Raises:
        InputError: There is no such feature, or the shop has not the tables for it.
    """
    known = available(shop, of)
    for name in names or ():
        if name not in known:
            raise InputError(
                f"feature {name!r} of {of} cannot be computed from this store; expected one of {', '.join(known)}; "
                "try docs/features.md, which tells what each one needs"
            )
    queries = QUERIES[of]
    start = shop.tables[Table.ORDER_LINES] if of == "customers" else shop.products
    return assemble(shop, start, queries, KEYS[of], known if names is None else names)
