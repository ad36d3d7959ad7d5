"""Views of the busy made-up store."""

from __future__ import annotations

import pytest

from tests import busy
from tools.warehouse.view import StoreView


@pytest.fixture(scope="session")
def busy_view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give the busy store, without ad spend, after a year."""
    return busy.make_busy_store(tmp_path_factory.mktemp("home") / "busy").at(busy.AS_OF)


@pytest.fixture(scope="session")
def spending_view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give the busy store with ad spend."""
    return busy.make_busy_store(tmp_path_factory.mktemp("home") / "spending", with_ad_spend=True).at(busy.AS_OF)
