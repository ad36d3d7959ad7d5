"""The one place where the flow speaks to a chat model, and where generations and tokens are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage


@dataclass
class Usage:
    """What a model was asked to do so far.

    Attributes:
        calls: Generations.
        input_tokens: Tokens read.
        output_tokens: Tokens written.
    """

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class Speaker:
    """A chat model that answers in JSON of a given schema."""

    def __init__(self, chat: BaseChatModel) -> None:
        self._chat = chat
        self.usage = Usage()

    def say(
        self,
        messages: Sequence[BaseMessage],
        schema: dict[str, Any],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> str:
        """Return the model's answer, JSON text that follows the schema.

        Args:
            messages: The rendered prompt.
            schema: JSON schema that decoding is constrained by.
            max_tokens: Longest answer.
            temperature: 0 for the likeliest answer.
            seed: Seed of sampling.
        """
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
        answer = self._chat.invoke(
            list(messages), response_format=wanted, max_tokens=max_tokens, temperature=temperature, seed=seed
        )
        self._count(answer)
        return str(answer.content)

    def _count(self, answer: AIMessage) -> None:
        used = answer.usage_metadata
        self.usage.calls += 1
        if used is not None:
            self.usage.input_tokens += used["input_tokens"]
            self.usage.output_tokens += used["output_tokens"]
