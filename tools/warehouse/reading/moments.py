"""Dates and times as people and programs write them, brought to UTC.

Times without an offset are read in the shop's time zone. Where its clocks skip an hour, a time inside the gap is read
as if they had not been changed yet (02:30 becomes 03:30 summer time); where they repeat an hour, a time is taken to be
the later one, standard time. That is DuckDB's (ICU's) rule, and tests hold it.
"""

from __future__ import annotations

from typing import Final

import ibis

from tools.warehouse.columns import DAY, MOMENT, NUMBER, TEXT, WHOLE
from tools.warehouse.reading.binding import bound

# What ISO 8601 and SQL write, and a cast reads by itself: without and with an offset.
ISO_LOCAL: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?$"
ISO_OFFSET: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)? ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
)
# Three numbers, of which the last is a year or (with two digits) may be: the order is not plain.
NUMBERS_DATE: Final = r"^\s*([0-9]{1,2})([-/.])\s?([0-9]{1,2})[-/.]\s?([0-9]{4}|[0-9]{2})$"
# Seconds, milliseconds or microseconds since 1970, told apart by their digits: 2001 to 2286.
EPOCH: Final = r"^[1-9]([0-9]{9}(\.[0-9]+)?|[0-9]{12}|[0-9]{15})$"
# Two-digit years below this are of the 2000s, as in POSIX strptime.
PIVOT: Final = 69
# A date outside is a placeholder or a slip, and outside what pandas can hold.
FIRST_MOMENT: Final = "1900-01-01"
LAST_MOMENT: Final = "2200-01-01"
# How months begin, in English, German, French, Spanish, Italian, Portuguese and Dutch; accents are taken away first.
MONTHS: Final = (
    r"jan|ene|gen",
    r"feb|fev",
    r"mar(?:[^td]|$)|mart|marz|maer|maar|mrt|mars",
    r"apr|avr|abr",
    r"may|mai|mag|mei",
    r"jun|juin|giu",
    r"jul|juil|lug",
    r"aug|aou|ago",
    r"sep|set",
    r"oct|okt|out|ott",
    r"nov",
    r"dec|dez|dic|des",
)
_WEEKDAY: Final = r"^\s*(?:[[:alpha:]]{2,10}\.?,\s*|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\s+)"
_WORD: Final = r"([a-z]{3,})"
_CLOCK: Final = r"([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
# Hours from UTC of the zone letters that RFC 2822 (section 4.3) gives a meaning; others are no times we can read.
ZONE_LETTERS: Final = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_HALF: Final = r"(?:\s*[AaPp]\.?[Mm]\.?)?"
_NUMERIC_ZONE: Final = r"(?:UTC|GMT)?\s?[-+][0-9]{2}(?::?[0-9]{2})?(?:\s*\([^)]*\))?"
_ZONE: Final = rf"(?:\s*(?i:{_NUMERIC_ZONE}|Z|UTC|GMT|{'|'.join(ZONE_LETTERS)}))?"
_REST: Final = rf"(?:[T ,@]+(?i:at |um |a las )?{_CLOCK}{_HALF}{_ZONE})?\s*$"
_YEAR: Final = rf"[-\s/.,]*(?:de )?([0-9]{{4}}|[0-9]{{2}}){_REST}"
_DAY_FIRST: Final = rf"^\s*([0-9]{{1,2}})(?:st|nd|rd|th|\.)?[-\s/.]*(?:of |de )?{_WORD}\.?{_YEAR}"
_MONTH_FIRST: Final = rf"^\s*{_WORD}\.?[-\s/.]*([0-9]{{1,2}})(?:st|nd|rd|th)?[-\s/.,]+([0-9]{{4}}){_REST}"
_ACCENTS: Final = ("àáâäãçèéêëíìîïñóòôöõúùûü", "aaaaaceeeeiiiinooooouuuu")


@ibis.udf.scalar.builtin(name="timezone", signature=((TEXT, MOMENT), "timestamp('UTC')"))
def _in_zone(zone, moment):  # type: ignore[no-untyped-def]  # the types are in the signature
    """Take a time on the clocks of a zone for what it is; the engine's own function."""


@ibis.udf.scalar.builtin(name="make_timestamp", signature=((WHOLE,), MOMENT))
def _from_micros(micros):  # type: ignore[no-untyped-def]  # the types are in the signature
    """Return the time so many microseconds after 1970; the engine's own function."""


def parse_moment(column: ibis.Value, order: str, zone: str) -> ibis.Value:
    """Return text as times in UTC (stored without a zone); null where it is none or outside 1900 to 2199.

    Reads ISO 8601, dates in numbers by `order` (a year of four digits in front needs none), month names, times with
    am and pm, offsets, `Z`, and seconds or milliseconds since 1970.

    Args:
        column: Text; numbers are taken for time since 1970, and times without a zone for those of `zone`.
        order: Where day, month and year stand in dates such as 03/04/2024: "ymd", "dmy" or "mdy".
        zone: IANA name of the zone of times that state no offset.
    """
    if column.type().is_timestamp() or column.type().is_date():
        return _known(column, zone)
    return bound(column.cast(TEXT), lambda whole: _moment(whole, order, zone))


def _moment(text: ibis.Value, order: str, zone: str) -> ibis.Value:
    stated = bound(
        _local(text, order),
        lambda local: bound(
            _offset(text),
            lambda minutes: minutes.isnull().ifelse(_utc(local, zone), local - minutes.as_interval("m")),
        ),
    )
    return _bounded(ibis.cases((text.re_search(EPOCH), _since_1970(text)), else_=stated))


def parse_day(column: ibis.Value, order: str) -> ibis.Value:
    """Return text as dates: the day that is written, whatever the zone; null where it is none.

    Args:
        column: Text, or dates and times.
        order: Where day, month and year stand in dates such as 03/04/2024: "ymd", "dmy" or "mdy".
    """
    if column.type().is_timestamp() or column.type().is_date():
        return column.cast(DAY)
    return bound(column.cast(TEXT), lambda whole: _bounded(_local(whole, order))).cast(DAY)


def _known(column: ibis.Value, zone: str) -> ibis.Value:
    if column.type().is_date():
        return _utc(column.cast(MOMENT), zone)
    return column.cast(MOMENT) if column.type().timezone else _utc(column.cast(MOMENT), zone)


def _utc(local: ibis.Value, zone: str) -> ibis.Value:
    return local if zone == "UTC" else _in_zone(zone, local).cast(MOMENT)


def _bounded(moment: ibis.Value) -> ibis.Value:
    first, last = ibis.timestamp(FIRST_MOMENT), ibis.timestamp(LAST_MOMENT)
    return bound(moment, lambda any_at: ((any_at >= first) & (any_at < last)).ifelse(any_at, ibis.null(MOMENT)))


def _since_1970(text: ibis.Value) -> ibis.Value:
    """Return seconds, milliseconds or microseconds since 1970 as a time."""
    count = text.try_cast(NUMBER)
    unit = ibis.cases((count >= 1e15, 1), (count >= 1e12, 1_000), else_=1_000_000)
    return _from_micros((count * unit).cast(WHOLE))


def _offset(text: ibis.Value) -> ibis.Value:
    """Return the offset from UTC in minutes: 0 for Z, UTC and GMT, null where there is none."""
    stated = rf"(?i){_CLOCK}{_HALF}\s*(?:UTC|GMT)?\s?([-+][0-9]{{2}}(?::?[0-9]{{2}})?)(?:\s*\([^)]*\))?\s*$"
    letters = text.re_extract(r"(?i)[0-9:pm.Z]\s*(Z|UTC|GMT|[ECMP][SD]T)\s*$", 1).upper()
    return bound(
        text.re_extract(stated, 2),
        lambda sign_and_time: bound(letters, lambda zone_letters: _minutes(sign_and_time, zone_letters)),
    )


def _minutes(found: ibis.Value, letters: ibis.Value) -> ibis.Value:
    digits = found.re_replace("[^0-9]", "")
    minutes = digits[:2].nullif("").cast(WHOLE) * 60 + digits[2:4].nullif("").cast(WHOLE).coalesce(0)
    lettered = ibis.cases(*((letters == name, hours * 60) for name, hours in ZONE_LETTERS.items()), else_=0)
    return ibis.cases((found != "", found.startswith("-").ifelse(-minutes, minutes)), (letters != "", lettered))


def _local(text: ibis.Value, order: str) -> ibis.Value:
    """Return the date and time that are written, the offset left out."""
    evening = text.re_search(r"(?i)[0-9]\s*p\.?m\b")
    morning = text.re_search(r"(?i)[0-9]\s*a\.?m\b")
    read = bound(
        (_date(text, order) + " " + _clock(text)).try_cast(MOMENT), lambda written: _by_half(written, evening, morning)
    )
    return ibis.cases((text.re_search(ISO_LOCAL), text.try_cast(MOMENT)), else_=read)


def _by_half(written: ibis.Value, evening: ibis.Value, morning: ibis.Value) -> ibis.Value:
    """Bring a time with am or pm to 24 hours."""
    hour = written.hour()
    shift = ibis.cases((evening & (hour < 12), 12), (morning & (hour == 12), -12), else_=0)
    return written + shift.as_interval("h")


def _clock(text: ibis.Value) -> ibis.Value:
    """Return the time of day as hours, minutes and seconds; midnight where a date stands alone."""
    packed = text.re_extract(r"^\s*(?:19|20)[0-9]{6}T?([0-9]{6})", 1)
    in_packed = bound(
        packed, lambda six: (six != "").ifelse(six[:2] + ":" + six[2:4] + ":" + six[4:6], ibis.literal("00:00"))
    )
    written = text.re_extract(_CLOCK, 1).replace(",", ".")
    return bound(written, lambda clock: (clock != "").ifelse(clock, in_packed))


def _date(text: ibis.Value, order: str) -> ibis.Value:
    """Return the date as year-month-day; null where there is none, or more than a date and a time."""
    iso = rf"^\s*([0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}){_REST}"
    packed = r"^\s*((?:19|20)[0-9]{6})(?:T?[0-9]{6}Z?)?\s*$"
    in_packed = bound(text.re_extract(packed, 1), lambda eight: eight[:4] + "-" + eight[4:6] + "-" + eight[6:8])
    return ibis.cases(
        (text.re_search(iso), text.re_extract(iso, 1).re_replace("[/.]", "-")),
        (text.re_search(packed), in_packed),
        (text.re_search(r"(?i)[a-z\x{80}-\x{24f}]{3}"), _named_date(text)),
        else_=_numbers_date(text, order),
    )


def _numbers_date(text: ibis.Value, order: str) -> ibis.Value:
    pattern = rf"^\s*([0-9]{{1,2}})[-/.]\s?([0-9]{{1,2}})[-/.]\s?([0-9]{{4}}|[0-9]{{2}}){_REST}"
    first, second, third = (text.re_extract(pattern, group) for group in (1, 2, 3))
    if order == "ymd":
        return (third.length() == 2).ifelse(_year(first) + "-" + second + "-" + third, ibis.null(TEXT))
    month, day = (second, first) if order == "dmy" else (first, second)
    return (first != "").ifelse(_year(third) + "-" + month + "-" + day, ibis.null(TEXT))


def _named_date(text: ibis.Value) -> ibis.Value:
    """Return the date of `3 April 2024`, `Apr 3, 2024`, `Wed, 03-Apr-24`; the month by how its name begins."""
    bare = text.lower().translate(*_ACCENTS).re_replace(_WEEKDAY, "")
    return bound(
        bare,
        lambda named: named.re_search(_DAY_FIRST).ifelse(
            _in_order(named, _DAY_FIRST, (3, 2, 1)), _in_order(named, _MONTH_FIRST, (3, 1, 2))
        ),
    )


def _in_order(bare: ibis.Value, pattern: str, places: tuple[int, int, int]) -> ibis.Value:
    year, month, day = (bare.re_extract(pattern, place) for place in places)
    names = [(turn, f"^(?:{begin})") for turn, begin in enumerate(MONTHS, 1)]
    number = bound(month, lambda name: ibis.cases(*((name.re_search(begin), str(turn)) for turn, begin in names)))
    return _year(year) + "-" + number + "-" + day


def _year(digits: ibis.Value) -> ibis.Value:
    return bound(
        digits,
        lambda year: ibis.cases(
            (year.length() != 2, year), (year.try_cast(WHOLE) < PIVOT, "20" + year), else_="19" + year
        ),
    )
