"""Days with a name that shops plan for, and when they fall next."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator


def _nth(year: int, month: int, weekday: int, n: int) -> dt.date:
    days = [d for d in calendar.Calendar().itermonthdates(year, month) if d.month == month and d.weekday() == weekday]
    return days[n - 1] if n > 0 else days[n]


def easter(year: int) -> dt.date:
    """Return Easter Sunday (anonymous Gregorian algorithm).

    >>> easter(2018)
    datetime.date(2018, 4, 1)
    """
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def _thanksgiving(year: int) -> dt.date:
    return _nth(year, 11, 3, 4)


_DAYS: dict[str, Callable[[int], dt.date]] = {
    r"thanksgiving|turkey day": _thanksgiving,
    r"black friday|bfcm": lambda y: _thanksgiving(y) + dt.timedelta(1),
    r"cyber monday": lambda y: _thanksgiving(y) + dt.timedelta(4),
    r"christmas eve": lambda y: dt.date(y, 12, 24),
    r"christmas|xmas|x-mas": lambda y: dt.date(y, 12, 25),
    r"boxing day": lambda y: dt.date(y, 12, 26),
    r"new year'?s eve|nye": lambda y: dt.date(y, 12, 31),
    r"new year(?:'?s(?: day)?)?|new years": lambda y: dt.date(y, 1, 1),
    r"valentine'?s?(?: day)?|valentines": lambda y: dt.date(y, 2, 14),
    r"(?:st\.? )?patrick'?s(?: day)?": lambda y: dt.date(y, 3, 17),
    r"good friday": lambda y: easter(y) - dt.timedelta(2),
    r"easter(?: sunday)?": easter,
    r"memorial day": lambda y: _nth(y, 5, 0, -1),
    r"mother'?s'? day|mothers day": lambda y: _nth(y, 5, 6, 2),
    r"father'?s'? day|fathers day": lambda y: _nth(y, 6, 6, 3),
    r"independence day|fourth of july|4th of july|july (?:4th|fourth)": lambda y: dt.date(y, 7, 4),
    r"labou?r day": lambda y: _nth(y, 9, 0, 1),
    r"singles'? day": lambda y: dt.date(y, 11, 11),
    r"hallowe'?en": lambda y: dt.date(y, 10, 31),
    r"super ?bowl(?: sunday)?": lambda y: _nth(y, 2, 6, 1),
}
_UK_MOTHERS_DAY_COUNTRIES = ("GB", "IE")


def find_named_days(text: str, as_of: dt.date, country: str = "US") -> Iterator[tuple[re.Match[str], dt.date]]:
    """Yield where a text names a day, and its next occurrence from `as_of` on; Mother's Day is the country's.

    >>> [(m[0], str(day)) for m, day in find_named_days("Black Friday", dt.date(2017, 11, 1))]
    [('Black Friday', '2017-11-24')]
    """
    for pattern, of_year in _DAYS.items():
        for m in re.finditer(rf"\b(?:{pattern})\b", text, re.I):
            yield m, _named_day(pattern, of_year, as_of, country)


def _named_day(pattern: str, of_year: Callable[[int], dt.date], as_of: dt.date, country: str) -> dt.date:
    if pattern.startswith("mother") and country in _UK_MOTHERS_DAY_COUNTRIES:
        of_year = _mothering_sunday
    date = of_year(as_of.year)
    return date if date >= as_of else of_year(as_of.year + 1)


def _mothering_sunday(year: int) -> dt.date:
    return easter(year) - dt.timedelta(21)
