"""The search index of a store's products: how it is built, kept up to date and opened, and with which models."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final

import pandas as pd

from retrieval.building import Built, build
from retrieval.errors import EncoderFilesError, MissingIndexError, RefusedIndexError
from retrieval.folder import IndexFolder
from retrieval.hybrid import HybridIndex
from retrieval.minilm import MiniLM
from retrieval.protocols import Encoder, Progress, Reranker, no_progress
from tools.errors import MissingCapabilityError
from tools.packages import fetched
from tools.products.documents import DOCUMENT_COLUMNS, documents_of
from tools.warehouse.columns import Column, Table
from tools.warehouse.folder import StoreFolder
from tools.warehouse.view import StoreView

ENCODER: Final = "encoder"
DEFAULT_ENCODER: Final = "default"
"""What `--encoder` takes for all-MiniLM-L6-v2, beside a folder or a hub name."""

RERANKER_VARIABLE: Final = "MARKETWRIGHT_RERANKER"
"""Folder of a cross-encoder that reads the best hits again; none ships."""

SENTENCE_HOME: Final = "retrieval.sentence_encoder"
RERANKER_HOME: Final = "retrieval.cross_encoder"
"""Imported by name and only when asked for: sentence-transformers takes seconds to import."""


def build_index(store: StoreFolder, progress: Progress = no_progress, encoder: Encoder | None = None) -> Built:
    """Index the products that were ever sold or are marked active, or bring their index up to date.

    The old index stays until the new one is whole, and only products whose meaning is new are encoded.

    Args:
        store: The store.
        progress: Called with (texts done, texts in all).
        encoder: What makes the vectors; when not given, that of the present index, else all-MiniLM-L6-v2.

    Raises:
        MissingCapabilityError: The encoder cannot be had.
    """
    documents = documents_of(_indexed_products(store))
    return build(store.index_folder, documents, encoder or _own_encoder(store), store.meta.version, progress)


def open_index(store: StoreFolder, encoder: Encoder | None = None) -> HybridIndex:
    """Open a store's index; it stays in memory for the next query.

    Raises:
        MissingCapabilityError: There is none, or it does not belong to the store's present data or encoder.
    """
    if encoder is not None:
        return _open(store, encoder)
    try:
        meta = IndexFolder(store.index_folder).meta()
        mark = f"{meta.vectors_file_sha256}{meta.texts_file_sha256}"
    except (MissingIndexError, RefusedIndexError) as error:
        raise _no_index(store, error) from error
    return _opened(store, f"{store.meta.version}{mark}").reranked_by(named_reranker(os.environ.get(RERANKER_VARIABLE)))


def default_encoder() -> MiniLM:
    """Return all-MiniLM-L6-v2 from the fetched package.

    Raises:
        MissingCapabilityError: It was not fetched.
    """
    return _minilm(fetched(ENCODER))


def named_encoder(place: str) -> Encoder:
    """Return an encoder by the folder or hub name of a sentence-transformers model; `default` is all-MiniLM-L6-v2.

    Raises:
        MissingCapabilityError: It cannot be had, or could run code as it is read.
    """
    return default_encoder() if place in ("", DEFAULT_ENCODER) else _sentence_encoder(place)


@lru_cache(maxsize=2)
def named_reranker(folder: str | None) -> Reranker | None:
    """Return the cross-encoder of a folder; None where no folder is named.

    Raises:
        MissingCapabilityError: The folder holds none.
    """
    if not folder:
        return None
    try:
        reranker: Reranker = import_module(RERANKER_HOME).CrossEncoderReranker(Path(folder))
    except EncoderFilesError as error:
        raise MissingCapabilityError(f"{error}; try another folder in {RERANKER_VARIABLE}, or none") from error
    return reranker


def _indexed_products(store: StoreFolder) -> pd.DataFrame:
    whole = StoreView(store, store.meta.last_at.date())
    products = whole.frame(Table.PRODUCTS, [Column.PRODUCT_ID, *DOCUMENT_COLUMNS, Column.ACTIVE])
    sold = set(whole.frame(Table.ORDER_LINES, [Column.PRODUCT_ID])[Column.PRODUCT_ID].unique())
    active = products[Column.ACTIVE].astype("boolean").fillna(value=True).astype(bool)
    return products[active | products[Column.PRODUCT_ID].isin(sold)].set_index(Column.PRODUCT_ID).sort_index()


def _own_encoder(store: StoreFolder) -> Encoder:
    """Return the encoder of the store's index, or the default where there is none that can be read."""
    try:
        return named_encoder(IndexFolder(store.index_folder).meta().encoder.place)
    except (MissingIndexError, RefusedIndexError):
        return default_encoder()


@lru_cache(maxsize=1)
def _minilm(folder: Path) -> MiniLM:
    try:
        return MiniLM(folder)
    except EncoderFilesError as error:
        raise MissingCapabilityError(f"{error}; try `marketwright demo`, which fetches it") from error


@lru_cache(maxsize=2)
def _sentence_encoder(place: str) -> Encoder:
    try:
        encoder: Encoder = import_module(SENTENCE_HOME).SentenceEncoder.named(place)
    except EncoderFilesError as error:
        raise MissingCapabilityError(f"{error}; try `--encoder {DEFAULT_ENCODER}`") from error
    return encoder


@lru_cache(maxsize=2)
def _opened(store: StoreFolder, mark: str) -> HybridIndex:
    return _open(store, _own_encoder(store))


def _open(store: StoreFolder, encoder: Encoder) -> HybridIndex:
    try:
        return HybridIndex.load(store.index_folder, encoder, store.meta.version)
    except (MissingIndexError, RefusedIndexError) as error:
        raise _no_index(store, error) from error


def _no_index(store: StoreFolder, error: Exception) -> MissingCapabilityError:
    remedy = f"try `marketwright index build {store.name}`"
    return MissingCapabilityError(f"product index of store {store.name!r}: {error}; {remedy}")
