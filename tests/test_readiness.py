"""What `make test` promises to have prepared is there, so that tests which need it cannot skip unseen."""

from __future__ import annotations

import os

import pytest

from agent.models.info import model_info
from tools.packages import PACKAGES, fetched
from tools.products.index import open_index
from tools.warehouse.store import open_store

prepared = pytest.mark.skipif(os.environ.get("MARKETWRIGHT_PREPARED") != "1", reason="not started by make test")


@prepared
@pytest.mark.parametrize("key", PACKAGES)
def test_packages_are_fetched(key: str) -> None:
    assert fetched(next(name for name in PACKAGES if name == key)).is_dir()


@prepared
def test_the_demo_store_is_imported_and_indexed() -> None:
    assert open_index(open_store("demo")) is not None


@prepared
def test_the_tuned_model_is_built() -> None:
    info = model_info()
    assert info.adapter
    assert info.file
