"""Which of a store's names a brief can mean."""

from __future__ import annotations

import pandas as pd

from agent.vocabulary import offered_categories, vocabulary_of
from tests.tiny import AS_OF
from tools.warehouse.store import Store


def test_a_category_of_which_nothing_is_offered_is_no_campaigns_category(tiny_store: Store) -> None:
    """A grocer files coupons under a category of their own: "with a coupon" does not mean that one."""
    products = pd.read_parquet(tiny_store.table_file("products"))
    shelved = products.loc[products["product_id"] == "p01", "category"].iloc[0]
    products["active"] = products["category"] != shelved
    products.to_parquet(tiny_store.table_file("products"))
    view = tiny_store.at(AS_OF)
    assert shelved in vocabulary_of(view).categories
    assert set(offered_categories(view)) == set(vocabulary_of(view).categories) - {shelved}
