"""Arguments of calls in one spelling, so that `At Risk` equals `at_risk` and `"1,000"` equals 1000."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from holidays.registry import COUNTRIES

Plain = str | float | bool | None | tuple["Plain", ...]
"""A value after normalisation; mappings become sorted tuples of (key, value)."""

COUNTRY_ARGUMENTS = frozenset({"country"})
"""Arguments whose values are countries, by name or by ISO 3166 code of two or three letters."""

_COUNTRY_CODES = {
    name.replace("_", " ").casefold(): codes[1]
    for country, codes in COUNTRIES.items()
    for name in (country, *codes[1:])
} | {"america": "US", "great britain": "GB", "england": "GB", "holland": "NL"}

_DIGITS = r"[+-]?\s*(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+"
_NUMBER = re.compile(rf"[$€£]?\s*({_DIGITS})\s*(?:%|percent|usd|eur|gbp|dollars|euros|pounds)?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:[T ]00:00(?::00)?(?:Z|\+00:00)?)?", re.IGNORECASE)
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


def normalise(value: Any, argument: str = "") -> Plain:
    """Bring the value of an argument into the spelling that values are compared in.

    Text loses case, surrounding quotes and the difference between spaces, underscores and hyphens; numbers in text
    (with a percent or currency sign, or thousands separators) become numbers; dates become ISO 8601; countries become
    codes of two letters. A list is a collection: its order does not count.

    >>> normalise("At_Risk"), normalise("20%"), normalise("$1,000"), normalise(3.0)
    ('at risk', 20.0, 1000.0, 3.0)
    >>> normalise(dt.date(2017, 11, 1)), normalise("2017-11-1"), normalise("2017-11-01T00:00:00Z")
    ('2017-11-01', '2017-11-01', '2017-11-01')
    >>> normalise("Germany", "country"), normalise("usa", "country"), normalise("Germany")
    ('DE', 'US', 'germany')
    >>> normalise(["SMS", "email"]) == normalise(["email", "sms"]), normalise({"email": "500"})
    (True, (('email', 500.0),))
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, Mapping):
        return tuple(sorted((normalise_name(str(key)), normalise(item, argument)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return tuple(sorted((normalise(item, argument) for item in value), key=repr))
    return _normalise_text(str(value), argument)


def normalise_name(name: str) -> str:
    """Bring the name of a tool or an argument into one spelling.

    >>> normalise_name("Profile Customers"), normalise_name("max-price")
    ('profile_customers', 'max_price')
    """
    return "_".join(re.split(r"[\s_-]+", name.strip().casefold()))


def _normalise_text(text: str, argument: str) -> Plain:
    text = text.strip().strip("\"'").strip()
    if date := _DATE.fullmatch(text):
        return _iso(date[1]) or text
    words = " ".join(re.split(r"[\s_-]+", text.casefold())).strip()
    if argument in COUNTRY_ARGUMENTS and words in _COUNTRY_CODES:
        return _COUNTRY_CODES[words]
    if number := _NUMBER.fullmatch(text):
        return float(re.sub(r"[,\s]", "", number[1]))
    return _BOOLEANS.get(words, words)


def _iso(text: str) -> str | None:
    try:
        return dt.date(*map(int, text.split("-"))).isoformat()
    except ValueError:
        return None


def equal(wanted: Any, given: Any, argument: str = "") -> bool:
    """Tell whether two values of an argument say the same; one value equals a list that holds only it.

    >>> equal("win back", "win_back"), equal(["email"], "Email"), equal(20, "20 %"), equal(20, 21)
    (True, True, True, False)
    """
    left, right = normalise(wanted, argument), normalise(given, argument)
    if isinstance(wanted, list | tuple) != isinstance(given, list | tuple):
        left, right = _alone(left, wanted), _alone(right, given)
    return left == right


def _alone(value: Plain, raw: Any) -> Plain:
    return value[0] if isinstance(raw, list | tuple) and isinstance(value, tuple) and len(value) == 1 else value
