"""What of a message may be the campaign whose results are asked for: its number, its name in the store, or a title."""

from __future__ import annotations

import re
from typing import Final

from agent.known_names import names_said
from agent.mentions import NO_AMOUNT, Mentions

_TITLE_WORDS: Final = 4
_TITLE = re.compile(r"[A-Z][\w'’&-]*(?: (?:[A-Z\d][\w'’&-]*|of|the|and|&)){0,4}(?<! of)(?<! the)(?<! and)(?<! &)")
"""A campaign by its own name, even one that is also a day: "was Black Friday worth it"."""
_CAMPAIGN = re.compile(r"\s+(?:campaign|promo(?:tion)?|mailing|sale)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:\b(?:mailing|mailer|newsletter|coupon|blast|drop|wave|flight|action|number|nr)s?\s+|\bno\.\s*|#)#?(\d{1,6})\b"
    rf"{NO_AMOUNT}(?!\s+(?:mailing|mailer|newsletter|campaign|promo))",
    re.IGNORECASE,
)
"""A campaign by its number, whatever it is called: "mailing 17", "no. 26", "#13"."""


def campaigns_said(mentions: Mentions, names: tuple[str, ...]) -> list[str]:
    """Return numbered campaigns, those of the store and other titles; where none is said, whatever may name one.

    Args:
        mentions: What the message mentions.
        names: The store's campaigns. One that is said with its number is told by the number.

    >>> campaigns_said(Mentions("coupon mailing 3 or the big tea weekend?"), ("Coupon mailing 3", "Big Tea Weekend"))
    ['3', 'Big Tea Weekend']
    """
    text = mentions.text
    numbered = [value for kind, value in mentions.identifiers if kind == "campaign" and _says(value, text)]
    numbered = numbered or [match[1] for match in _NUMBERED.finditer(text)]
    known = [name for name in names_said(text, names, ()).names if not {*name.split()} & {*numbered}]
    if not numbered and not known:
        codes = [value for kind, value in mentions.identifiers if kind in ("campaign", "")]
        counts = [str(int(count)) for count in mentions.counts if float(count).is_integer()]
        return [*codes, *counts, *_titled(text, mentions), *mentions.spans]
    rest = text
    for value in numbered:
        place = rf"(?:\S+ )?\b(?:campaign|promo|promotion)s?[\s_]*#?{re.escape(value)}\b"
        rest = re.sub(place, "; ", rest, flags=re.IGNORECASE)
    titles = [title for title in _titled(rest, mentions) if _TITLE.fullmatch(title) and " " in title]
    return [*numbered, *known, *titles]


def _says(value: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def _titled(text: str, mentions: Mentions) -> list[str]:
    """Return the words before "campaign" whatever they are (`the We Miss You campaign`), and words with capitals."""
    before = [words.split() for words in _CAMPAIGN.split(text)[:-1]]
    sizes = range(1, _TITLE_WORDS + 1)
    named = [" ".join(words[-n:]).strip("\"'“”") for words in before for n in sizes if words]
    days = [mentions.text[period.start : period.end] for period in mentions.periods]
    return [*named, *(found[0] for part in (text, *days) for found in _TITLE.finditer(part))]
