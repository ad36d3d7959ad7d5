"""What a caller asks is read strictly, and what a model answers is checked."""

from __future__ import annotations

from typing import Any

import pytest

from agent.models.grammar import grammar_of
from agent.models.request import AnswerError, Reply, chat_result, checked_reply, read_request
from tools.errors import InputError

SCHEMA = {"type": "object", "properties": {"k": {"enum": [5, 10]}}, "required": ["k"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}


def reply(text: str, finished: bool = True) -> Reply:
    return Reply(text=text, finished=finished, tokens_in=3, tokens_out=2)


def test_the_schema_is_taken_from_response_format() -> None:
    request = read_request({"response_format": FORMAT, "temperature": 0.7, "max_tokens": None})
    assert request.schema_ == SCHEMA
    assert (request.temperature, request.max_tokens) == (0.7, 256)


@pytest.mark.parametrize(
    "arguments",
    [
        {"top_p": 1},
        {"temperature": -1},
        {"seed": -1},
        {"n": 0},
        {"max_tokens": 0},
        {"response_format": {"type": "xml"}},
    ],
)
def test_unknown_or_impossible_settings_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="expected"):
        read_request(arguments)


def test_stop_words_are_refused() -> None:
    with pytest.raises(InputError, match="stop"):
        read_request({}, stop=["x"])


def test_a_loosely_spaced_answer_is_made_compact() -> None:
    assert checked_reply(reply('{"k": 5.0}'), grammar_of(SCHEMA)).text == '{"k":5}'


@pytest.mark.parametrize("text", ['{"k":6}', "{}", "five", '{"k":5'])
def test_an_answer_that_does_not_fit_is_an_error(text: str) -> None:
    with pytest.raises(AnswerError, match="expected"):
        checked_reply(reply(text), grammar_of(SCHEMA))


def test_a_cut_answer_is_an_error_only_under_a_schema() -> None:
    with pytest.raises(AnswerError, match="max_tokens"):
        checked_reply(reply('{"k"', finished=False), grammar_of(SCHEMA))
    assert checked_reply(reply("some te", finished=False), None).text == "some te"


def test_usage_and_reason_reach_the_message() -> None:
    message = chat_result([reply("a", finished=False)], "m").generations[0].message
    assert message.response_metadata == {"finish_reason": "length", "model_name": "m"}
    assert getattr(message, "usage_metadata", None) == {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}
