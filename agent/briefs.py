"""The skill of reading a brief: what the marketer asked for, as fields, every value taken from the text."""

from __future__ import annotations

import datetime as dt
import json
from typing import Literal, get_args

from langchain.messages import HumanMessage, SystemMessage
from langchain_core.messages import BaseMessage
from pydantic import Field, JsonValue, ValidationError

from agent.campaign import Goal, OfferKind
from agent.mentions import Mentions, describe_mentions
from agent.wordlists import SEGMENT_NAMES
from prompts import render
from tools.contract import Frozen
from tools.errors import ToolError

SKILL = "read brief"
WRITABLE_CHANNELS = ("email", "sms")  # channels for which copy is written so far
_MAX_TEXT = 2_000  # characters of a brief that reach the model; mentions are read from all of it
_MAX_LIST = 4
WHO_LEFT = ("at_risk", "hibernating", "lapsed")
"""Segments that a win-back can be about."""
SMALLEST_BUDGET = 100  # a bare number below this counts something else


class ExtractedBrief(Frozen):
    """What the model (or the rules) read out of a brief; what is not said stays empty."""

    kind: Literal["campaign", "other"] = Field(description="`other` when the text asks for no marketing at all.")
    goal: Goal | None = Field(None, description="What the campaign is for.")
    segments: tuple[str, ...] = Field((), description="Stable segment names.")
    channels: tuple[str, ...] = Field((), description="Canonical channels.")
    categories: tuple[str, ...] = Field((), description="Categories in the marketer's own words.")
    offer: OfferKind | None = Field(None, description="Kind of offer.")
    discount_percent: float | None = Field(None, gt=0, lt=100, description="Discount in percent.")
    budget: float | None = Field(None, gt=0, description="Money to spend.")
    starts_on: dt.date | None = Field(None, description="First day.")
    ends_on: dt.date | None = Field(None, description="Last day.")


def brief_messages(mentions: Mentions) -> list[BaseMessage]:
    """Return the conversation after which the model writes the extracted brief."""
    shown = render("brief", text=mentions.text[:_MAX_TEXT], mentions=describe_mentions(mentions))
    return [SystemMessage(render("system", skill=SKILL)), HumanMessage(shown)]


def brief_schema(mentions: Mentions) -> dict[str, JsonValue]:
    """Return the schema of the extraction, in which every name, number and date comes from the text."""
    fields: dict[str, JsonValue] = {"kind": {"const": "campaign"}, "goal": {"enum": list(get_args(Goal))}}
    required = ["kind", "goal", "offer"]
    for name, values in (
        ("segments", mentions.segments),
        ("channels", mentions.channels),
        ("categories", mentions.spans),
    ):
        if values:
            most = min(_MAX_LIST, len(values))
            fields[name] = {"type": "array", "items": {"enum": list(values)}, "minItems": 1, "maxItems": most}
            required += [name] if name != "categories" else []
    fields["offer"] = {"enum": list(get_args(OfferKind))}
    for name, numbers in (
        ("discount_percent", mentions.percents),
        ("budget", mentions.money or _large(mentions.counts)),
    ):
        if numbers:
            fields[name] = {"enum": list(numbers)}
    if mentions.periods:
        fields["starts_on"] = {"enum": list(dict.fromkeys(str(p.starts_on) for p in mentions.periods))}
        fields["ends_on"] = {"enum": list(dict.fromkeys(str(p.ends_on) for p in mentions.periods))}
        required += ["starts_on", "ends_on"]
    return {"anyOf": [_object(fields, required), _object({"kind": {"const": "other"}}, ["kind"])]}


def _large(counts: tuple[float, ...]) -> tuple[float, ...]:
    """Return the bare numbers that may be a budget."""
    return tuple(count for count in counts if count >= SMALLEST_BUDGET)


def compact_brief(brief: ExtractedBrief) -> str:
    """Write an extraction as the JSON that is trained and served: said fields only, no white space.

    >>> compact_brief(ExtractedBrief(kind="other"))
    '{"kind":"other"}'
    """
    fields = {k: v for k, v in brief.model_dump(mode="json").items() if v not in (None, [], ())}
    numbers = {k: int(v) for k, v in fields.items() if isinstance(v, float) and v.is_integer()}
    return json.dumps({**fields, **numbers}, separators=(",", ":"), ensure_ascii=False)


def parse_brief(text: str) -> ExtractedBrief:
    """Read what the model wrote; repeated names are kept once.

    Raises:
        ToolError: It is no extraction.
    """
    try:
        found = ExtractedBrief.model_validate_json(text)
    except ValidationError as error:
        raise ToolError(f"extraction {text[:80]!r} cannot be read; expected brief fields; try again") from error
    once = {name: tuple(dict.fromkeys(getattr(found, name))) for name in ("segments", "channels", "categories")}
    return found.model_copy(update=once)


def drop_non_categories(brief: ExtractedBrief) -> ExtractedBrief:
    """Drop categories that are really the name of a segment or channel.

    >>> drop_non_categories(ExtractedBrief(kind="campaign", categories=("lapsed", "tea"))).categories
    ('tea',)
    """
    kept = tuple(c for c in brief.categories if c.lower().replace(" ", "_") not in SEGMENT_NAMES)
    return brief.model_copy(update={"categories": kept})


def address_who_left(brief: ExtractedBrief, mentions: Mentions) -> ExtractedBrief:
    """Return the extraction with a win-back addressed to those who left, where the text names any of them.

    >>> read = ExtractedBrief(kind="campaign", goal="win_back", segments=("loyal",))
    >>> address_who_left(read, Mentions(segments=("lapsed", "loyal"))).segments
    ('lapsed',)
    """
    left = tuple(name for name in mentions.segments if name in WHO_LEFT)
    if brief.goal != "win_back" or not left or set(brief.segments) & set(WHO_LEFT):
        return brief
    return brief.model_copy(update={"segments": left})


def _object(properties: dict[str, JsonValue], required: list[str]) -> dict[str, JsonValue]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
