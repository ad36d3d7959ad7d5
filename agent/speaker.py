"""The one place where the flow speaks to a chat model, and where generations and tokens are counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from langchain.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage

from agent.models.request import AnswerError


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
        answer = self._answer(messages, schema, max_tokens=max_tokens, temperature=temperature, seed=seed)
        self._count(answer)
        return str(answer.content)

    def say_each(
        self, prompts: Sequence[tuple[Sequence[BaseMessage], dict[str, Any]]], **settings: Any
    ) -> Iterator[str | None]:
        """Yield the likeliest answer to each prompt in turn, as many written at once as the model can.

        An answer that was cut or does not fit its schema is None.

        Args:
            prompts: Messages and schema of each.
            settings: As in `say`.
        """
        pool = ThreadPoolExecutor(int(getattr(self._chat, "at_once", 1)))
        try:
            waiting = [pool.submit(self._answer, messages, schema, **settings) for messages, schema in prompts]
            for future in waiting:
                try:
                    answer = future.result()
                except AnswerError:
                    self.usage.calls += 1
                    yield None
                    continue
                self._count(answer)
                yield str(answer.content)
        finally:
            pool.shutdown(cancel_futures=True)

    def _answer(self, messages: Sequence[BaseMessage], schema: dict[str, Any], **settings: Any) -> AIMessage:
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
        return self._chat.invoke(list(messages), response_format=wanted, **settings)

    def _count(self, answer: AIMessage) -> None:
        used = answer.usage_metadata
        self.usage.calls += 1
        if used is not None:
            self.usage.input_tokens += used["input_tokens"]
            self.usage.output_tokens += used["output_tokens"]
