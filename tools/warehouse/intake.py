"""Take the tables of a source into a new version of a store: sift them, bring them together with what was there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.progress import Report
from tools.warehouse.columns import REQUIRED_TABLES, SPECS, Table
from tools.warehouse.folder import QUARANTINE_FOLDER, TABLES_FOLDER, StoreFolder
from tools.warehouse.importers.source import Source
from tools.warehouse.limits import Limits
from tools.warehouse.merging import compared, merged, stacked, superseded
from tools.warehouse.orphans import tried_again
from tools.warehouse.quality import Merged, TableQuality, account
from tools.warehouse.setting_apart import Apart
from tools.warehouse.sift import PARENTS, kept_rows, rows_set_aside, sift
from tools.warehouse.standing import still_standing, unmarked, without_mentioned
from tools.warehouse.versions import share
from tools.warehouse.writer import write_table

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# The tables that others speak of come first.
ORDER: Final = (*REQUIRED_TABLES, *(name for name in SPECS if name not in REQUIRED_TABLES))


@dataclass(frozen=True)
class Intake:
    """One import at work.

    Attributes:
        engine: Where everything is computed.
        apart: What the importer read, without persons.
        old: The store before, or None where everything begins.
        draft: Folder of the new version.
        work: Folder for what is needed only now.
        limits: What a value may be at most.
        report: Receives a line of progress at each step.
        parents: The tables finished so far, for those that speak of them.
    """

    engine: Backend
    apart: Apart
    old: StoreFolder | None
    draft: Path
    work: Path
    limits: Limits
    report: Report
    parents: dict[str, ibis.Table] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """Return the tables to take in."""
        return self.apart.source

    def take(self) -> tuple[TableQuality, ...]:
        """Write every table of the new version, and return an account of those that the source has."""
        accounts = [self._take_in(name) if name in self.source.tables else self._carry_on(name) for name in ORDER]
        return tuple(entry for entry in accounts if entry is not None)

    def _take_in(self, name: str) -> TableQuality:
        """Sift one table of the source, and bring it together with the store's."""
        said = self.source.tables[name]
        source, old, aside = unmarked(said), self._old_rows(name), self._old_aside(name)
        file = self.work / f"{name}.parquet"
        self.engine.to_parquet(sift(name, source, self.parents, self.limits), file)
        sifted = self.engine.read_parquet(str(file))
        entry = account(self.engine, name, str(file), int(source.count().execute()), source.columns)
        self.report(_told(entry))
        new, rejected = kept_rows(sifted), rows_set_aside(sifted)
        if old is None:
            return self._finish(name, entry, new, rejected, None)
        standing = still_standing(name, old, said)
        new = without_mentioned(name, new, standing, said)
        gone = int(old.count().execute()) - int(standing.count().execute())
        counts = compared(name, new, standing, source.columns).model_copy(update={"withdrawn": gone})
        result = merged(name, new, standing, source.columns)
        if aside is not None:
            free, waiting = tried_again(name, superseded(name, aside, sifted), self.parents)
            counts = counts.model_copy(update={"released": int(free.count().execute())})
            result, rejected = stacked(name, result, free), stacked(name, rejected, waiting)
        return self._finish(name, entry, result, rejected, counts)

    def _carry_on(self, name: str) -> TableQuality | None:
        """Give the new version a table that the source does not have; rows set aside may find their parents now."""
        old, aside = self._old_rows(name), self._old_aside(name)
        if self.old is None or old is None:
            return None
        if aside is not None and any(parent in self.source.tables for parent in PARENTS.get(name, {}).values()):
            free, waiting = tried_again(name, aside, self.parents)
            counts = Merged(new=0, changed=0, unchanged=0, released=int(free.count().execute()))
            entry = TableQuality(table=name, rows_in=0, kept=0, repaired=0, quarantined=0, duplicates=0)
            entry = self._finish(name, entry, stacked(name, old, free), waiting, counts)
            return entry if counts.released else None
        self.parents[name] = old
        share(self.old.table_file(name), self.draft / TABLES_FOLDER / f"{name}.parquet")
        if aside is not None:
            share(_aside_file(self.old.quarantine_folder, name), _aside_file(self.draft / QUARANTINE_FOLDER, name))
        return None

    def _finish(
        self, name: str, entry: TableQuality, rows: ibis.Table, rejected: ibis.Table, counts: Merged | None
    ) -> TableQuality:
        """Write a table with its quarantine, and complete its account."""
        same = counts and not (counts.new or counts.changed or counts.released or counts.withdrawn)
        if self.old and same and not self.apart.sheds(name, self._opened(self.old.table_file(name))):
            share(self.old.table_file(name), self.draft / TABLES_FOLDER / f"{name}.parquet")
            rows = self.engine.read_parquet(str(self.old.table_file(name)))
        else:
            rows = write_table(self.engine, name, in_order(name, rows), self.draft)
        self.parents[name] = rows
        if rejected.count().execute():
            file = _aside_file(self.draft / QUARANTINE_FOLDER, name)
            file.parent.mkdir(exist_ok=True)
            self.engine.to_parquet(rejected, file)
        if counts:
            self.report(
                f"{name}: {counts.new:,} new, {counts.changed:,} changed, {counts.unchanged:,} unchanged"
                + f", {counts.released:,} no longer set aside" * bool(counts.released)
                + f", {counts.withdrawn:,} withdrawn" * bool(counts.withdrawn)
            )
        return entry.model_copy(update={"merged": counts, "rows": int(rows.count().execute())})

    def _old_rows(self, name: str) -> ibis.Table | None:
        return self._still_known(name, self.old.table_file(name)) if self.old else None

    def _old_aside(self, name: str) -> ibis.Table | None:
        return self._still_known(name, _aside_file(self.old.quarantine_folder, name)) if self.old else None

    def _still_known(self, name: str, file: Path) -> ibis.Table | None:
        """Open an old file without the columns that only this import recognises as personal."""
        rows = self._opened(file)
        return None if rows is None else self.apart.shed(name, rows)

    def _opened(self, file: Path) -> ibis.Table | None:
        return self.engine.read_parquet(str(file)) if file.is_file() else None


def in_order(name: str, table: ibis.Table) -> ibis.Table:
    """Sort by time, then by the required columns, then by the rest: the same rows give the same bytes.

    Time comes first because filters by time can then skip most of the file.
    """
    spec = SPECS[name]
    first = [spec.known_from] if spec.known_from and name != Table.CAMPAIGNS else []
    return table.order_by(list(dict.fromkeys([*first, *spec.required, *table.columns])))


def _aside_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _told(entry: TableQuality) -> str:
    return (
        f"{entry.table}: {entry.rows_in:,} rows in, {entry.kept:,} kept, {entry.repaired:,} repaired, "
        f"{entry.quarantined:,} set aside, {entry.duplicates:,} duplicates"
    )
