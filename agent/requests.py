"""What comes in through every front door, and what goes back while work is under way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

from pydantic import Field, JsonValue

from agent.campaign import Campaign
from agent.evidence import Evidence
from tools.contract import Frozen

BRIEF_CHARACTERS = 20_000
"""Longest brief taken; the longest real one we have met has under 6,000 characters."""

MESSAGE_CHARACTERS = 8_000
"""Longest chat message taken."""

Step = Literal["understand", "gather", "compose", "write", "check", "report", "done", "failed"]


class PlanRequest(Frozen):
    """One brief to turn into a campaign."""

    brief: str = Field(min_length=1, max_length=BRIEF_CHARACTERS, description="The marketer's paragraph.")
    store: str = Field(min_length=1, description="Name of the store, or the path of its folder.")
    budget: float | None = Field(None, gt=0, allow_inf_nan=False, description="Budget; overrides the brief's.")
    as_of: dt.date | None = Field(None, description="Day to plan on; by default the day after the store's last order.")
    model: str | None = Field(None, description="Model to use: local, base, rules, server:URL#NAME or a path.")
    seed: int = Field(0, ge=0, description="Seed of everything random.")


class Turn(Frozen):
    """One earlier turn of a conversation."""

    role: Literal["user", "assistant"] = Field(description="Who spoke.")
    text: str = Field(max_length=MESSAGE_CHARACTERS, description="What was said.")


class AskRequest(Frozen):
    """One message to answer from tools."""

    message: str = Field(min_length=1, max_length=MESSAGE_CHARACTERS, description="What the marketer says.")
    store: str = Field(min_length=1, description="Name of the store, or the path of its folder.")
    as_of: dt.date | None = Field(None, description="Day to answer on.")
    model: str | None = Field(None, description="Model to use.")
    seed: int = Field(0, ge=0, description="Seed of everything random.")
    history: tuple[Turn, ...] = Field((), description="Earlier turns, oldest first.")


class ToolCall(Frozen):
    """One call that was chosen."""

    name: str = Field(description="Name of the tool.")
    arguments: dict[str, JsonValue] = Field(description="Arguments as chosen.")


class Refusal(Frozen):
    """Why there is no answer from tools."""

    kind: Literal["clarify", "refuse"] = Field(description="Asked back, or refused.")
    message: str = Field(description="What is missing or why not.")


class AskReply(Frozen):
    """What one message led to."""

    tool_calls: tuple[ToolCall, ...] = Field(description="Calls in order.")
    answer: str = Field(description="Answer in words; its numbers come from the evidence.")
    evidence: tuple[Evidence, ...] = Field(description="Results of the calls that ran.")
    refusal: Refusal | None = Field(None, description="Set when asked back or refused.")
    chosen_by: Literal["model", "rules"] = Field(description="Who chose.")
    input_tokens: int = Field(0, ge=0, description="Tokens the model read to choose.")
    output_tokens: int = Field(0, ge=0, description="Tokens the model wrote to choose.")


class Event(Frozen):
    """One thing that happened, for whoever watches."""

    step: Step = Field(description="Step of the flow.")
    kind: Literal["started", "tool", "note", "finished", "error"] = Field(description="What kind of news.")
    message: str = Field(description="The news in words.")
    tool: str | None = Field(None, description="Tool called.")
    arguments: dict[str, JsonValue] | None = Field(None, description="Arguments of the call.")
    evidence_id: str | None = Field(None, description="Evidence it gave.")
    seconds: float | None = Field(None, description="How long it took.")


class Finished(Frozen):
    """A campaign with the evidence it refers to."""

    campaign: Campaign = Field(description="The campaign.")
    evidence: tuple[Evidence, ...] = Field(description="Evidence in order.")


Watcher = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Watch nothing."""
