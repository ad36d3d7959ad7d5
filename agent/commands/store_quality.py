"""`marketwright store check`: a store's data-quality report as text, JSON or a page."""

from __future__ import annotations

import argparse
from pathlib import Path
from textwrap import wrap

from agent.report.quality import render_quality
from tools.errors import InputError
from tools.progress import say
from tools.warehouse.quality import Finding, QualityReport, TableQuality, check_store, measure_store
from tools.warehouse.quality.report import Example
from tools.warehouse.store import open_store

_WIDTH = 110


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the action's arguments."""
    checked = actions.add_parser("check", help="print a store's data-quality report")
    checked.add_argument("store", metavar="S", help="name of the store, or its folder")
    checked.add_argument("--html", metavar="FILE", help="also write the report as a page with plots")
    checked.add_argument("--json", action="store_true", help="print the report as JSON")


def run_check(args: argparse.Namespace) -> int:
    """Print the report, and write the page if one is asked for."""
    store = open_store(args.store)
    report = check_store(store)
    if args.html:
        write_page(Path(args.html), render_quality(store.meta, report, measure_store(store)))
        say(f"page written to {args.html}")
    print(report.model_dump_json(indent=2) if args.json else write_quality(report))
    return 0


def write_page(file: Path, html: str) -> None:
    """Write the page.

    Raises:
        InputError: The file cannot be written.
    """
    try:
        file.write_text(html, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"page {str(file)!r} cannot be written ({error.strerror or error}); expected a file in a folder that is "
            "there; try another name"
        ) from error


def write_quality(report: QualityReport) -> str:
    """Return a quality report as plain text: findings first, then a line a table with what became of its rows."""
    lines = [_headline(report)]
    for finding in report.findings:
        lines += _finding(finding)
    lines += ["", f"{'table':<12} {'rows in':>10} {'kept':>10} {'repaired':>9} {'set aside':>10} {'duplicates':>11}"]
    for table in report.tables:
        lines += _table(table)
    return "\n".join(lines)


def _headline(report: QualityReport) -> str:
    """Count the findings.

    >>> _headline(QualityReport(tables=()))
    'nothing looks odd'
    """
    kinds = [finding.severity for finding in report.findings]
    told = [f"{kinds.count(kind)} {kind if kinds.count(kind) == 1 else f'{kind}s'}" for kind in dict.fromkeys(kinds)]
    return f"findings: {', '.join(told)}" if told else "nothing looks odd"


def _finding(finding: Finding) -> list[str]:
    where = finding.table + (f".{finding.column}" if finding.column else "")
    rows = f" ({finding.rows:,} rows)" if finding.rows else ""
    text = f"{finding.severity}: {where}{rows}: {finding.words}"
    return [
        *wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    "),
        *wrap(f"to do: {finding.remedy}", _WIDTH, initial_indent="    ", subsequent_indent="      "),
    ]


def _table(table: TableQuality) -> list[str]:
    lines = [
        f"{table.table:<12} {table.rows_in:>10,} {table.kept:>10,} {table.repaired:>9,} "
        f"{table.quarantined:>10,} {table.duplicates:>11,}"
    ]
    if table.merged:
        merged = table.merged
        lines.append(f"  last import: {merged.new:,} new, {merged.changed:,} changed, {merged.unchanged:,} unchanged")
    lines += [f"  repaired: {reason.rows:,} rows: {reason.reason}" for reason in table.repairs]
    for reason in table.set_aside:
        lines.append(f"  set aside: {reason.rows:,} rows: {reason.reason}")
        lines += [f"    {place}" for place in _places(reason.examples)]
    lines += [f"  missing: {gap.column} in {gap.percent:.1f} % of rows" for gap in table.missing]
    return lines


def _places(examples: tuple[Example, ...]) -> list[str]:
    """Name the files and rows of examples, a line a file.

    >>> _places(tuple(Example(file="a.csv", row=row) for row in (2, 5)))
    ['a.csv, rows 2, 5']
    """
    files = dict.fromkeys(one.file for one in examples if one.file is not None)
    return [f"{file}, rows {', '.join(str(one.row) for one in examples if one.file == file)}" for file in files]
