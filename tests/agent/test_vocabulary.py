"""Which of a store's names a brief can mean."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from agent.vocabulary import offered_categories, vocabulary_of
from tests.tiny import AS_OF, make_tiny_store


def test_a_category_of_which_nothing_is_offered_is_no_campaigns_category(tmp_path: Path) -> None:
    """A grocer files coupons under a category of their own: "with a coupon" does not mean that one."""
    store = make_tiny_store(tmp_path / "store")
    products = pd.read_parquet(store.table_file("products"))
    shelved = products.loc[products["product_id"] == "p01", "category"].iloc[0]
    products["active"] = products["category"] != shelved
    products.to_parquet(store.table_file("products"))
    view = store.at(AS_OF)
    assert shelved in vocabulary_of(view).categories
    assert set(offered_categories(view)) == set(vocabulary_of(view).categories) - {shelved}
