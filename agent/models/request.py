"""What a caller may ask of any runtime, read from LangChain's keyword arguments; and the answer in its shape."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field, ValidationError

from agent.models.dialect import compact_json
from agent.models.grammar import accepts, grammar_of
from tools.errors import InputError, MarketwrightError
from tools.frozen import Frozen

TOP_P = 0.95
"""Nucleus of sampling, llama.cpp's default; applied before temperature, as llama.cpp orders them."""

MIN_P = 0.05
"""Tokens below this share of the likeliest are not sampled; llama.cpp's default."""


class AnswerError(MarketwrightError):
    """Report that the model's answer was cut or does not fit its schema; another seed or more tokens may help."""

    exit_code = 3


class Request(Frozen):
    """One call's settings."""

    schema_: Mapping[str, object] | None = Field(None, description="JSON schema of the answer; none for free text.")
    max_tokens: int = Field(256, ge=1, le=4096, description="Tokens the answer may take.")
    temperature: float = Field(0.0, ge=0, le=5, description="0 takes the likeliest token.")
    seed: int = Field(0, ge=0, lt=2**31, description="Of sampling; candidate i takes seed + i.")
    n: int = Field(1, ge=1, le=16, description="Candidates.")

    @property
    def grammar(self) -> str | None:
        """Return the grammar of the schema."""
        return None if self.schema_ is None else grammar_of(self.schema_)


class Reply(Frozen):
    """One candidate as a runtime produced it."""

    text: str = Field(description="The answer.")
    finished: bool = Field(description="False when the tokens ran out first.")
    tokens_in: int = Field(ge=0, description="Prompt length in tokens.")
    tokens_out: int = Field(ge=0, description="Answer length in tokens.")


def read_request(arguments: Mapping[str, object], stop: Sequence[str] | None = None) -> Request:
    """Read LangChain's call arguments.

    >>> read_request({"max_tokens": 9, "seed": 4}).seed
    4

    Raises:
        InputError: An argument is unknown or out of range.
    """
    if stop:
        raise InputError(f"stop {list(stop)!r} is not supported; expected none; try a schema with a pattern")
    named = {name: value for name, value in arguments.items() if name != "response_format" and value is not None}
    schema = schema_of(arguments.get("response_format"))
    try:
        return Request.model_validate({"schema_": schema, **named})
    except ValidationError as problem:
        first = problem.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise InputError(f"call argument {name!r}: {first['msg']}; expected {sorted(Request.model_fields)}") from None


def schema_of(response_format: object) -> Mapping[str, object] | None:
    """Take the schema out of OpenAI's `response_format`.

    >>> schema_of({"type": "json_schema", "json_schema": {"name": "x", "schema": {"enum": [1]}}})
    {'enum': [1]}
    """
    if response_format is None:
        return None
    match response_format:
        case {"type": "text"}:
            return None
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return cast(Mapping[str, object], schema)
    raise InputError(
        f"response_format {response_format!r} is not understood; "
        'expected {"type": "json_schema", "json_schema": {"name": …, "schema": {…}}}'
    )


def checked_reply(reply: Reply, grammar: str | None) -> Reply:
    """Return the reply in compact form, or say what is wrong with it.

    Raises:
        AnswerError: The answer was cut, is no JSON, or does not fit the schema.
    """
    if grammar is None:
        return reply
    if not reply.finished:
        raise AnswerError(
            f"answer {reply.text[:80]!r} was cut after {reply.tokens_out} tokens; "
            "expected whole JSON; try a larger max_tokens, or maxLength in the schema"
        )
    try:
        text = compact_json(json.loads(reply.text))
    except ValueError:
        raise AnswerError(f"answer {reply.text[:80]!r} is not JSON; expected the schema's; try another seed") from None
    if not accepts(grammar, text):
        raise AnswerError(f"answer {text[:80]!r} does not fit its schema; expected the schema's; try another seed")
    return reply.model_copy(update={"text": text})


def chat_result(replies: Sequence[Reply], model_name: str) -> ChatResult:
    """Shape candidates as LangChain's result, with token usage."""
    return ChatResult(generations=[_generation(reply, model_name) for reply in replies])


def usage_of(reply: Reply) -> UsageMetadata:
    """Count a reply's tokens in LangChain's shape."""
    total = reply.tokens_in + reply.tokens_out
    return UsageMetadata(input_tokens=reply.tokens_in, output_tokens=reply.tokens_out, total_tokens=total)


def _generation(reply: Reply, model_name: str) -> ChatGeneration:
    reason = "stop" if reply.finished else "length"
    message = AIMessage(
        reply.text,
        response_metadata={"finish_reason": reason, "model_name": model_name},
        usage_metadata=usage_of(reply),
    )
    return ChatGeneration(message=message, generation_info={"finish_reason": reason})
