"""Text files become tables of text: the fast way and the careful way agree, and damage stays where it is."""

from __future__ import annotations

import csv
import random
import tracemalloc
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.errors import InputError
from tools.warehouse.engine import connect
from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW
from tools.warehouse.reading import read_text
from tools.warehouse.reading.layout import read_layout
from tools.warehouse.reading.lines import LONGEST_LINE, Line, Survey, read_lines, survey
from tools.warehouse.reading.opening import BLOCK
from tools.warehouse.reading.records import OPEN_QUOTE, Record, RowShape, read_records

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

HEADER = "id,at,amount,note"
GOOD = 40
DAMAGES = ('"', '""', ",", "\0", "\n", "\r", "\x81", '","', ',"', ";", '"\n"', "x" * 200)


ENGINE = connect()


@pytest.fixture
def engine() -> Backend:
    return ENGINE


def row(n: int) -> str:
    return f"r{n:03},2024-03-{n % 28 + 1:02},{n}.25,tea no. {n}"


def frame(engine: Backend, file: Path, content: bytes) -> pd.DataFrame:
    file.write_bytes(content)
    return engine.to_pandas(read_text(engine, file))


def test_rows_carry_their_file_and_line(engine: Backend, tmp_path: Path) -> None:
    table = frame(engine, tmp_path / "x.csv", b'a,b\n1,"two\nlines"\n\n2,\n')
    assert table[[ROW, "a"]].to_numpy().tolist() == [[2, "1"], [5, "2"]]
    assert table["b"].tolist() == ["two\nlines", None]
    assert set(table[FILE]) == {"x.csv"}


def test_lines_of_title_before_the_header_are_passed_over(engine: Backend, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_text('Campaign report\n"January 1, 2024 - March 31, 2024"\nDay,Campaign,Cost\n2024-01-01,x,"1,000.00"\n')
    table = engine.to_pandas(read_text(engine, file, header_has=["campaign", "cost"]))
    assert table[["Campaign", "Cost", ROW]].to_numpy().tolist() == [["x", "1,000.00", 4]]


def test_the_fast_and_the_careful_way_agree(engine: Backend, tmp_path: Path) -> None:
    """A lone carriage return, as text of a row of its own, is all that sends a file the careful way."""
    lines = [HEADER, *map(row, range(GOOD)), 'r900,2024-01-01,1,"a ""b"", c"', 'r901,2024-01-01,,5" pot']
    fast = frame(engine, tmp_path / "fast.csv", "\n".join(lines).encode())
    careful = frame(engine, tmp_path / "careful.csv", "\r".join(lines).encode())
    assert survey(tmp_path / "fast.csv") == Survey(len(lines), plain=True)
    assert not survey(tmp_path / "careful.csv").plain
    pd.testing.assert_frame_equal(fast.drop(columns=FILE), careful.drop(columns=FILE))


CELLS = st.text(alphabet='ab1 ,;"é\n|', max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=30), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_csv_writes_is_read(tmp_path: Path, cells: list[tuple[str, str]], end: str) -> None:
    file = tmp_path / "x.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator=end)
        if end == "\r":  # in such files the writer leaves newlines bare
            writer = csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL)
        writer.writerows([("id", "one", "two", "three"), *((f"r{n}", *each, "") for n, each in enumerate(cells))])
    table = ENGINE.to_pandas(read_text(ENGINE, file)).sort_values(ROW)
    assert table[REASON].isna().all()
    assert table[["one", "two"]].fillna("").to_numpy().tolist() == [list(each) for each in cells]


FOREIGN = (
    ("日本の緑茶", "cp932"),
    ("アイス", "cp932"),
    ("Чай чёрный", "cp1251"),
    ("绿茶很好喝", "gbk"),
    ("żółta łąka", "cp1250"),
)
WESTERN = ("informações e opções", "Größe für Öl", "l’été créée à Noël – 5 €", "Šálka čaje", "“quoted” text…")


@pytest.mark.parametrize(("text", "encoding"), FOREIGN)
def test_other_encodings_are_not_taken_for_windows_1252(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(("a,b\n" + f"1,{text}\n" * 20).encode(encoding))
    with pytest.raises(InputError, match=r"x\.csv' is in an encoding that cannot be told"):
        read_text(ENGINE, file)


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_in_windows_1252_is_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.csv"
    encoded = text.encode("cp1252", errors="ignore")
    file.write_bytes(b"a,b\n" + (b"1," + encoded + b"\n") * 20)
    assert set(ENGINE.to_pandas(read_text(ENGINE, file))["b"]) == {encoded.decode("cp1252")}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_good_rows_survive_damage_to_others(tmp_path: Path, seed: int) -> None:
    """Rows far from any damage by one row are always read; what swallowed them would have to swallow whole rows."""
    chance = random.Random(seed)
    damaged = set(chance.sample(range(GOOD), 4))
    lines = [HEADER]
    for n in range(GOOD):
        text = row(n)
        if n in damaged:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(DAMAGES) + text[at:] if chance.random() < 0.8 else text[:at]
        lines.append(text)
    file = tmp_path / "damaged.csv"
    file.write_bytes("\n".join(lines).encode("latin-1"))
    layout = read_layout(file, file)
    found = {record.cells[0]: record for record in read_records(islice(read_lines(file), 1, None), layout.shape)}
    lost = [row(n).split(",")[0] for n in range(GOOD) if n not in damaged and not _sound(found.get(f"r{n:03}"), n)]
    assert not lost


def _sound(record: Record | None, n: int) -> bool:
    return record is not None and record.reason is None and record.cells == row(n).split(",")


def test_an_open_quote_costs_its_own_line(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    lines = [HEADER, *map(row, range(5)), 'r005,"2024-01-01,1,x', *map(row, range(6, 9)), 'r009,2024-01-01",1,x']
    file.write_text("\n".join(lines))
    shape = read_layout(file, file).shape
    records = list(read_records(islice(read_lines(file), 1, None), shape))
    assert [record.reason for record in records if record.reason] == [OPEN_QUOTE]
    assert [record.row for record in records] == list(range(2, 12))


def test_quoted_lines_that_are_no_rows_belong_to_their_cell() -> None:
    shape = RowShape(",", 3, figures=(0,))
    lines = enumerate(['1,"first, line', "second, with, commas", 'last",x'], 1)
    assert [record.cells for record in read_records((Line(*line) for line in lines), shape)] == [
        ["1", "first, line\nsecond, with, commas\nlast", "x"]
    ]


def test_lines_across_blocks_are_whole(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    pieces = [b"a" * (BLOCK - 1) + b"\r", b"\nb\n", b"c" * (BLOCK + 5) + b"\n", b"\r\r", b"d"]
    file.write_bytes(b"".join(pieces))
    assert [len(line.text) for line in read_lines(file)] == [BLOCK - 1, 1, BLOCK + 5, 0, 0, 1]


def test_a_line_without_end_takes_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    with file.open("wb") as stream:
        for _ in range(40):
            stream.write(b"x" * BLOCK)
    tracemalloc.start()
    lines = list(read_lines(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [bool(line.reason) for line in lines] == [True]
    assert peak < 6 * LONGEST_LINE


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_the_rows_that_agree(engine: Backend, tmp_path: Path, separator: str) -> None:
    rows = [["name", "text"], ["a, b; c", "x|y"], ["d", "1,5"], ["e;f", "2,5"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in each) for each in rows)
    table = frame(engine, tmp_path / "x.csv", text.encode())
    assert table[["name", "text"]].to_numpy().tolist() == rows[1:]


def test_repairs_are_noted(engine: Backend, tmp_path: Path) -> None:
    table = frame(engine, tmp_path / "x.csv", "a,b\n1,é\n".encode() + "2,é\n".encode("cp1252"))
    assert table["b"].tolist() == ["é", "é"]
    assert table[REASON].isna().all()
    assert table[REPAIR].notna().tolist() == [False, True]


def test_an_unusable_file_is_named(engine: Backend, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.csv.*; expected .*; try"):
        read_text(engine, tmp_path / "gone.csv")
