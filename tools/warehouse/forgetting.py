"""Remove one customer from every file of a store, in one step, and do not take them in again.

The order lines go too (an order of nobody would still be a person's habits), so the shop's totals fall by what this
customer bought. A list of keyed hashes keeps the customer out of later imports of the same shop.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import InputError
from tools.progress import Report, say
from tools.warehouse.columns import REQUIRED_TABLES, Column
from tools.warehouse.customer_rows import DATA_FOLDERS, CustomerRows, derived_files, find_customer
from tools.warehouse.engine import connect
from tools.warehouse.folder import PRIVATE_FOLDER, QUALITY_FILE, TABLES_FOLDER, StoreFolder
from tools.warehouse.persons import PERSONS_FILE, address_ids, mark, read_persons
from tools.warehouse.pseudonyms import PRIVATE_FILE_MODE, make_private
from tools.warehouse.quality import QualityReport, TableQuality, inspect
from tools.warehouse.quality.report import Reason
from tools.warehouse.versions import share
from tools.warehouse.writer import ShopFacts, replacing, write_meta

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

AT_ONCE = dt.timedelta(0)


def rows_to_forget(store: StoreFolder, given: str) -> Mapping[str, int]:
    """Return how many rows `forget` would remove, by file.

    Raises:
        InputError: The customer is not to be found.
    """
    return find_customer(connect(), store, given).counts()


def forget(store: StoreFolder, given: str, now: dt.datetime, report: Report = say) -> Mapping[str, int]:
    """Remove a customer from every table and derived file of a store, and return how many rows went, by file.

    The store changes in one step, or, when anything goes wrong, not at all; the versions before are deleted at once.

    Args:
        store: The store.
        given: Id, e-mail address or telephone number of the customer.
        now: What to write as the time of the removal.
        report: Receives a line when it is done.

    Raises:
        InputError: The customer is not to be found, is the only one of the store, or an import is at work.
    """
    with replacing(store.path, AT_ONCE) as draft:
        store = StoreFolder(store.path)  # what was read before the lock may be old
        engine = connect()
        try:
            customer = find_customer(engine, store, given)
            counts = customer.counts()
            _write_without(customer, draft)
            _write_private(customer, counts, draft, now)
            _write_accounts(customer, draft)
            for file in derived_files(store):
                _rewrite_derived(customer, file)
        finally:
            engine.disconnect()
    total = sum(counts.values())
    report(f"one customer was removed from store {store.name!r}: {total:,} rows in {len(counts)} files")
    if store.index_folder.is_dir():
        report(f"the search index is of the data before; build it again with `marketwright index build {store.name}`")
    return counts


def _write_without(customer: CustomerRows, draft: Path) -> None:
    """Write the tables of the next version without the customer; files without such rows are shared."""
    for folder in DATA_FOLDERS:
        for file in sorted((customer.store.data / folder).glob("*.parquet")):
            _write_file_without(customer, file, draft / folder / file.name)
    for name in REQUIRED_TABLES:
        left = customer.engine.read_parquet(str(draft / TABLES_FOLDER / f"{name}.parquet"))
        if not left.count().execute():
            raise InputError(
                f"the customer is the only one in {name} of store {customer.store.name!r}; expected others to remain; "
                f"try deleting the store's folder {str(customer.store.path)!r}"
            )


def _write_file_without(customer: CustomerRows, file: Path, target: Path) -> None:
    rows = customer.read(file)
    kept = rows.filter(~customer.of(rows)) if customer.is_held_in(rows) else rows
    if int(kept.count().execute()) == int(rows.count().execute()):
        if target != file:
            share(file, target)
        return
    if target.parent.name == PRIVATE_FOLDER:
        make_private(target.parent)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    customer.engine.to_parquet(kept, fresh, compression="zstd")
    fresh.chmod(file.stat().st_mode & 0o777)
    os.replace(fresh, target)


def _write_private(customer: CustomerRows, counts: Mapping[str, int], draft: Path, now: dt.datetime) -> None:
    """Write the list of forgotten customers with this one, and a line of audit that names nobody."""
    line = {"at": now.isoformat(timespec="seconds"), "action": "forget", "customers": 1, "rows": dict(counts)}
    audit = customer.private.audit + (json.dumps(line) + "\n").encode()
    forgotten = customer.private.forgotten | _marks(customer)
    dataclasses.replace(customer.private, forgotten=forgotten, audit=audit).write(draft)
    persons = draft / PRIVATE_FOLDER / PERSONS_FILE
    if persons.is_file():
        persons.chmod(PRIVATE_FILE_MODE)


def _marks(customer: CustomerRows) -> frozenset[str]:
    """Return the marks of a customer's id, and of the ids that addresses which are only this customer's would give."""
    ids = {customer.customer_id}
    persons = read_persons(customer.engine, customer.store.data)
    if persons is not None:
        known = address_ids(persons, customer.private.key).to_pandas()
        own = known[Column.CUSTOMER_ID] == customer.customer_id
        ids |= {*known.loc[own, "_as"]} - {*known.loc[~own, "_as"]}
    return frozenset(mark(value, customer.private.key) for value in ids)


def _write_accounts(customer: CustomerRows, draft: Path) -> None:
    """Write `store.json` and the quality report of the next version."""
    meta = customer.store.meta
    facts = ShopFacts(meta.shop_name, meta.source, meta.currency, meta.country, meta.language)
    store = write_meta(customer.engine, draft, meta.name, facts, meta.created_at)
    if not customer.store.quality_file.is_file():
        return
    before = QualityReport.model_validate_json(customer.store.quality_file.read_bytes())
    entries = tuple(_entry(customer.engine, store, entry, customer) for entry in before.tables)
    report = inspect(customer.engine, store, entries)
    (draft / QUALITY_FILE).write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _entry(engine: Backend, store: StoreFolder, entry: TableQuality, customer: CustomerRows) -> TableQuality:
    """Return a table's account with the rows it has now, and no example of the customer's orders.

    How many rows the last import read, kept and set aside stays: that is the import's history, and only numbers.
    """
    rows = int(engine.read_parquet(str(store.table_file(entry.table))).count().execute())
    told = {name: tuple(_without_examples(reason, customer) for reason in getattr(entry, name)) for name in REASONS}
    return entry.model_copy(update={"rows": rows, **told})


REASONS = ("repairs", "set_aside")


def _without_examples(reason: Reason, customer: CustomerRows) -> Reason:
    own = {customer.customer_id, *customer.orders}
    return reason.model_copy(
        update={"examples": tuple(example for example in reason.examples if not own & {*example.cells.values()})}
    )


def _rewrite_derived(customer: CustomerRows, file: Path) -> None:
    """Take the customer out of a file that lies in the store's folder beside its tables."""
    if file.suffix == ".parquet":
        _write_file_without(customer, file, file)
    elif file.suffix == ".csv":
        _rewrite_csv(customer, file)


def _rewrite_csv(customer: CustomerRows, file: Path) -> None:
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as stream:
        rows = csv.DictReader(stream)
        names = rows.fieldnames or ()
        if Column.CUSTOMER_ID not in names:
            return
        with tempfile.NamedTemporaryFile(
            "w", dir=file.parent, suffix=".new", delete=False, encoding="utf-8", errors="surrogateescape", newline=""
        ) as fresh:
            writer = csv.DictWriter(fresh, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in rows if row[Column.CUSTOMER_ID] != customer.customer_id)
    Path(fresh.name).chmod(file.stat().st_mode & 0o777)
    os.replace(fresh.name, file)
