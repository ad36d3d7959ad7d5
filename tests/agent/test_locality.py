"""What stands in one part of a message is no argument of the tool that another part is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agent.actions import Action, DoneCall
from agent.chooser import OFFERED
from agent.implied import implied_arguments
from agent.mentions import find_mentions
from agent.narrowing import Vocabulary, action_schema, narrow_arguments, repeats

AS_OF = dt.date(2017, 11, 1)
SHOP = Vocabulary(categories=("COFFEE", "TEA"), as_of=AS_OF)


def schema_of(tool: str, message: str) -> dict[str, Any]:
    """Return the schema of a tool's arguments, narrowed to a message."""
    offered = next(each for each in OFFERED if each.name == tool)
    narrowed = narrow_arguments(offered, find_mentions(message, AS_OF), SHOP)
    assert narrowed is not None
    return narrowed


def test_numbers_of_another_part_are_not_offered() -> None:
    message = "Forecast tea for 6 weeks, then split 3k over email and sms. Recommend 5 products for loyal customers"
    assert schema_of("forecast_demand", message)["properties"]["weeks"]["enum"] == [6]
    assert schema_of("recommend_products", message)["properties"]["k"]["enum"] == [5]
    assert schema_of("allocate_budget", message)["properties"]["total"]["enum"] == [3000]


def test_a_number_said_once_for_all_parts_is_offered_to_each() -> None:
    message = "Forecast tea. Show the reviews of coffee. Everything for 6 weeks"
    assert schema_of("forecast_demand", message)["properties"]["weeks"]["enum"] == [6]


@pytest.mark.parametrize(
    ("tool", "message", "argument", "left"),
    [
        ("analyze_reviews", "Sentiment on tea please. Outlook for the shop over the coming quarter", "months", None),
        ("check_anomalies", "Reviews of tea, past 60 days -> anything odd about the coupons?", "weeks", None),
        ("search_products", "Split 4k over email and sms, and then find tea for travelling", "max_price", None),
        ("search_products", "Recommend 5 products for loyal customers. Then find tea for travelling", "k", None),
        ("calendar", "what's on at the moment? Then find spiced tea for winter", "starts_on", ["2017-11-01"]),
        ("calendar", "Forecast tea for December, then the holidays", "starts_on", ["2017-12-01"]),
        ("calendar", "holidays in December, then find gifts for December", "starts_on", ["2017-12-01"]),
        ("choose_offer", "10% off or free post for all our customers, which offer? Then profile newcomers", "segment",
         ["everybody"]),
    ],
)  # fmt: skip
def test_what_another_part_claims_is_not_offered(
    tool: str, message: str, argument: str, left: list[str] | None
) -> None:
    offered = schema_of(tool, message)["properties"].get(argument)
    assert (offered and offered["enum"]) == left


@pytest.mark.parametrize(
    ("message", "total", "required"),
    [
        ("Split 30k for profit, email at most 9k", [30000], {"maximums"}),
        ("400 conversions wanted from email and sms, budget 2500", [2500], {"target", "channels"}),
        ("Spend up to 5k on email and sms", [5000], {"channels"}),
        ("$50000 over email and sms, and at least $10k has to go into email", [50000], {"minimums", "channels"}),
    ],
)
def test_a_limit_or_a_number_of_orders_is_not_the_total(message: str, total: list[int], required: set[str]) -> None:
    schema = schema_of("allocate_budget", message)
    assert schema["properties"]["total"]["enum"] == total
    assert required <= set(schema["required"])


@pytest.mark.parametrize(
    ("tool", "message", "argument"),
    [
        ("find_bundles", "what is bought together with coffee?", "category"),
        ("analyze_reviews", "what do people say about tea", "category"),
        ("forecast_demand", "how much coffee will we sell", "name"),
        ("profile_customers", "what are our lapsed customers like", "segment"),
        ("recommend_products", "something for lapsed customers", "segment"),
    ],
)
def test_a_name_that_the_store_knows_is_not_left_out(tool: str, message: str, argument: str) -> None:
    assert argument in schema_of(tool, message)["required"]


def test_nothing_is_required_that_is_not_said() -> None:
    assert "category" not in schema_of("find_bundles", "what is bought together?")["required"]
    assert "segment" not in schema_of("profile_customers", "who are our customers")["required"]


FIRST = DoneCall(Action(name="find_bundles", arguments={"category": "coffee"}))


@pytest.mark.parametrize(
    ("name", "arguments", "text", "repeated"),
    [
        ("find_bundles", {}, "bundles with coffee", True),
        ("find_bundles", {}, "bundles with coffee and overall", False),
        ("find_bundles", {"category": "tea"}, "bundles with coffee and tea", False),
        ("find_bundles", {"category": "coffee"}, "with and without", True),
        ("analyze_reviews", {"category": "coffee"}, "bundles and reviews of coffee", False),
    ],
)
def test_a_second_call_says_something_new(name: str, arguments: dict[str, Any], text: str, repeated: bool) -> None:
    assert repeats(Action(name=name, arguments=arguments), [FIRST], text) is repeated


def test_days_of_the_own_part_are_the_only_ones() -> None:
    message = "Forecast tea for the next 10 weeks, then the holidays from 2017-12-10 until 2017-12-25"
    offered = schema_of("calendar", message)["properties"]
    assert (offered["starts_on"]["enum"], offered["ends_on"]["enum"]) == (["2017-12-10"], ["2017-12-25"])


@pytest.mark.parametrize(
    ("message", "pairs"),
    [
        ("Black Friday is near: what falls between 2017-11-22 and 2017-11-28?",
         {("2017-11-24", "2017-11-24"), ("2017-11-22", "2017-11-28")}),
        ("what is on in December, and what from 2018-02-01 to 2018-02-20?",
         {("2017-12-01", "2017-12-31"), ("2018-02-01", "2018-02-20")}),
        ("what's on? it begins 2017-12-03, it ends 2017-12-20",
         {("2017-12-03", "2017-12-03"), ("2017-12-03", "2017-12-20"), ("2017-12-20", "2017-12-20")}),
    ],
)  # fmt: skip
def test_the_first_day_of_one_period_does_not_go_with_the_last_of_another(
    message: str, pairs: set[tuple[str, str]]
) -> None:
    schema: Any = action_schema(OFFERED, find_mentions(message, AS_OF), SHOP)
    branches = [branch["properties"] for branch in schema["anyOf"]]
    said = [each["arguments"]["properties"] for each in branches if each["name"].get("const") == "calendar"]
    found = {(first, last) for days in said for first in days["starts_on"]["enum"] for last in days["ends_on"]["enum"]}
    assert found == pairs


def test_each_part_with_the_tools_words_implies_its_own_count() -> None:
    message = "bundles for wine (five); then bundles for cheese (only three)"
    mentions = find_mentions(message, AS_OF)
    implied = [implied_arguments("find_bundles", mentions, SHOP, made) for made in range(3)]
    assert ["k" in names for names in implied] == [True, True, False]


def test_a_second_call_need_not_repeat_what_was_said_of_the_first() -> None:
    mentions = find_mentions("Forecast tea with and without 20% off", AS_OF)
    assert not implied_arguments("forecast_demand", mentions, SHOP, made=1)


def test_two_names_of_the_shop_are_not_one() -> None:
    offered = schema_of("forecast_demand", "How will tea and coffee sell?")["properties"]["name"]["enum"]
    assert "tea and coffee" not in [name.lower() for name in offered]
    assert {"tea", "coffee"} <= {name.lower() for name in offered}
