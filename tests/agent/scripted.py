"""A chat model that says what it was given to say, in order; the seam for tests of the flow."""

from __future__ import annotations

from typing import Any

from langchain.chat_models import BaseChatModel
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr


class ScriptedChat(BaseChatModel):
    """Answer with the next line of the script; the last line is said again when the script is over."""

    lines: tuple[str, ...]
    _said: int = PrivateAttr(0)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        line = self.lines[min(self._said, len(self.lines) - 1)]
        self._said += 1
        used = UsageMetadata(input_tokens=10, output_tokens=5, total_tokens=15)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(line, usage_metadata=used))])
