"""The local runtime with the untuned base model: valid, repeatable, stoppable."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage

from agent.models.grammar import accepts, grammar_of
from agent.models.llama import Copies, complete, completion_body, open_server
from agent.models.local import LocalChat
from agent.models.request import AnswerError, Request
from tests.agent.models.test_grammar import CALL
from tools.errors import InputError, MissingCapabilityError

CALL_FORMAT = {"type": "json_schema", "json_schema": {"name": "call", "schema": CALL}}
COPY = {
    "type": "object",
    "properties": {
        "subject": {"type": "string", "pattern": r"^([A-Za-z ,.!]|\{discount\}|\{ends_on\}){4,40}$"},
        "call_to_action": {"anyOf": [{"type": "string", "maxLength": 20}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"enum": ["coffee", "tea", 'a "b"']}, "minItems": 1, "maxItems": 3},
        "weeks": {"type": "integer", "minimum": 1, "maximum": 26},
    },
    "required": ["subject", "tags", "weeks"],
}
COPY_FORMAT = {"type": "json_schema", "json_schema": {"name": "copy", "schema": COPY}}
ASK: list[BaseMessage] = [HumanMessage("Write to shoppers who have not bought coffee since June.")]

FRESH = """
import sys
from pathlib import Path
from langchain_core.messages import HumanMessage
from agent.models.local import LocalChat
from tests.agent.models.test_local import ASK, COPY_FORMAT
chat = LocalChat(path=Path(sys.argv[1]))
print(chat.invoke(ASK, response_format=COPY_FORMAT, temperature=0.9, seed=7).content, end="")
"""


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.parametrize("response_format", [CALL_FORMAT, COPY_FORMAT])
def test_even_at_temperature_2_every_answer_fits_its_schema(
    base_chat: LocalChat, response_format: dict[str, dict[str, object]]
) -> None:
    schema = response_format["json_schema"]["schema"]
    assert isinstance(schema, dict)
    grammar = grammar_of(schema)
    for seed in range(25):
        message = base_chat.invoke(ASK, response_format=response_format, temperature=2.0, seed=seed, max_tokens=200)
        assert accepts(grammar, message.text)
        assert json.loads(message.text)


@pytest.mark.weights
def test_equal_calls_give_equal_answers_whatever_came_between(base_chat: LocalChat, base_file: Path) -> None:
    def answer() -> str:
        return base_chat.invoke(ASK, response_format=COPY_FORMAT, temperature=0.9, seed=7).text

    first = answer()
    base_chat.invoke([HumanMessage("Write to shoppers who have not bought tea."), *ASK], max_tokens=20)
    assert answer() == first
    command = [sys.executable, "-c", FRESH, str(base_file)]
    fresh = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert fresh.stdout == first


@pytest.mark.weights
def test_seeds_give_different_candidates(base_chat: LocalChat) -> None:
    result = base_chat.generate([ASK], response_format=COPY_FORMAT, temperature=0.9, seed=7, n=3)
    texts = [generation.text for generation in result.generations[0]]
    assert len(set(texts)) == 3
    assert texts[1] == base_chat.invoke(ASK, response_format=COPY_FORMAT, temperature=0.9, seed=8).text


@pytest.mark.weights
def test_the_stream_adds_up_to_the_answer(base_chat: LocalChat) -> None:
    whole = base_chat.invoke(ASK, response_format=CALL_FORMAT)
    chunks = list(base_chat.stream(ASK, response_format=CALL_FORMAT))
    assert "".join(chunk.text for chunk in chunks) == whole.text
    assert [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata] == [whole.usage_metadata]


@pytest.mark.weights
def test_a_stream_can_be_left_and_the_next_call_is_unharmed(base_chat: LocalChat) -> None:
    with closing(cast(Generator[AIMessageChunk], base_chat.stream(ASK, max_tokens=400))) as stream:
        assert next(stream).text
    assert base_chat.invoke(ASK, max_tokens=3).usage_metadata


@pytest.mark.weights
def test_limits_are_said(base_chat: LocalChat) -> None:
    with pytest.raises(AnswerError, match="max_tokens"):
        base_chat.invoke(ASK, response_format=COPY_FORMAT, max_tokens=5)
    with pytest.raises(AnswerError, match="max_tokens"):
        list(base_chat.stream(ASK, response_format=COPY_FORMAT, max_tokens=5))
    with pytest.raises(InputError, match="context size"):
        base_chat.invoke([HumanMessage("word " * 3000)])


@pytest.mark.weights
def test_llama_cpp_really_holds_to_the_grammar(base_file: Path) -> None:
    """llama.cpp answers freely, without an error, where it cannot read a grammar; so that it can is worth a test."""
    server = open_server(base_file)
    body = completion_body("Say anything: ", Request(), grammar_of({"const": "exactly this"}), seed=0)
    assert complete(server, body).text == '"exactly this"'


@pytest.mark.weights
def test_only_where_it_is_asked_for_is_the_beginning_of_a_prompt_not_read_again(base_file: Path) -> None:
    server, prompt = open_server(base_file), "one two three four five six seven eight " * 20
    for reuse in (False, True):
        bodies = [completion_body(prompt + end, Request(max_tokens=1), None, seed=0, reuse=reuse) for end in "ab"]
        raw = [server.handle_completions(body) for body in bodies]
        assert (raw[1]["timings"]["cache_n"] > 0) == reuse, raw[1]


def test_a_missing_or_broken_file_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(MissingCapabilityError, match="model build"):
        LocalChat(path=tmp_path / "none.gguf")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    with pytest.raises(MissingCapabilityError, match="model build"):
        LocalChat(path=tmp_path / "broken.gguf")


@pytest.mark.weights
@pytest.mark.slow
def test_candidates_written_at_once_are_those_written_alone(base_chat: LocalChat, base_file: Path) -> None:
    settings: dict[str, Any] = {"response_format": COPY_FORMAT, "temperature": 0.9}
    several = LocalChat(path=base_file, at_once=3).generate([ASK], seed=7, n=4, **settings)
    alone = [base_chat.invoke(ASK, seed=7 + index, **settings).text for index in range(4)]
    assert [candidate.text for candidate in several.generations[0]] == alone


@pytest.mark.weights
@pytest.mark.slow
def test_calls_from_several_threads_do_not_disturb_each_other(base_chat: LocalChat, base_file: Path) -> None:
    chat = LocalChat(path=base_file, at_once=2)

    def answer(seed: int) -> str:
        return chat.invoke(ASK, response_format=COPY_FORMAT, temperature=0.9, seed=seed).text

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(answer, range(4)))
    assert found == [
        base_chat.invoke(ASK, response_format=COPY_FORMAT, temperature=0.9, seed=seed).text for seed in range(4)
    ]


class BrokenError(Exception):
    """What stands in for a file that cannot be opened a second time."""


def test_copies_are_opened_when_needed_and_one_that_cannot_be_is_tried_again() -> None:
    opened: list[object] = []

    def open_one() -> Any:
        if len(opened) == 1:
            opened.append(None)
            raise BrokenError
        opened.append(object())
        return opened[-1]

    copies = Copies(open_one, 2)
    with copies.take() as first, pytest.raises(BrokenError), copies.take():
        pass
    with copies.take() as again, copies.take() as second:
        assert {id(again), id(second)} == {id(first), id(opened[2])}
    with copies.take() as last:
        assert last is again
