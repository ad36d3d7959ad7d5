"""A store changes in one step: versions beside each other, one of them in use, one import at a time."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from tests.tools.warehouse.exports import LINE, SHOP, Export, rows_of, silent, write_export
from tools.errors import InputError
from tools.warehouse.columns import Table
from tools.warehouse.folder import META_FILE, UNVERSIONED
from tools.warehouse.importing import import_store
from tools.warehouse.store import Store, open_store
from tools.warehouse.versions import KEPT_FOR, LOCK_FILE, UNVERSIONED_PARTS, locked, sweep

NOW = dt.datetime(2024, 7, 6)
LATER: Export = {"order_lines": [LINE, {**LINE, "order_id": "o2"}]}
AT_ONCE = dt.timedelta(0)


class InterruptionError(Exception):
    """Stands for whatever stops an import."""


def take(folder: Path, export: Export) -> Store:
    source = write_export(folder.parent / "exports" / str(len(list(folder.parent.rglob("*.csv")))), export)
    return import_store("csv", source, folder, report=silent, now=NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "stores" / "shop"


def versions(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "versions").iterdir())


def test_a_store_names_the_version_in_use(folder: Path) -> None:
    first, second = take(folder, SHOP), take(folder, LATER)
    assert (first.meta.folder, second.meta.folder) == ("versions/000001", "versions/000002")
    assert open_store(folder).meta == second.meta


def test_who_reads_goes_on_with_the_version_it_began_with(folder: Path) -> None:
    before = take(folder, SHOP).at(dt.date(2024, 2, 2))
    take(folder, LATER)
    assert len(before.frame(Table.ORDER_LINES)) == 1
    assert len(open_store(folder).at(dt.date(2024, 2, 2)).frame(Table.ORDER_LINES)) == 2


def test_a_version_is_a_store_by_itself(folder: Path) -> None:
    take(folder, SHOP)
    take(folder, LATER)
    assert rows_of(open_store(folder / "versions" / "000001"), Table.ORDER_LINES, "order_id") == [("o1",)]


def test_superseded_versions_go_after_an_hour(folder: Path) -> None:
    for _ in range(3):
        take(folder, SHOP)
    assert versions(folder) == ["000001", "000002", "000003"]
    old = dt.datetime.now().timestamp() - KEPT_FOR.total_seconds() - 60
    os.utime(folder / "versions" / "000001", (old, old))
    sweep(folder)
    assert versions(folder) == ["000002", "000003"]
    sweep(folder, AT_ONCE)
    assert versions(folder) == ["000003"]


def test_what_an_interrupted_import_left_goes_at_once(folder: Path) -> None:
    take(folder, SHOP)
    for name in ("000002", ".000000"):
        (folder / "versions" / name / "tables").mkdir(parents=True)
    sweep(folder)
    assert versions(folder) == ["000001"]


@pytest.mark.parametrize("line", range(6))
def test_an_import_that_stops_midway_changes_nothing(folder: Path, tmp_path: Path, line: int) -> None:
    before = take(folder, SHOP)
    told: list[str] = []

    def stop(words: str) -> None:
        told.append(words)
        if len(told) > line:
            raise InterruptionError

    source = write_export(tmp_path / "later", {**SHOP, **LATER})
    with pytest.raises(InterruptionError):
        import_store("csv", source, folder, report=stop, now=NOW)
    assert open_store(folder).meta == before.meta
    assert versions(folder) == ["000001"]


def test_one_import_at_a_time(folder: Path) -> None:
    store = take(folder, SHOP)
    with locked(folder), pytest.raises(InputError, match="'shop' is being written by another import"):
        take(folder, LATER)
    assert open_store(folder).meta == store.meta
    assert take(folder, LATER).meta != store.meta


def test_the_lock_file_of_a_dead_import_is_no_hindrance(folder: Path) -> None:
    (folder / "versions" / "000001" / "tables").mkdir(parents=True)
    (folder / LOCK_FILE).touch()
    assert rows_of(take(folder, SHOP), Table.ORDER_LINES, "order_id") == [("o1",)]


def test_a_failed_first_import_leaves_nothing(folder: Path) -> None:
    with pytest.raises(InputError):
        take(folder, LATER)
    assert list(folder.parent.glob("s*")) == []


@pytest.fixture
def unversioned(folder: Path) -> Store:
    """Give a store in the layout from before there were versions."""
    version = take(folder, SHOP).data
    for part in (*UNVERSIONED_PARTS, META_FILE):
        if (version / part).exists():
            (folder / part).unlink(missing_ok=True)
            shutil.move(version / part, folder / part)
    shutil.rmtree(folder / "versions")
    (folder / LOCK_FILE).unlink()
    return Store(folder)


def test_a_store_from_before_versions_opens(unversioned: Store) -> None:
    assert unversioned.meta.folder == UNVERSIONED
    assert rows_of(unversioned, Table.ORDER_LINES, "order_id") == [("o1",)]


def test_a_store_from_before_versions_is_updated(unversioned: Store, folder: Path) -> None:
    assert unversioned.tables() == ("customers", "order_lines", "products")
    after = take(folder, LATER)
    assert rows_of(after, Table.ORDER_LINES, "order_id") == [("o1",), ("o2",)]
    assert rows_of(unversioned, Table.ORDER_LINES, "order_id") == [("o1",)]
    sweep(folder, AT_ONCE)
    assert sorted(path.name for path in folder.iterdir()) == [LOCK_FILE, META_FILE, "versions"]


@pytest.mark.parametrize("place", ["../other", "versions/../..", "/etc", "versions/1", "tables"])
def test_a_store_cannot_point_out_of_its_folder(folder: Path, place: str) -> None:
    store = take(folder, SHOP)
    text = (folder / META_FILE).read_text().replace(store.meta.folder, place)
    (folder / META_FILE).write_text(text)
    with pytest.raises(InputError, match="is not a store description"):
        Store(folder).tables()
