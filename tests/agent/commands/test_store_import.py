"""`marketwright store import` on the command line: options, exit codes, lines of progress."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from agent.cli import main
from agent.commands.store import add_arguments
from agent.commands.store_import import told_mapping
from tests.tools.warehouse.exports import LINE, SHOP, rows_of, write_export
from tools.errors import InputError
from tools.warehouse.columns import Table
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.store import Store


def told(*options: str) -> Mapping:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return told_mapping(parser.parse_args(["import", "csv", "folder", "--to", "shop", *options]))


def test_without_options_nothing_is_said() -> None:
    assert told().model_fields_set == set()


def test_an_option_counts_more_than_the_mapping_file(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text("shop_name: Corner Shop\ncurrency: EUR\ndecimal: ','\n", encoding="utf-8")
    mapping = told("--mapping", str(file), "--currency", "chf", "--country", "ch", "--time-zone", "Europe/Zurich")
    assert (mapping.shop_name, mapping.currency, mapping.country) == ("Corner Shop", "CHF", "CH")
    assert (mapping.time_zone, mapping.decimal, mapping.date_order) == ("Europe/Zurich", ",", None)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--currency", "euros"), "option --currency 'EUROS' cannot be used"),
        (("--time-zone", "Berlin"), "option --time-zone 'Berlin' cannot be used .*IANA name"),
    ],
)
def test_what_an_option_cannot_say_is_refused(options: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        told(*options)


def test_import_update_and_replace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = str(tmp_path / "shop")
    first = write_export(tmp_path / "first", SHOP)
    later = write_export(tmp_path / "later", {"order_lines": [{**LINE, "order_id": "o2", "ordered_at": "05/06/2024"}]})
    assert main(["store", "import", "csv", str(first), "--to", shop]) == 0
    assert "store 'shop' is ready" in capsys.readouterr().err
    assert main(["store", "import", "csv", str(later), "--to", shop]) == 2
    assert "--date-order" in capsys.readouterr().err
    assert main(["store", "import", "csv", str(later), "--to", shop, "--date-order", "dmy"]) == 0
    assert "order_lines: 1 new, 0 changed, 0 unchanged" in capsys.readouterr().err
    assert rows_of(Store(Path(shop)), Table.ORDER_LINES, "order_id") == [("o1",), ("o2",)]
    assert main(["store", "import", "csv", str(first), "--to", shop, "--replace"]) == 0
    assert rows_of(Store(Path(shop)), Table.ORDER_LINES, "order_id") == [("o1",)]
