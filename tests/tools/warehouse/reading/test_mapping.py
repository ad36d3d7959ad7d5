"""The mapping file: every value a text, and the one in the documentation works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.source import ROOT
from tools.errors import InputError
from tools.warehouse.columns import SPECS
from tools.warehouse.importers.mapping import Mapping, read_mapping

GUIDE = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")


def told(folder: Path, content: str | bytes) -> Mapping:
    file = folder / "mapping.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_mapping(file)


def test_no_mapping_changes_nothing(tmp_path: Path) -> None:
    assert read_mapping(None) == Mapping() == told(tmp_path, "") == told(tmp_path, "currency:\n")


def test_values_are_text(tmp_path: Path) -> None:
    mapping = told(tmp_path, b"\xef\xbb\xbfcountry: NO\ncolumns: {ad_spend: {on: 2024, spend: yes}}\n")
    assert mapping.country == "NO"
    assert mapping.columns == {"ad_spend": {"on": "2024", "spend": "yes"}}


def test_the_mapping_of_the_guide_can_be_read(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert example
    mapping = told(tmp_path, example[1])
    assert (mapping.time_zone, mapping.date_order, mapping.decimal) == ("Europe/Berlin", "dmy", ",")


@pytest.mark.parametrize("table", SPECS)
def test_the_guide_lists_every_column(table: str) -> None:
    row = re.search(rf"^\| `{table}` \| (.*) \|$", GUIDE, re.MULTILINE)
    assert row
    assert re.findall(r"`(\w+)`", row[1]) == list(SPECS[table].types)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: \x80", "\x00", "- 1", "date_order: american", "colums: {}"])
def test_what_is_no_mapping_is_refused(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(InputError, match=r"mapping '.*mapping\.yaml' cannot be read \(.*; expected YAML with .*; try"):
        told(tmp_path, content)


def test_a_folder_is_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a file"):
        read_mapping(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        read_mapping(tmp_path / "gone.yaml")
