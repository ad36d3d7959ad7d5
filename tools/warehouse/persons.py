"""The private folder of a store: who the customers are, the secret for pseudonyms, and whom not to take in again.

    private/persons.parquet  customer_id and the personal columns of customers; only where they are kept at all
    private/key              the secret of `pseudonyms`
    private/forgotten        a keyed hash a line: of each forgotten customer's id, and of those their e-mails give
    private/audit.jsonl      what was forgotten when, in numbers

The folder can be entered, and its files read, by their owner only. Nothing here is a table of the store, so no view,
tool or prompt can reach it; only `store forget` and `store export-person` look.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.columns import TEXT, Column, Table
from tools.warehouse.contacts import EMAIL
from tools.warehouse.folder import PRIVATE_FOLDER
from tools.warehouse.importers.source import Source
from tools.warehouse.privacy import Split
from tools.warehouse.pseudonyms import (
    PRIVATE_FILE_MODE,
    keyed,
    keyed_column,
    make_private,
    new_key,
    pseudonyms,
    read_key,
    write_key,
    write_private,
)

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

PERSONS_FILE: Final = "persons.parquet"
FORGOTTEN_FILE: Final = "forgotten"
AUDIT_FILE: Final = "audit.jsonl"
_MARK: Final = "forgotten:"
_ID: Final = Column.CUSTOMER_ID
# Only e-mail addresses tell that two ids are one person: a family shares a telephone.
_ADDRESS: Final = r"^\s*(mailto:)?[^@\s]+@[^@\s]+\s*$"


@dataclass(frozen=True)
class Private:
    """What a store's private folder holds beside the persons.

    Attributes:
        key: The secret for pseudonyms.
        forgotten: Marks of customers that must not come back, see `mark`.
        audit: The lines of the audit file.
    """

    key: bytes
    forgotten: frozenset[str] = frozenset()
    audit: bytes = b""

    def write(self, version: Path) -> None:
        """Write it into the private folder of a store's version."""
        folder = version / PRIVATE_FOLDER
        write_key(folder, self.key)
        if self.forgotten:
            write_private(folder / FORGOTTEN_FILE, "".join(f"{line}\n" for line in sorted(self.forgotten)).encode())
        if self.audit:
            write_private(folder / AUDIT_FILE, self.audit)


def open_private(version: Path | None) -> Private:
    """Read the private folder of a store's version; a store that has none yet gets a fresh secret."""
    folder = version / PRIVATE_FOLDER if version else None
    key = read_key(folder) if folder else None
    if folder is None or key is None:
        return Private(new_key())
    forgotten, audit = folder / FORGOTTEN_FILE, folder / AUDIT_FILE
    return Private(
        key,
        frozenset(forgotten.read_text(encoding="ascii").split()) if forgotten.is_file() else frozenset(),
        audit.read_bytes() if audit.is_file() else b"",
    )


def read_persons(engine: Backend, version: Path) -> ibis.Table | None:
    """Return the persons of a store's version, or None where it keeps none."""
    file = version / PRIVATE_FOLDER / PERSONS_FILE
    return engine.read_parquet(str(file)) if file.is_file() else None


def write_persons(engine: Backend, persons: ibis.Table, version: Path) -> None:
    """Write the persons of a store's version, for their owner only."""
    folder = version / PRIVATE_FOLDER
    make_private(folder)
    engine.to_parquet(persons.order_by(_ID), folder / PERSONS_FILE, compression="zstd")
    (folder / PERSONS_FILE).chmod(PRIVATE_FILE_MODE)


def mark(customer_id: str, key: bytes) -> str:
    """Return what the list of forgotten customers says instead of an id; without the secret nobody can check a guess.

    >>> mark("c17", b"k" * 32) == mark("c17", b"k" * 32), "c17" in mark("c17", b"k" * 32)
    (True, False)
    """
    return keyed(_MARK + customer_id, key)


def address_ids(persons: ibis.Table, key: bytes) -> ibis.Table:
    """Return, for each e-mail address of a person, the customer id that it would give."""
    parts = [
        persons.select(_ID, address=persons[column].cast(TEXT)).filter(ibis._.address.re_search(_ADDRESS))
        for column in persons.columns
        if column != _ID
    ]
    if not parts:
        return persons.select(_ID, _as=persons[_ID]).limit(0)
    found = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return found.select(_ID, _as=keyed_column(pseudonyms(found.address), key)).distinct()


def without_forgotten(split: Split, private: Private) -> tuple[Split, int]:
    """Leave the customers out whom the store has forgotten; return also how many there were."""
    ids = _forgotten_ids(split, private) if private.forgotten else []
    if not ids:
        return split, 0
    tables = {name: _strangers(table, ids) for name, table in split.source.tables.items()}
    lines = split.source.tables.get(Table.ORDER_LINES)
    if lines is not None:  # a damaged line may have lost its customer, but not its order
        orders = lines.filter(lines[_ID].strip().isin(ids)).select(lines[Column.ORDER_ID]).distinct()
        tables = {
            name: table.anti_join(orders, Column.ORDER_ID) if Column.ORDER_ID in table.columns else table
            for name, table in tables.items()
        }
    persons = None if split.persons is None else _strangers(split.persons, ids)
    return dataclasses.replace(split, source=Source(split.source.facts, tables), persons=persons), len(ids)


def _forgotten_ids(split: Split, private: Private) -> list[str]:
    tables = [
        table.select(table[_ID].strip().name(_ID)) for table in split.source.tables.values() if _ID in table.columns
    ]
    known = ibis.union(*tables, distinct=True) if len(tables) > 1 else tables[0].distinct()
    candidates = known.select(_ID, _as=known[_ID])
    if split.persons is not None:
        candidates = candidates.union(address_ids(split.persons, private.key))
    marks = keyed_column(ibis.literal(_MARK).concat(candidates["_as"]), private.key)
    found = candidates.filter(marks.isin(sorted(private.forgotten))).select(_ID).distinct().to_pandas()
    return sorted(str(value) for value in found[_ID].dropna())


def _strangers(table: ibis.Table, ids: list[str]) -> ibis.Table:
    """Return the rows that are of none of these customers."""
    return table.filter(table[_ID].isnull() | table[_ID].strip().notin(ids)) if _ID in table.columns else table


def merged_persons(new: ibis.Table | None, old: ibis.Table | None, customers: ibis.Table) -> ibis.Table | None:
    """Bring what an export says of persons together with what the store holds; only of customers that the store has.

    A column that the export has takes the export's values, also where they are missing now; others keep the old ones.
    """
    fresh = None if new is None else _with_kept_ids(new, customers)
    rows = fresh if old is None else old if fresh is None else _joined(fresh, old)
    if rows is None:
        return None
    held = [column for column in rows.columns if column == _ID or column not in customers.columns]
    return rows.select(*held).semi_join(customers, _ID) if len(held) > 1 else None


def _with_kept_ids(persons: ibis.Table, customers: ibis.Table) -> ibis.Table:
    """Write ids as the store's customers have them: without blanks, and without a spreadsheet's apostrophe and `.0`."""
    known = customers.select(_known=customers[_ID]).distinct()
    trimmed = persons.mutate(customer_id=persons[_ID].strip().re_replace(r"^'(.*[^'])$", r"\1"))
    joined = trimmed.left_join(known, trimmed[_ID] == known._known)
    bare = joined[_ID].re_replace(r"\.0+$", "")
    named = joined.mutate(customer_id=joined._known.isnull().ifelse(bare, joined[_ID])).drop("_known")
    return named.distinct(on=_ID, keep="first")


def _joined(new: ibis.Table, old: ibis.Table) -> ibis.Table:
    before = old.rename({f"_old_{column}": column for column in old.columns})
    both = new.mutate(_new=True).outer_join(before, new[_ID] == before[f"_old_{_ID}"])
    columns = {_ID: both[_ID].coalesce(both[f"_old_{_ID}"])}
    for column in dict.fromkeys((*new.columns, *old.columns)):
        if column == _ID:
            continue
        if column not in new.columns:
            columns[column] = both[f"_old_{column}"]
        elif column not in old.columns:
            columns[column] = both[column]
        else:
            columns[column] = both["_new"].notnull().ifelse(both[column], both[f"_old_{column}"].cast(TEXT))
    return both.select(**columns)


def is_address(text: str) -> bool:
    """Tell whether a text is an e-mail address or telephone number, which is not to be repeated in messages.

    >>> is_address("ada@example.com"), is_address("+49 170 1234567"), is_address("c17"), is_address("10023")
    (True, True, False, False)
    """
    plain = text.strip()
    return bool(EMAIL.fullmatch(plain)) or (plain.startswith("+") and sum(sign.isdigit() for sign in plain) >= 7)
