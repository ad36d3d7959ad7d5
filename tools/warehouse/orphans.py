"""Rows set aside because their customer or product was not known: each later import tries them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis

from tools.warehouse.sift import PARENTS

REASON: Final = "reason"
# What the quarantine says about a row besides its cells; see `sift.rows_set_aside`.
MARKS: Final = ("file", "row", REASON, "_told")


def is_orphan(name: str, aside: ibis.Table) -> ibis.Value:
    """Return the condition that a row was set aside for its unknown customer or product and nothing else."""
    told = [f"{column} is not in {parent}" for column, parent in PARENTS.get(name, {}).items()]
    return ibis.or_(*(aside[REASON].startswith(words) for words in told)) if told else ibis.literal(False)


def tried_again(name: str, aside: ibis.Table, parents: Mapping[str, ibis.Table]) -> tuple[ibis.Table, ibis.Table]:
    """Return the rows whose customer and product are known by now, and those that stay aside.

    Args:
        name: Name of the table.
        aside: Rows set aside earlier, with `reason`.
        parents: The tables that know the customers and products.
    """
    orphan = is_orphan(name, aside)
    others = aside.filter(~orphan)
    table = aside.filter(orphan).mutate(_told=aside[REASON], **{REASON: ibis.null("string")})
    for column, parent in PARENTS.get(name, {}).items():
        keys = parents[parent].select(_known=parents[parent][column]).distinct()
        joined = table.left_join(keys, table[column] == keys._known)
        told = joined._told.startswith(f"{column} is not").ifelse(joined._told, f"{column} is not in {parent}")
        why = joined._known.isnull().ifelse(told, ibis.null("string"))
        table = joined.mutate(**{REASON: joined[REASON].coalesce(why)}).drop("_known")
    waiting = table.filter(table[REASON].notnull()).select(*others.columns)
    free = table.filter(table[REASON].isnull())
    return free.drop(*(column for column in MARKS if column in free.columns)), others.union(waiting)
