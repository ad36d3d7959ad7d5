"""Reading a brief: its schema, its prompt, and the rules that stand in."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.briefs import ExtractedBrief, brief_messages, brief_schema, compact_brief, parse_brief
from agent.mentions import find_mentions
from agent.models.grammar import accepts, grammar_of
from agent.rules import extract_brief
from tools.errors import ToolError

AS_OF = dt.date(2017, 11, 1)
TEXT = "Win back lapsed shoppers before Thanksgiving with a 20% coupon on coffee. Email and SMS, budget 3,000 dollars."
WANTED = ExtractedBrief(
    kind="campaign",
    goal="win_back",
    segments=("lapsed",),
    channels=("email", "sms"),
    categories=("coffee",),
    offer="coupon",
    discount_percent=20,
    budget=3000,
    starts_on=AS_OF,
    ends_on=dt.date(2017, 11, 22),
)


def test_the_brief_can_be_written_and_read_back() -> None:
    grammar = grammar_of(brief_schema(find_mentions(TEXT, AS_OF)))
    assert accepts(grammar, compact_brief(WANTED))
    assert parse_brief(compact_brief(WANTED)) == WANTED


@pytest.mark.parametrize("other", ['"budget":30000', '"budget":5000'])
def test_no_amount_can_be_invented(other: str) -> None:
    grammar = grammar_of(brief_schema(find_mentions(TEXT, AS_OF)))
    assert not accepts(grammar, compact_brief(WANTED).replace('"budget":3000', other))


def test_text_that_is_no_brief_can_be_called_so() -> None:
    assert accepts(grammar_of(brief_schema(find_mentions("a poem about cats", AS_OF))), '{"kind":"other"}')


def test_the_rules_read_the_same_brief() -> None:
    assert extract_brief(TEXT, find_mentions(TEXT, AS_OF)) == WANTED


def test_a_name_said_twice_is_kept_once() -> None:
    assert parse_brief('{"kind":"campaign","segments":["new","new"]}').segments == ("new",)


def test_what_is_no_extraction_is_told_as_such() -> None:
    with pytest.raises(ToolError):
        parse_brief('{"kind":"party"}')


def test_the_prompt_shows_what_was_read() -> None:
    assert str(brief_messages(find_mentions(TEXT, AS_OF))[1].content).startswith(TEXT)
