"""Sense: a fact that code fills in stands where it can stand, and a verb fits what it is said of.

What a small model gets wrong when it joins two of its lessons: "25% off on November 22 saves us Harvest Lane".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from agent.figures import Figure
from agent.slots import own_text, slots_in

_NO_PLACE: Final = (
    ("shop", re.compile(r"\b(?:us|me|him|them|it|you|off|until|than|more)\s+\{shop\}|\{shop\}\s+off\b", re.IGNORECASE)),
    (
        "ends_on",
        re.compile(
            r"(?<![\w'])(?!(?:after|and|before|by|closes|ends|expires|from|including|is|mark|midnight|on|than|through"
            r"|till|to|until|when)\s)[\w']+\s+\{ends_on\}|\{ends_on\}\s+off\b",
            re.IGNORECASE,
        ),
    ),
    ("discount", re.compile(r"\b(?:off|until)\s+\{discount\}", re.IGNORECASE)),
    ("category", re.compile(r"\buntil\s+\{category\}", re.IGNORECASE)),
    ("product_1", re.compile(r"\buntil\s+\{product_1\}", re.IGNORECASE)),
)
"""Facts behind or before words that they cannot stand beside."""
_SIDE_BY_SIDE: Final = re.compile(r"\{(?!first_name)\w+\}\s+\{(?!opt_out)\w+\}")
_THAT_DAY: Final = re.compile(r"\bon \{ends_on\}", re.IGNORECASE)
_ENDING: Final = re.compile(
    r"\b(?:clos|conclud|depart|disappear|ends?\b|ended|ending|expir|final|finish|full price|goes|gone|goodbye|is over"
    r"|laps|last (?:call|chance|day)|run(?:s|ning)? out|return|stop|until|vanish|(?:come|comes|take|taken) down|fold)",
    re.IGNORECASE,
)
"""What makes of a day the last one: "ends on November 22"."""
_ONCE: Final = ("sms", "push")
"""Channels whose texts are too short to state a fact twice."""
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_SAID_OF: Final = re.compile(
    r"(?:^|[.!?:,;–-]\s+|\b(?:because|but|if|so|that|when|where|while)\s+)(?:(?:our|the|your|this|new|now)\s+){0,2}"
    r"\{(?P<slot>category|product_\d)\}\s+(?P<verb>is|isn't|was|has|are|aren't|were|have)\b",
    re.IGNORECASE,
)
"""A category or product that is the subject of a sentence, and its verb."""
_OF_ONE: Final = frozenset(["is", "isn't", "was", "has"])
_UNTOLD: Final = re.compile(
    r"&|\b(?:and|of|for|with|in|pack)\b|\b(?:men|women|children|people|fish|sheep|gas|lens|christmas|sports|news"
    r"|\w+ics|series)$",
    re.IGNORECASE,
)
"""Names of which the ending does not tell whether they are of one or several."""


def misplaced(template: str, channel: str) -> Iterator[str]:
    """Yield which facts stand where they make no sense, or say of the offer's last day that it is the only one.

    >>> list(misplaced("{discount} off {category} on {ends_on} saves us {shop}. {shop}", "sms"))
    ['has {shop} where no name can stand', 'offers on {ends_on} what is offered until then', 'says {shop} twice']
    """
    for slot, place in _NO_PLACE:
        if place.search(template):
            yield f"has {{{slot}}} where no {'day' if slot == 'ends_on' else 'name'} can stand"
    beside = _SIDE_BY_SIDE.search(template)
    if beside:
        yield f"has {beside[0]} side by side"
    for sentence in _SENTENCE.split(template):
        if _THAT_DAY.search(sentence) and not _ENDING.search(own_text(sentence)):
            yield "offers on {ends_on} what is offered until then"
    said = slots_in(template) if channel in _ONCE else ()
    yield from (f"says {{{slot}}} twice" for slot in dict.fromkeys(said) if said.count(slot) > 1)


def disagreement(template: str, slots: Mapping[str, Figure]) -> str | None:
    """Return where a verb does not fit the number of what it is said of.

    >>> from agent.figures import Figure
    >>> drinks = Figure(source="{B.categories[0]}", value="soft drinks", unit="text", text="soft drinks")
    >>> [disagreement(f"So {{category}} {verb} in.", {"category": drinks}) for verb in ("is", "are")]
    ["says 'soft drinks is'", None]
    """
    for match in _SAID_OF.finditer(template):
        fact = slots.get(match["slot"])
        plural = _is_plural(fact.text) if fact else None
        of_one = match["verb"].lower() in _OF_ONE
        if fact and (plural is True if of_one else plural is False and match.start() == 0):
            return f"says '{fact.text} {match['verb']}'"
    return None


def _is_plural(name: str) -> bool | None:
    """Say whether a name is of several, None where its ending does not tell.

    >>> [_is_plural(name) for name in ("soft drinks", "Glass, 6 pieces", "gloves for men")]
    [True, False, None]
    """
    head = re.split(r",|\s\(", name)[0].strip().lower()
    return None if _UNTOLD.search(head) else head.endswith("s") and not head.endswith(("ss", "us", "is"))
