"""Dates and periods as marketers write them (`before Thanksgiving`, `3 to 12 May`, `next month`), resolved to days."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.named_days import find_named_days
from agent.numbers import find_numbers, in_weeks

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if i} | {
    name.lower(): i for i, name in enumerate(calendar.month_abbr) if i
}
MONTH = "|".join(sorted((*MONTHS, "sept"), key=len, reverse=True))
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_MONTH = re.compile(rf"\b{_DAY}\s+(?:of\s+)?({MONTH})\b\.?(?:,?\s+(\d{{4}}))?", re.I)
_MONTH_DAY = re.compile(rf"\b({MONTH})\.?\s+(?:the\s+)?{_DAY}\b(?!\s*%)(?:,?\s+(\d{{4}}))?", re.I)
_SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?\b(?!\s*(?:%|k\b))")
_SAME_MONTH = re.compile(
    rf"\b{_DAY}\s*(?:-|–|to|till|until|and)\s*{_DAY}\s+(?:of\s+)?({MONTH})\b\.?(?:,?\s+(\d{{4}}))?", re.I
)
_MONTH_RANGE = re.compile(rf"\b({MONTH})\s+{_DAY}\s*(?:-|–|to|till|until)\s*{_DAY}\b(?:,?\s+(\d{{4}}))?", re.I)
_MONTHS_SPAN = re.compile(rf"\b({MONTH})\s*(?:-|–|to|till|until|through|and)\s*({MONTH})\b(?:\s+(\d{{4}}))?", re.I)
_WHOLE_MONTH = re.compile(rf"(?<![\d/] )\b({MONTH})\b(?!\.?\s+\d{{1,2}}\b)(?:\s+(\d{{4}}))?", re.I)
_ASKING = re.compile(r"may (?:i|we|you|one|the|our|my)\b", re.I)
"""No month: "May we have January's holidays"."""
_HALF_MONTH = re.compile(rf"\b(first|1st|second|2nd|last) half of ({MONTH})\b(?:\s+(\d{{4}}))?", re.I)
_COMING = re.compile(r"\b(?:next|coming|following|upcoming)\s+(?=\w+[\s-](?:weeks?|days?|months?|wks?)\b)", re.I)
_JOIN = re.compile(r"\s*(?:-|–|to|till|until|through|and|up to)\s*(?:the\s+)?", re.I)
MONTH_WINDOW_DAYS = 7  # "around Easter" means a week on each side


@dataclass(frozen=True)
class Period:
    """A stretch of days that a text names, both ends included, with the words it was read from."""

    starts_on: dt.date
    ends_on: dt.date
    start: int
    end: int


_MONDAY, _TUESDAY, _WEDNESDAY, _SATURDAY, _SUNDAY = 0, 1, 2, 5, 6
_NAMED_AFTER_A_DAY = re.compile(r"\s+week(?P<end>end)?\b", re.I)
_WEEK_OF = re.compile(r"\b(?:the\s+)?week\s+(?:of|(?P<before>before))\s+(?:the\s+)?$", re.I)
_UNTIL = re.compile(r"\b(?:by|until|till|to|through|up to|leading up to|run-up to|thru|now and|now -)$")
_PHRASES = (
    r"(?P<next>next|coming)|(?P<this>this|current)"
    r"|(?P<rest>rest of (?:the|this)|(?:before|by|till|through|until)(?: the)? end of the)"
)
_UNIT = re.compile(rf"\b(?:{_PHRASES})\s+(?P<unit>week(?!end)|weekend|month|quarter|year)\b", re.I)
_WHICH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 0}
_PART = re.compile(
    r"\b(?P<early>next year'?s |this year'?s )?"
    rf"\b(?:(?P<letter>[qh])(?P<number>[1-4])|(?P<which>{'|'.join(_WHICH)}) (?P<long>quarter|half))\b"
    r"(?![\s-]price)(?! (?:of )?last year)(?! of (?!(?:the )?(?:year|next|this|coming|\d)))"
    r"(?:,? (?:of |in )?(?:the )?(?:(?P<year>\d{4})|(?P<late>next year|this year|coming year)|(?P<own>year)\b))?",
    re.I,
)
"""A quarter or half of a year: "Q1 2018", "the first quarter of next year", "next year's second half"."""
_SEASON = re.compile(r"\b(?:this|next|the|in|for)\s+(?:coming\s+)?(spring|summer|autumn|fall|winter)\b", re.I)
_SEASON_MONTHS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def find_periods(text: str, as_of: dt.date, country: str = "US") -> tuple[Period, ...]:
    """Return the periods a text names, in order, each resolved to its next occurrence from `as_of` on.

    >>> [(str(p.starts_on), str(p.ends_on)) for p in find_periods("before Thanksgiving", dt.date(2017, 11, 1))]
    [('2017-11-01', '2017-11-22')]
    """
    found: list[Period] = []
    for period in (*_ranges(text, as_of), *_points(text, as_of, country), *_units(text, as_of)):
        if not any(p.start < period.end and period.start < p.end for p in found):
            found.append(period)
    joined = _join(sorted(found, key=lambda p: p.start), text)
    return tuple(_with_preposition(period, text, as_of) for period in joined)


def _next(month: int, day: int, year: str | None, as_of: dt.date) -> dt.date | None:
    try:
        if year:
            return dt.date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
        date = dt.date(as_of.year, month, day)
        return date if date >= as_of else date.replace(year=as_of.year + 1)
    except ValueError:
        return None


def _month_end(date: dt.date) -> dt.date:
    return date.replace(day=calendar.monthrange(date.year, date.month)[1])


def _month_number(name: str) -> int:
    return MONTHS[name.lower()[:3]]


def _ranges(text: str, as_of: dt.date) -> Iterator[Period]:
    for m in _SAME_MONTH.finditer(text):
        yield from _span(_month_number(m[3]), int(m[1]), int(m[2]), m[4], m, as_of)
    for m in _MONTH_RANGE.finditer(text):
        yield from _span(_month_number(m[1]), int(m[2]), int(m[3]), m[4], m, as_of)
    for m in _MONTHS_SPAN.finditer(text):
        first = _next(_month_number(m[1]), 1, m[3], as_of.replace(day=1))
        last = _next(_month_number(m[2]), 1, None, first) if first else None
        if first and last:
            yield Period(first, _month_end(last), m.start(), m.end())


def _span(month: int, low: int, high: int, year: str | None, m: re.Match[str], as_of: dt.date) -> Iterator[Period]:
    ends_on = _next(month, high, year, as_of)
    if ends_on and 0 < low <= high:
        yield Period(ends_on.replace(day=low), ends_on, m.start(), m.end())


def _points(text: str, as_of: dt.date, country: str) -> Iterator[Period]:
    for m, falls_on in find_named_days(text, as_of, country):
        yield _stretch(falls_on, m, text)
    for m in _ISO.finditer(text):
        try:
            yield _on(dt.date(int(m[1]), int(m[2]), int(m[3])), m)
        except ValueError:
            continue
    for matched, month, day, year in _written(text, country):
        date = _next(month, day, year, as_of) if 1 <= month <= 12 else None
        if date:
            yield _stretch(date, matched, text)


def _stretch(date: dt.date, m: re.Match[str], text: str) -> Period:
    """Return a day, or the week or weekend that is named after it: "Black Friday week", "the week of 20 November"."""
    after = _NAMED_AFTER_A_DAY.match(text, m.end())
    before = _WEEK_OF.search(text[: m.start()])
    start, end = before.start() if before else m.start(), after.end() if after else m.end()
    day, weekday = dt.timedelta(1), date.weekday()
    if before and before["before"]:
        return Period(date - 7 * day, date - day, start, end)
    if before or (after and not after["end"]):
        return Period(date - weekday * day, date + (6 - weekday) * day, start, end)
    if after and weekday not in (_TUESDAY, _WEDNESDAY):
        first, last = (-2, 0) if weekday == _MONDAY else (min(0, _SATURDAY - weekday), _SUNDAY - weekday)
        return Period(date + first * day, date + last * day, start, end)
    return _on(date, m)


def _written(text: str, country: str) -> Iterator[tuple[re.Match[str], int, int, str | None]]:
    for m in _DAY_MONTH.finditer(text):
        yield m, _month_number(m[2]), int(m[1]), m[3]
    for m in _MONTH_DAY.finditer(text):
        yield m, _month_number(m[1]), int(m[2]), m[3]
    slashed = list(_SLASHED.finditer(text))
    # of "20/12 to 2/1" both are written alike; 50/50 and 24/7 are no dates
    any_day_first = any(12 < int(m[1]) <= 31 and int(m[2]) <= 12 and m[0] != "24/7" for m in slashed)
    for m in slashed:
        a, b = int(m[1]), int(m[2])
        if "." in m[0] and not m[3]:
            continue
        day_first = (country != "US" or "." in m[0] or any_day_first) and b <= 12
        yield m, (b if day_first else a), (a if day_first else b), m[3]


def _on(date: dt.date, m: re.Match[str]) -> Period:
    return Period(date, date, m.start(), m.end())


def _units(text: str, as_of: dt.date) -> Iterator[Period]:
    for m in _COMING.finditer(text):
        number = next((n for n in find_numbers(text[m.end() :]) if n.start <= 1 and in_weeks(n)), None)
        if number:
            days = int(number.value) if number.kind == "days" else 7 * (in_weeks(number) or 1)
            yield Period(as_of, as_of + dt.timedelta(days), m.start(), m.end() + number.end)
    for m in _PART.finditer(text):
        yield from _part_of_year(m, as_of)
    for m in _UNIT.finditer(text):
        starts_on, ends_on = _unit(m["unit"].lower(), bool(m["next"]), as_of)
        yield Period(as_of if m["rest"] else starts_on, ends_on, m.start(), m.end())
    for m in _SEASON.finditer(text):
        first = _next(_SEASON_MONTHS[m[1].lower()], 1, None, as_of)
        if first:
            yield Period(first, _months_on(first, 3), m.start(), m.end())
    yield from _months(text, as_of)


def _months(text: str, as_of: dt.date) -> Iterator[Period]:
    for m in _HALF_MONTH.finditer(text):
        first = _next(_month_number(m[2]), 1, m[3], as_of.replace(day=1))
        if first:
            middle = first.replace(day=15)
            early = m[1].lower() in ("first", "1st")
            yield Period(
                first if early else middle + dt.timedelta(1), middle if early else _month_end(first), m.start(), m.end()
            )
    for m in _WHOLE_MONTH.finditer(text):
        if (m[1].lower() in ("may", "mar", "march", "sun") and not m[1][0].isupper()) or _ASKING.match(text, m.start()):
            continue
        first = _next(_month_number(m[1]), 1, m[2], as_of.replace(day=1))
        if first:
            yield Period(first if m[2] else max(first, as_of), _month_end(first), m.start(), m.end())


def _part_of_year(m: re.Match[str], as_of: dt.date) -> Iterator[Period]:
    length = 3 if (m["letter"] or m["long"])[0].lower() == "q" else 6
    number = int(m["number"]) if m["number"] else _WHICH[m["which"].lower()]
    said = (m["late"] or m["early"] or "").lower()
    if not number and not (said or m["year"] or m["own"]):  # "the last quarter" is the one before
        return
    number = number or 12 // length
    if number > 12 // length:
        return
    year = int(m["year"] or as_of.year + (1 if said and not said.startswith("this") else 0))
    starts_on = dt.date(year, length * (number - 1) + 1, 1)
    ends_on = _months_on(starts_on, length)
    shift = 0 if m["year"] or said or ends_on >= as_of else 1
    yield Period(_year_on(starts_on, shift), _year_on(ends_on, shift), m.start(), m.end())


def _year_on(date: dt.date, years: int) -> dt.date:
    return date.replace(year=date.year + years)


def _months_on(first: dt.date, months: int) -> dt.date:
    """Return the last day of the stretch of `months` that begins on the first of a month."""
    index = first.year * 12 + first.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1) - dt.timedelta(1)


def _unit(unit: str, following: bool, as_of: dt.date) -> tuple[dt.date, dt.date]:
    if unit == "week":
        monday = as_of - dt.timedelta(as_of.weekday()) + dt.timedelta(7 * following)
        return max(monday, as_of), monday + dt.timedelta(6)
    if unit == "weekend":
        saturday = as_of + dt.timedelta((5 - as_of.weekday()) % 7 + 7 * following)
        return saturday, saturday + dt.timedelta(1)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    index = (as_of.year * 12 + as_of.month - 1) // length * length + length * following
    first = dt.date(index // 12, index % 12 + 1, 1)
    return max(first, as_of), _months_on(first, length)


def _join(periods: list[Period], text: str) -> Iterator[Period]:
    """Read "between X and Y" and "X to Y" as one stretch."""
    position = 0
    while position < len(periods):
        first = periods[position]
        second = periods[position + 1] if position + 1 < len(periods) else None
        if second and _JOIN.fullmatch(text[first.end : second.start]) and second.ends_on >= first.starts_on:
            yield Period(first.starts_on, second.ends_on, first.start, second.end)
            position += 2
        else:
            yield first
            position += 1


def _with_preposition(period: Period, text: str, as_of: dt.date) -> Period:
    before = text[max(0, period.start - 24) : period.start].lower().rstrip()
    whole = re.search(r"\bend of(?:\s+the)?$", before) is not None
    before = re.sub(r"(?:\s+(?:the|our|this|end of))+$", "", before)
    earlier = re.search(r"\b(?:before|ahead of|prior to)$", before) is not None
    if earlier and not whole and period.starts_on > as_of:
        return Period(as_of, period.starts_on - dt.timedelta(1), period.start, period.end)
    if (earlier and whole or _UNTIL.search(before)) and period.ends_on > as_of:
        return Period(as_of, period.ends_on, period.start, period.end)
    if re.search(r"\b(?:around|over)$", before) and period.starts_on == period.ends_on:
        around = dt.timedelta(MONTH_WINDOW_DAYS)
        return Period(max(as_of, period.starts_on - around), period.ends_on + around, period.start, period.end)
    return period
