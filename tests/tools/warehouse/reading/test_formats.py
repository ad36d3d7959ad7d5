"""A column's own values tell its custom; where they do not, the person is asked."""

from __future__ import annotations

import ibis
import pytest

from tools.errors import InputError
from tools.warehouse.engine import connect
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.reading import canonical_text, settle_format

ENGINE = connect()


def settled(values: list[str], kind: str, told: str | None = None) -> str:
    rows = {"v": values, "_row": list(range(2, len(values) + 2)), "_file": ["x.csv"] * len(values)}
    return settle_format(ENGINE, ibis.memtable(rows), "v", kind, told)


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        (["1", "2"], "."),
        (["1.50", "2"], "."),
        (["1,5", "1.000"], ","),
        (["1,234", "2.50"], "."),
        (["1.234", "1.234.567"], ","),
        (["0,123"], ","),
        (["1234.567"], "."),
        (["€ 1.234,50", "x"], ","),
        (["1.5"] * 200 + ["2,5"], "."),
    ],
)
def test_the_decimal_sign_is_told_by_the_values(values: list[str], sign: str) -> None:
    assert settled(values, "number") == sign


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["2024-01-02"], "ymd"),
        (["13/04/2024", "03/04/2024"], "dmy"),
        (["04/13/24", "03/04/24"], "mdy"),
        (["05/05/2024"], "dmy"),
        (["99-12-31", "01-02-03"], "ymd"),
        (["31/12/24"], "dmy"),
        (["13/04/2024"] * 200 + ["04/13/2024"], "dmy"),
    ],
)
def test_the_date_order_is_told_by_the_values(values: list[str], order: str) -> None:
    assert settled(values, "moment") == order


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        (["7", "1,234"], "number", r"file 'x.csv', row 3, column 'v': '1,234' can be read .*`decimal: ','`.*--decimal"),
        (["03/04/2024"], "moment", "row 2, column 'v': '03/04/2024'.*`date_order: dmy` or `date_order: mdy`"),
        (["24-03-31"], "moment", "`date_order: ymd` or `date_order: dmy`"),
        (["1.50", "2,50"], "number", "contradict each other"),
        (["13/04/2024", "04/13/2024"], "moment", "contradict each other.*'04/13/2024' and '13/04/2024'"),
    ],
)
def test_what_is_open_is_asked(values: list[str], kind: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        settled(values, kind)


def test_what_is_told_is_not_asked() -> None:
    assert settled(["03/04/2024"], "moment", "mdy") == "mdy"


def test_several_columns_tell_together() -> None:
    table = ibis.memtable({"a": ["1,234"], "b": ["2,50"], "c": ["1,50"]})
    assert settle_format(ENGINE, table, ["a", "b"], "number") == ","
    with pytest.raises(InputError, match="column 'a'"):
        settle_format(ENGINE, table, "a", "number")


def test_canonical_text_is_what_a_cast_reads() -> None:
    lines = ibis.memtable(
        {
            "order_id": ["1", "2"],
            "ordered_at": ["31.12.2024 10:00", "01.02.2024 11:00"],
            "quantity": ["1", "2"],
            "unit_price": ["1.234,50 €", "12,00"],
            "discount": ["5 %", "lots"],
        }
    )
    found = ENGINE.to_pandas(canonical_text(ENGINE, lines, "order_lines", Mapping(time_zone="Europe/Berlin")))
    assert found.to_numpy().tolist() == [
        ["1", "2024-12-31 09:00:00", "1", "1234.5", "5 %"],
        ["2", "2024-02-01 10:00:00", "2", "12", "lots"],
    ]


def test_shares_and_words_for_yes_and_no() -> None:
    shown = ibis.memtable({"propensity": ["50 %", "12.5%"], "opened": ["Yes", "nein"], "clicked": ["1", "maybe"]})
    found = ENGINE.to_pandas(canonical_text(ENGINE, shown, "exposures", Mapping()))
    assert found.to_numpy().tolist() == [["0.5", "true", "true"], ["0.125", "false", "maybe"]]
