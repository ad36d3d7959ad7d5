"""What an export says about things the store knows already: some are no more, and some are only mentioned."""

from __future__ import annotations

import ibis

from tools.warehouse.columns import SPECS
from tools.warehouse.importers.source import MENTIONED, WITHDRAWN
from tools.warehouse.merging import KEYS


def unmarked(source: ibis.Table) -> ibis.Table:
    """Return a source's table without the marks that speak of the store's rows."""
    return source.drop(*(mark for mark in (WITHDRAWN, MENTIONED) if mark in source.columns))


def still_standing(name: str, old: ibis.Table, source: ibis.Table) -> ibis.Table:
    """Return the store's rows without those that the source withdraws, such as orders that were cancelled since."""
    if WITHDRAWN not in source.columns:
        return old
    gone = source.filter(source[WITHDRAWN].fill_null(False)).select(*KEYS[name]).distinct()
    return old.anti_join(gone, KEYS[name])


def without_mentioned(name: str, new: ibis.Table, old: ibis.Table, source: ibis.Table) -> ibis.Table:
    """Return the new rows without those that the source only mentions and the store knows better."""
    identity = SPECS[name].identity
    if MENTIONED not in source.columns or identity is None:
        return new
    mentioned = source.filter(source[MENTIONED].fill_null(False)).select(identity).distinct()
    return new.anti_join(mentioned.semi_join(old, identity), identity)
