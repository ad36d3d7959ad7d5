"""The skill of writing copy: a request becomes a short prompt, and the answer can hold no fact of its own.

The schema forbids digits and every brace but those of the slots offered, so a number, a date or a product name can
only come from code that fills `{discount}`, `{ends_on}`, `{product_1}` and the like. Opt-out wording is added by code.
"""

from __future__ import annotations

import json
import re
from typing import Literal

from langchain.messages import HumanMessage, SystemMessage
from langchain_core.messages import BaseMessage
from pydantic import Field, JsonValue

from agent.campaign import Goal
from prompts import render
from tools.contract import Frozen
from tools.errors import ToolError

SKILL = "write copy"
Voice = Literal["warm", "plain", "playful", "premium", "urgent"]
VOICES: tuple[Voice, ...] = ("warm", "plain", "playful", "premium", "urgent")
SLOT_ORDER = ("discount", "ends_on", "category", "product_1", "product_2", "product_3", "shop", "first_name", "code")

FIELDS: dict[str, dict[str, int]] = {
    "email": {"subject": 60, "preheader": 80, "body": 420, "call_to_action": 28},
    "sms": {"text": 120},
    "push": {"text": 120},
}
"""Fields of each channel with the longest text before slots are filled; an SMS keeps room for slots and opt-out."""

_SHORTEST = {"body": 60, "text": 20}
_LETTERS = r"""[A-Za-zÀ-ÖØ-öø-ÿ ,.!?'’:;&()%+\-–—]"""


class CopyRequest(Frozen):
    """What to write, for whom, and with which facts."""

    channel: Literal["email", "sms", "push"] = Field(description="Channel.")
    goal: Goal = Field(description="What the campaign is for.")
    voice: Voice = Field("warm", description="Tone.")
    slots: tuple[str, ...] = Field(description="Names of the facts that may be stated.")


def copy_messages(request: CopyRequest) -> list[BaseMessage]:
    """Return the conversation after which the model writes the copy's JSON."""
    shown = render(
        "copy", channel=request.channel, goal=request.goal, voice=request.voice, slots=slot_names(request.slots)
    )
    return [SystemMessage(render("system", skill=SKILL)), HumanMessage(shown)]


def slot_names(slots: tuple[str, ...]) -> list[str]:
    """Return the slots in braces, in a fixed order.

    >>> slot_names(("shop", "discount"))
    ['{discount}', '{shop}']
    """
    known = [name for name in SLOT_ORDER if name in slots]
    return [f"{{{name}}}" for name in (*known, *(s for s in slots if s not in SLOT_ORDER))]


def copy_schema(request: CopyRequest) -> dict[str, JsonValue]:
    """Return the schema of the copy's JSON: text of letters, punctuation and the slots offered."""
    slots = "|".join(re.escape(name) for name in slot_names(request.slots))
    piece = f"(?:{_LETTERS}|{slots})" if slots else _LETTERS
    fields: dict[str, JsonValue] = {
        name: {"type": "string", "pattern": f"^{piece}+$", "minLength": _SHORTEST.get(name, 4), "maxLength": most}
        for name, most in FIELDS[request.channel].items()
    }
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def compact_copy(fields: dict[str, str]) -> str:
    """Write copy as the JSON that is trained and served."""
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False)


def parse_copy(text: str, channel: str) -> dict[str, str]:
    """Read what the model wrote.

    Raises:
        ToolError: It is not the channel's JSON.

    >>> parse_copy('{"text":"Hello {first_name}"}', "sms")
    {'text': 'Hello {first_name}'}
    """
    try:
        fields = json.loads(text)
    except json.JSONDecodeError as error:
        raise ToolError(f"copy {text[:80]!r} cannot be read; expected JSON; try again") from error
    if not isinstance(fields, dict) or set(fields) != set(FIELDS[channel]):
        raise ToolError(f"copy {text[:80]!r} has wrong fields; expected {', '.join(FIELDS[channel])}; try again")
    return {name: str(fields[name]).strip() for name in FIELDS[channel]}
