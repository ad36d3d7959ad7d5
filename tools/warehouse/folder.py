"""Where a store lies on disk and what it says about itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import Field, ValidationError

from tools.errors import InputError
from tools.frozen import Frozen

META_FILE = "store.json"
QUALITY_FILE = "quality.json"
TABLES_FOLDER = "tables"
INDEX_FOLDER = "index"
QUARANTINE_FOLDER = "quarantine"
PRIVATE_FOLDER = "private"
VERSIONS_FOLDER = "versions"
UNVERSIONED = "."


class StoreMeta(Frozen):
    """What a store says about itself; the content of its `store.json`."""

    name: str = Field(description="Name under which the store is known.")
    shop_name: str = Field(description="Name of the shop as customers know it; used in copy.")
    currency: str = Field("USD", description="ISO 4217 code of all money in the store.")
    country: str = Field("US", description="ISO 3166 code; decides holidays and rules.")
    language: str = Field("en", description="ISO 639 code of names and copy.")
    created_at: dt.datetime = Field(description="When the import ended, UTC.")
    source: str = Field(description="Where the data came from, in words.")
    first_at: dt.datetime = Field(description="Time of the first order line, UTC.")
    last_at: dt.datetime = Field(description="Time of the last order line, UTC.")
    version: str = Field(description="Fingerprint of the tables; caches and evidence depend on it.")
    folder: str = Field(
        UNVERSIONED,
        pattern=rf"^(\.|{VERSIONS_FOLDER}/[0-9]{{6,}})$",
        description="Folder of the version in use, below the store's own; `.` in stores older than versions.",
    )


@dataclass(frozen=True)
class StoreFolder:
    """The folder of one store; once it was asked, it goes on with the version of the data that it found then.

    `store.json` names the folder of that version, which holds `tables/*.parquet`, `quality.json`, `quarantine/` and
    `private/`. The search index is in `index/` beside it.
    """

    path: Path

    @property
    def name(self) -> str:
        """Return the store's name."""
        return self.meta.name

    @cached_property
    def meta(self) -> StoreMeta:
        """Read `store.json`.

        Raises:
            InputError: The file is missing or is not what `StoreMeta` says.
        """
        file = self.path / META_FILE
        try:
            return StoreMeta.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            raise InputError(
                f"store {str(self.path)!r} has no {META_FILE}; expected a store's folder; try `marketwright store list`"
            ) from None
        except ValidationError as error:
            raise InputError(
                f"file {str(file)!r} is not a store description ({error.error_count()} errors); "
                "expected one written by `marketwright store import`; try importing again"
            ) from error

    @property
    def data(self) -> Path:
        """Return the folder of the version in use."""
        return self.path / self.meta.folder

    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables that the store has, sorted."""
        return tuple(sorted(file.stem for file in (self.data / TABLES_FOLDER).glob("*.parquet")))

    def table_file(self, table: str) -> Path:
        """Return the Parquet file of a table, whether or not it exists."""
        return self.data / TABLES_FOLDER / f"{table}.parquet"

    @property
    def quality_file(self) -> Path:
        """Return the file of the data-quality report."""
        return self.data / QUALITY_FILE

    @property
    def quarantine_folder(self) -> Path:
        """Return the folder of the rows set aside, one Parquet file a table."""
        return self.data / QUARANTINE_FOLDER

    @property
    def private_folder(self) -> Path:
        """Return the folder of what tools never read: who the customers are."""
        return self.data / PRIVATE_FOLDER

    @property
    def index_folder(self) -> Path:
        """Return the folder of the search index."""
        return self.path / INDEX_FOLDER
