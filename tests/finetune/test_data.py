"""The training data: rendered by the functions that serve, fillable under the schema, and apart from dev."""

from __future__ import annotations

import datetime as dt
import random
from functools import cache

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from agent.briefs import brief_schema, compact_brief, parse_brief
from agent.campaign import Brief
from agent.candidates import LISTS, OPEN, SPENDS
from agent.chooser import OFFERED
from agent.mentions import find_mentions
from agent.models.chat import render_chat
from agent.models.grammar import accepts, grammar_of
from agent.needs import needs
from agent.spelling import mend
from finetune.batches import chat_pieces
from finetune.data import asks
from finetune.data.asks import ORDER, TOOLS
from finetune.data.campaigns import gather_sequence
from finetune.data.generate import DEV_COUNTS, Example, build, held_out, refusals
from finetune.data.values import Drawer, ask_lines, load_yaml

REFUSED_SHARE = 0.03
MESSAGES = {**DEV_COUNTS, "gather": 0, "brief": 0, "copy": 0}
SMALL = {"single": 56, "sequence": 20, "joined": 20, "followup": 19, "stop": 12, "gather": 2, "brief": 20, "copy": 20}
CLASSES: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


@cache
def examples(dev: bool) -> tuple[Example, ...]:
    """Draw a few examples of each skill."""
    return tuple(build(7, dev, SMALL))


def test_a_seed_gives_the_same_examples() -> None:
    assert list(build(7, True, SMALL)) == list(build(7, True, SMALL))


def test_the_trained_text_is_the_served_text() -> None:
    for example in examples(dev=False):
        messages: list[dict[str, str]] = example["messages"]  # type: ignore[assignment]
        pieces = list(chat_pieces(messages))
        before_last = "".join(text for text, _ in pieces[:-2])
        served = render_chat([CLASSES[m["role"]](m["content"]) for m in messages[:-1]])
        assert before_last == served


def test_nearly_every_expected_call_can_be_written_under_its_schema() -> None:
    cases = list(build(7, True, MESSAGES))
    refused = [problem for e in cases for problem in refusals(e)]
    assert len(refused) <= REFUSED_SHARE * len(cases), refused


def test_every_brief_can_be_written_under_its_schema() -> None:
    for example in examples(dev=False):
        if example["skill"] == "brief":
            mentions = find_mentions(str(example["text"]), dt.date.fromisoformat(str(example["as_of"])))
            written: str = example["messages"][-1]["content"]  # type: ignore[index]
            assert accepts(grammar_of(brief_schema(mentions)), written), example["text"]
            assert compact_brief(parse_brief(written)) == written


def test_dev_shares_no_line_and_no_shop_with_training() -> None:
    shops = load_yaml("shops")
    assert not set(shops["train"]) & set(shops["dev"])  # type: ignore[call-overload]
    for tool in TOOLS:
        every = ask_lines(tool)
        assert len(set(every)) == len(every), tool
        assert any(held_out(line) for line in every), f"{tool} has no held-out line"


def conversation(example: Example) -> str:
    """Return what was said, the message last."""
    history = " / ".join(turn["text"] for turn in example["history"])  # type: ignore[attr-defined]
    return f"{history} / {example['message']}".lower()


def test_no_dev_message_occurs_in_training() -> None:
    train, dev = ({conversation(e) for e in examples(dev=dev) if "message" in e} for dev in (False, True))
    assert not train & dev


def test_every_trained_call_can_be_written_under_its_schema() -> None:
    cases = [e for e in examples(dev=False) if e.get("expect") and "message" in e]
    assert not [problem for e in cases for problem in refusals(e)]


KNOBS = {"per_category", "margin_weight", "least_conversions", "new_products"}
"""Arguments for programs and people; the narrowing offers them to no model."""


@pytest.mark.parametrize("tool", TOOLS)
def test_arguments_are_written_in_the_order_of_the_schema(tool: str) -> None:
    query = next(t.query for t in OFFERED if t.name == tool)
    assert tuple(name for name in query.model_fields if name not in KNOBS) == ORDER[tool]
    assert not KNOBS & {*OPEN, *LISTS, *SPENDS}, "what the model is never offered cannot be trained"


def test_gathering_is_trained_as_the_plan_needs_it() -> None:
    fields = {"goal": "win_back", "segments": ("lapsed",), "channels": ("email",), "budget": 3000, "currency": "USD"}
    days = {"starts_on": dt.date(2017, 11, 1), "ends_on": dt.date(2017, 11, 22)}
    brief = Brief.model_validate({**fields, **days, "text": "x", "extracted_by": "person"})
    tools = [action.name for action in gather_sequence(brief, products="dark coffee")]
    assert [t for t in tools if t != "search_products"] == [need.tool for need in needs(brief)]
    assert "search_products" in tools


def test_a_call_holds_a_mistyped_name_as_it_is_read() -> None:
    mended = 0
    for seed in range(600):
        drawer = Drawer(random.Random(seed), {"categories": ["green tea", "storage boxes"]}, dt.date(2020, 3, 1))
        message = asks.fill("what will we sell of {category}", drawer)
        name = str(drawer.value("category").meaning)
        assert name in mend(message)
        mended += message != mend(message) and name not in message
    assert mended, "no slip in a name was mended; the test tries nothing"
