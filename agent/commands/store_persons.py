"""`marketwright store forget` and `store export-person`: what a store holds about one customer, shown or removed."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from tools.errors import InputError
from tools.warehouse.forgetting import forget, rows_to_forget
from tools.warehouse.person_export import export_person
from tools.warehouse.pseudonyms import write_private
from tools.warehouse.store import Store, open_store

CUSTOMER = "the customer's id, e-mail address or telephone number"


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the two actions of `store`."""
    forgotten = actions.add_parser("forget", help="remove a customer from every table and file of a store")
    shown = actions.add_parser("export-person", help="show all that a store holds about a customer, as JSON")
    for parser in (forgotten, shown):
        parser.add_argument("customer", metavar="CUSTOMER", help=CUSTOMER)
        parser.add_argument("--store", required=True, metavar="S", help="name of the store, or its folder")
    forgotten.add_argument("--yes", action="store_true", help="remove; without it, only say what would be removed")
    shown.add_argument("--out", metavar="FILE", help="write there, for your eyes only, instead of printing")


def run_forget(args: argparse.Namespace) -> int:
    """Remove a customer, or say what would be removed."""
    store = open_store(args.store)
    if args.yes:
        forget(store, args.customer, dt.datetime.now(dt.UTC))
        return 0
    print("\n".join(would_go(store, args.customer)))
    return 0


def would_go(store: Store, customer: str) -> list[str]:
    """Return what would be removed, a line a file."""
    counts = rows_to_forget(store, customer)
    return [
        f"{sum(counts.values()):,} rows of this customer would be removed from store {store.name!r}:",
        *(f"  {name}: {rows:,}" for name, rows in counts.items()),
        "nothing was removed; do it with --yes",
    ]


def run_export(args: argparse.Namespace) -> int:
    """Show all that is held about a customer.

    Raises:
        InputError: The customer is not known, or the file cannot be written.
    """
    text = export_person(open_store(args.store), args.customer)
    if args.out is None:
        print(text)
        return 0
    try:
        write_private(Path(args.out), f"{text}\n".encode())
    except OSError as error:
        raise InputError(
            f"file {args.out!r} cannot be written ({error.strerror}); expected a file in a folder that is there; "
            "try another one"
        ) from error
    print(f"all that store {args.store!r} holds about this customer is in {args.out}")
    return 0
