"""Which runs of a message's words may be the offers to choose among, and how many of them it plainly says."""

from __future__ import annotations

import re
from typing import Final

from agent.locality import ANY_DAY, own_part
from agent.mentions import Mentions, groups_said, read_mentions
from tools.offers.candidates import find_offers

_SHORT: Final = 5  # words: "buy one get one free"
_LONG: Final = 10  # words: "free gift wrapping with every order of two or more"
_MOST: Final = 900
_FOLLOWING: Final = 5  # words after an offer that say whether it goes on

_ENDS = re.compile(r"[,;:?!]\s|\s(?:or|vs\.?|versus)\s|\n(?:[-*•]\s)?")
_SENTENCE = re.compile(r"[.;:?!]\s|\n")
_CHOICE = re.compile(r"\s(?:or|vs\.?|versus)\s", re.IGNORECASE)
_BARE = re.compile(r"\W*\d[\d.,]*\W*")
"""An amount that may be a basket's or a budget's as well as an offer."""
_ENDS_AND = re.compile(rf"{_ENDS.pattern}|\.\s|\s(?:and|against|/|-)\s|(?:^|\s)\(?(?:\d|[a-d])[.)]\s", re.MULTILINE)
_QUOTED = re.compile(r"(?<!\w)(['\"‘“])(\S[^'\"‘’“”\n]*?)['\"’”](?!\w)")
_GOES_ON = re.compile(
    r"(?:off|free|over|above|discount|no minimum)\b|(?:on(?! the table)|to|with|of|in|at|from|until|per) \w"
    r"|(?:the|your|their|our|all) (?:\w+ ){0,2}(?:orders?|items?|basket|purchases?|range|prices?|bill|total)\b"
    r"|everything\b|for (?:free|(?:the|your|their) (?:next|first|second))\b"
    r"|(?:all|this|next) (?:week|weekend|month|year)\b|cash ?back\b|vouchers?\b|coupons?\b|gift cards?\b",
    re.IGNORECASE,
)
"""How an offer goes on after words that could be one by themselves."""
_PREPOSITION = re.compile(r"(?:on|to|with|of|in|at|from)\b", re.IGNORECASE)


def offers_said(mentions: Mentions) -> list[str]:
    """Return runs of words between commas and the like; unlike names, offers may begin with an article or a number.

    A long one ("free gift with orders over $50") begins or ends where its part of the message does. Where offers stand
    in quotes, they are all.
    """
    quoted = quoted_offers(_own(mentions))
    if quoted:
        return [*quoted]
    text = f"{mentions.text}\n{mentions.earlier}"
    long = [words for piece in _ENDS_AND.split(text) for words in _edge_runs(piece.split())]
    short = [words for piece in _ENDS.split(text) for words in _short_runs(piece.split())]
    named = (" ".join(words).strip(".,;:?!()\"'‘’“”") for words in (*long, *short))
    return [*dict.fromkeys(offer for offer in named if offer)][:_MOST]


def fewest_offers(mentions: Mentions) -> int:
    """Return how many offers a choice among those of a message has at least: two, or as many parts as plainly say one.

    >>> fewest_offers(Mentions("tote bag or mug")), fewest_offers(Mentions("5% off, 10% off or free shipping"))
    (2, 3)
    >>> fewest_offers(Mentions("BOGO or 20% off? Last year 20% off won, so is it 20% off or BOGO?"))
    2
    """
    text = _own(mentions)
    choices = [len(_parts_with_offers(each)) for each in _SENTENCE.split(text) if _CHOICE.search(each)]
    return max(2, len(quoted_offers(text)) or max(choices, default=0))


def _parts_with_offers(sentence: str) -> set[str]:
    """Return the parts of a sentence in which an offer is said first; a bare amount of money is none."""
    said = ((part, offer) for part in reversed(_ENDS.split(sentence)) for offer in find_offers(part))
    return {*{offer.lower(): part for part, offer in said if "%" in offer or not _BARE.fullmatch(offer)}.values()}


def quoted_offers(text: str) -> tuple[str, ...]:
    """Return what a message puts in quotes, if it is more than one thing and no offer is said without them.

    >>> quoted_offers("'2 for 1' or '15% off', what's best for 'VIP' customers?")
    ('2 for 1', '15% off')
    >>> quoted_offers("'VIP' or 'loyal' customers, 15% off or a mug?")
    ()
    """
    quoted = dict.fromkeys(match[2].strip() for match in _QUOTED.finditer(text))
    found = tuple(words for words in quoted if find_offers(words) or not _names_somebody(words))
    return found if len(found) > 1 and not find_offers(_QUOTED.sub(" ", text)) else ()


def _names_somebody(words: str) -> bool:
    read = read_mentions(words, ANY_DAY)
    return bool(read.segments or read.channels or groups_said(words))


def _own(mentions: Mentions) -> str:
    return own_part("choose_offer", mentions.text) or ""


def _edge_runs(words: list[str]) -> list[list[str]]:
    sizes = range(_SHORT + 1, min(_LONG, len(words)) + 1)
    return [run for size in sizes for run in (*_whole(words, 0, size), *_whole(words, len(words) - size, len(words)))]


def _short_runs(words: list[str]) -> list[list[str]]:
    ends = ((i, j) for i in range(len(words)) for j in range(i + 1, min(i + _SHORT, len(words)) + 1))
    return [run for i, j in ends for run in _whole(words, i, j)]


def _whole(words: list[str], first: int, last: int) -> list[list[str]]:
    """Return the run of words, unless what comes after belongs to it: "free shipping" of "free shipping over $60"."""
    after = " ".join(words[last : last + _FOLLOWING])
    if words[last - 1][-1] in ".,;:?!)" or not _GOES_ON.match(after):
        return [words[first:last]]
    apart = (_PREPOSITION.match(after) and _names_somebody(after)) or read_mentions(after, ANY_DAY).periods
    return [words[first:last]] if apart else []
