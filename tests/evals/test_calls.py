from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.requests import ToolCall
from evals.calls import Comparison, compare_calls


def call(name: str, **arguments: Any) -> ToolCall:
    return ToolCall(name=name, arguments=arguments)


def compare(wanted: Sequence[ToolCall], made: Sequence[ToolCall], any_order: bool = False) -> Comparison:
    return compare_calls(wanted, made, any_order=any_order)


def test_unlisted_arguments_do_not_count() -> None:
    found = compare([call("forecast_demand", weeks=6)], [call("forecast_demand", weeks="6", level="total")])
    assert found.exact
    assert (found.names, found.names_wanted, found.arguments, found.arguments_wanted) == (1, 1, 1, 1)
    assert not found.faults


def test_a_wrong_argument_is_named() -> None:
    found = compare([call("calendar", country="DE", starts_on="2017-12-01")], [call("calendar", country="AT")])
    assert not found.exact
    assert found.in_sequence
    assert (found.arguments, found.arguments_wanted) == (0, 2)
    assert found.faults == (
        "calendar.country: wanted 'DE', got 'AT'",
        "calendar.starts_on: wanted '2017-12-01', got 'nothing'",
    )


def test_a_missing_and_an_extra_call_are_named() -> None:
    found = compare([call("a"), call("b")], [call("a"), call("c")])
    assert (found.exact, found.in_sequence, found.names, found.names_wanted) == (False, False, 1, 2)
    assert found.faults == ("b not called", "c not wanted")


def test_an_extra_call_of_a_wanted_tool_is_wrong() -> None:
    found = compare([call("a")], [call("a"), call("a")])
    assert not found.exact
    assert found.faults == ("a not wanted",)


def test_no_call_at_all_is_wrong() -> None:
    found = compare([call("a", x=1)], [])
    assert (found.exact, found.names, found.arguments_wanted) == (False, 0, 0)


def test_order_counts_unless_any_order() -> None:
    wanted, made = [call("a"), call("b")], [call("b"), call("a")]
    assert not compare(wanted, made).exact
    assert compare(wanted, made).faults == ("right calls in another order",)
    assert compare(wanted, made, any_order=True).exact


def test_order_counts_between_calls_of_one_tool() -> None:
    wanted = [call("a", channel="email"), call("a", channel="sms")]
    made = [call("a", channel="sms"), call("a", channel="email")]
    in_order = compare(wanted, made)
    assert (in_order.exact, in_order.in_sequence, in_order.arguments) == (False, True, 2)
    assert compare(wanted, made, any_order=True).exact


def test_calls_are_assigned_so_that_most_are_right() -> None:
    """A greedy assignment would give the first wanted call the only made call that fits the second."""
    wanted = [call("a", s=1), call("a", s=1, c=2)]
    made = [call("a", s=1, c=2), call("a", s=1)]
    assert compare(wanted, made, any_order=True).exact


def test_names_are_normalised() -> None:
    assert compare([call("Profile Customers", By="RFM")], [call("profile_customers", by="rfm")]).exact


def test_an_argument_wanted_absent() -> None:
    assert compare([call("search_products", max_price=None)], [call("search_products", query="tea")]).exact
    assert not compare([call("search_products", max_price=None)], [call("search_products", max_price=3)]).exact
