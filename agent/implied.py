"""Which optional arguments a message states: their place in the call is then required, so that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from agent.candidates import COUNTED, SPENDS, Vocabulary
from agent.clauses import COMPARES, asks_of, pieces_of
from agent.known_names import names_said
from agent.locality import ANY_DAY
from agent.mentions import Mentions, read_mentions
from agent.numbers import NumberKind, find_numbers

_KINDS: Final[Mapping[str, NumberKind]] = {
    "k": "count", "max_price": "money", "discount_percent": "percent", "months": "months"
}  # fmt: skip
_NAMED: Final[Mapping[str, str]] = {
    "find_bundles": "category", "analyze_reviews": "category", "forecast_demand": "name"
}  # fmt: skip
"""Arguments that a name which the store knows fills; of other tools it may be a query or a group of customers."""
_ABOUT_PEOPLE: Final = frozenset({"profile_customers", "recommend_products", "design_experiment"})
_HERE: Final = re.compile(r"\b(?:here|at home)\b", re.IGNORECASE)  # "here and in Poland" are two calls
_TWO: Final = 2


def implied_arguments(tool: str, mentions: Mentions, vocabulary: Vocabulary, made: int = 0) -> frozenset[str]:
    """Return the optional arguments whose value stands in the part of the message that is about the tool.

    A message in one part is about whatever tool is chosen; of several parts the one with the tool's keywords counts, if
    there is exactly one, and says nothing of what stands in the others. Where several have them, each is about a call
    of its own, and counts and durations are what it implies. `made` says how many calls of the tool there were.

    >>> text = "profile loyal customers, then recommend two products for them"
    >>> sorted(implied_arguments("recommend_products", Mentions(text=text, counts=(2,)), Vocabulary()))
    ['k']
    >>> sorted(implied_arguments("search_products", Mentions(text=text, counts=(2,)), Vocabulary()))
    []
    """
    single = len(asks_of(mentions.text)) == 1
    own = (mentions.text,) if single else tuple(part.text for part in pieces_of(mentions.text) if part.tool == tool)
    if len(own) > 1:
        return _numbers(own[made], mentions) - {"discount_percent"} if made < len(own) else frozenset()
    if made or not own:
        return frozenset()
    found = _numbers(own[0], mentions) | _names(tool, own[0], mentions, vocabulary)
    found |= _limits(own[0]) if tool == "allocate_budget" else frozenset()
    return found | _said_of_all(mentions) if single else found


def _numbers(text: str, mentions: Mentions) -> frozenset[str]:
    numbers = find_numbers(text)
    kinds = {number.kind for number in numbers}
    small = any(number.kind == "count" and number.value in mentions.counts for number in numbers)
    found = {name for name, kind in _KINDS.items() if kind in kinds and (kind != "count" or small)}
    found -= {"discount_percent"} if COMPARES.search(text) else set()
    found |= {"weeks"} if kinds & {"weeks", "months", "days"} else set()
    found |= {"months"} if kinds & {"weeks", "days"} and mentions.months else set()
    return frozenset(found)


def _names(tool: str, text: str, mentions: Mentions, vocabulary: Vocabulary) -> frozenset[str]:
    found = {"display"} if re.search(r"\bdisplay\b", text, re.IGNORECASE) else set()
    if tool in _NAMED and not mentions.identifiers:
        known = (*vocabulary.departments, *vocabulary.categories)
        found |= {_NAMED[tool]} if names_said(text, known, ()).names else set()
    one = tool in _ABOUT_PEOPLE and len(read_mentions(text, ANY_DAY).segments) == 1
    return frozenset(found | ({"segment"} if one and not mentions.identifiers else set()))


def _limits(text: str) -> frozenset[str]:
    """Return the limits and the target of a budget; a single amount is the total, however it is worded."""
    amounts = [number for number in find_numbers(text) if number.kind in ("money", "count")]
    if len(amounts) < _TWO:
        return frozenset()
    limits = {name for name, words in SPENDS.items() if words.search(text)}
    wanted = any(number.kind == "count" and COUNTED.match(text, number.end) for number in amounts)
    return frozenset(limits | ({"target"} if wanted else set()))


def _said_of_all(mentions: Mentions) -> frozenset[str]:
    found = {"channels"} if len(mentions.channels) > 1 else set()
    found |= {"customer_id"} if any(kind == "customer" for kind, _ in mentions.identifiers) else set()
    found |= {"country"} if mentions.countries and not _HERE.search(mentions.text) else set()
    return frozenset(found)
