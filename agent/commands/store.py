"""`marketwright store`: import, check and list stores."""

from __future__ import annotations

import argparse

from tools.warehouse.importers.catalog import KINDS
from tools.warehouse.importing import import_store
from tools.warehouse.quality import QualityReport, check_store
from tools.warehouse.store import list_stores, open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    imported = actions.add_parser("import", help="import a folder of files as a store")
    imported.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    imported.add_argument("path", metavar="PATH", help="folder with the files")
    imported.add_argument("--to", required=True, metavar="S", help="name of the new store, or a folder")
    imported.add_argument("--mapping", metavar="FILE", help="YAML file that maps columns and states facts of the shop")
    checked = actions.add_parser("check", help="print a store's data-quality report")
    checked.add_argument("store", metavar="S", help="name of the store, or its folder")
    actions.add_parser("list", help="list the stores")


def run(args: argparse.Namespace) -> int:
    """Do the asked action."""
    if args.action == "import":
        import_store(args.kind, args.path, args.to, mapping=args.mapping)
    elif args.action == "check":
        print(write_quality(check_store(open_store(args.store))))
    else:
        print("\n".join(describe_stores()) or "no stores yet; try `marketwright demo` or `marketwright store import`")
    return 0


def describe_stores() -> list[str]:
    """Return a line a store: name, source, first and last order."""
    return [
        f"{store.name:<16} {store.meta.first_at:%Y-%m-%d} to {store.meta.last_at:%Y-%m-%d}  {store.meta.source}"
        for store in list_stores()
    ]


def write_quality(report: QualityReport) -> str:
    """Return a quality report as plain text: a line a table, then what was mended, set aside or looks odd."""
    lines = [f"{'table':<12} {'rows in':>10} {'kept':>10} {'repaired':>9} {'set aside':>10} {'duplicates':>11}"]
    for table in report.tables:
        lines.append(
            f"{table.table:<12} {table.rows_in:>10,} {table.kept:>10,} {table.repaired:>9,} "
            f"{table.quarantined:>10,} {table.duplicates:>11,}"
        )
        lines += [f"  repaired: {reason.rows:,} rows: {reason.reason}" for reason in table.repairs]
        lines += [f"  set aside: {reason.rows:,} rows: {reason.reason}" for reason in table.set_aside]
        lines += [f"  missing: {gap.column} in {gap.percent:.1f} % of rows" for gap in table.missing]
    lines += [f"no orders from {gap.starts_on} to {gap.ends_on}" for gap in report.gaps]
    return "\n".join(lines)
