"""Bring the text of canonical columns to what a cast reads: numbers with a point, ISO times in UTC, true and false.

Text that cannot be read is left as it is: the sift sees it, names it, and sets the row aside or empties the cell.
Columns that need nothing done are not touched, which is most columns of most files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.columns import DAY, FLAG, MOMENT, NUMBER, SPECS, TEXT, WHOLE, Table
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.reading.formats import KINDS, settle_formats
from tools.warehouse.reading.moments import ISO_LOCAL, ISO_OFFSET, parse_day, parse_moment
from tools.warehouse.reading.numbers import parse_number

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# Values that a cast reads by itself, and in one way only.
PLAIN: Final = {
    NUMBER: r"^-?[0-9]{1,15}(\.([0-9]{1,2}|[0-9]{4,}))?$",
    WHOLE: r"^-?[0-9]{1,15}$",
    DAY: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    FLAG: r"^(true|false)$",
}
# The columns that are shares: 15 % means 0.15. In a column of money, a percent sign makes the value unreadable.
SHARES: Final = {
    Table.EXPOSURES: ("propensity",),
    Table.PROMOTIONS: ("discount", "display", "mailer"),
}
YES: Final = (
    r"^(true|t|yes|y|1|1\.0|on|x|ja|j|oui|si|sí|sim|da|subscribed|opted[-_]?in|opt[-_]?in|granted|allowed|active|"
    r"enabled|accepted)$"
)
NO: Final = (
    r"^(false|f|no|n|0|0\.0|off|nein|non|não|nao|unsubscribed|opted[-_]?out|opt[-_]?out|denied|blocked|inactive|"
    r"disabled|declined|revoked)$"
)
# Whole numbers beyond this are not whole in a float64.
LARGEST_WHOLE: Final = 2**53


def canonical_text(engine: Backend, table: ibis.Table, name: str, mapping: Mapping) -> ibis.Table:
    """Return a table of text with the numbers, times and flags of its canonical columns as a cast reads them.

    Args:
        engine: Where the table is.
        table: Columns under canonical names; those that are not text are left alone.
        name: Name of the canonical table.
        mapping: Tells the decimal sign, date order and time zone.

    Raises:
        InputError: A column's decimal sign or date order is open.
    """
    kinds = {
        column: kind
        for column, kind in SPECS[name].types.items()
        if kind != TEXT and column in table.columns and table[column].type().is_string()
    }
    kinds = {column: kinds[column] for column in _unplain(engine, table, kinds, mapping)}
    numbers = [column for column, kind in kinds.items() if KINDS.get(kind) == "number"]
    moments = [column for column, kind in kinds.items() if KINDS.get(kind) == "moment"]
    forms = {
        **settle_formats(engine, table, numbers, NUMBER, mapping.decimal),
        **settle_formats(engine, table, moments, MOMENT, mapping.date_order),
    }
    if not kinds:
        return table
    read = {
        column: _text(table[column], kind, forms.get(column, ""), mapping, percent=column in SHARES.get(name, ()))
        for column, kind in kinds.items()
    }
    # Held, since whoever sifts the table looks at it many times, and reading dates is not cheap.
    return engine.create_table(str(ibis.util.gen_name("read")), table.mutate(**read), temp=True)


def _unplain(engine: Backend, table: ibis.Table, kinds: dict[str, str], mapping: Mapping) -> list[str]:
    """Return the columns with a value that a cast would not read, or not as it is meant."""
    if not kinds:
        return []
    counts = engine.to_pandas(
        table.aggregate(
            **{column: (~_is_plain(table[column], kind, mapping)).sum().coalesce(0) for column, kind in kinds.items()}
        )
    )
    return [column for column in kinds if counts[column].iloc[0] > 0]


def _is_plain(text: ibis.Value, kind: str, mapping: Mapping) -> ibis.Value:
    if kind == MOMENT:
        stated = text.re_search(ISO_OFFSET)
        return stated | text.re_search(ISO_LOCAL) if mapping.time_zone == "UTC" else stated
    return text.re_search(PLAIN[kind])


def _text(text: ibis.Value, kind: str, form: str, mapping: Mapping, *, percent: bool) -> ibis.Value:
    """Return a column's text as a cast reads it; what cannot be read stays."""
    if kind == FLAG:
        word = text.strip().lower().re_replace(r"\s+", "-")
        return ibis.cases((word.re_search(YES), "true"), (word.re_search(NO), "false"), else_=text)
    if kind == DAY:
        read = parse_day(text, form).cast(TEXT)
    elif kind == MOMENT:
        read = parse_moment(text, form, mapping.time_zone).cast(TEXT)
    else:
        number = parse_number(text, form, percent=percent)
        whole = (number == number.round()) & (number.abs() < LARGEST_WHOLE)
        read = whole.ifelse(number.cast(WHOLE).cast(TEXT), number.cast(TEXT) if kind == NUMBER else ibis.null(TEXT))
    stays = _is_plain(text, kind, mapping)
    if kind == NUMBER and form == ",":
        return read.coalesce(text)
    return stays.ifelse(text, read.coalesce(text))
