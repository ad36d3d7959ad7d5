"""The skill at the centre: given a message and what was done so far, choose one next step."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from langchain.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.messages import BaseMessage
from pydantic import Field, JsonValue, ValidationError

from agent.mentions import Mentions, describe_mentions, find_mentions
from agent.requests import MESSAGE_CHARACTERS, Turn
from agent.spelling import mend
from prompts import render
from tools.contract import Frozen
from tools.errors import ToolError

MAX_STEPS = 8  # tool calls for one message; DESIGN asks for sequences of up to six
STOPS = ("answer", "clarify", "refuse")
_MAX_MESSAGE = 1_200  # characters of a message that reach the model; more only dilutes what a small model sees
_MAX_TURN = 200
_MAX_TURNS = 4
_MAX_RESULT = 48  # characters of a result; what later calls need stands at its beginning
_SKILL = "next call"
_GATHER_SKILL = "gather evidence"


class Action(Frozen):
    """One step: a tool call, or one of `answer`, `clarify`, `refuse`, which end the turn."""

    name: str = Field(min_length=1, description="Tool name, or answer, clarify or refuse.")
    arguments: dict[str, JsonValue] = Field(default_factory=dict, description="Arguments of the tool call.")

    @property
    def stops(self) -> bool:
        """Say whether the step ends the turn instead of calling a tool."""
        return self.name in STOPS


@dataclass(frozen=True)
class DoneCall:
    """A call made earlier in the same turn and what came of it in a few words."""

    action: Action
    result: str = "ok"


def compact(action: Action) -> str:
    """Write an action as the JSON that is trained and served: no white space, no empty arguments of a stop.

    >>> compact(Action(name="clarify"))
    '{"name":"clarify"}'
    """
    fields: dict[str, object] = {"name": action.name}
    if not action.stops:
        fields["arguments"] = action.arguments
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False)


def parse_action(text: str) -> Action:
    """Read what the model wrote; what it wrote twice in a list is kept once.

    Raises:
        ToolError: It is no action.

    >>> parse_action('{"name":"allocate_budget","arguments":{"channels":["sms","sms"]}}').arguments
    {'channels': ['sms']}
    """
    try:
        action = Action.model_validate_json(text)
    except ValidationError as error:
        raise ToolError(f"action {text[:80]!r} cannot be read; expected a name and arguments; try again") from error
    once = {name: _once(value) if isinstance(value, list) else value for name, value in action.arguments.items()}
    return action.model_copy(update={"arguments": once})


def _once(values: list[JsonValue]) -> list[JsonValue]:
    return [value for index, value in enumerate(values) if value not in values[:index]]


def call_text(action: Action) -> str:
    """Write a call as `tool(argument=value)`, the short form used in histories.

    >>> call_text(Action(name="profile_customers", arguments={"by": "rfm"}))
    'profile_customers(by=rfm)'
    """
    return f"{action.name}({','.join(f'{key}={value}' for key, value in action.arguments.items())})"


def read_message(
    message: str, history: Sequence[Turn], as_of: dt.date, country: str = "US", names: frozenset[str] = frozenset()
) -> Mentions:
    """Return the mentions of a message; the conversation's are used for what the message leaves out.

    Args:
        message: What was said; its slips of the keyboard are mended, but not words of `names`.
        history: The conversation before it.
        as_of: The day on which it was said.
        country: Where; dates are read as they are written there.
        names: Words of the shop's own names, in lower case.
    """
    earlier = "\n".join(mended_turn(turn, names).text for turn in history[-_MAX_TURNS:])
    return find_mentions(message, as_of, country, earlier, names)


def mended_turn(turn: Turn, names: frozenset[str] = frozenset()) -> Turn:
    """Return a turn of a conversation with the user's slips mended."""
    said = turn.text if turn.role == "assistant" else mend(turn.text, names)
    return Turn(role=turn.role, text=said[:MESSAGE_CHARACTERS])


def action_messages(
    message: str,
    history: Sequence[Turn],
    done: Sequence[DoneCall],
    as_of: dt.date,
    mentions: Mentions | None = None,
    country: str = "US",
    names: frozenset[str] = frozenset(),
) -> list[BaseMessage]:
    """Return the conversation after which the model writes the next action on a question or command.

    Calls already made are the model's own earlier turns, so a prefix cache never computes anything twice.
    """
    own = find_mentions(message, as_of, country, names=names) if mentions is None or history else mentions
    turns = [mended_turn(turn, names) for turn in history[-_MAX_TURNS:]]
    shown = [Turn(role=turn.role, text=turn.text[:_MAX_TURN]) for turn in turns]
    text = render("ask", history=shown, message=own.text[:_MAX_MESSAGE], mentions=describe_mentions(own))
    return _conversation(_SKILL, text, done)


def gather_messages(brief: Mapping[str, object], done: Sequence[DoneCall]) -> list[BaseMessage]:
    """Return the conversation after which the model writes the next call for a campaign's evidence.

    Args:
        brief: The fields of `agent.briefs.GatherBrief`.
        done: Calls made so far.
    """
    return _conversation(_GATHER_SKILL, render("gather", brief=brief), done)


def _conversation(skill: str, text: str, done: Sequence[DoneCall]) -> list[BaseMessage]:
    messages: list[BaseMessage] = [SystemMessage(render("system", skill=skill)), HumanMessage(text)]
    for call in done:
        messages.append(AIMessage(compact(call.action)))
        messages.append(HumanMessage(render("result", result=call.result[:_MAX_RESULT])))
    return messages
