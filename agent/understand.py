"""Understand a brief: the model reads it, code settles what it left open and writes down every assumption."""

from __future__ import annotations

from agent.briefs import (
    ExtractedBrief,
    address_who_left,
    brief_messages,
    brief_schema,
    drop_non_categories,
    parse_brief,
)
from agent.campaign import Author, Brief
from agent.desk import Desk
from agent.mentions import Mentions, find_mentions
from agent.requests import PlanRequest
from agent.rules import extract_brief, off_topic
from agent.settle import refuse_unplannable, settle
from agent.vocabulary import vocabulary_of
from tools.errors import InputError, ToolError

_LONGEST_ANSWER = 320  # tokens; the longest extraction of the training data has under 200


def understand(request: PlanRequest, desk: Desk) -> Brief:
    """Return the typed brief of a request.

    Raises:
        InputError: The text asks for no campaign, names no budget, or cannot be planned as it stands.
    """
    names = vocabulary_of(desk.view).words
    mentions = find_mentions(request.brief, desk.view.as_of, desk.view.meta.country, names=names)
    by_rules = extract_brief(mentions.text, mentions)
    found, author = _extract(request, mentions, by_rules, desk)
    if found.kind == "other" or (by_rules.kind == "other" and off_topic(request.brief)):
        raise InputError(
            "the brief does not ask for a marketing campaign; expected whom to reach, through which channel and with "
            'what budget; try "Win back lapsed customers by email, budget 500 dollars"'
        )
    refuse_unplannable(request, mentions)
    return settle(request, address_who_left(found, mentions), author, desk.view, mentions.spans)


def _extract(
    request: PlanRequest, mentions: Mentions, by_rules: ExtractedBrief, desk: Desk
) -> tuple[ExtractedBrief, Author]:
    """Ask the model; the rules stand in where there is none, and are asked before a brief is turned away."""
    if desk.speaker is None:
        return by_rules, "rules"
    answer = desk.speaker.say(
        brief_messages(mentions),
        brief_schema(mentions),
        max_tokens=_LONGEST_ANSWER,
        seed=request.seed,
    )
    try:
        found = drop_non_categories(parse_brief(answer))
    except ToolError as error:
        desk.tell("understand", f"the model's reading cannot be used ({error}); the rules read the brief instead")
        return by_rules, "rules"
    if found.kind == "other" and by_rules.kind == "campaign":
        desk.tell("understand", "the model saw no campaign in the brief, the rules did; the rules' reading is used")
        return by_rules, "rules"
    return found, "model"
