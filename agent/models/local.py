"""The default runtime: a GGUF model on this machine's CPU."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from langchain.chat_models import BaseChatModel
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field, PrivateAttr

from agent.models.chat import render_chat
from agent.models.llama import (
    CONTEXT,
    THREADS,
    Copies,
    complete_all,
    completion_body,
    copies_here,
    open_server,
    stream,
)
from agent.models.request import Reply, chat_result, checked_reply, read_request, usage_of


class LocalChat(BaseChatModel):
    """Chat with a GGUF file: no state between calls, and equal calls give equal answers, whatever runs beside them."""

    path: Path = Field(description="A .gguf file.")
    threads: int = Field(THREADS, ge=1, description="CPU threads of one answer.")
    context: int = Field(CONTEXT, ge=256, description="Tokens of prompt and answer together.")
    at_once: int = Field(default_factory=copies_here, ge=1, le=64, description="Answers written beside each other.")
    reuse: bool = Field(
        False,
        description="Whether the beginning that a prompt shares with the last is not read again; rounding differs.",
    )
    _copies: Copies = PrivateAttr()

    def model_post_init(self, context: object, /) -> None:
        """Load the file."""
        self._copies = Copies(partial(open_server, self.path, self.threads, self.context), self.at_once)

    @property
    def _llm_type(self) -> str:
        return "marketwright-local"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model_name": self.path.stem, "context": self.context}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        request = read_request(kwargs, stop)
        prompt, grammar = render_chat(messages), request.grammar
        bodies = [
            completion_body(prompt, request, grammar, request.seed + index, reuse=self.reuse)
            for index in range(request.n)
        ]
        replies = complete_all(self._copies, bodies)
        return chat_result([checked_reply(reply, grammar) for reply in replies], self.path.stem)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = read_request(kwargs, stop)
        grammar = request.grammar
        body = completion_body(render_chat(messages), request, grammar, request.seed, reuse=self.reuse)
        text, last = "", None
        with self._copies.take() as server:
            for last in stream(server, body):
                text += last.text
                chunk = _chunk(last)
                if run_manager is not None:
                    run_manager.on_llm_new_token(last.text, chunk=chunk)
                yield chunk
        if last is not None:
            checked_reply(last.model_copy(update={"text": text}), grammar)


def _chunk(piece: Reply) -> ChatGenerationChunk:
    usage = usage_of(piece) if piece.tokens_in else None
    return ChatGenerationChunk(message=AIMessageChunk(content=piece.text, usage_metadata=usage))
