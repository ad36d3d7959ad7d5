"""Read a file of campaign results and check each row against the campaign: who was assigned, which arm, when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis
import numpy as np
import pandas as pd

from tools.errors import InputError
from tools.spreadsheet import inert
from tools.warehouse.columns import TEXT, Column, Table
from tools.warehouse.engine import connect
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import REASON, ROW
from tools.warehouse.reading import canonical_text, read_text
from tools.warehouse.reading.opening import unusable
from tools.warehouse.reading.parquet import read_parquet, settled_types

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

MOST_RESULT_BYTES: Final = 20_000_000
"""Largest file: 200,000 customers at 100 bytes a row. A larger campaign is sent in parts."""

ALIASES: Final[dict[str, str]] = {
    "customer": Column.CUSTOMER_ID,
    "sent_at": Column.AT,
    "arm": "arm",
    "group": "arm",
    "treatment": "arm",
}
"""Other names of columns, in small letters."""

ARM_WORDS: Final[dict[str, int]] = {
    **dict.fromkeys(("treatment", "treated", "contacted", "test", "1", "1.0", "true", "yes"), 1),
    **dict.fromkeys(("holdout", "hold-out", "hold_out", "control", "0", "0.0", "false", "no"), 0),
}
"""How the arms are called."""

FLAGS: Final = ("opened", "clicked", "converted")
READ: Final = (Column.CUSTOMER_ID, "arm", Column.AT, Column.CHANNEL, *FLAGS, Column.CONVERTED_AT, Column.REVENUE)
"""Columns that are read; others are passed over."""

KEPT: Final = tuple(name for name in READ if name != "arm")

SLACK: Final = dt.timedelta(days=1)
"""How far a send may lie outside the campaign's days, for times written without their zone."""

MOST_MONEY: Final = 1e7
"""Money of one customer, either way, beyond which it is an id or a wrong unit."""


@dataclass(frozen=True)
class Frame:
    """What a campaign lets a result be.

    Attributes:
        starts_on: First day of sending.
        ends_on: Last day of the offer.
        channels: Channels of the plan.
        now: Moment of the intake; nothing was sent after it.
        mapping: How the file writes numbers, dates and times.
    """

    starts_on: dt.date
    ends_on: dt.date
    channels: tuple[str, ...]
    now: dt.datetime
    mapping: Mapping


@dataclass(frozen=True, eq=False)
class Checked:
    """A results file, row by row.

    Attributes:
        rows: Sound rows: the columns of `KEPT`, typed, with `treatment` as assigned.
        aside: `row` and `reason` of the others.
        rows_in: Rows of the file.
        repeated: Exact copies, which count once.
        crossed: Rows whose arm is not the one assigned; they count where they were assigned.
    """

    rows: pd.DataFrame
    aside: pd.DataFrame
    rows_in: int
    repeated: int
    crossed: int


def check_results(file: Path, assigned: pd.DataFrame, known: frozenset[str], frame: Frame) -> Checked:
    """Read a CSV or Parquet file and sort its rows into sound ones and others, each with its reason.

    Args:
        file: One row a customer, or a customer and channel.
        assigned: Columns customer_id and arm of the campaign.
        known: Customers of the store.
        frame: What the campaign lets a result be.

    Raises:
        InputError: The file is too large, cannot be read, or has no column customer_id.
    """
    table = _typed(_table(connect(), file, frame.mapping))
    arms = {**dict(zip(assigned[Column.CUSTOMER_ID].map(inert), assigned["arm"], strict=True))}
    arms |= dict(zip(assigned[Column.CUSTOMER_ID], assigned["arm"], strict=True))
    names = {inert(name): name for name in known} | {name: name for name in known}
    table["planned"] = table[Column.CUSTOMER_ID].map(arms)
    reasons = _reasons(table, names, frame)
    sound = table[reasons.isna()].copy()
    repeats = sound.duplicated([name for name in sound.columns if name != ROW])
    again = sound.duplicated([Column.CUSTOMER_ID, Column.CHANNEL]) & ~repeats
    reasons.loc[again[again].index] = "customer_id occurs again with other results: give one row a customer and channel"
    sound = sound[~repeats & ~again]
    sound[Column.CUSTOMER_ID] = sound[Column.CUSTOMER_ID].map(names)
    treatment = (sound["planned"] == "treatment").astype("int64")
    crossed = int((sound["said"].notna() & (sound["said"] != treatment)).sum())
    aside = pd.DataFrame({"row": table[ROW], "reason": reasons}).dropna(subset=["reason"])
    rows = sound.assign(treatment=treatment)[[*KEPT, "treatment"]].reset_index(drop=True)
    return Checked(rows, aside.reset_index(drop=True), len(table), int(repeats.sum()), crossed)


def _table(engine: Backend, file: Path, mapping: Mapping) -> pd.DataFrame:
    """Read the file into text by canonical column, with row and damage."""
    _check_size(file)
    parquet = file.suffix.lower() == ".parquet"
    table = read_parquet(engine, file) if parquet else read_text(engine, file)
    table = _renamed(table, file)
    if parquet:
        table = settled_types(table, Table.EXPOSURES, mapping.time_zone)
        table = table.mutate(**{REASON: ibis.null(TEXT)})
    read = canonical_text(engine, table, Table.EXPOSURES, mapping)
    frame: pd.DataFrame = read.mutate(
        **{name: read[name].cast(TEXT) for name in READ if name in read.columns}
    ).to_pandas()
    return frame.reindex(columns=[*READ, ROW, REASON]).astype(dict.fromkeys(READ, "string"))


def _check_size(file: Path) -> None:
    if file.is_file() and file.stat().st_size > MOST_RESULT_BYTES:
        size, most = file.stat().st_size // 1_000_000, MOST_RESULT_BYTES // 1_000_000
        raise unusable(
            file,
            f"has {size:,} MB",
            f"at most {most:,} MB",
            f"try only the columns {', '.join(READ)}, or several files one after the other",
        )


def _renamed(table: ibis.Table, file: Path) -> ibis.Table:
    wanted: dict[str, str] = {}
    for column in table.columns:
        name = ALIASES.get(column.strip().casefold(), column.strip().casefold())
        if name in READ and name not in wanted:
            wanted[name] = column
    if Column.CUSTOMER_ID not in wanted:
        shown = ", ".join(column for column in table.columns if not column.startswith("_"))[:400]
        raise InputError(
            f"file {file.name!r} lacks the column 'customer_id'; its header has {shown}; expected customer_id and any "
            f"of {', '.join(READ[1:])}; try the ids of the campaign's assignment.csv"
        )
    marks = {name: table[name] for name in (ROW, REASON) if name in table.columns}
    return table.select(**{name: table[column] for name, column in wanted.items()}, **marks)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give columns their types; what cannot be read keeps a mark in `bad_…`."""
    result = frame.copy()
    for name in (Column.CUSTOMER_ID, "arm", Column.CHANNEL):
        result[name] = frame[name].str.strip().replace("", pd.NA)
    result["said"] = result["arm"].str.lower().map(ARM_WORDS).astype("float64")
    for name in FLAGS:
        result[name] = frame[name].str.lower().map({"true": True, "false": False}).astype("boolean")
    for name in (Column.AT, Column.CONVERTED_AT):
        moments = pd.to_datetime(frame[name], errors="coerce", utc=True, format="ISO8601")
        result[name] = moments.dt.tz_localize(None)
    result[Column.REVENUE] = pd.to_numeric(frame[Column.REVENUE], errors="coerce").astype("float64")
    for name in (*FLAGS, Column.AT, Column.CONVERTED_AT, Column.REVENUE):
        result[f"bad_{name}"] = frame[name].notna() & result[name].isna()
    result["bad_arm"] = result["arm"].notna() & result["said"].isna()
    return result


def _reasons(table: pd.DataFrame, names: dict[str, str], frame: Frame) -> pd.Series[str]:
    """Return why each row is set aside; missing for sound ones. The first reason in this order is told."""
    first, last = pd.Timestamp(frame.starts_on - SLACK), pd.Timestamp(frame.ends_on + 2 * SLACK)
    now = pd.Timestamp(frame.now).tz_convert(None) + SLACK
    sent, channel = table[Column.AT], table[Column.CHANNEL]
    tests = {
        "customer_id is missing: fill it in": table[Column.CUSTOMER_ID].isna(),
        "customer_id is not in the store: give the ids of assignment.csv": ~table[Column.CUSTOMER_ID].isin(names),
        "the customer was not assigned by this campaign": table["planned"].isna(),
        "arm is neither treatment nor holdout: write one of them": table["bad_arm"],
        **{f"{name} is neither yes nor no: write true or false": table[f"bad_{name}"] for name in FLAGS},
        "sent_at is not a time: write it like 2024-03-31T14:05:00Z": table[f"bad_{Column.AT}"],
        "converted_at is not a time: write it like 2024-03-31T14:05:00Z": table[f"bad_{Column.CONVERTED_AT}"],
        "revenue is not a number: write it like 12.50": table[f"bad_{Column.REVENUE}"],
        "revenue is absurdly high: is it an id? Give the money of one customer": table[Column.REVENUE].abs()
        > MOST_MONEY,
        f"sent_at is outside the campaign ({frame.starts_on} to {frame.ends_on})": (sent < first) | (sent >= last),
        "sent_at is in the future": sent > now,
        f"channel is not one of the campaign's: {', '.join(frame.channels)}": (
            channel.notna() & ~channel.isin(frame.channels)
        ),
        f"channel is missing: write one of {', '.join(frame.channels)}": (
            channel.isna() & (table["planned"] == "treatment") & (len(frame.channels) > 1)
        ),
    }
    conditions = [np.asarray(test.fillna(False), bool) for test in tests.values()]
    found = pd.Series(np.select(conditions, list(tests), default=""), index=table.index).replace("", pd.NA)
    return table[REASON].astype("object").where(table[REASON].notna(), found).astype("object")
