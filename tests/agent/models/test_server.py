"""The server runtime against a small server of our own."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import SecretStr

from agent.models.request import AnswerError
from agent.models.server import ServerChat
from tests.agent.models.test_request import FORMAT, SCHEMA
from tools.errors import InputError, MissingCapabilityError

Answer = Callable[[httpx.Request], httpx.Response]


def chat(answer: Answer, key: str | None = None) -> ServerChat:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return ServerChat(url="http://shop.test/v1/", model="m", key=SecretStr(key) if key else None, client=client)


def says(text: str) -> Answer:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    return lambda _: httpx.Response(200, json={"choices": [choice], "usage": usage})


def test_the_request_is_openais_and_the_answer_is_compact() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return says('{ "k": 10 }')(request)

    messages = [SystemMessage("S"), HumanMessage("H")]
    message = chat(answer, key="secret").invoke(messages, response_format=FORMAT, seed=4, temperature=0.5, max_tokens=9)
    assert message.content == '{"k":10}'
    assert message.usage_metadata == {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
    assert str(seen[0].url) == "http://shop.test/v1/chat/completions"
    assert seen[0].headers["authorization"] == "Bearer secret"
    assert json.loads(seen[0].content) == {
        "model": "m",
        "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "H"}],
        "max_tokens": 9,
        "temperature": 0.5,
        "seed": 4,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}},
    }


def test_candidates_take_following_seeds() -> None:
    seeds: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seeds.append(json.loads(request.content)["seed"])
        return says("x")(request)

    result = chat(answer).generate([[HumanMessage("H")]], n=3, seed=5)
    assert seeds == [5, 6, 7]
    assert len(result.generations[0]) == 3


def test_an_answer_outside_the_schema_is_an_error() -> None:
    with pytest.raises(AnswerError, match="does not fit"):
        chat(says('{"k":11}')).invoke([HumanMessage("H")], response_format=FORMAT)


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, MissingCapabilityError, "key"),
        (404, InputError, "refused"),
        (429, MissingCapabilityError, "later"),
        (503, MissingCapabilityError, "later"),
    ],
)
def test_http_errors_say_what_to_do(status: int, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        chat(lambda _: httpx.Response(status, text="no")).invoke([HumanMessage("H")])


def test_no_server_is_a_missing_capability() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(MissingCapabilityError, match="did not answer"):
        chat(answer).invoke([HumanMessage("H")])


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": [{"message": {"content": None}}]}])
def test_an_answer_without_text_is_an_error(body: dict[str, object]) -> None:
    with pytest.raises(AnswerError, match="choices"):
        chat(lambda _: httpx.Response(200, json=body)).invoke([HumanMessage("H")])


def test_a_page_instead_of_json_is_a_missing_capability() -> None:
    with pytest.raises(MissingCapabilityError, match="OpenAI-compatible"):
        chat(lambda _: httpx.Response(200, text="<html>")).invoke([HumanMessage("H")])


def test_the_key_does_not_show() -> None:
    assert "secret" not in repr(chat(says("x"), key="secret"))
