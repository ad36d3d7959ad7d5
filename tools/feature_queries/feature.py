"""What a feature says of itself, and how the queries that compute features are put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import ibis

from tools.feature_queries.shop import Shop
from tools.warehouse.columns import Table


@dataclass(frozen=True)
class Feature:
    """One column of a feature table.

    Attributes:
        name: Name of the column.
        unit: What its values are counted in.
        window: Which stretch of time it looks at.
        meaning: What it says, with its formula where that is not plain.
        tables: Canonical tables that it is computed from.
    """

    name: str
    unit: str
    window: str
    meaning: str
    tables: tuple[str, ...] = (Table.ORDER_LINES,)


@dataclass(frozen=True)
class FeatureQuery:
    """A query and the features that it adds.

    Attributes:
        features: What it adds, in order.
        add: Takes the table so far (one row a customer or product), the shop, and the names wanted of all features;
            returns the table with its own columns, of which those not wanted may be left out.
        needs: Features of earlier queries that it reads.
    """

    features: tuple[Feature, ...]
    add: Callable[[ibis.Table, Shop, AbstractSet[str]], ibis.Table]
    needs: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of its features."""
        return tuple(feature.name for feature in self.features)

    @property
    def tables(self) -> frozenset[str]:
        """Return the tables it reads."""
        return frozenset(table for feature in self.features for table in feature.tables)


def assemble(
    shop: Shop, start: ibis.Table, queries: Sequence[FeatureQuery], key: str, names: Sequence[str]
) -> ibis.Table:
    """Return the key and the named features; run the first query, which gives the rows, and those that are needed."""
    wanted, chosen = set(names), []
    for query in reversed(queries):
        if query is queries[0] or wanted & set(query.names):
            chosen.append(query)
            wanted |= set(query.needs)
    table = start
    for query in reversed(chosen):
        table = query.add(table, shop, wanted)
    return table.select(key, **{name: narrow(table[name]) for name in names})


def attach(table: ibis.Table, more: ibis.Table, key: str, zero: Sequence[str] = ()) -> ibis.Table:
    """Return the table with another one's columns for the same key; `zero` names counts that are 0 where absent."""
    joined = table.left_join(more, key).drop(f"{key}_right")
    return joined.mutate(**{name: joined[name].fill_null(0) for name in zero}) if zero else joined


def ratio(part: ibis.Value, whole: ibis.Value) -> ibis.Value:
    """Return part / whole; null where the whole is 0."""
    return part / whole.nullif(0)


def total(value: ibis.Value, where: ibis.Value | None = None) -> ibis.Value:
    """Return the sum of whole numbers, 0 where there are none."""
    return narrow(value.sum(where=where)).fill_null(0)


def narrow(value: ibis.Value) -> ibis.Value:
    """Return whole numbers in 64 bits: DuckDB's sums take 128, in memory and on disk, and Ibis leaves them so."""
    # Through a decimal, since Ibis leaves out a cast to the type it believes the value has already.
    return value.cast("decimal(18,0)").cast("int64") if value.type().is_integer() else value
