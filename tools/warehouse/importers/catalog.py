"""The kinds of source that can be imported, listed; adding one is a file and an entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.errors import InputError
from tools.warehouse.importers import complete_journey, files, google_ads, meta_ads, shopify, woocommerce
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


@dataclass(frozen=True)
class Importer:
    """One kind of source.

    Attributes:
        read: Reads it; what it returns is not yet typed or sifted.
        told: A line of help.
        one_file: Whether PATH may be a single file.
        afresh: Whether an import always starts afresh, because a later export is a whole one.
    """

    read: Callable[[Backend, Path, Mapping], Source]
    told: str
    one_file: bool = False
    afresh: bool = False


def _csv(engine: Backend, path: Path, mapping: Mapping) -> Source:
    return files.read(engine, path, "csv", mapping)


def _parquet(engine: Backend, path: Path, mapping: Mapping) -> Source:
    return files.read(engine, path, "parquet", mapping)


def _demo(engine: Backend, path: Path, mapping: Mapping) -> Source:
    return complete_journey.read(engine, path)


IMPORTERS: Final[dict[str, Importer]] = {
    "csv": Importer(_csv, "canonical tables as CSV"),
    "parquet": Importer(_parquet, "canonical tables as Parquet"),
    "shopify": Importer(shopify.read, "Shopify's exports of orders, products and customers", one_file=True),
    "woocommerce": Importer(woocommerce.read, "WooCommerce's exports of orders, products and customers", one_file=True),
    "google_ads": Importer(google_ads.read, "Google Ads reports by day, into a store's ad_spend", one_file=True),
    "meta_ads": Importer(meta_ads.read, "Meta Ads Manager exports by day, into a store's ad_spend", one_file=True),
    "complete_journey": Importer(_demo, "the demo data", afresh=True),
}
KINDS: Final = tuple(IMPORTERS)


def read_source(engine: Backend, kind: str, path: Path, mapping: Mapping) -> Source:
    """Read a source of a kind.

    Raises:
        InputError: The kind is unknown, there is nothing at the path, or the importer cannot use what is there.
    """
    importer = importer_of(kind)
    if not path.is_dir() and not (importer.one_file and path.is_file()):
        wanted = "folder or file" if importer.one_file else "folder"
        also = " or one of them" if importer.one_file else ""
        raise InputError(
            f"source {str(path)!r} is not a {wanted}; expected a folder of files{also}; try its parent folder"
        )
    return importer.read(engine, path, mapping)


def importer_of(kind: str) -> Importer:
    """Return the importer of a kind.

    Raises:
        InputError: There is none.
    """
    if kind not in IMPORTERS:
        raise InputError(f"kind {kind!r} cannot be imported; expected one of {', '.join(sorted(KINDS))}; try csv")
    return IMPORTERS[kind]
