"""Earlier turns of a conversation as case authors write them, brought into one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ROLES = {"user": "user", "human": "user", "marketer": "user", "customer": "user"}
_ROLES |= {"assistant": "assistant", "agent": "assistant", "ai": "assistant", "bot": "assistant", "model": "assistant"}
_TEXTS = ("text", "content", "message")


def read_history(raw: Any) -> Any:
    """Bring a history into turns with role and text; what cannot be read is left to fail validation.

    Taken are a text; a list of texts (user first, then in turns); mappings with `role` and `text` or `content`; and
    mappings of one role to its text.

    >>> read_history(["Hi", "Hello"])
    [{'role': 'user', 'text': 'Hi'}, {'role': 'assistant', 'text': 'Hello'}]
    >>> read_history([{"role": "human", "content": "Hi"}, {"assistant": "Hello"}])
    [{'role': 'user', 'text': 'Hi'}, {'role': 'assistant', 'text': 'Hello'}]
    """
    if raw is None:
        return []
    turns = [raw] if isinstance(raw, str | Mapping) else raw
    return [_turn(turn, number) for number, turn in enumerate(turns)] if isinstance(turns, list | tuple) else raw


def _turn(raw: Any, number: int) -> Any:
    if isinstance(raw, str):
        return {"role": "assistant" if number % 2 else "user", "text": raw}
    if not isinstance(raw, Mapping):
        return raw
    if len(raw) == 1 and (role := _role(next(iter(raw)))):
        return {"role": role, "text": next(iter(raw.values()))}
    text = next((raw[key] for key in _TEXTS if raw.get(key) is not None), None)
    return {"role": _role(raw.get("role")) or raw.get("role"), "text": "" if text is None else text}


def _role(name: Any) -> str | None:
    return _ROLES.get(str(name).casefold())
