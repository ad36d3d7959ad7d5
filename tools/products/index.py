"""The search index of a store's products: what goes into it, how it is built, how it is opened."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

import pandas as pd

from retrieval.documents import Document
from retrieval.errors import EncoderFilesError, MissingIndexError, RefusedIndexError
from retrieval.folder import IndexMeta
from retrieval.hybrid import HybridIndex, build
from retrieval.minilm import MiniLM
from retrieval.protocols import Encoder, Progress, no_progress
from tools.errors import MissingCapabilityError
from tools.packages import fetched
from tools.warehouse.columns import Column, Table
from tools.warehouse.folder import StoreFolder
from tools.warehouse.view import StoreView

ENCODER: Final = "encoder"
# A size ("12 oz", "6 ct", "2.5 lb") matters to the words of a query, but not to what a product is.
_UNIT: Final = r"(?:oz|lb|ct|pk|ga|gal|qt|pt|dz|l|ml|g|kg|sq\s?ft|inch|in|rolls?|load)\b\.?"
_SIZE: Final = re.compile(
    rf",?\s*(?:\(\d+\)\s*)?\b\d[\d./-]*\s?{_UNIT}(?:[/\s]\s*\d[\d./-]*\s?{_UNIT})*(?:\(\d+\))?", re.IGNORECASE
)
DOCUMENT_COLUMNS: Final = [Column.NAME, Column.CATEGORY, Column.DEPARTMENT, Column.BRAND, "description"]


def build_index(store: StoreFolder, progress: Progress = no_progress, encoder: Encoder | None = None) -> IndexMeta:
    """Index the products that were ever sold or are marked active; the old index stays until the new one is whole.

    Args:
        store: The store.
        progress: Called with (texts done, texts in all).
        encoder: What makes the vectors; all-MiniLM-L6-v2 when not given.

    Raises:
        MissingCapabilityError: The encoder was not fetched.
    """
    documents = documents_of(_indexed_products(store))
    return build(store.index_folder, documents, encoder or default_encoder(), store.meta.version, progress)


def open_index(store: StoreFolder, encoder: Encoder | None = None) -> HybridIndex:
    """Open a store's index; it stays in memory for the next query.

    Raises:
        MissingCapabilityError: There is none, or it does not belong to the store's present data.
    """
    if encoder is None:
        return _opened(store, store.meta.version)
    return _open(store, encoder)


def default_encoder() -> MiniLM:
    """Return all-MiniLM-L6-v2 from the fetched package.

    Raises:
        MissingCapabilityError: It was not fetched.
    """
    return _encoder(fetched(ENCODER))


def documents_of(products: pd.DataFrame) -> list[Document]:
    """Return one document a product (index: product_id), in the frame's order."""
    texts = products[DOCUMENT_COLUMNS].fillna("").astype(str)
    return [
        Document(
            id=str(product_id),
            text=" · ".join(part for part in (name, category, department, brand, description) if part),
            meaning=". ".join(part for part in (without_size(name), category, department, description) if part),
        )
        for product_id, (name, category, department, brand, description) in zip(
            products.index, texts.itertuples(index=False, name=None), strict=True
        )
    ]


def without_size(name: str) -> str:
    """Return a product's name without its package size.

    >>> without_size("Apple sauce, 50 oz, store brand"), without_size("7 grain bread")
    ('Apple sauce, store brand', '7 grain bread')
    """
    return _SIZE.sub("", name).strip(" ,")


def _indexed_products(store: StoreFolder) -> pd.DataFrame:
    whole = StoreView(store, store.meta.last_at.date())
    products = whole.frame(Table.PRODUCTS, [Column.PRODUCT_ID, *DOCUMENT_COLUMNS, Column.ACTIVE])
    sold = set(whole.frame(Table.ORDER_LINES, [Column.PRODUCT_ID])[Column.PRODUCT_ID].unique())
    active = products[Column.ACTIVE].astype("boolean").fillna(value=True).astype(bool)
    return products[active | products[Column.PRODUCT_ID].isin(sold)].set_index(Column.PRODUCT_ID).sort_index()


@lru_cache(maxsize=1)
def _encoder(folder: Path) -> MiniLM:
    try:
        return MiniLM(folder)
    except EncoderFilesError as error:
        raise MissingCapabilityError(f"{error}; try `marketwright demo`, which fetches it") from error


@lru_cache(maxsize=2)
def _opened(store: StoreFolder, version: str) -> HybridIndex:
    return _open(store, default_encoder())


def _open(store: StoreFolder, encoder: Encoder) -> HybridIndex:
    try:
        return HybridIndex.load(store.index_folder, encoder, store.meta.version)
    except (MissingIndexError, RefusedIndexError) as error:
        remedy = f"try `marketwright index build {store.name}`"
        raise MissingCapabilityError(f"product index of store {store.name!r}: {error}; {remedy}") from error
