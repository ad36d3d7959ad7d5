"""Damaged and hostile sources: no traceback, no lost good row, and a message that names file, row and remedy."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import pytest

from agent.cli import main
from tests.tools.warehouse.corpus import dress, mappings, parquets, rows, whole
from tests.tools.warehouse.corpus.case import Case, write_shop
from tools.errors import MarketwrightError
from tools.warehouse.importing import import_store
from tools.warehouse.store import Store

CASES = (*rows.CASES, *dress.CASES, *whole.CASES, *mappings.CASES, *parquets.CASES)
FEWEST_CASES = 60
NOW = dt.datetime(2026, 1, 1)


def silent(line: str) -> None:
    del line


def run(case: Case, folder: Path) -> Store:
    source = folder / "shop[1] *"
    write_shop(source)
    case.damage(source)
    mapping = None
    if case.mapping is not None:
        mapping = folder / "mapping.yaml"
        mapping.write_text(case.mapping, encoding="utf-8")
    return import_store(case.kind, source, folder / "stores" / "shop", mapping=mapping, report=silent, now=NOW)


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= FEWEST_CASES


@pytest.mark.parametrize("case", [case for case in CASES if case.refused is None], ids=lambda case: case.name)
def test_every_good_row_is_kept_and_every_other_is_explained(case: Case, tmp_path: Path) -> None:
    store = run(case, tmp_path)
    kept = set(pd.read_parquet(store.table_file("order_lines"))["order_id"])
    assert kept == case.kept
    aside = quarantined(store)
    for row, reason in case.aside.items():
        assert reason in aside[row][1]
        assert aside[row][0].startswith("order_lines.")


def quarantined(store: Store) -> dict[int, tuple[str, str]]:
    file = store.quarantine_folder / "order_lines.parquet"
    if not file.is_file():
        return {}
    table = pd.read_parquet(file)
    return {int(row): (file, reason) for file, row, reason in table[["file", "row", "reason"]].to_numpy()}


@pytest.mark.parametrize("case", [case for case in CASES if case.refused is not None], ids=lambda case: case.name)
def test_what_cannot_be_read_is_refused_with_file_and_remedy(case: Case, tmp_path: Path) -> None:
    with pytest.raises(MarketwrightError) as caught:
        run(case, tmp_path)
    said = str(caught.value)
    assert re.search(str(case.refused), said), said
    assert case.file in said
    assert "; expected " in said
    assert "; try " in said
    assert len(said) < 1500
    assert not (tmp_path / "stores" / "shop").exists()


def test_formulas_stay_text(tmp_path: Path) -> None:
    store = run(next(case for case in CASES if case.name == "formulas in cells"), tmp_path)
    products = pd.read_parquet(store.table_file("products")).set_index("product_id")
    assert products.loc["p1", "name"] == '=HYPERLINK("http://x","y")'
    assert products.loc["p2", ["name", "category"]].tolist() == ["+cmd|' /C calc'!A0", "@SUM(1)"]


def test_the_command_says_it_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "source"
    write_shop(source)
    (source / "order_lines.csv").write_bytes(b"PK\x03\x04")
    code = main(["store", "import", "csv", str(source), "--to", str(tmp_path / "shop")])
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert code == 2
    assert "order_lines.csv" in said
    assert "; try saving the table as CSV" in said


def test_text_in_products_is_read_as_it_was_written(tmp_path: Path) -> None:
    names = {}
    for name in ("Windows-1252", "two encodings in one file"):
        store = run(next(case for case in CASES if case.name == name), tmp_path / name)
        names[name] = pd.read_parquet(store.table_file("products"))["name"].tolist()
    assert names["Windows-1252"] == names["two encodings in one file"] == ["Grüner Tee", "Thé à l’orange", "Café", "x"]
