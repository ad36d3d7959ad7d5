"""The next action: its prompt, and a schema from which nothing can be said that the message does not hold."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.actions import Action, DoneCall, action_messages, compact, parse_action, read_message
from agent.chooser import OFFERED
from agent.models.grammar import accepts, grammar_of
from agent.narrowing import Offered, Vocabulary, action_schema, repeats
from agent.requests import Turn
from tools.catalog import TOOLS
from tools.errors import ToolError

AS_OF = dt.date(2017, 11, 1)
VOCABULARY = Vocabulary(categories=("SOFT DRINKS",), as_of=AS_OF)


def says(message: str, action: Action, done: tuple[DoneCall, ...] = (), history: tuple[Turn, ...] = ()) -> bool:
    """Say whether the schema for a message lets the model write an action."""
    mentions = read_message(message, history, AS_OF)
    schema = action_schema(OFFERED, mentions, VOCABULARY, done)
    return accepts(grammar_of(schema), compact(action))


def call(tool: str, /, **arguments: object) -> Action:
    """Write a call shortly."""
    return Action.model_validate({"name": tool, "arguments": arguments})


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("forecast trail shoes for six weeks", call("forecast_demand", level="category", name="trail shoes", weeks=6)),
        ("forecast soft drinks", call("forecast_demand", level="category", name="SOFT DRINKS")),
        (
            "split 3k over email and texts",
            call("allocate_budget", total=3000, channels=["email", "sms"], goal="revenue"),
        ),
        (
            "how do lapsed customers take a 20% e-mail coupon?",
            call("predict_response", segment="lapsed", channel="email", discount_percent=20),
        ),
        ("forecast product 1082185", call("forecast_demand", level="product", name="1082185")),
        ("who is in cluster 3?", call("profile_customers", by="cluster", segment="cluster_3")),
        ("recommend products for RFM 155", call("recommend_products", segment="rfm_155", goal="cross_sell")),
        ("newsletter to all our customers: response?", call("predict_response", segment="everybody", channel="email")),
        ("how did the We Miss You campaign do?", call("read_results", campaign_id="We Miss You")),
        ("rolling 90 days of tea reviews", call("analyze_reviews", category="tea", months=3)),
        ("find oat milk under $4.50", call("search_products", query="oat milk", max_price=4.5)),
        (
            "holidays in Germany in December",
            call("calendar", starts_on="2017-12-01", ends_on="2017-12-31", country="DE"),
        ),
        ("any holidays coming up?", call("calendar", starts_on="2017-11-01", ends_on="2017-12-27")),
        ("what goes to customer 1042? top 3", call("recommend_products", customer_id="1042", goal="cross_sell", k=3)),
        (
            "10% off or free shipping for loyal customers?",
            call("choose_offer", segment="loyal", candidates=["10% off", "free shipping"]),
        ),
        (
            "split 3000 over email and sms, at least 500 on email",
            call("allocate_budget", total=3000, channels=["email", "sms"], goal="revenue", minimums={"email": 500}),
        ),
        ("thanks", Action(name="answer")),
    ],
)
def test_what_the_message_holds_can_be_said(message: str, action: Action) -> None:
    assert says(message, action)


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("forecast trail shoes", call("forecast_demand", level="category", name="ski boots")),
        ("forecast trail shoes for six weeks", call("forecast_demand", level="category", name="trail shoes", weeks=8)),
        ("split 3k over email", call("allocate_budget", total=30000, channels=["email"], goal="revenue")),
        ("split 3k over email", call("allocate_budget", total=3000, channels=["sms"], goal="revenue")),
        ("allocate my budget", call("allocate_budget", total=1000, goal="revenue")),
        ("how did it do?", call("read_results", campaign_id="18")),
        ("forecast trail shoes", call("forecast_demand", level="aisle", name="trail shoes")),
    ],
)
def test_what_the_message_does_not_hold_cannot_be_said(message: str, action: Action) -> None:
    assert not says(message, action)


def test_a_call_that_leaves_no_choice_is_not_offered_twice() -> None:
    only = call("calendar", starts_on="2017-11-01", ends_on="2017-12-27")
    tools = [Offered(tool.name, tool.query) for tool in TOOLS if tool.name == "calendar"]
    mentions = read_message("any holidays coming up?", (), AS_OF)
    schema = action_schema(tools, mentions, VOCABULARY, (DoneCall(only),))
    assert not accepts(grammar_of(schema), compact(only))
    assert accepts(grammar_of(schema), '{"name":"answer"}')
    assert repeats(only, (DoneCall(only),))


def test_a_follow_up_may_use_what_was_said_before() -> None:
    history = (
        Turn(role="user", text="how do lapsed customers respond to email at 20% off?"),
        Turn(role="assistant", text="Done."),
    )
    action = call("predict_response", segment="lapsed", channel="sms", discount_percent=20)
    assert says("and by text?", action, history=history)


def test_a_segment_may_come_from_a_result() -> None:
    done = (DoneCall(call("profile_customers", by="lifecycle"), "hibernating 900, new 3"),)
    action = call("predict_response", segment="hibernating", channel="email")
    assert says("which stage is largest, and how would it respond to email?", action, done)


def test_calls_made_are_the_models_own_earlier_turns() -> None:
    done = (DoneCall(call("profile_customers", by="rfm"), "ok"),)
    messages = action_messages("rfm please", (), done, AS_OF)
    assert [m.type for m in messages] == ["system", "human", "ai", "human"]
    assert messages[2].content == '{"name":"profile_customers","arguments":{"by":"rfm"}}'


def test_an_answer_that_is_no_action_is_told_as_such() -> None:
    with pytest.raises(ToolError, match="expected a name"):
        parse_action("profile_customers")


def test_a_number_of_another_ask_is_not_forced_into_a_call() -> None:
    assert says("odd orders in the last 3 weeks, overall forecast", call("forecast_demand", level="total"))
    assert says("what sells with tea? and 6 items for the loyal", call("find_bundles", category="tea"))


def test_a_comparison_calls_the_same_tool_without_the_discount() -> None:
    told = call("predict_response", segment="lapsed", channel="sms", discount_percent=10)
    plain = call("predict_response", segment="lapsed", channel="sms")
    message = "response of the lapsed to texts with and without 10% off"
    assert says(message, plain, done=(DoneCall(told, "2.1%"),))
    assert not says("response of the lapsed to texts with 10% off", plain, done=(DoneCall(told, "2.1%"),))


def test_a_result_offers_the_segments_that_it_lists() -> None:
    profiled = DoneCall(call("profile_customers", by="lifecycle"), "new 312, active 200, loyal 90")
    then = call("predict_response", segment="new", channel="email")
    assert says("which stage is biggest and how would it take an email?", then, done=(profiled,))


def test_a_second_message_keeps_offers_total_and_name_of_the_first() -> None:
    offers = (Turn(role="user", text="10% off or free shipping for the lapsed?"),)
    chosen = call("choose_offer", segment="loyal", candidates=["10% off", "free shipping"])
    assert says("and for the loyal?", chosen, history=offers)
    split = (Turn(role="user", text="split $5,000"),)
    capped = call("allocate_budget", total=5000, goal="revenue", maximums={"sms": 500})
    assert says("no more than $500 on SMS", capped, history=split)
    asked = (Turn(role="user", text="demand for dark tea?"),)
    assert says("who buys it?", call("profile_customers", by="lifecycle", category="dark tea"), history=asked)
