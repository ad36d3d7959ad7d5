"""A shop's data on disk, and how one is found by name or path."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tools.errors import InputError
from tools.home import stores_folder
from tools.warehouse.folder import META_FILE, StoreFolder
from tools.warehouse.view import StoreView, check_as_of


class Store(StoreFolder):
    """One shop's data as canonical tables plus what is derived from them."""

    def at(self, as_of: dt.date, seed: int = 0) -> StoreView:
        """Return the store as it was known at the start of a day.

        Raises:
            InputError: The store's data say nothing about that day.
        """
        check_as_of(self.meta, as_of)
        return StoreView(self, as_of, seed)


def list_stores() -> tuple[Store, ...]:
    """Return the stores under the home folder, by name."""
    return tuple(Store(file.parent) for file in sorted(stores_folder().glob(f"*/{META_FILE}")))


def open_store(name_or_path: str | Path) -> Store:
    """Find a store by its name under the home folder, or by the path of its folder.

    Raises:
        InputError: There is no such store; the message names those there are.
    """
    named = stores_folder() / str(name_or_path)
    is_plain_name = Path(name_or_path).name == str(name_or_path)
    for folder in ((named,) if is_plain_name else ()) + (Path(name_or_path),):
        if (folder / META_FILE).is_file():
            return Store(folder)
    known = ", ".join(store.path.name for store in list_stores()) or "none yet"
    raise InputError(
        f"store {str(name_or_path)!r} does not exist; expected a name or a store's folder, known are: {known}; "
        "try `marketwright demo` for the demo store or `marketwright store import`"
    )
