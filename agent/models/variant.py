"""A model with its constraint taken off, or with the tools listed in its prompt: what ablations compare."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from langchain.chat_models import BaseChatModel
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import ConfigDict, Field

from agent.models.dialect import compact_json
from agent.models.request import AnswerError

NAME_KEYS = ("name", "tool", "function")
ARGUMENT_KEYS = ("arguments", "args", "parameters")
"""How models spell a call that were not tuned on ours; whoever reads too strictly measures its own parser."""


class VariantChat(BaseChatModel):
    """Another model's chat, without the grammar or with a preface."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    inner: BaseChatModel = Field(description="The model that answers.")
    free: bool = Field(False, description="Whether decoding is left unconstrained; the text is then read leniently.")
    preface: str = Field("", description="Stands before the first message, as instructions.")

    @property
    def at_once(self) -> int:
        """Return how many answers the inner model writes beside each other."""
        return int(getattr(self.inner, "at_once", 1))

    @property
    def _llm_type(self) -> str:
        return f"{self.inner._llm_type}, {'free' if self.free else 'constrained'}"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {**self.inner._identifying_params, "free": self.free, "preface": self.preface}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        asked = [SystemMessage(self.preface), *messages[1:]] if self.preface else messages
        if not self.free:
            return self.inner._generate(asked, stop, run_manager, **kwargs)
        answered = self.inner._generate(asked, stop, run_manager, **{**kwargs, "response_format": None})
        return ChatResult(generations=[_read(generation) for generation in answered.generations])


def _read(generation: ChatGeneration) -> ChatGeneration:
    message = generation.message
    text = read_call(str(message.content))
    usage = message.usage_metadata if isinstance(message, AIMessage) else None
    return ChatGeneration(message=AIMessage(text, usage_metadata=usage))


def read_call(text: str) -> str:
    """Return the first call in a model's free text, in the form that a constrained model writes.

    Raises:
        AnswerError: There is none.

    >>> read_call('Sure! {"tool": "calendar", "args": {"country": "DE"}} Anything else?')
    '{"name":"calendar","arguments":{"country":"DE"}}'
    """
    for start in (place for place, sign in enumerate(text) if sign == "{"):
        try:
            found, _ = json.JSONDecoder().raw_decode(text[start:])
        except ValueError:
            continue
        call = _call(found)
        if call is not None:
            return compact_json(call)
    raise AnswerError(
        f"answer {text[:80]!r} holds no call; expected one JSON object with a name; try a constrained model"
    )


def _call(found: object) -> dict[str, object] | None:
    if not isinstance(found, dict):
        return None
    name = next((found[key] for key in NAME_KEYS if isinstance(found.get(key), str) and found[key]), None)
    arguments: object = next((found[key] for key in ARGUMENT_KEYS if isinstance(found.get(key), dict)), None)
    if name is None:
        return None
    return {"name": name, "arguments": arguments} if arguments else {"name": name}
