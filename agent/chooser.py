"""Choose the next call: by the tuned model under a schema narrowed to the request, or by rules where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from langchain_core.messages import BaseMessage
from pydantic import JsonValue

from agent.actions import (
    Action,
    DoneCall,
    action_messages,
    gather_messages,
    parse_action,
    read_message,
)
from agent.campaign import Brief
from agent.dates import Period
from agent.desk import Desk
from agent.mentions import Mentions
from agent.narrowing import Offered, Vocabulary, action_schema, repeats
from agent.needs import campaign_weeks
from agent.numbers import plain
from agent.requests import Turn
from agent.rules import next_action
from agent.speaker import Speaker
from agent.vocabulary import vocabulary_of
from tools.catalog import TOOLS
from tools.errors import ToolError

Chooser = Callable[[Sequence[DoneCall]], Action | None]

_TRIES = 2
_LONGEST_ACTION = 160  # tokens; the longest call of the training data has under 100

OFFERED = tuple(Offered(tool.name, tool.query) for tool in TOOLS)
"""The tools as the narrowing needs them."""

ASKED_ONLY = frozenset(
    {"analyze_reviews", "check_fairness", "check_anomalies", "choose_offer", "find_bundles", "read_results"}
)
"""Tools that no plan chooses: code checks a plan's fairness, the others are asked about."""

GATHERED = tuple(tool for tool in OFFERED if tool.name not in ASKED_ONLY)
"""The tools among which the model chooses a plan's evidence; it was trained on these."""


def gathering_chooser(brief: Brief, desk: Desk) -> Chooser:
    """Return what chooses the next call for a campaign's evidence; None from it means: nothing more."""
    speaker = desk.speaker
    if speaker is None:
        return lambda _done: None
    words, seed = vocabulary_of(desk.view), desk.view.seed
    fields = gather_fields(brief)
    mentions = brief_mentions(brief)
    return lambda done: speak_action(
        speaker, gather_messages(fields, done), mentions, words, done, offered=GATHERED, seed=seed
    )


def asking_chooser(message: str, history: Sequence[Turn], desk: Desk) -> Chooser:
    """Return what chooses the next call for a message."""
    view, speaker, vocabulary = desk.view, desk.speaker, vocabulary_of(desk.view)
    names = vocabulary.words
    mentions = read_message(message, history, view.as_of, view.meta.country, names)
    if mentions.text != message:
        desk.tell("gather", f"read as: {mentions.text}")
    if speaker is None:
        return lambda done: next_action(mentions, done)

    def choose(done: Sequence[DoneCall]) -> Action | None:
        asked = action_messages(message, history, done, view.as_of, mentions, view.meta.country, names)
        return speak_action(speaker, asked, mentions, vocabulary, done, seed=view.seed)

    return choose


def gather_fields(brief: Brief) -> dict[str, JsonValue]:
    """Return a brief as the prompt shows it while evidence is gathered."""
    return {
        "goal": brief.goal,
        "segments": list(brief.segments),
        "channels": list(brief.channels),
        "budget": plain(brief.budget),
        "discount_percent": plain(brief.discount_percent) if brief.discount_percent else None,
        "categories": list(brief.categories),
        "products": None,
        "weeks": campaign_weeks(brief),
        "starts_on": brief.starts_on.isoformat(),
        "ends_on": brief.ends_on.isoformat(),
    }


def brief_mentions(brief: Brief) -> Mentions:
    """Return what the model may say while it gathers: the brief's own names, numbers and dates."""
    return Mentions(
        text=" ".join(brief.categories),
        money=(plain(brief.budget),),
        percents=(plain(brief.discount_percent),) if brief.discount_percent else (),
        weeks=(campaign_weeks(brief),),
        periods=(Period(brief.starts_on, brief.ends_on, 0, 0),),
        segments=brief.segments,
        channels=brief.channels,
        spans=brief.categories,
    )


def speak_action(
    speaker: Speaker,
    messages: list[BaseMessage],
    mentions: Mentions,
    vocabulary: Vocabulary,
    done: Sequence[DoneCall],
    *,
    offered: tuple[Offered, ...] = OFFERED,
    seed: int = 0,
) -> Action | None:
    """Let the model write the next action; None where nothing but a repetition comes to its mind.

    A tool that it would only call again is not offered the second time.
    """
    for _ in range(_TRIES):
        schema = action_schema(offered, mentions, vocabulary, done)
        try:
            action = parse_action(speaker.say(messages, schema, max_tokens=_LONGEST_ACTION, seed=seed))
        except ToolError:
            return None
        if action.stops or not repeats(action, done, mentions.text):
            return action
        offered = tuple(tool for tool in offered if tool.name != action.name)
    return None
