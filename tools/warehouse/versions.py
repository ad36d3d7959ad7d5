"""Versions of a store: a new one is written beside the one in use, and takes its place in a single step.

    store.json        says which version is in use; replacing this one file is what commits an import
    versions/000002/  a whole store by itself: store.json, tables/, quarantine/, quality.json, private/
    index/            the search index; it says which data it was made from
    import.lock       held by the import at work; the system lets go of it when that process ends, however it ends

Files of a version are never changed, so that versions share the tables that an import did not touch (as hard links).
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from tools.errors import InputError
from tools.warehouse.folder import (
    INDEX_FOLDER,
    META_FILE,
    PRIVATE_FOLDER,
    QUALITY_FILE,
    QUARANTINE_FOLDER,
    TABLES_FOLDER,
    VERSIONS_FOLDER,
    StoreFolder,
    StoreMeta,
)

LOCK_FILE: Final = "import.lock"
# A plan or a server's request that began before an import goes on reading the version it began with; the longest plan
# measured (BENCHMARKS.md) takes minutes.
KEPT_FOR: Final = dt.timedelta(hours=1)
# Stores imported before there were versions have these beside `store.json`.
UNVERSIONED_PARTS: Final = (TABLES_FOLDER, QUARANTINE_FOLDER, QUALITY_FILE, PRIVATE_FOLDER)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other import out of a store's folder, which is made where it is missing.

    Raises:
        InputError: Another import is at work on the store, or the folder holds something that is not a store.
    """
    _refuse_strangers(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise InputError(
            f"store {folder.name!r} is being written by another import; expected one at a time; "
            "try again when that one has ended"
        ) from None
    try:
        yield
    finally:
        if not (folder / META_FILE).is_file():
            _remove_empty(folder)
        lock.release()


def new_version(folder: Path) -> Path:
    """Make the folder of the next version, still empty; whoever calls this holds the lock and has swept."""
    numbers = [int(path.name) for path in (folder / VERSIONS_FOLDER).glob("[0-9]*")]
    draft = folder / VERSIONS_FOLDER / f"{max(numbers, default=0) + 1:06d}"
    draft.mkdir(parents=True)
    return draft


def store_of(draft: Path) -> Path:
    """Return the store's folder that a version is of."""
    return draft.parents[1]


def commit(folder: Path, draft: Path) -> None:
    """Put a finished version in use. Until `os.replace` below nothing has changed for readers; after it, everything."""
    meta = StoreMeta.model_validate_json((draft / META_FILE).read_bytes())
    meta = meta.model_copy(update={"folder": f"{VERSIONS_FOLDER}/{draft.name}"})
    pending = draft / f"{META_FILE}.pending"
    pending.write_text(meta.model_dump_json(indent=2) + "\n", encoding="utf-8")
    _sync_all(draft)
    for path in (draft.parent, folder, folder.parent):
        _sync(path)
    _mark_superseded(folder)
    os.replace(pending, folder / META_FILE)
    _sync(folder)


def in_use(folder: Path) -> Path | None:
    """Return the folder of the version in use (the store's own, where it has no versions), or None without a store."""
    return StoreFolder(folder).data if (folder / META_FILE).is_file() else None


def sweep(folder: Path, kept_for: dt.timedelta = KEPT_FOR) -> None:
    """Remove what interrupted imports left, and versions that were superseded longer than `kept_for` ago.

    Whoever calls this holds the lock: what looks unfinished is then nobody's work in progress.
    """
    current = in_use(folder)
    versions = folder / VERSIONS_FOLDER
    for path in sorted(versions.glob("*")) if versions.is_dir() else ():
        committed = current is not None and current.parent == versions and path.name < current.name
        if path != current and (not committed or path.name.startswith(".") or _age(path) >= kept_for):
            _remove(path)
    for path in (folder / part for part in UNVERSIONED_PARTS):
        if current not in (None, folder) and path.exists() and _age(path) >= kept_for:
            _remove(path)


def share(source: Path, target: Path) -> None:
    """Give a file of one version to another, without a second copy on disk where the file system can."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=source.parent.stat().st_mode & 0o777)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _refuse_strangers(folder: Path) -> None:
    if not folder.is_dir() or (folder / META_FILE).is_file():
        return
    found = {path.name for path in folder.iterdir()}
    if found and not (LOCK_FILE in found and found <= {LOCK_FILE, VERSIONS_FOLDER, INDEX_FOLDER}):
        raise InputError(
            f"folder {str(folder)!r} is in use by something else; expected a store's folder or none; try another name"
        )


def _mark_superseded(folder: Path) -> None:
    """Note the time on the version that is about to be replaced; `sweep` reads it."""
    current = in_use(folder)
    if current is not None:
        for path in [current] if current != folder else [folder / part for part in UNVERSIONED_PARTS]:
            if path.exists():
                os.utime(path)


def _age(path: Path) -> dt.timedelta:
    return dt.timedelta(seconds=time.time() - path.stat().st_mtime)


def _remove(path: Path) -> None:
    """Delete a file or folder; a folder is renamed first, so that one half deleted is never taken for a version."""
    if path.is_file():
        path.unlink()
        return
    if not path.name.startswith("."):
        path = path.rename(path.with_name(f".{path.name}"))
    shutil.rmtree(path)


def _remove_empty(folder: Path) -> None:
    """Delete the folder of a store that came to nothing."""
    with suppress(OSError):
        (folder / VERSIONS_FOLDER).rmdir()
        if {path.name for path in folder.iterdir()} == {LOCK_FILE}:
            (folder / LOCK_FILE).unlink()
            folder.rmdir()


def _sync_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Have the disk hold what was written; on Windows, folders cannot be synced and need not be."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
