"""Count what became of a source's rows, with the first rows of each fate as examples."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import ibis
import pandas as pd

from tools.warehouse.cells import SEPARATOR
from tools.warehouse.columns import DAY, FLAG, MOMENT, NUMBER, SPECS, WHOLE
from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW
from tools.warehouse.quality.report import Example, Merged, Reason, TableQuality

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

EXAMPLES: Final = 3
_PLAIN_KINDS: Final = (NUMBER, WHOLE, FLAG, MOMENT, DAY)
# Text columns that name things of the shop, never a person.
_SHOP_KEYS: Final = ("order_id", "product_id", "campaign_id", "channel")
_LOOKS_PERSONAL: Final = re.compile(r"@|^\+|[\s()]|^\d{9,}$")
"""Such as an e-mail address, a name of two words or a telephone number in the wrong column."""


def account(engine: Backend, name: str, sifted: str, rows_in: int, columns: Collection[str] = ()) -> TableQuality:
    """Count the fate of a sifted table's rows.

    Args:
        engine: Where to count.
        name: Name of the canonical table.
        sifted: Parquet file as `sift` gives it.
        rows_in: Rows of the source.
        columns: Columns of the source, to name those that have no place in the table.
    """
    table = engine.read_parquet(sifted)
    fates = table.group_by([REASON, REPAIR]).aggregate(rows=table.count()).to_pandas()
    kept = fates[fates[REASON].isna()]
    aside = fates[fates[REASON].notna()]
    return TableQuality(
        table=name,
        rows_in=rows_in,
        kept=int(kept["rows"].sum()),
        repaired=int(kept.loc[kept[REPAIR].notna(), "rows"].sum()),
        quarantined=int(aside["rows"].sum()),
        duplicates=rows_in - int(fates["rows"].sum()),
        repairs=_repairs(kept),
        set_aside=_set_aside(name, table, aside),
        left_out=left_out(name, columns),
    )


def with_merge(entry: TableQuality, merged: Merged, rows: int) -> TableQuality:
    """Add what merging an import into a store did to the table, and how many rows it has now."""
    return entry.model_copy(update={"merged": merged, "rows": rows})


def left_out(name: str, columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns that a table has no place for.

    >>> left_out("stock", ("product_id", "at", "units", "shelf", "_file")), left_out("customers", ("shoe_size",))
    (('shelf',), ())
    """
    spec = SPECS[name]
    return () if spec.open_ended else tuple(c for c in columns if c not in spec.types and not c.startswith("_"))


def _repairs(kept: pd.DataFrame) -> tuple[Reason, ...]:
    """Count each kind by itself; a row may hold several."""
    one = kept.dropna(subset=[REPAIR]).assign(kind=lambda frame: frame[REPAIR].str.split(SEPARATOR))
    return tuple(Reason(reason=kind, rows=rows) for kind, rows in _counted(one.explode("kind"), "kind"))


def _set_aside(name: str, table: ibis.Table, aside: pd.DataFrame) -> tuple[Reason, ...]:
    examples = _examples(name, table) if len(aside) else {}
    return tuple(
        Reason(reason=reason, rows=rows, examples=examples.get(reason, ())) for reason, rows in _counted(aside, REASON)
    )


def _counted(frame: pd.DataFrame, column: str) -> list[tuple[str, int]]:
    rows = frame.groupby(column)["rows"].sum().sort_index().sort_values(ascending=False, kind="stable")
    return [(str(reason), int(count)) for reason, count in rows.items()]


def _examples(name: str, table: ibis.Table) -> dict[str, tuple[Example, ...]]:
    """Return the first rows of each reason."""
    order = [table[FILE], table[ROW], *(table[column] for column in SPECS[name].required)]
    aside = table.filter(table[REASON].notnull())
    turn = ibis.row_number().over(group_by=REASON, order_by=order)
    first = aside.mutate(_turn=turn).filter(ibis._._turn < EXAMPLES).order_by([REASON, "_turn"]).to_pandas()
    return {
        str(reason): tuple(_example(name, row) for _, row in rows.iterrows()) for reason, rows in first.groupby(REASON)
    }


def _example(name: str, row: pd.Series) -> Example:
    spec = SPECS[name]
    cells = {column: _cell(column, kind, row[column]) for column, kind in spec.types.items() if pd.notna(row[column])}
    return Example(
        file=str(row[FILE]) if pd.notna(row[FILE]) else None,
        row=int(row[ROW]) if pd.notna(row[ROW]) else None,
        cells={column: text for column, text in cells.items() if text},
    )


def _cell(column: str, kind: str, value: object) -> str:
    """Write a cell so that it names nobody: numbers in few digits, ids of things only where they look like ids.

    >>> _cell("quantity", NUMBER, 491711234567.0), _cell("product_id", "string", "p-17")
    ('4.92e+11', 'p-17')
    >>> _cell("product_id", "string", "jo@example.org"), _cell("customer_id", "string", "c17")
    ('', '')
    """
    if kind in (NUMBER, WHOLE) and isinstance(value, int | float):
        return f"{value:.3g}" if abs(value) >= 1e6 else f"{value:g}"
    if kind in _PLAIN_KINDS:
        return str(value)
    text = str(value)
    return text if column in _SHOP_KEYS and len(text) <= 40 and not _LOOKS_PERSONAL.search(text) else ""
