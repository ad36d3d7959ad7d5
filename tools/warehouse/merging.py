"""Bring what a new export says together with what the store holds: by key, so that importing twice changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import ibis

from tools.warehouse.columns import SPECS, TEXT, Column, Table
from tools.warehouse.importers.source import MARKS, REASON
from tools.warehouse.quality import Merged

# The columns that say which rows are one thing. All new rows of a key take the place of all old rows of it, so an order
# is replaced as a whole, and a line that a later export no longer has goes. Events have no key but themselves.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    Table.CUSTOMERS: (Column.CUSTOMER_ID,),
    Table.PRODUCTS: (Column.PRODUCT_ID,),
    Table.ORDER_LINES: (Column.ORDER_ID,),
    Table.REVIEWS: (Column.PRODUCT_ID, Column.CUSTOMER_ID, "written_at"),
    Table.EXPOSURES: (Column.CAMPAIGN_ID, Column.CUSTOMER_ID, Column.CHANNEL, Column.AT),
    Table.CAMPAIGNS: (Column.CAMPAIGN_ID,),
    Table.AD_SPEND: (Column.ON, Column.CHANNEL, Column.CAMPAIGN),
    Table.STOCK: (Column.PRODUCT_ID, Column.AT),
    Table.CONSENTS: (Column.CUSTOMER_ID, Column.CHANNEL, Column.AT),
    Table.EVENTS: tuple(SPECS[Table.EVENTS].types),
    Table.PROMOTIONS: (Column.PRODUCT_ID, Column.STARTS_ON),
}


def merged(name: str, new: ibis.Table, old: ibis.Table, given: Collection[str]) -> ibis.Table:
    """Return the old rows whose key the new ones do not have, and all new ones.

    A column that the source does not have at all keeps its old values in tables with an identity (a price list without
    descriptions does not delete them). Columns of both sides come first as in `SPECS`, then the new side's, then the
    old side's.

    Args:
        name: Name of the table.
        new: Sound rows of the source, in canonical columns.
        old: Rows of the store.
        given: Columns that the source has.
    """
    new, old = alike(name, new, old)
    return _not_replaced(name, new, old).union(completed(name, new, old, given))


def _not_replaced(name: str, new: ibis.Table, old: ibis.Table) -> ibis.Table:
    """Return the old rows whose key the new ones do not have; a day's ad spend with and without campaigns is one."""
    kept = without(old, new, KEYS[name])
    if name != Table.AD_SPEND:
        return kept
    wide = [column for column in KEYS[name] if column != Column.CAMPAIGN]
    campaigns = without(kept.filter(kept.campaign.notnull()), new.filter(new.campaign.isnull()), wide)
    return campaigns.union(without(kept.filter(kept.campaign.isnull()), new, wide))


def compared(name: str, new: ibis.Table, old: ibis.Table, given: Collection[str]) -> Merged:
    """Count which of the new rows the store did not have, had otherwise, or had just so."""
    new, old = alike(name, new, old)
    new = completed(name, new, old, given)
    total = int(new.count().execute())
    added = int(without(new, old, KEYS[name]).count().execute())
    differing = int(without(new, old, new.columns).count().execute())
    return Merged(new=added, changed=differing - added, unchanged=total - differing)


def alike(name: str, new: ibis.Table, old: ibis.Table) -> tuple[ibis.Table, ibis.Table]:
    """Give two tables the same columns in the same order; a column of two types becomes text in both."""
    known = SPECS[name].types
    extra = [column for column in dict.fromkeys((*new.columns, *old.columns)) if column not in (*known, *MARKS)]
    types = {**{column: ibis.dtype(kind) for column, kind in known.items()}, **{c: _type(c, new, old) for c in extra}}
    return _as(new, types), _as(old, types)


def stacked(name: str, first: ibis.Table, second: ibis.Table) -> ibis.Table:
    """Put rows of one table together under the columns of both; an attribute of two types becomes text."""
    known = SPECS[name].types
    columns = dict.fromkeys((*first.columns, *second.columns))
    types = {c: ibis.dtype(known[c]) if c in known else _type(c, first, second) for c in columns}
    return _as(first, types).union(_as(second, types))


def completed(name: str, new: ibis.Table, old: ibis.Table, given: Collection[str]) -> ibis.Table:
    """Fill the columns that the source does not have from the old row of the same identity."""
    identity = SPECS[name].identity
    fill = [column for column in new.columns if column not in given and column in old.columns and column != identity]
    if identity is None or not fill:
        return new
    before = old.select(_before=old[identity], **{f"_old_{column}": old[column] for column in fill})
    joined = new.left_join(before, new[identity] == before._before)
    return joined.select(
        **{c: joined[f"_old_{c}"].coalesce(joined[c]) if c in fill else joined[c] for c in new.columns}
    )


def without(left: ibis.Table, right: ibis.Table, columns: Collection[str]) -> ibis.Table:
    """Return the rows of one table for which another has no row with the same values; two missing values agree."""
    left, others = left.view(), right.select(*columns).distinct().view()  # each by itself: both may have joins behind
    return left.anti_join(others, [left[column].identical_to(others[column]) for column in columns])


def superseded(name: str, aside: ibis.Table, seen: ibis.Table) -> ibis.Table:
    """Drop rows that an earlier import set aside and of which a new source speaks again, one way or the other.

    Args:
        name: Name of the table.
        aside: Rows set aside earlier, with `reason`.
        seen: All rows of the new source, sound or not, with `_reason`.
    """
    aside, keys = aside.view(), seen.select(*KEYS[name]).distinct().view()
    left = aside.anti_join(keys, [aside[column] == keys[column] for column in KEYS[name]])
    again = seen.rename(reason=REASON)
    shared = [c for c in again.columns if c in aside.columns and c in (*SPECS[name].types, "reason")]
    return without(left, _as(again.select(*shared), {column: left[column].type() for column in shared}), shared)


def _type(column: str, new: ibis.Table, old: ibis.Table) -> ibis.expr.datatypes.DataType:
    kinds = {table[column].type().copy(nullable=True) for table in (new, old) if column in table.columns}
    return kinds.pop() if len(kinds) == 1 else ibis.dtype(TEXT)


def _as(table: ibis.Table, types: Mapping[str, ibis.expr.datatypes.DataType]) -> ibis.Table:
    columns = table.columns
    return table.select(**{c: table[c].cast(kind) if c in columns else ibis.null(kind) for c, kind in types.items()})
