"""Copy: no digit and no unknown slot can be written, and every hand-written text could have been."""

from __future__ import annotations

import json

import pytest

from agent.copywriting import FIELDS, SLOT_ORDER, CopyRequest, compact_copy, copy_messages, copy_schema, parse_copy
from agent.models.grammar import accepts, grammar_of
from finetune.data.copy import written
from tools.errors import ToolError

SMS = CopyRequest(channel="sms", goal="win_back", voice="warm", slots=("discount", "ends_on", "shop"))


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("We miss you! Enjoy {discount} off until {ends_on}. {shop}", True),
        ("We miss you! Enjoy 20% off until {ends_on}.", False),
        ("We miss you, {first_name}! Come and see us.", False),
        ("Too short", False),
        ("We miss you. " * 20, False),
    ],
)
def test_text_of_a_message(text: str, possible: bool) -> None:
    assert accepts(grammar_of(copy_schema(SMS)), compact_copy({"text": text})) is possible


def test_slots_are_shown_in_a_fixed_order() -> None:
    assert copy_messages(SMS)[1].content == "sms | win_back | warm | {discount} {ends_on} {shop}"


def test_every_hand_written_text_fits_its_channel() -> None:
    for channel, goal, voice, fields in written():
        request = CopyRequest.model_validate({"channel": channel, "goal": goal, "voice": voice, "slots": SLOT_ORDER})
        assert accepts(grammar_of(copy_schema(request)), compact_copy(fields)), fields


def test_hand_written_texts_are_many_and_different() -> None:
    texts = [json.dumps(fields) for _, _, _, fields in written()]
    assert len(texts) >= 190
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("text", ["not json", '{"subject":"x"}', "[]"])
def test_what_is_no_copy_is_told_as_such(text: str) -> None:
    with pytest.raises(ToolError):
        parse_copy(text, "sms")


def test_every_channel_has_fields() -> None:
    assert set(FIELDS) == {"email", "sms", "push"}
