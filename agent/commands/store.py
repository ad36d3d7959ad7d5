"""`marketwright store`: import, check and list stores; show or forget a customer."""

from __future__ import annotations

import argparse

from agent.commands import store_features, store_import, store_persons, store_quality
from tools.warehouse.store import list_stores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    store_import.add_actions(actions)
    store_quality.add_actions(actions)
    actions.add_parser("list", help="list the stores")
    store_persons.add_actions(actions)
    store_features.add_actions(actions)


def run(args: argparse.Namespace) -> int:
    """Do the asked action."""
    if args.action == "import":
        return store_import.run_import(args)
    if args.action == "check":
        return store_quality.run_check(args)
    if args.action == "forget":
        return store_persons.run_forget(args)
    if args.action == "export-person":
        return store_persons.run_export(args)
    if args.action == "features":
        return store_features.run_features(args)
    print("\n".join(describe_stores()) or "no stores yet; try `marketwright demo` or `marketwright store import`")
    return 0


def describe_stores() -> list[str]:
    """Return a line a store: name, source, first and last order."""
    return [
        f"{store.name:<16} {store.meta.first_at:%Y-%m-%d} to {store.meta.last_at:%Y-%m-%d}  {store.meta.source}"
        for store in list_stores()
    ]
