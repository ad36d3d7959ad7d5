"""`marketwright tool`: call one tool."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from agent.commands.options import add_store, read_day
from agent.desk import view_at
from tools.catalog import TOOLS, customer_rows, run_tool
from tools.customers.file import check_customer_file, write_customers
from tools.errors import InputError
from tools.progress import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("name", metavar="NAME", help=", ".join(tool.name for tool in TOOLS))
    parser.add_argument("--args", default="{}", metavar="JSON", help="arguments as a JSON object (default {})")
    add_store(parser)
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of everything random (default 0)")
    parser.add_argument("--out", metavar="FILE", help="file to write to instead of standard output")
    parser.add_argument("--customers", metavar="FILE", help="write one row a customer to a .csv or .parquet file too")


def run(args: argparse.Namespace) -> int:
    """Run the tool and write its result as JSON."""
    view = view_at(args.store, read_day(args.as_of), args.seed)
    arguments = read_object(args.args)
    if args.customers is not None:
        check_customer_file(Path(args.customers))
    answer = run_tool(args.name, arguments, view)
    if args.customers is not None:
        rows = customer_rows(args.name, arguments, view)
        write_customers(rows, Path(args.customers))
        say(f"{len(rows):,} customers written to {args.customers}")
    text = json.dumps(answer.model_dump(mode="json"), indent=2, ensure_ascii=False)
    if args.out is None:
        print(text)
        return 0
    try:
        Path(args.out).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out {args.out!r} cannot be written ({error.strerror}); try another file") from error
    return 0


def read_object(text: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        InputError: It is not one.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"--args {text!r} is not JSON ({error}); expected an object; try '{{\"k\": 5}}'") from error
    if not isinstance(value, dict):
        raise InputError(f"--args {text!r} is not an object; expected one; try '{{\"k\": 5}}'")
    return value
