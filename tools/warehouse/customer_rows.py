"""Every row that a store holds about one customer, in whatever file it lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.errors import InputError
from tools.warehouse.columns import TEXT, Column
from tools.warehouse.engine import EngineError
from tools.warehouse.folder import PRIVATE_FOLDER, QUARANTINE_FOLDER, TABLES_FOLDER, VERSIONS_FOLDER, StoreFolder
from tools.warehouse.persons import Private, is_address, mark, open_private, read_persons
from tools.warehouse.pseudonyms import normal, normals, pseudonym

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

DATA_FOLDERS: Final = (TABLES_FOLDER, QUARANTINE_FOLDER, PRIVATE_FOLDER)
SHOWN: Final = 5


@dataclass(frozen=True)
class CustomerRows:
    """One customer of one store, and where the rows are.

    Attributes:
        engine: Where everything is computed.
        store: The store.
        customer_id: The customer, as the store's tables say.
        private: The store's secret and list of forgotten customers.
    """

    engine: Backend
    store: StoreFolder
    customer_id: str
    private: Private

    def read(self, file: Path) -> ibis.Table:
        """Open a Parquet file of the store.

        Raises:
            InputError: It is not one.
        """
        try:
            return self.engine.read_parquet(str(file))
        except EngineError as error:
            raise InputError(
                f"file {str(file)!r} cannot be read ({str(error).splitlines()[0]}); expected a Parquet file, as "
                "its name says; try again after moving it out of the store's folder"
            ) from error

    def files(self) -> Iterator[tuple[str, Path]]:
        """Give the name and path of each Parquet file of the store that says of its rows whose they are."""
        for file in parquet_files(self.store):
            if self.is_held_in(self.read(file)):
                yield _name(self.store, file), file

    def is_held_in(self, rows: ibis.Table) -> bool:
        """Tell whether a table says of its rows whose they are, or to which order they belong."""
        return Column.CUSTOMER_ID in rows.columns or Column.ORDER_ID in rows.columns

    def of(self, rows: ibis.Table) -> ibis.Value:
        """Return the condition that a row is the customer's.

        A row set aside may have lost its customer, but not its order: it goes with the order.
        """
        whose = [rows[Column.CUSTOMER_ID].cast(TEXT) == self.customer_id] if Column.CUSTOMER_ID in rows.columns else []
        if Column.ORDER_ID in rows.columns:
            theirs = rows[Column.ORDER_ID].cast(TEXT).isin(self.orders)
            whose = [*whose, theirs & rows[Column.CUSTOMER_ID].isnull()] if whose else [theirs]
        return ibis.or_(*whose).fill_null(False)

    @cached_property
    def orders(self) -> tuple[str, ...]:
        """Return the ids of the customer's orders."""
        found: set[str] = set()
        for file in parquet_files(self.store):
            rows = self.read(file)
            if {Column.CUSTOMER_ID, Column.ORDER_ID} <= {*rows.columns}:
                own = rows.filter(rows[Column.CUSTOMER_ID].cast(TEXT) == self.customer_id)
                found |= {str(order) for order in own.select(Column.ORDER_ID).distinct().to_pandas()[Column.ORDER_ID]}
        return tuple(sorted(found))

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of the customer, by file; files without any are left out."""
        found = {}
        for name, file in self.files():
            rows = self.read(file)
            found[name] = int(rows.filter(self.of(rows)).count().execute())
        return {name: rows for name, rows in found.items() if rows}


def parquet_files(store: StoreFolder) -> Iterator[Path]:
    """Give the Parquet files of the version in use, and of whatever else lies in the store's folder."""
    for folder in DATA_FOLDERS:
        yield from sorted((store.data / folder).glob("*.parquet"))
    for file in derived_files(store):
        if file.suffix == ".parquet":
            yield file


def derived_files(store: StoreFolder) -> Iterator[Path]:
    """Give the files beside the version in use: what tools or people wrote into the store's folder."""
    own = {VERSIONS_FOLDER, *DATA_FOLDERS}
    for path in sorted(store.path.iterdir()):
        if path.name not in own:
            yield from sorted(file for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())


def find_customer(engine: Backend, store: StoreFolder, given: str) -> CustomerRows:
    """Find a customer by id, or by an e-mail address or telephone number.

    Raises:
        InputError: Nobody, or more than one customer, is known by it; or the customer was forgotten.
    """
    private = open_private(store.data)
    for customer_id in (given.strip(), pseudonym(given, private.key)):
        found = CustomerRows(engine, store, customer_id, private)
        if found.counts():
            return found
        if mark(customer_id, private.key) in private.forgotten:
            raise InputError(
                f"{_shown(given)} was forgotten by store {store.name!r}; expected a customer it holds; "
                "nothing is left to show or remove"
            )
    ids = _ids_by_address(engine, store, given)
    if len(ids) == 1:
        return CustomerRows(engine, store, ids[0], private)
    if ids:
        raise InputError(
            f"{_shown(given)} belongs to {len(ids)} customers of store {store.name!r}: {', '.join(ids[:SHOWN])}; "
            "expected one; try each of these ids"
        )
    raise InputError(
        f"{_shown(given)} is not in store {store.name!r}; expected a customer_id as in its customers table, "
        "or an e-mail address or telephone number of a customer; try the id in the shop's own system"
    )


def _ids_by_address(engine: Backend, store: StoreFolder, given: str) -> list[str]:
    persons = read_persons(engine, store.data)
    if persons is None or not (is_address(given) or sum(sign.isdigit() for sign in given) >= 7):
        return []
    columns = [column for column in persons.columns if column != Column.CUSTOMER_ID]
    same = ibis.or_(*[normals(persons[column].cast(TEXT)) == normal(given) for column in columns])
    return sorted(str(value) for value in persons.filter(same)[Column.CUSTOMER_ID].to_pandas())


def _shown(given: str) -> str:
    """Name what was asked for without repeating an address.

    >>> _shown("c17"), _shown("ada@example.com")
    ("customer 'c17'", 'that address')
    """
    return "that address" if is_address(given) else f"customer {given!r}"


def _name(store: StoreFolder, file: Path) -> str:
    """Return how a file is called in answers: tables by their names, others with their folder."""
    inside = file.relative_to(store.data if file.is_relative_to(store.data) else store.path)
    return file.stem if inside.parent.name == TABLES_FOLDER else str(inside.with_suffix(""))
