"""Make a store out of a source, or add to one: read, sift, merge, write, account for every row."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from tools.errors import InputError
from tools.home import stores_folder
from tools.progress import Report, say
from tools.warehouse.columns import REQUIRED_TABLES
from tools.warehouse.engine import DISK_ERRORS, connect
from tools.warehouse.folder import META_FILE, QUALITY_FILE
from tools.warehouse.importers.catalog import importer_of, read_source
from tools.warehouse.importers.mapping import Mapping, read_mapping
from tools.warehouse.importers.source import Source
from tools.warehouse.intake import ORDER, Intake
from tools.warehouse.limits import Limits
from tools.warehouse.quality import QualityReport, TableQuality, inspect
from tools.warehouse.setting_apart import set_apart
from tools.warehouse.store import Store
from tools.warehouse.versions import in_use, store_of
from tools.warehouse.writer import ShopFacts, check_required, replacing, write_meta

STORE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
WORK_FOLDER: Final = ".work"
# What the store knows of the shop, and a mapping may leave out when it adds to the store.
FACTS: Final = ("shop_name", "currency", "country", "language")
SOURCES_JOIN: Final = " + "


def import_store(
    kind: str,
    path: str | Path,
    to: str | Path,
    *,
    mapping: Mapping | str | Path | None = None,
    replace: bool = False,
    report: Report = say,
    now: dt.datetime | None = None,
) -> Store:
    """Import a source into a store: a new one, or one that there is, to which it adds what is new and changed.

    The store changes in one step at the end, or, when anything goes wrong, not at all.

    Args:
        kind: One of `KINDS`.
        path: Folder of the source's files; for some kinds also a single file.
        to: Name under the home folder, or the path of a folder.
        mapping: What the files call things and facts about the shop, or the YAML file that says so.
        replace: Start afresh, instead of adding to (and changing) what a store of that name holds already.
        report: Receives a line of progress at each step.
        now: What to write as the time of the import; the clock's, when not given.

    Raises:
        InputError: The kind, source, mapping or name is not usable, a required table or column is missing, or another
            import into the store is at work.
    """
    target = _target(to)
    afresh = replace or importer_of(kind).afresh
    facts = mapping if isinstance(mapping, Mapping) else read_mapping(Path(mapping) if mapping else None)
    try:
        with replacing(target) as draft:
            old = None if afresh or not (target / META_FILE).is_file() else Store(target)
            _write(kind, Path(path), facts, old, draft, now or dt.datetime.now(dt.UTC), report)
    except (OSError, *DISK_ERRORS) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
        raise InputError(
            f"store folder {str(target)!r} cannot be written ({why}); expected a writable folder "
            "on a disk with room; try another folder or free some disk"
        ) from error
    store = Store(target)
    report(f"store {store.name!r} is ready in {target}")
    return store


def _target(to: str | Path) -> Path:
    name = Path(to).name
    if not STORE_NAME.fullmatch(name):
        raise InputError(f"store name {name!r} is not usable; expected small letters, digits, - and _; try 'my-shop'")
    return stores_folder() / name if str(to) == name else Path(to).absolute()


def _write(
    kind: str,
    path: Path,
    mapping: Mapping,
    old: Store | None,
    draft: Path,
    now: dt.datetime,
    report: Report,
) -> None:
    """Read the source and write the whole of a store's next version."""
    target, work = store_of(draft), draft / WORK_FOLDER
    work.mkdir(mode=0o700)  # what does not fit into memory spills there, and names may be in it
    engine = connect(spill=work)
    try:
        source = read_source(engine, kind, path, _with_facts_of(old, mapping))
        _check_fit(source, old, kind, path)
        apart = set_apart(source, mapping, in_use(target), report)
        limits = Limits(today=now.date(), currency=source.facts.currency)
        accounts = Intake(engine, apart, old, draft, work, limits, report).take()
        apart.write(engine, old, draft)
        check_required(engine, draft)
        store = write_meta(engine, draft, target.name, _joint(source.facts, old), now)
        quality = inspect(engine, store, _all_accounts(accounts, store, old))
        (draft / QUALITY_FILE).write_text(quality.model_dump_json(indent=2) + "\n", encoding="utf-8")
    finally:
        engine.disconnect()
    shutil.rmtree(work)


def _with_facts_of(old: Store | None, mapping: Mapping) -> Mapping:
    """Let a mapping that does not say a fact about the shop say what the store knows."""
    known = {} if old is None else {fact: getattr(old.meta, fact) for fact in FACTS}
    return mapping.model_copy(
        update={fact: said for fact, said in known.items() if fact not in mapping.model_fields_set}
    )


def _check_fit(source: Source, old: Store | None, kind: str, path: Path) -> None:
    """Refuse a source that cannot make a store by itself, or has another currency than the store it goes into."""
    missing = [name for name in REQUIRED_TABLES if name not in source.tables]
    if old is None and missing:
        raise InputError(
            f"source {str(path)!r} ({kind}) lacks {', '.join(missing)}; expected at least {', '.join(REQUIRED_TABLES)} "
            "for a new store; try the name of a store that is there (`marketwright store list`), to add to it"
        )
    if old is not None and source.facts.currency != old.meta.currency:
        raise InputError(
            f"source {str(path)!r} is in {source.facts.currency}; expected {old.meta.currency}, the currency of store "
            f"{old.name!r}; try an exchange rate in the mapping (`exchange_rates`), or another store"
        )


def _joint(facts: ShopFacts, old: Store | None) -> ShopFacts:
    """Name every kind of source that went into the store."""
    known = old.meta.source.split(SOURCES_JOIN) if old else []
    return dataclasses.replace(facts, source=SOURCES_JOIN.join(dict.fromkeys([*known, facts.source])))


def _all_accounts(accounts: tuple[TableQuality, ...], store: Store, old: Store | None) -> tuple[TableQuality, ...]:
    """Return an account a table: this import's, or that of the import which last had the table."""
    before = {entry.table: entry for entry in _accounts_of(old)} if old else {}
    found = {**before, **{entry.table: entry for entry in accounts}}
    return tuple(found[name] for name in ORDER if name in found and name in store.tables())


def _accounts_of(store: Store) -> tuple[TableQuality, ...]:
    try:
        return QualityReport.model_validate_json(store.quality_file.read_bytes()).tables
    except (FileNotFoundError, ValidationError):  # made by hand, or by another release
        return ()
