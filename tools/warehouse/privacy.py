"""Split what is about a person off a source, before anything else looks at it.

What comes out: tables without personal columns, in which an address that served as a customer's id is a pseudonym and
an address in free text is masked; and one table of persons, to be kept apart or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import ibis

from tools.errors import InputError
from tools.warehouse.columns import SPECS, TEXT, WHOLE, Column, Table
from tools.warehouse.importers.source import REASON, Source
from tools.warehouse.masking import mask_table, suspects
from tools.warehouse.personal_columns import kind_of_name
from tools.warehouse.personal_values import Samples, kind_of_column, only_flags
from tools.warehouse.pseudonyms import ADDRESS_LIKE, pseudonym, pseudonyms, store_ids

if TYPE_CHECKING:
    from tools.warehouse.importers.mapping import Mapping

__all__ = ["PersonalColumn", "Split", "pseudonym", "pseudonyms", "split_personal"]

BIRTH_YEAR: Final = "birth_year"
# Column of persons for the address by which the source knew a customer who now has a pseudonym.
GIVEN_ID: Final = "given_id"
# An id as shops give them; whatever else stands there in a damaged row may be anything, a name for instance.
ID_LIKE: Final = r"^[A-Za-z0-9_.:/#-]{1,64}$"
YEAR_OF_BIRTH: Final = r"((?:19|20)[0-9]{2})"
Told = Literal["name", "values", "mapping"]


@dataclass(frozen=True)
class PersonalColumn:
    """A column that was recognised as personal.

    Attributes:
        table: Its table.
        column: Its name in the source.
        kind: What it holds: name, email, phone, address and so on.
        told_by: What told: its name, its values, or the mapping file.
        kept: Whether it is kept apart; otherwise it is dropped.
    """

    table: str
    column: str
    kind: str
    told_by: Told
    kept: bool


@dataclass(frozen=True)
class Split:
    """A source in two parts.

    Attributes:
        source: The tables without what is personal.
        persons: `customer_id` and the personal columns of customers, all text; None where there are none.
        columns: Which columns were recognised.
    """

    source: Source
    persons: ibis.Table | None
    columns: tuple[PersonalColumn, ...]


def split_personal(source: Source, mapping: Mapping, key: bytes) -> Split:
    """Split personal columns off a source's tables, give address-like ids pseudonyms, and mask contacts in free text.

    Args:
        source: What an importer read.
        mapping: Says whether to keep or drop (`personal`), and corrects what is recognised.
        key: The store's secret, for pseudonyms.

    Raises:
        InputError: The mapping names a column that the tables do not have, or one that a table cannot do without.
    """
    _check_names(source, mapping)
    found = [column for name in source.tables for column in _personal_columns(name, source.tables[name], mapping)]
    tables, persons = {}, None
    for name, read in source.tables.items():
        columns = [column for column in found if column.table == name]
        public = {told.partition(".")[2] for told in mapping.public_columns if told.partition(".")[0] == name}
        looked_at = suspects(name, read, frozenset(public | {column.column for column in columns}))
        by_address = Column.CUSTOMER_ID in looked_at
        if name == Table.CUSTOMERS:
            persons = _persons(_with_given_id(read, key) if by_address else read, columns)
        table = _with_store_ids(read, key) if by_address else read
        tables[name] = mask_table(name, _without(table, columns), looked_at, key)
    return Split(Source(source.facts, tables), persons, tuple(found))


def _with_store_ids(table: ibis.Table, key: bytes) -> ibis.Table:
    return table.mutate(customer_id=store_ids(table[Column.CUSTOMER_ID].cast(TEXT), key))


def _check_names(source: Source, mapping: Mapping) -> None:
    for told in (*mapping.personal_columns, *mapping.public_columns):
        name, _, column = told.partition(".")
        if name not in SPECS or not column:
            raise InputError(
                f"column {told!r} in the mapping is not a table's; expected table.column with a table of "
                f"{', '.join(SPECS)}; try 'customers.{column or told}'"
            )
        if name in source.tables and column not in source.tables[name].columns:
            known = ", ".join(column for column in source.tables[name].columns if not column.startswith("_"))
            raise InputError(f"column {told!r} in the mapping is not in the source; expected one of {known}; try those")
        if told in mapping.personal_columns and column in SPECS[name].required:
            raise InputError(
                f"column {told!r} cannot be kept apart, table {name} needs it; expected another column; "
                f"try leaving table {name} out of the import"
            )


def _personal_columns(name: str, table: ibis.Table, mapping: Mapping) -> list[PersonalColumn]:
    found = []
    samples = Samples(table)
    for column in (column for column in table.columns if not column.startswith("_")):
        told = _told(name, samples, column, mapping)
        if told:
            kept = name == Table.CUSTOMERS and mapping.personal == "separate"
            found.append(PersonalColumn(name, column, *told, kept=kept))
    return found


def _told(name: str, samples: Samples, column: str, mapping: Mapping) -> tuple[str, Told] | None:
    """Return the kind of a column and what told it; None for one that is not personal.

    Names and values are looked at only in tables that speak of customers, and only in columns beyond the canonical
    ones: what a shop calls its products and campaigns is nobody's name.
    """
    spec = SPECS[name]
    if f"{name}.{column}" in mapping.personal_columns:
        return kind_of_name(column) or "told", "mapping"
    of_customers = Column.CUSTOMER_ID in spec.types
    if f"{name}.{column}" in mapping.public_columns or column in spec.types or not of_customers:
        return None
    kind = kind_of_name(column)
    if kind and not only_flags(samples, column):
        return kind, "name"
    by_value = kind_of_column(samples, column) if name == Table.CUSTOMERS else None
    return (by_value, "values") if by_value else None


def _with_given_id(read: ibis.Table, key: bytes) -> ibis.Table:
    """Add, where some customers were known by an address, that address as `given_id`."""
    address = read[Column.CUSTOMER_ID].cast(TEXT).re_search(ADDRESS_LIKE)
    if not bool(address.any().execute()):
        return _with_store_ids(read, key)
    given = address.ifelse(read[Column.CUSTOMER_ID].cast(TEXT), ibis.null(TEXT))
    return _with_store_ids(read.mutate(**{GIVEN_ID: given}), key)


def _persons(customers: ibis.Table, found: list[PersonalColumn]) -> ibis.Table | None:
    """Return one row a customer with anything personal in it; of several rows the last one in the file is taken."""
    columns = [column.column for column in found] + [GIVEN_ID] * (GIVEN_ID in customers.columns)
    if not columns:
        return None
    ids = customers[Column.CUSTOMER_ID]
    rows = customers.filter(ids.notnull() & _sound(customers))
    last = [rows[column].desc() for column in ("_file", "_row") if column in rows.columns]
    text = rows.select(
        Column.CUSTOMER_ID,
        *[rows[column].cast(TEXT).name(column) for column in columns],
        _turn=ibis.row_number().over(group_by=Column.CUSTOMER_ID, order_by=[*last, *columns]),
    )
    some = ibis.or_(*[text[column].notnull() & (text[column].strip() != "") for column in columns])
    return text.filter((text._turn == 0) & some).drop("_turn")


def _sound(table: ibis.Table) -> ibis.Value:
    return table[REASON].isnull() if REASON in table.columns else ibis.literal(value=True)


def _without(table: ibis.Table, columns: list[PersonalColumn]) -> ibis.Table:
    """Take personal columns out of a table; of damaged rows, in which values may have slipped, keep the id at most."""
    if not columns:
        return table
    births = [column.column for column in columns if column.kind == "birth"]
    if births and columns[0].table == Table.CUSTOMERS:
        table = table.mutate(birth_year=_birth_year(table, births))
    rest = table.drop(*[column.column for column in columns])
    if REASON not in rest.columns:
        return rest
    sound = rest[REASON].isnull()
    kept = {column: sound for column in rest.columns if not column.startswith("_")}
    if _before(table, Column.CUSTOMER_ID, columns):
        kept[Column.CUSTOMER_ID] = sound | rest[Column.CUSTOMER_ID].re_search(ID_LIKE).fill_null(False)
    return rest.mutate(
        **{column: stays.ifelse(rest[column], ibis.null(rest[column].type())) for column, stays in kept.items()}
    )


def _before(table: ibis.Table, column: str, personal: list[PersonalColumn]) -> bool:
    """Tell whether a column stands before all personal ones, so that nothing of theirs can have slipped into it."""
    places = {name: place for place, name in enumerate(table.columns)}
    return column in places and all(places[column] < places[told.column] for told in personal)


def _birth_year(table: ibis.Table, births: list[str]) -> ibis.Value:
    years = [table[column].cast(TEXT).re_extract(YEAR_OF_BIRTH, 1).try_cast(WHOLE) for column in births]
    given = [table[BIRTH_YEAR].cast(TEXT).nullif("").try_cast(WHOLE)] if BIRTH_YEAR in table.columns else []
    return ibis.coalesce(*given, *years)
