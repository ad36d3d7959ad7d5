"""Dates and times as people write them, in UTC."""

from __future__ import annotations

import datetime as dt

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.warehouse.engine import connect
from tools.warehouse.reading import parse_day, parse_moment

ENGINE = connect()
AT = "2024-04-03 14:05:00"
SAME = (
    ("2024-04-03T14:05:00Z", "ymd"),
    ("2024-04-03 14:05", "dmy"),
    ("2024/4/3 14:05", "mdy"),
    ("20240403T140500", "ymd"),
    ("3/4/2024 14:05", "dmy"),
    ("3.4.24, 14:05 Uhr", None),
    ("3.4.24, 14:05", "dmy"),
    ("4-3-2024 2:05 PM", "mdy"),
    ("04/03/24 2:05:00 p.m.", "mdy"),
    ("24-04-03 14:05", "ymd"),
    ("3 April 2024 14:05", "dmy"),
    ("3rd Apr 2024 at 14:05", "ymd"),
    ("April 3, 2024 2:05 pm", "dmy"),
    ("Wed, 03 Apr 2024 14:05:00 +0000", "ymd"),
    ("Wed Apr 03 2024 16:05:00 GMT+0200 (Central European Summer Time)", "ymd"),
    ("03-Apr-24 14:05", "dmy"),
    ("3 avr. 2024 14:05", "ymd"),
    ("3 de abril de 2024 14:05", "ymd"),
    ("2024-04-03T16:05:00+02:00", "ymd"),
    ("2024-04-03T19:35:00+0530", "ymd"),
    ("2024-04-03 10:05:00 -0400", "ymd"),
    ("2024-04-03 10:05 EDT", "ymd"),
    ("1712153100", "ymd"),
    ("1712153100000", "dmy"),
)
NO_MOMENT = (
    "", "yesterday", "2024-02-30", "31/02/2024", "13/13/2024", "2024-04-03 25:00", "0000-00-00", "0001-01-01",
    "9999-12-31", "1/2/3", "17123", "12:00", "May 2024", "2024-04-03 and more", "03/04/2024x", "2024-04-03 10:00 CEST",
)  # fmt: skip

FORMS = (
    ("%d/%m/%Y %H:%M:%S", "dmy"),
    ("%m-%d-%Y %I:%M:%S %p", "mdy"),
    ("%d.%m.%y %H:%M:%S", "dmy"),
    ("%d %b %Y %H:%M:%S", "ymd"),
)


def moments(values: list[str], order: str, zone: str = "UTC") -> list[str | None]:
    table = ibis.memtable({"text": values})
    found = ENGINE.to_pandas(parse_moment(table.text, order, zone))
    return [None if pd.isna(value) else str(value) for value in found]


@pytest.mark.parametrize(("text", "order"), [(text, order) for text, order in SAME if order])
def test_one_moment_in_many_ways(text: str, order: str) -> None:
    assert moments([text], order) == [AT]


@pytest.mark.parametrize("order", ["ymd", "dmy", "mdy"])
def test_what_is_no_moment_is_none(order: str) -> None:
    assert moments(list(NO_MOMENT), order) == [None] * len(NO_MOMENT)


@settings(max_examples=30, deadline=None)
@given(
    at=st.lists(st.datetimes(dt.datetime(1969, 1, 1), dt.datetime(2068, 12, 31)), min_size=1, max_size=30),
    form=st.sampled_from(FORMS),
)
def test_a_moment_comes_back_however_it_is_written(at: list[dt.datetime], form: tuple[str, str]) -> None:
    pattern, order = form
    assert moments([each.strftime(pattern) for each in at], order) == [str(each.replace(microsecond=0)) for each in at]


def test_times_without_an_offset_are_those_of_the_shop() -> None:
    texts = ["2024-01-15 12:00", "2024-07-15 12:00", "2024-07-15T12:00:00Z", "15.07.2024 12:00"]
    assert moments(texts, "dmy", "Europe/Berlin") == [
        "2024-01-15 11:00:00", "2024-07-15 10:00:00", "2024-07-15 12:00:00", "2024-07-15 10:00:00"
    ]  # fmt: skip


def test_the_hour_that_is_skipped_and_the_hour_that_comes_twice() -> None:
    """02:30 did not exist on 31 March 2024 in Berlin and came twice on 27 October: 03:30 summer, then standard time."""
    assert moments(["2024-03-31 02:30", "2024-10-27 02:30"], "ymd", "Europe/Berlin") == [
        "2024-03-31 01:30:00", "2024-10-27 01:30:00"
    ]  # fmt: skip


def test_a_day_is_the_day_that_is_written() -> None:
    table = ibis.memtable({"text": ["2024-03-31T23:00:00-05:00", "31.03.2024", "31 March 2024", "nothing"]})
    found = ENGINE.to_pandas(parse_day(table.text, "dmy"))
    assert [None if pd.isna(value) else str(value)[:10] for value in found] == ["2024-03-31"] * 3 + [None]
