"""Advertising platforms' reports of spend by day, brought to `ad_spend`: one row a day and campaign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.errors import InputError
from tools.warehouse.columns import NUMBER, SPECS, TEXT, Column, Table
from tools.warehouse.importers.exclusions import A_TOTAL
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import FILE, REASON, ROW, Source
from tools.warehouse.reading import canonical_text, read_text
from tools.warehouse.writer import ShopFacts

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

SPEND: Final = "spend"
MICROS: Final = "micros"
CURRENCY: Final = "currency"
FIRST_DAY: Final = "first_day"
LAST_DAY: Final = "last_day"
COUNTS: Final = ("impressions", "clicks")
MONEY: Final = (SPEND, Column.REVENUE)
SUMMED: Final = (SPEND, *COUNTS, "conversions", Column.REVENUE)
# Platforms write conversions in parts (attribution) and money in micros: sums in whole millionths do not depend on
# the order of the rows.
MILLION: Final = 1_000_000
NOTHING: Final = r"^\s*(--?|—)?\s*$"
TOTAL: Final = r"(?i)^\s*total"
ENDINGS: Final = (".csv", ".csv.gz", ".tsv", ".txt")
SHOWN: Final = 8


@dataclass(frozen=True)
class AdReport:
    """How a platform's report looks.

    Attributes:
        platform: Its name.
        channel: The channel of the product that it is.
        columns: Canonical name (or `MICROS`, `CURRENCY`, `FIRST_DAY`, `LAST_DAY`) to the headers it has had, best
            first; a header may be a pattern whose first group is the currency.
        by_day: How a person gets a report by day.
    """

    platform: str
    channel: str
    columns: Dictionary[str, tuple[str, ...]] = field(repr=False)
    by_day: str


def read_reports(engine: Backend, path: Path, mapping: Mapping, report: AdReport) -> Source:
    """Read a report, or all of a folder, into `ad_spend`; a day and campaign in several files is taken from the last.

    Raises:
        InputError: No file is such a report, one is not by day, or its money is in a currency without exchange rate.
    """
    parts = [_spend(engine, file, table, mapping, report) for file, table in _reports(engine, path, mapping, report)]
    rows = _latest(ibis.union(*parts) if len(parts) > 1 else parts[0])
    facts = ShopFacts(
        shop_name=mapping.shop_name,
        source=f"{report.platform} report",
        currency=mapping.currency,
        country=mapping.country,
        language=mapping.language,
    )
    held = engine.create_table(ibis.util.gen_name("ads"), rows, temp=True)
    return Source(facts, {Table.AD_SPEND: held})


def _reports(engine: Backend, path: Path, mapping: Mapping, report: AdReport) -> Iterator[tuple[Path, ibis.Table]]:
    """Give the files that are such a report; others in a folder are left alone."""
    files = [path] if path.is_file() else sorted(f for f in path.iterdir() if f.name.lower().endswith(ENDINGS))
    found, seen = 0, []
    for file in files:
        table = _opened(engine, file, mapping, report)
        names = _names(table, mapping, report)
        if SPEND in names or MICROS in names:
            found += 1
            yield file, table
        else:
            seen.append(f"{file.name} has {', '.join(_headers(table)[:SHOWN])}")
    if not found:
        raise InputError(
            f"source {str(path)!r} is no {report.platform} report ({'; '.join(seen)[:600] or 'there is no CSV file'}); "
            f"expected a CSV file with the columns {_spoken(report, Column.ON)} and {_spoken(report, SPEND)}; "
            "try exporting it in English, or a mapping that names its columns (columns: ad_spend: …)"
        )


def _opened(engine: Backend, file: Path, mapping: Mapping, report: AdReport) -> ibis.Table:
    """Read a file from its header line on, which may have a title and a period above it."""
    named = mapping.columns.get(Table.AD_SPEND, {}).get(SPEND)
    plain = [header.replace("\\", "") for name in (SPEND, MICROS) for header in report.columns.get(name, ())]
    for header in [named] if named else [header for header in plain if "(" not in header]:
        table = read_text(engine, file, header_has=[header])
        if header.casefold() in (name.casefold() for name in table.columns):
            return table
    return read_text(engine, file)


def _names(table: ibis.Table, mapping: Mapping, report: AdReport) -> dict[str, str]:
    """Return canonical name to the column that holds it."""
    names = {
        name: column for name, column in mapping.columns.get(Table.AD_SPEND, {}).items() if column in table.columns
    }
    for name, headers in report.columns.items():
        found = (column for header in headers for column in _headers(table) if re.fullmatch(header, column, re.I))
        column = next(found, None)
        if column and name not in names:
            names[name] = column
    return names


def _headers(table: ibis.Table) -> list[str]:
    return [column for column in table.columns if not column.startswith("_")]


def _spend(engine: Backend, file: Path, table: ibis.Table, mapping: Mapping, report: AdReport) -> ibis.Table:
    """Return one report's rows in canonical columns, added up by day and campaign."""
    names = _names(table, mapping, report)
    table = _without_nothing(table)
    names = _with_day(engine, file, table, names, report)
    rate = _rate(engine, file, table, names, mapping, report)
    total = _is_total(table, names)
    known = {name: table[column] for name, column in names.items() if name in SPECS[Table.AD_SPEND].types}
    if MICROS in names and SPEND not in names:
        known[SPEND] = table[names[MICROS]]
    marked = table.select(
        **known,
        rate=rate,
        **{FILE: table[FILE], ROW: table[ROW], REASON: total.ifelse(A_TOTAL, table[REASON])},
    )
    marked = marked.mutate(**{name: ibis.null(TEXT) for name in (Column.CAMPAIGN, *SUMMED) if name not in known})
    sound, aside = marked.filter(marked[REASON].isnull()), marked.filter(marked[REASON].notnull())
    scale = MILLION if MICROS in names and SPEND not in names else 1
    read = canonical_text(engine, sound, Table.AD_SPEND, mapping)
    return _added_up(read, scale, report.channel).union(_as_text(aside, report.channel))


def _without_nothing(table: ibis.Table) -> ibis.Table:
    """Empty the cells in which platforms write a dash for nothing."""
    texts = {c: table[c].re_search(NOTHING).ifelse(ibis.null(TEXT), table[c].strip()) for c in _headers(table)}
    return table.mutate(**texts)


def _with_day(
    engine: Backend, file: Path, table: ibis.Table, names: dict[str, str], report: AdReport
) -> dict[str, str]:
    """Settle which column is the day: its own, or the first day of the period where every period is one day."""
    if Column.ON in names:
        return names
    if FIRST_DAY in names and LAST_DAY in names:
        first, last = table[names[FIRST_DAY]], table[names[LAST_DAY]]
        longer = (first != last) & ~_is_total(table, names)
        if not int(engine.to_pandas(table.aggregate(n=longer.sum().coalesce(0)))["n"].iloc[0]):
            return {**names, Column.ON: names[FIRST_DAY]}
    raise InputError(
        f"report {file.name!r} is not by day: it has no column {_spoken(report, Column.ON)} "
        f"(but {', '.join(_headers(table)[:SHOWN])}); expected one row a day and campaign; try {report.by_day}"
    )


def _is_total(table: ibis.Table, names: Dictionary[str, str]) -> ibis.Value:
    """Return the condition that a row sums others up: no day, and a name that says so or no campaign."""
    said = ibis.or_(*(table[column].re_search(TOTAL).fill_null(False) for column in _headers(table)))
    if Column.CAMPAIGN in names:
        said = said | table[names[Column.CAMPAIGN]].isnull()
    if Column.ON in names:
        return table[names[Column.ON]].isnull() & said | table[names[Column.ON]].re_search(TOTAL).fill_null(False)
    return said


def _rate(
    engine: Backend, file: Path, table: ibis.Table, names: Dictionary[str, str], mapping: Mapping, report: AdReport
) -> ibis.Value:
    """Return what a unit of each row's money is worth in the store's currency.

    Raises:
        InputError: A currency has no exchange rate.
    """
    stated = _stated_currency(names.get(SPEND), report)
    code = table[names[CURRENCY]].upper() if CURRENCY in names else ibis.literal(stated or mapping.currency)
    table = table.mutate(_code=code.coalesce(stated or mapping.currency))
    known = {mapping.currency: 1.0, **{key.upper(): float(rate) for key, rate in mapping.exchange_rates.items()}}
    found = engine.to_pandas(table.filter(~_is_total(table, names)).select("_code").distinct())["_code"]
    unknown = sorted(set(found) - known.keys())
    if unknown:
        raise InputError(
            f"report {file.name!r} is in {', '.join(unknown)}; expected {mapping.currency}, the store's currency, or "
            f"an exchange rate; try a mapping with `exchange_rates: {{{unknown[0]}: 1.08}}`, the worth of one "
            f"{unknown[0]} in {mapping.currency}"
        )
    return ibis.cases(*((code.coalesce(stated or mapping.currency) == each, rate) for each, rate in known.items()))


def _stated_currency(column: str | None, report: AdReport) -> str | None:
    """Return the currency that the header of the money says, as in `Amount spent (EUR)`."""
    for header in report.columns[SPEND] if column else ():
        found = re.fullmatch(header, column or "", re.I)
        if found and found.groups() and found[1]:
            return str(found[1]).upper()
    return None


def _added_up(rows: ibis.Table, scale: int, channel: str) -> ibis.Table:
    """Add up the rows of a day and campaign (ad groups, devices, ages); rows that cannot be read stay by themselves."""
    numbers = {name: rows[name].try_cast(NUMBER) for name in SUMMED}
    readable = rows[Column.ON].try_cast("date").notnull() & numbers[SPEND].notnull()
    damaged = ibis.or_(*(rows[name].notnull() & numbers[name].isnull() for name in SUMMED))
    sound = rows.filter(readable & ~damaged)
    sums = {name: _sum(sound, name, scale if name == SPEND else 1) for name in SUMMED}
    added = sound.group_by([Column.ON, Column.CAMPAIGN, FILE]).aggregate(**sums, **{ROW: sound[ROW].min()})
    return _as_text(added.mutate(**{REASON: ibis.null(TEXT)}), channel).union(
        _as_text(rows.filter(~(readable & ~damaged)), channel)
    )


def _sum(rows: ibis.Table, name: str, scale: int) -> ibis.Value:
    number = rows[name].try_cast(NUMBER) / scale
    if name in COUNTS:
        return number.round().cast("int64").sum().cast(TEXT)
    if name in MONEY:
        number = number * rows.rate
    total = (number * MILLION).round().cast("int64").sum() / MILLION
    return (total.round(2) if name in MONEY else total).cast(TEXT)


def _as_text(rows: ibis.Table, channel: str) -> ibis.Table:
    names = (Column.ON, *SUMMED, Column.CAMPAIGN, FILE, REASON)
    columns = {name: rows[name].cast(TEXT) if name in rows.columns else ibis.null(TEXT) for name in names}
    return rows.select(**columns, **{ROW: rows[ROW].cast("int64"), Column.CHANNEL: ibis.literal(channel)})


def _latest(rows: ibis.Table) -> ibis.Table:
    """Set aside what a later file (by name) tells again: added up, its money would count twice."""
    key = [Column.ON, Column.CAMPAIGN, ibis.ifelse(rows[REASON].isnull(), 0, rows[ROW])]
    last = rows[FILE].max().over(ibis.window(group_by=key))
    again = (rows[FILE] != last) & rows[REASON].isnull()
    told = ibis.literal("the day and campaign are in a later file too, ").concat(last).concat(", which is taken")
    return rows.mutate(**{REASON: again.ifelse(told, rows[REASON])})


def _spoken(report: AdReport, name: str) -> str:
    return repr(re.sub(r" \\\(.*", "", report.columns[name][0]).replace("\\", ""))
