"""Retail seasons as rules read from a file, and the days they fall on in a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from tools.frozen import Frozen

SEASONS_FILE = Path(__file__).parent / "data" / "retail_seasons.yaml"

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def easter_sunday(year: int) -> dt.date:
    """Return Easter Sunday (Meeus, "Astronomical Algorithms" 1991, ch. 8).

    >>> easter_sunday(2017), easter_sunday(2024)
    (datetime.date(2017, 4, 16), datetime.date(2024, 3, 31))
    """
    century, in_century = divmod(year, 100)
    leap, rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leap - shift + 15) % 30
    weekday = (32 + 2 * rest + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


class NthWeekday(Frozen):
    """A weekday of a month by count, such as the fourth Thursday of November."""

    n: int = Field(ge=-1, le=5, description="Which one; -1 is the last.")
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = Field(
        description="Day of the week."
    )
    month: int = Field(ge=1, le=12, description="Month.")

    def day(self, year: int) -> dt.date:
        """Return the day in a year.

        >>> NthWeekday(n=4, weekday="thursday", month=11).day(2017)
        datetime.date(2017, 11, 23)
        """
        wanted = WEEKDAYS.index(self.weekday)
        if self.n < 0:
            last = dt.date(year + self.month // 12, self.month % 12 + 1, 1) - dt.timedelta(days=1)
            return last - dt.timedelta(days=(last.weekday() - wanted) % 7)
        first = dt.date(year, self.month, 1)
        return first + dt.timedelta(days=(wanted - first.weekday()) % 7 + 7 * (self.n - 1))


class Season(Frozen):
    """One retail season; exactly one of `day`, `nth` and `easter` says where it is anchored."""

    name: str = Field(description="Name.")
    day: str | None = Field(None, pattern=r"^\d\d-\d\d$", description="Anchor as month-day.")
    nth: NthWeekday | None = Field(None, description="Anchor as the n-th weekday of a month.")
    easter: int | None = Field(None, description="Anchor as days from Easter Sunday.")
    offset: int = Field(0, description="Days from the anchor to the first day.")
    days: int = Field(1, ge=1, description="Length.")
    countries: tuple[str, ...] | None = Field(None, description="Countries that keep it; null means everywhere.")
    from_year: int | None = Field(None, description="First year.")
    to_year: int | None = Field(None, description="Last year.")
    note: str = Field(description="What shoppers do then.")

    def span(self, year: int) -> Span | None:
        """Return its days in a year, or None where it was not kept."""
        if (self.from_year and year < self.from_year) or (self.to_year and year > self.to_year):
            return None
        if self.nth:
            anchor = self.nth.day(year)
        elif self.day:
            anchor = dt.date(year, int(self.day[:2]), int(self.day[3:]))
        else:
            anchor = easter_sunday(year) + dt.timedelta(days=self.easter or 0)
        first = anchor + dt.timedelta(days=self.offset)
        return Span(first, first + dt.timedelta(days=self.days - 1))


@dataclass(frozen=True)
class Span:
    """Days from `on` to `until`, both included."""

    on: dt.date
    until: dt.date

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share a day.

        >>> may = Span(dt.date(2024, 5, 1), dt.date(2024, 5, 31))
        >>> may.overlaps(Span(dt.date(2024, 5, 31), dt.date(2024, 6, 2)))
        True
        """
        return self.on <= other.until and other.on <= self.until


@cache
def seasons() -> tuple[Season, ...]:
    """Read the retail seasons."""
    content = yaml.safe_load(SEASONS_FILE.read_text(encoding="utf-8"))
    return tuple(Season.model_validate(entry) for entry in content["seasons"])


def seasons_in(period: Span, country: str) -> Iterator[tuple[Season, Span]]:
    """Yield the seasons of a country that share a day with a period.

    >>> november = Span(dt.date(2017, 11, 20), dt.date(2017, 11, 27))
    >>> [season.name for season, span in seasons_in(november, "US") if span.on == span.until]
    ['Black Friday', 'Small Business Saturday', 'Cyber Monday']
    """
    for season in seasons():
        if season.countries is not None and country not in season.countries:
            continue
        for year in range(period.on.year - 1, period.until.year + 2):
            span = season.span(year)
            if span and span.overlaps(period):
                yield season, span
