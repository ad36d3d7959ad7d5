"""Checks on the rows by themselves: what the import did to them, missing values, constants, outliers, odd values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tools.warehouse.columns import SPECS, Column, Table
from tools.warehouse.importers.exclusions import is_excluded
from tools.warehouse.quality.report import Finding, Missing, Outliers
from tools.warehouse.quality.seen import CONSTANT_IS_ODD, ENOUGH_ROWS, Seen, numbers, percent
from tools.warehouse.rules import FLAGS

# Shares of a source's rows set aside: from the first on, look at it; from the second on, results will be wrong.
ASIDE_WARNING: Final = 0.01
ASIDE_ERROR: Final = 0.10
MISSING_SHARE: Final = 0.2
# Columns that are empty by their nature: when an offer did not convert, when an order had no coupon.
OFTEN_EMPTY: Final = frozenset({"converted_at", "coupon_id", "offer_id", "creative_id", "query"})
# Tukey's outer fences (Exploratory Data Analysis, 1977): beyond 3 interquartile ranges a value is "far out".
FENCE: Final = 3.0
OUTLIER_COLUMNS: Final = {
    Table.ORDER_LINES: (Column.QUANTITY, Column.UNIT_PRICE, Column.REVENUE),
    Table.PRODUCTS: (Column.PRICE,),
}


def check_fates(seen: Seen) -> Iterator[Finding]:
    """Say where the import set aside or dropped much."""
    for entry in seen.accounts:
        excluded = sum(reason.rows for reason in entry.set_aside if is_excluded(reason.reason))
        faulty, wanted = entry.quarantined - excluded, entry.rows_in - excluded
        share = faulty / wanted if wanted else 0.0
        if share >= ASIDE_WARNING or faulty > 0 == entry.kept:
            yield Finding(
                severity="error" if share >= ASIDE_ERROR else "warning",
                check="set_aside",
                table=entry.table,
                rows=faulty,
                words=f"{percent(faulty, wanted)} of the rows were set aside",
                remedy="look at the reasons below, mend the source and import it again",
            )
        if entry.duplicates > ASIDE_WARNING * entry.rows_in:
            yield Finding(
                severity="notice",
                check="copies",
                table=entry.table,
                rows=entry.duplicates,
                words=f"{percent(entry.duplicates, entry.rows_in)} of the rows were exact copies of others",
                remedy="check that the export does not hold the same rows twice; one of each was kept",
            )


def check_left_out(seen: Seen) -> Iterator[Finding]:
    """Name the columns of the source that no canonical table has a place for."""
    for entry in seen.accounts:
        if entry.left_out:
            yield Finding(
                severity="notice",
                check="left_out",
                table=entry.table,
                words=f"columns of the source were left out: {', '.join(entry.left_out)}",
                remedy="if one of them is a canonical column under another name, say so in the mapping",
            )


def check_missing(seen: Seen) -> Iterator[Finding]:
    """Say which columns are often empty."""
    for name in seen.tables:
        gaps = [
            gap
            for gap in missing_of(seen, name)
            if gap.percent >= 100 * MISSING_SHARE and gap.column not in OFTEN_EMPTY
        ]
        if gaps:
            told = ", ".join(f"{gap.column} ({gap.percent:.0f} %)" for gap in gaps)
            yield Finding(
                severity="notice",
                check="missing",
                table=name,
                column=gaps[0].column if len(gaps) == 1 else None,
                rows=max(gap.rows for gap in gaps),
                words=f"values are often missing: {told}",
                remedy="export these columns if the shop has them; tools do without",
            )


def check_constants(seen: Seen) -> Iterator[Finding]:
    """Say which columns hold one value only where there should be many."""
    for name, columns in CONSTANT_IS_ODD.items():
        if name not in seen.tables or seen.rows(name) < ENOUGH_ROWS:
            continue
        total = seen.totals[name]
        for column in columns:
            if total[f"constant {column}"] and not total[f"missing {column}"]:
                yield Finding(
                    severity="warning",
                    check="constant",
                    table=name,
                    column=column,
                    rows=seen.rows(name),
                    words="the column has one and the same value in every row",
                    remedy="check the export and the column mapping",
                )


def check_flags(seen: Seen) -> Iterator[Finding]:
    """Count the rows that meet one of the rules which keep but flag."""
    for rule in FLAGS:
        rows = int(seen.totals[rule.table].get(f"flag {rule.name}", 0)) if rule.table in seen.tables else 0
        if rows:
            yield Finding(
                severity="warning" if rows > ASIDE_WARNING * seen.rows(rule.table) else "notice",
                check=rule.name,
                table=rule.table,
                column=rule.column,
                rows=rows,
                words=f"{percent(rows, seen.rows(rule.table))} of {rule.reason}",
                remedy=rule.remedy,
            )


def check_outliers(seen: Seen) -> Iterator[Finding]:
    """Say where values lie far outside the bulk."""
    for name in OUTLIER_COLUMNS:
        for found in outliers_of(seen, name):
            yield Finding(
                severity="notice",
                check="outliers",
                table=name,
                column=found.column,
                rows=found.rows,
                words=f"{percent(found.rows, seen.rows(name))} of the values are far outside the bulk, "
                + (f"which is {found.low:,.2f} to {found.high:,.2f}" if found.low > 0 else f"above {found.high:,.2f}"),
                remedy="look at the largest ones in the shop; they are kept",
            )


def missing_of(seen: Seen, name: str) -> tuple[Missing, ...]:
    """Return the columns with missing values, wholly empty optional ones apart."""
    total, rows = seen.totals[name], seen.rows(name)
    counts = {column: int(total[f"missing {column}"]) for column in seen.tables[name].columns}
    return tuple(
        Missing(column=column, rows=count, percent=round(100 * count / rows, 2))
        for column, count in counts.items()
        if count and not (count == rows and column in SPECS[name].optional)
    )


def outliers_of(seen: Seen, name: str) -> tuple[Outliers, ...]:
    """Return the columns with values beyond the fences; looked for once."""
    if name not in seen.outliers:
        seen.outliers[name] = _outliers(seen, name)
    return seen.outliers[name]


def _outliers(seen: Seen, name: str) -> tuple[Outliers, ...]:
    table = seen.tables.get(name)
    if table is None or name not in OUTLIER_COLUMNS:
        return ()
    columns = OUTLIER_COLUMNS[name]
    edges = {f"{part} {c}": table[c].quantile(part) for c in columns for part in (0.25, 0.75)}
    quartiles = numbers(table.aggregate(**edges))
    fences = {}
    for column in columns:
        low, high = quartiles[f"0.25 {column}"], quartiles[f"0.75 {column}"]
        if low < high:  # otherwise at least half of the values are equal: the fences would shut out everything else
            fences[column] = (low - FENCE * (high - low), high + FENCE * (high - low))
    if not fences:
        return ()
    beyond = {c: ((table[c] < low) | (table[c] > high)).sum() for c, (low, high) in fences.items()}
    counts = numbers(table.aggregate(**beyond))
    return tuple(
        Outliers(column=column, low=round(low, 4), high=round(high, 4), rows=int(counts[column]))
        for column, (low, high) in fences.items()
        if counts[column]
    )
