"""`marketwright store import`: take a shop's files into a store, new or already there."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final, get_args

from pydantic import ValidationError

from tools.errors import InputError
from tools.warehouse.importers.catalog import IMPORTERS, KINDS
from tools.warehouse.importers.mapping import DateOrder, DecimalSign, Mapping, Personal, read_mapping
from tools.warehouse.importing import import_store

# Facts that an option may state instead of the mapping file; an option counts more.
FACTS: Final = ("currency", "country", "time_zone", "date_order", "decimal", "personal")


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the action's arguments."""
    imported = actions.add_parser(
        "import",
        help="take a shop's files into a store",
        description="Take a shop's files into a store. A store that is there is added to and changed, by key.",
        epilog="kinds: " + "; ".join(f"{kind}: {importer.told}" for kind, importer in IMPORTERS.items()),
    )
    imported.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    imported.add_argument("path", metavar="PATH", help="folder with the files; for shop and ad exports also one file")
    imported.add_argument("--to", required=True, metavar="S", help="name of the store, or a folder")
    imported.add_argument("--mapping", metavar="FILE", help="YAML file that maps columns and states facts of the shop")
    imported.add_argument("--replace", action="store_true", help="start afresh instead of adding to the store")
    imported.add_argument("--currency", metavar="CODE", help="currency of the money in the files, such as EUR")
    imported.add_argument("--country", metavar="CODE", help="country of the shop, such as DE")
    imported.add_argument("--time-zone", metavar="ZONE", help="zone of times that state none, such as Europe/Berlin")
    imported.add_argument("--date-order", choices=get_args(DateOrder), help="how 03/04/2024 is meant")
    imported.add_argument("--decimal", choices=get_args(DecimalSign), help="decimal sign of the numbers")
    imported.add_argument("--personal", choices=get_args(Personal), help="keep personal columns apart, or drop them")


def run_import(args: argparse.Namespace) -> int:
    """Import, with a line of progress at each step."""
    import_store(args.kind, args.path, args.to, mapping=told_mapping(args), replace=args.replace)
    return 0


def told_mapping(args: argparse.Namespace) -> Mapping:
    """Return the mapping file with the facts that options state.

    Raises:
        InputError: An option says something that a mapping cannot say.
    """
    mapping = read_mapping(Path(args.mapping) if args.mapping else None)
    told = {fact: getattr(args, fact) for fact in FACTS if getattr(args, fact) is not None}
    told |= {fact: told[fact].upper() for fact in ("currency", "country") if fact in told}
    try:
        return Mapping.model_validate({**mapping.model_dump(exclude_unset=True), **told})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        option = f"--{str(first['loc'][0]).replace('_', '-')}"
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(
            f"option {option} {first['input']!r} cannot be used ({said}); expected "
            f"{Mapping.model_fields[str(first['loc'][0])].description} Try `marketwright store import --help`"
        ) from error
