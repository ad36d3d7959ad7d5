"""Read the numbers and times of an export: as the vendor writes them, or as a spreadsheet wrote them again.

Vendors write plain numbers and ISO times, which the engine reads by itself; only a column in which something else
occurs is read with the patience of `reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.canonical import ZONED
from tools.warehouse.columns import MOMENT, NUMBER
from tools.warehouse.importers.exports import hold
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.reading import parse_moment, parse_number, settle_format

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

PLAIN_NUMBER: Final = r"^-?[0-9]+(\.[0-9]+)?$"
WITH_OFFSET: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2} ?([+-][0-9]{2}):?([0-9]{2})$"
LOCAL: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}$"
_OFFSET: Final = r" ?([+-][0-9]{2}):?([0-9]{2})$"


def with_values(
    engine: Backend, table: ibis.Table, numbers: Sequence[str], moment: str | None, mapping: Mapping
) -> ibis.Table:
    """Return the table with these columns of text as numbers, and one as times in UTC; held in the engine.

    Raises:
        InputError: The values leave the decimal sign or the order of a date open.
    """
    other = _other(table, numbers, moment)
    patient = list(numbers) if mapping.decimal == "," else [name for name in numbers if name in other]
    decimal = settle_format(engine, table, list(numbers), "number", mapping.decimal) if patient else "."
    read = {
        name: parse_number(table[name], decimal) if name in patient else table[name].try_cast(NUMBER)
        for name in numbers
    }
    if moment:
        read[moment] = _moments(engine, table, moment, other, mapping)
    return hold(engine, table.mutate(**read))


def _moments(engine: Backend, table: ibis.Table, name: str, other: set[str], mapping: Mapping) -> ibis.Value:
    if WITH_OFFSET not in other:
        return table[name].re_replace(_OFFSET, r"\1:\2").try_cast(ZONED).cast(MOMENT)
    if LOCAL not in other:
        return parse_moment(table[name].try_cast(MOMENT), "ymd", mapping.time_zone)
    order = settle_format(engine, table, name, "moment", mapping.date_order)
    return parse_moment(table[name], order, mapping.time_zone)


def _other(table: ibis.Table, numbers: Sequence[str], moment: str | None) -> set[str]:
    """Return the columns that hold more than plain numbers, and which forms of time are not all there is."""
    checks = {name: (~table[name].re_search(PLAIN_NUMBER)).any() for name in numbers}
    if moment:
        checks |= {form: (~table[moment].re_search(form)).any() for form in (WITH_OFFSET, LOCAL)}
    seen = table.aggregate(**{f"check{turn}": check for turn, check in enumerate(checks.values())}).to_pandas().iloc[0]
    return {name for name, found in zip(checks, seen, strict=True) if found is not None and bool(found)}
