"""Which of a store's names a brief can mean."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from agent.chooser import OFFERED
from agent.mentions import find_mentions
from agent.narrowing import Vocabulary, narrow_arguments
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


@pytest.mark.parametrize(
    ("message", "earlier", "campaigns"),
    [
        ("was the big tea weekend worth it, compared with the autumn mailing", "", ["Big Tea Weekend"]),
        ("what came out of campaigns 18, 20 and 22?", "", ["18", "20", "22"]),
        ("campaign 18 vs 22 please", "how did the Big Tea Weekend do?", ["18", "22"]),
        ("what came of campaign 18 and the 10% off", "", ["18"]),
        ("lift of the Type A campaign 18 please", "", ["18"]),
        ("did mailing 17 pay, and no. 26?", "", ["17", "26"]),
        ("did autumn campaign 3 pay", "", ["3"]),
        ("results of campaign 18, 6-week forecast of tea", "", ["18"]),
        ("campaign 13 and 20 customers of it", "", ["13"]),
        ("results of Coupon mailing 4 please", "", ["4"]),
    ],
)
def test_a_campaign_that_is_numbered_or_known_is_offered_alone(
    message: str, earlier: str, campaigns: list[str]
) -> None:
    assert campaigns_offered(message, earlier) == campaigns


@pytest.mark.parametrize(
    ("message", "earlier"),
    [
        ("how did the Winter Warmer promo do", ""),
        ("how did the Winter Warmer promo do", "campaign 18?"),
        ("and the Winter Warmer?", "how did the big tea weekend do"),
        ("compare campaign 18 with the Winter Warmer", ""),
        ("and the Winter Warmer of 2017?", "results of campaign 2"),
        ("did the Winter Warmer beat our #1 mailing", ""),
        ("the Winter Warmer or the newsletter 15 December?", ""),
    ],
)
def test_a_campaign_of_another_name_may_be_any(message: str, earlier: str) -> None:
    assert "Winter Warmer" in campaigns_offered(message, earlier)


NAMES = ("Autumn campaign 3", "Big Tea Weekend", "Coupon mailing 4", "Spring Clean")


def campaigns_offered(message: str, earlier: str) -> list[str]:
    mentions = find_mentions(message, AS_OF, earlier=earlier)
    tool = next(tool for tool in OFFERED if tool.name == "read_results")
    schema = narrow_arguments(tool, mentions, Vocabulary(campaigns=NAMES))
    assert schema is not None
    properties: Any = schema["properties"]
    return list(properties["campaign_id"]["enum"])


def test_the_campaigns_of_a_store_are_known_by_name(tmp_path: Path) -> None:
    store = make_tiny_store(tmp_path / "store")
    begun = AS_OF - dt.timedelta(20)
    days = {"starts_on": [begun, begun], "ends_on": [AS_OF, AS_OF]}
    told = pd.DataFrame({"campaign_id": ["1", "2"], "name": ["Big Tea Weekend", "2"], **days})
    told.to_parquet(store.table_file("campaigns"))
    assert vocabulary_of(store.at(AS_OF)).campaigns == ("Big Tea Weekend",)
