"""Numbers as people and programs write them: signs, currencies, percent, and two customs for the decimal sign."""

from __future__ import annotations

import sys
from typing import Final

import ibis

from tools.warehouse.columns import NUMBER
from tools.warehouse.reading.binding import bound

# ISO 4217 codes and the letters that stand for a currency; other letters make a text that is no number ("3 kg").
CODES: Final = (
    "USD|EUR|GBP|JPY|CNY|CHF|CAD|AUD|NZD|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|INR|IDR|MYR|SGD|THB|PHP|VND|"
    "KRW|TWD|HKD|ZAR|NGN|KES|EGP|MAD|AED|SAR|QAR|KWD|ILS|BRL|MXN|ARS|CLP|COP|PEN|UYU|RSD|BAM|ALL|GEL|KZT|PKR|BDT|LKR"
)
LETTERS: Final = "US|CA|AU|NZ|HK|MX|kr|zł|Kč|Ft|Fr|SFr|Rs|Rp|RM|R|lei"
_CURRENCY: Final = rf"(?:(?i:{CODES})|(?:{LETTERS})\.?\p{{Sc}}?|\p{{Sc}})"
_SIGN: Final = r"[-+\x{2212}]"
_MINUS: Final = r"[-\x{2212}]"
_GAP: Final = r"[\s\p{Zs}]*"
# What may stand between thousands: an apostrophe (Switzerland), a space of some kind (France, Sweden), or _POINTS.
_SPACES: Final = r"['\x{2019}\p{Zs}]"
_POINTS: Final[dict[str, str]] = {".": ",", ",": r"\."}
_DECIMAL: Final[dict[str, str]] = {".": r"\.", ",": ","}
_AMOUNT: Final = r"[.,]?[0-9][0-9.,'\x{2019}\p{Zs}]*(?:[eE][-+]?[0-9]+)?"
PLAIN_NUMBER: Final = r"^-?[0-9]{1,15}(\.[0-9]+)?$"


def number_pattern(decimal: str) -> str:
    """Return the pattern of a number with this decimal sign.

    Digits are grouped in threes, or the Indian way in twos after the first three.
    """
    points, mark = _POINTS[decimal], _DECIMAL[decimal]
    grouped = "|".join(rf"[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}})+" for sign in (points, _SPACES))
    whole = rf"(?:{grouped}|[1-9][0-9]?(?:{points}[0-9]{{2}})+{points}[0-9]{{3}}|[0-9]+)"
    amount = rf"(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][-+]?[0-9]{{1,3}})?"
    before = rf"(?:{_SIGN}{_GAP}(?:{_CURRENCY}{_GAP})?|{_CURRENCY}{_GAP}(?:{_SIGN}{_GAP})?)?"
    after = rf"(?:{_GAP}{_CURRENCY})?{_GAP}{_SIGN}?(?:{_GAP}%)?"
    return rf"^{_GAP}\(?{_GAP}{before}{amount}{after}{_GAP}\)?{_GAP}$"


def parse_number(column: ibis.Value, decimal: str, *, percent: bool = False) -> ibis.Value:
    """Return text as numbers; null where it is none.

    Reads `1,234.56`, `1.234,56`, `1 234,56` and `1'234.56` by the decimal sign, currency signs and codes on either
    side, and as negative `-5`, `5-` and `(5)`. What has other letters, or digits grouped wrongly, is no number.

    Args:
        column: Text; a column that is numeric already only changes its type.
        decimal: The decimal sign, "." or ",".
        percent: Whether `15 %` is read, as 0.15; it is no amount of money.
    """
    if not column.type().is_string():
        return column.cast(NUMBER)
    plain = column.re_search(PLAIN_NUMBER) if decimal == "." else column.re_search(r"^-?[0-9]{1,15}$")
    written = _written(column, decimal, percent=percent)
    return ibis.cases((plain, column.try_cast(NUMBER)), else_=written)


def _written(column: ibis.Value, decimal: str, *, percent: bool) -> ibis.Value:
    """Read what is written with more than digits: first whether all of it is a number, then the digits in it."""
    digits = column.re_extract(_AMOUNT, 0).re_replace(_SPACES, "").replace("," if decimal == "." else ".", "")
    size = digits.replace(",", ".").nullif("").try_cast(NUMBER)
    opened, closed = column.re_search(r"^\s*\("), column.re_search(r"\)\s*$")
    negative = opened | column.re_replace(r"[0-9.,][eE][-+]?[0-9]+", "").re_search(_MINUS)
    share = column.contains("%")
    sound = column.re_search(number_pattern(decimal)) & (opened == closed) & ~(share & (not percent))
    value = bound(
        size, lambda amount: (amount <= sys.float_info.max).ifelse(negative.ifelse(-amount, amount), ibis.null(NUMBER))
    )
    return sound.ifelse(share.ifelse(value / 100, value), ibis.null(NUMBER))
