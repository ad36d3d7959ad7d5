"""The data-quality report as data: one account a table, and findings about what was kept."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

from pydantic import Field

from tools.frozen import Frozen

Severity = Literal["error", "warning", "notice"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "notice")
# A shop that sells on most days and is silent for this long has likely lost data, not customers.
GAP_DAYS: Final = 3


class Example(Frozen):
    """One row of the source, found again by file and row; its cells name nobody."""

    file: str | None = Field(None, description="File of the source, where the source is a file.")
    row: int | None = Field(None, description="Row in the file; the header is row 1.")
    cells: dict[str, str] = Field(default_factory=dict, description="Cells that hold no personal data, as text.")


class Reason(Frozen):
    """Rows that share a fate, and why."""

    reason: str = Field(description="Why the rows were mended or set aside, and what to do about it.")
    rows: int = Field(ge=0, description="How many rows.")
    examples: tuple[Example, ...] = Field((), description="The first such rows.")


class Missing(Frozen):
    """A column with missing values."""

    column: str = Field(description="Name of the column.")
    rows: int = Field(ge=0, description="Rows without a value.")
    percent: float = Field(ge=0, le=100, description="Share of the table's rows.")


class Outliers(Frozen):
    """Values of a column far outside the bulk."""

    column: str = Field(description="Name of the column.")
    low: float = Field(description="Lower fence: first quartile minus 3 interquartile ranges.")
    high: float = Field(description="Upper fence: third quartile plus 3 interquartile ranges.")
    rows: int = Field(ge=0, description="Rows outside the fences; they are kept.")


class Gap(Frozen):
    """Days without a single order, more than the shop's own rhythm explains."""

    starts_on: dt.date = Field(description="First day without an order.")
    ends_on: dt.date = Field(description="Last day without an order.")


class Merged(Frozen):
    """What an import did to a table that was there before."""

    new: int = Field(ge=0, description="Rows that were not in the store before.")
    changed: int = Field(ge=0, description="Rows that replaced an older version of themselves.")
    unchanged: int = Field(ge=0, description="Rows that the store already held as they are.")
    released: int = Field(0, ge=0, description="Rows set aside earlier, whose customer or product is known by now.")
    withdrawn: int = Field(0, ge=0, description="Rows that are no more, such as those of orders cancelled since.")


class TableQuality(Frozen):
    """One table's account; rows_in = kept + quarantined + duplicates."""

    table: str = Field(description="Name of the table.")
    rows_in: int = Field(ge=0, description="Rows in the source.")
    kept: int = Field(ge=0, description="Rows that the last import kept.")
    repaired: int = Field(ge=0, description="Kept rows in which something was mended.")
    quarantined: int = Field(ge=0, description="Rows set aside in `quarantine/`, each with file, row and reason.")
    duplicates: int = Field(ge=0, description="Exact copies of another row, dropped.")
    repairs: tuple[Reason, ...] = Field((), description="What was mended; a row may be in several.")
    set_aside: tuple[Reason, ...] = Field((), description="Why rows were set aside.")
    missing: tuple[Missing, ...] = Field(
        (), description="Columns with missing values, wholly empty optional ones apart."
    )
    outliers: tuple[Outliers, ...] = Field((), description="Columns with values far outside the bulk.")
    merged: Merged | None = Field(None, description="What the last import changed, where the store was there before.")
    left_out: tuple[str, ...] = Field((), description="Columns of the source that the table has no place for.")
    rows: int | None = Field(None, ge=0, description="Rows in the store's table, all imports together.")


class Finding(Frozen):
    """Something odd about rows that were kept."""

    severity: Severity = Field(
        description="error: results will be wrong; warning: look at it before relying on results; notice: good to know."
    )
    check: str = Field(description="Name of the check.")
    table: str = Field(description="Table that it is about.")
    column: str | None = Field(None, description="Column that it is about, if it is about one.")
    rows: int = Field(0, ge=0, description="Rows concerned.")
    words: str = Field(description="What was seen.")
    remedy: str = Field(description="What to do about it.")


class QualityReport(Frozen):
    """The data-quality report of one store, as in its `quality.json`."""

    tables: tuple[TableQuality, ...] = Field(description="One account a table.")
    gaps: tuple[Gap, ...] = Field((), description=f"Stretches of {GAP_DAYS} days or more without an order.")
    findings: tuple[Finding, ...] = Field((), description="What looks odd in the kept rows, gravest first.")
