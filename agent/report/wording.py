"""Words for people: names in plain spelling, untrusted text without characters that only mislead."""

from __future__ import annotations

import datetime as dt
import re

from markupsafe import Markup, escape

# Control characters, lone surrogates, and the bidirectional overrides that can make text read as something else
# (Unicode Technical Report 36, section 2.10). Right-to-left letters stay: the page isolates them.
_MISLEADING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_ABBREVIATIONS = {"sms": "SMS", "rfm": "RFM", "clv": "CLV", "url": "URL"}


def clean(text: str) -> str:
    """Replace characters that cannot be shown or that reorder their surroundings.

    >>> clean(f"cola{chr(0x202E)}gnp.exe") == f"cola{chr(0xFFFD)}gnp.exe"
    True
    """
    return _MISLEADING.sub("\ufffd", text)


def worded(name: str) -> str:
    """Spell a stable name for the middle of a sentence.

    >>> worded("at_risk"), worded("sms"), worded("coupon_mail")
    ('at risk', 'SMS', 'coupon mail')
    """
    return _ABBREVIATIONS.get(name) or clean(name).replace("_", " ")


def plain(name: str) -> str:
    """Spell a stable name for the start of a sentence.

    >>> plain("at_risk"), plain("SOFT DRINKS")
    ('At risk', 'SOFT DRINKS')
    """
    spelled = worded(name)
    return spelled[:1].upper() + spelled[1:]


def capitalised(sentence: str) -> str:
    """Begin a sentence with a capital letter, and leave the rest as it is.

    >>> capitalised("no orders on Monday")
    'No orders on Monday'
    """
    return sentence[:1].upper() + sentence[1:]


def short_day(day: dt.date) -> str:
    """Write a day for an axis.

    >>> short_day(dt.date(2017, 11, 3))
    '3 Nov'
    """
    return f"{day.day} {day:%b}"


def isolated(text: str) -> Markup:
    """Escape untrusted text and keep its writing direction from reaching its surroundings.

    >>> print(isolated("<b>"))
    <bdi>&lt;b&gt;</bdi>
    """
    return Markup("<bdi>{}</bdi>").format(clean(text)) if text else escape("")


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    >>> counted(1, "check"), counted(2, "piece of evidence", "pieces of evidence")
    ('1 check', '2 pieces of evidence')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
