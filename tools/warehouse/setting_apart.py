"""Set apart what is about persons while a source is taken in, and write it into the new version's private folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from tools.progress import Report
from tools.warehouse.columns import TEXT, Column, Table
from tools.warehouse.folder import TABLES_FOLDER, StoreFolder
from tools.warehouse.importers.source import Source
from tools.warehouse.persons import (
    Private,
    merged_persons,
    open_private,
    read_persons,
    without_forgotten,
    write_persons,
)
from tools.warehouse.privacy import Split, split_personal

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from tools.warehouse.importers.mapping import Mapping


@dataclass(frozen=True)
class Apart:
    """A source without persons, and what is to go into the private folder.

    Attributes:
        split: The source in two parts, forgotten customers left out of both.
        private: The secret and the list of forgotten customers.
        keep: Whether persons are kept apart; otherwise they are dropped, earlier ones too.
    """

    split: Split
    private: Private
    keep: bool

    @property
    def source(self) -> Source:
        """Return the source without what is personal."""
        return self.split.source

    def shed(self, name: str, rows: ibis.Table) -> ibis.Table:
        """Return old rows of a table without the columns that are recognised as personal now."""
        return rows.drop(*self._known(name, rows))

    def sheds(self, name: str, rows: ibis.Table | None) -> bool:
        """Tell whether old rows of a table have columns that are recognised as personal now."""
        return rows is not None and bool(self._known(name, rows))

    def write(self, engine: Backend, old: StoreFolder | None, draft: Path) -> None:
        """Write the private folder of a version whose tables are already written.

        Args:
            engine: Where everything is computed.
            old: The store before, or None where everything begins.
            draft: Folder of the new version.
        """
        self.private.write(draft)
        if not self.keep:
            return
        customers = engine.read_parquet(str(draft / TABLES_FOLDER / f"{Table.CUSTOMERS}.parquet"))
        before = self._persons_before(engine, old) if old else None
        persons = merged_persons(self.split.persons, before, customers)
        if persons is not None:
            write_persons(engine, persons, draft)

    def _persons_before(self, engine: Backend, old: StoreFolder) -> ibis.Table | None:
        """Return the persons of the store before, with columns of its customers that only now count as personal."""
        held = read_persons(engine, old.data)
        customers = engine.read_parquet(str(old.table_file(Table.CUSTOMERS)))
        known = self._known(Table.CUSTOMERS, customers)
        if not known:
            return held
        told = customers.select(Column.CUSTOMER_ID, **{column: customers[column].cast(TEXT) for column in known})
        return merged_persons(told, held, told.select(Column.CUSTOMER_ID))

    def _known(self, name: str, rows: ibis.Table) -> list[str]:
        return [found.column for found in self.split.columns if found.table == name and found.column in rows.columns]


def set_apart(source: Source, mapping: Mapping, previous: Path | None, report: Report) -> Apart:
    """Split what is about persons off a source, and leave out customers whom the store has forgotten.

    Args:
        source: What an importer read.
        mapping: Says what is personal, and whether to keep it.
        previous: Folder of the store's version in use, also when everything is to be read afresh: its secret and its
            list of forgotten customers go on.
        report: Receives a line for what was found.
    """
    private = open_private(previous)
    split = split_personal(source, mapping, private.key)
    keep = mapping.personal == "separate"
    for name in source.tables:
        if told := [f"{column.column} ({column.kind})" for column in split.columns if column.table == name]:
            fate = "kept apart" if keep and name == Table.CUSTOMERS else "dropped"
            report(f"{name}: personal columns {fate}: {', '.join(told)}")
    split, left_out = without_forgotten(split, private)
    if left_out:
        report(f"customers whom the store was told to forget, left out: {left_out:,}")
    return Apart(split, private, keep)
