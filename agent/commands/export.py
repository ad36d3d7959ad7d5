"""`marketwright export`: hand over an approved campaign."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.approval import EXPORTS, export
from agent.artifacts import ASSIGNMENT_FILE
from agent.commands.decision import add_decision, read_decision


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_decision(parser)
    parser.add_argument("--to", required=True, choices=tuple(EXPORTS), help="csv: the copy; json: the whole campaign")
    parser.add_argument("--store", metavar="S", help="the campaign's store, where it is not under its own name")
    parser.add_argument("--out", default="export", metavar="DIR", help="folder to write to (default ./export)")


def run(args: argparse.Namespace) -> int:
    """Export, and print the files."""
    print(export(Path(args.campaign), args.to, Path(args.out), read_decision(args), args.store))
    print(Path(args.out) / ASSIGNMENT_FILE)
    return 0
