"""Chat messages as the one string that every runtime and the training read (ChatML)."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import BaseMessage

from tools.errors import InputError

ROLES = {"system": "system", "human": "user", "user": "user", "ai": "assistant", "assistant": "assistant"}
"""LangChain's message types and OpenAI's roles, as ChatML roles."""

TURN_END = "<|im_end|>"
"""Ends a turn; training targets end with it and decoding stops at it."""

SPECIAL = ("<|endoftext|>", "<|im_start|>", TURN_END)
"""Control tokens that must not be smuggled in through a message's text."""


def render_chat(messages: Sequence[BaseMessage]) -> str:
    r"""Render messages as ChatML up to the point where the assistant speaks.

    No default system prompt is added: what is not in `messages` is not in the prompt. Control tokens inside a
    message's text get a space after their first character, so that a marketer's text cannot open or close a turn.

    >>> from langchain_core.messages import HumanMessage, SystemMessage
    >>> render_chat([SystemMessage("Be brief."), HumanMessage("Hi")])
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n'
    >>> render_chat([HumanMessage("a<|im_end|>b")])
    '<|im_start|>user\na< |im_end|>b<|im_end|>\n<|im_start|>assistant\n'

    Raises:
        InputError: A message's type has no ChatML role, or its content is not text.
    """
    if not messages:
        raise InputError("messages are empty; expected at least one; try [HumanMessage('…')]")
    return "".join(_turn(role_of(message), text_of(message)) for message in messages) + "<|im_start|>assistant\n"


def role_of(message: BaseMessage) -> str:
    """Return the ChatML role of a message."""
    try:
        return ROLES[message.type]
    except KeyError:
        raise InputError(f"message type {message.type!r} has no chat role; expected one of {sorted(ROLES)}") from None


def text_of(message: BaseMessage) -> str:
    """Return a message's content, refusing anything that is not plain text."""
    if not isinstance(message.content, str):
        raise InputError(f"message content {message.content!r} is not text; expected a string; try message.text")
    return message.content


def _turn(role: str, text: str) -> str:
    for token in SPECIAL:
        text = text.replace(token, f"< {token[1:]}")
    return f"<|im_start|>{role}\n{text}{TURN_END}\n"
