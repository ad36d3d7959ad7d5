"""Asking a model several things at once: answers in order, what is cut left out, everything counted."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from langchain.chat_models import BaseChatModel
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import ConfigDict, Field

from agent.models.request import AnswerError
from agent.speaker import Speaker
from tools.errors import InputError


class EchoChat(BaseChatModel):
    """Say the message again, once as many as may answer at once have arrived."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    at_once: int = Field(1, description="Answers at once.")
    meeting: threading.Barrier = Field(default_factory=lambda: threading.Barrier(1), description="Where they meet.")

    @property
    def _llm_type(self) -> str:
        return "echo"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.meeting.wait(timeout=20)
        said = str(messages[-1].content)
        if said == "cut":
            raise AnswerError("answer was cut")
        if said == "gone":
            raise InputError("prompt was refused")
        used = UsageMetadata(input_tokens=3, output_tokens=2, total_tokens=5)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(said, usage_metadata=used))])


def prompts(*texts: str) -> list[tuple[list[BaseMessage], dict[str, Any]]]:
    return [([HumanMessage(text)], {"type": "string"}) for text in texts]


def test_two_at_once_meet_and_their_answers_keep_their_order() -> None:
    speaker = Speaker(EchoChat(at_once=2, meeting=threading.Barrier(2)))
    assert list(speaker.say_each(prompts("a", "b", "c", "d"))) == ["a", "b", "c", "d"]
    assert (speaker.usage.calls, speaker.usage.input_tokens, speaker.usage.output_tokens) == (4, 12, 8)


def test_an_answer_that_was_cut_is_none_and_counted() -> None:
    speaker = Speaker(EchoChat())
    assert list(speaker.say_each(prompts("a", "cut", "b"))) == ["a", None, "b"]
    assert speaker.usage.calls == 3


def test_a_model_that_cannot_be_asked_is_an_error() -> None:
    with pytest.raises(InputError, match="refused"):
        list(Speaker(EchoChat()).say_each(prompts("a", "gone")))
