"""Fixtures shared by all tests."""

from __future__ import annotations

import pytest

from tests.tiny import AS_OF, make_tiny_store
from tools.errors import InputError
from tools.warehouse.store import Store, open_store
from tools.warehouse.view import StoreView


@pytest.fixture(scope="session")
def tiny_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Give the tiny store, written once; tests only read it."""
    return make_tiny_store(tmp_path_factory.mktemp("home") / "stores" / "tiny")


@pytest.fixture
def tiny_view(tiny_store: Store) -> StoreView:
    """Give the tiny store as of 1 July 2024."""
    return tiny_store.at(AS_OF)


@pytest.fixture(scope="session")
def demo_store() -> Store:
    """Give the demo store, where `marketwright demo` or `make store` has made one."""
    try:
        return open_store("demo")
    except InputError as error:
        pytest.skip(str(error))
