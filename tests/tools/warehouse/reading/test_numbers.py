"""Numbers as people write them come back as the numbers they are, and what is none does not."""

from __future__ import annotations

import math

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.warehouse.engine import connect
from tools.warehouse.reading import parse_number

ENGINE = connect()
GROUPS = {".": (",", " ", "\u00a0", "\u202f", "'", "’", ""), ",": (".", " ", "\u00a0", "'", "")}
AROUND = ("{}", " {} ", "${}", "$ {}", "{} €", "{}€", "EUR {}", "{} kr", "CHF {}", "R$ {}", "{} zł", "US$ {}")
NO_NUMBERS = (
    "", "-", "abc", "3 kg", "p01", "12 34", "1,23,45", "1.2.3", "--5", "(5", "5)", "0x10", "1_000", "nan", "inf",
    "1e999", "15%", "1/2", "=1+1",
)  # fmt: skip


def parsed(values: list[str | None], decimal: str, *, percent: bool = False) -> list[float | None]:
    table = ibis.memtable({"text": values}, schema={"text": "string"})
    found = ENGINE.to_pandas(parse_number(table.text, decimal, percent=percent)).tolist()
    return [None if value is None or math.isnan(value) else value for value in found]


def written(cents: int, decimal: str, group: str, around: str, minus: str) -> str:
    """Return an amount as a person would write it."""
    whole = f"{abs(cents) // 100:,}".replace(",", group)
    amount = around.format(f"{whole}{decimal}{abs(cents) % 100:02}")
    return minus.format(amount.strip()) if cents < 0 else amount


@settings(max_examples=40, deadline=None)
@given(
    cents=st.lists(st.integers(-(10**12), 10**12), min_size=5, max_size=40),
    decimal=st.sampled_from([".", ","]),
    around=st.sampled_from(AROUND),
    minus=st.sampled_from(["-{}", "({})", "{}-", "\u2212{}"]),
    data=st.data(),
)
def test_an_amount_comes_back_however_it_is_written(
    cents: list[int], decimal: str, around: str, minus: str, data: st.DataObject
) -> None:
    group = data.draw(st.sampled_from(GROUPS[decimal]))
    texts: list[str | None] = [written(amount, decimal, group, around, minus) for amount in cents]
    assert parsed(texts, decimal) == [amount / 100 for amount in cents], texts


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_what_python_writes_is_read(values: list[float]) -> None:
    assert parsed([repr(value) for value in values], ".") == [0.0 if value == 0 else value for value in values]


def test_what_is_no_number_is_none() -> None:
    assert parsed([*NO_NUMBERS, None], ".") == [None] * (len(NO_NUMBERS) + 1)


def test_the_other_decimal_sign_is_no_number_unless_it_groups() -> None:
    assert parsed(["1.5", "1.500", "1,5", "0.500"], ",") == [None, 1500.0, 1.5, None]
    assert parsed(["1,5", "1,500", "1.5", "1,23,456.5"], ".") == [None, 1500.0, 1.5, 123456.5]


def test_percent_is_read_only_where_shares_are() -> None:
    assert parsed(["15 %", "7.5%"], ".", percent=True) == [0.15, 0.075]


def test_numbers_stay_numbers() -> None:
    table = ibis.memtable({"n": [1, 2]})
    assert ENGINE.to_pandas(parse_number(table.n, ",")).tolist() == [1.0, 2.0]
