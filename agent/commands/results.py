"""`marketwright results`: take in what came back of a campaign, and read it out."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.commands.decision import add_decision, read_decision
from agent.commands.options import read_day
from agent.readout import ResultsReadout
from agent.results import ResultsFiles, take_results
from tools.warehouse.importers.mapping import read_mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_decision(parser)
    parser.add_argument(
        "file", metavar="FILE", help="CSV or Parquet, one row a customer: customer_id, arm, converted, …"
    )
    parser.add_argument("--spend", metavar="FILE", help="CSV of the campaign's spend: on, channel, spend, …")
    parser.add_argument(
        "--mapping", metavar="FILE", help="YAML file that says how numbers, dates and times are written"
    )
    parser.add_argument("--store", metavar="S", help="the campaign's store, where it is not under its own name")
    parser.add_argument("--as-of", metavar="D", help="day to read out; by default the day after the campaign")


def run(args: argparse.Namespace) -> int:
    """Take the results in, and print the read-out."""
    files = ResultsFiles(
        results=Path(args.file),
        spend=Path(args.spend) if args.spend else None,
        mapping=read_mapping(Path(args.mapping) if args.mapping else None),
        store=args.store,
        as_of=read_day(args.as_of),
    )
    print(write_readout(take_results(Path(args.campaign), files, read_decision(args))))
    return 0


def write_readout(readout: ResultsReadout) -> str:
    """Return what came in and what it says, as lines."""
    counts = f"{readout.taken:,} of {readout.rows_in:,} rows taken"
    more = {
        "exact copies": readout.repeated,
        "left alone, added from the plan": readout.holdout_added,
        "assigned to treatment, not in the file": readout.not_reported,
        "in another arm than assigned, counted where assigned": readout.crossed,
    }
    lines = ["; ".join([counts, *(f"{count:,} {what}" for what, count in more.items() if count)])]
    lines += [f"set aside, {one.rows:,} rows from row {one.first_row}: {one.reason}" for one in readout.set_aside]
    result = readout.result
    warnings = result["warnings"]
    told = [result["conclusion"], result["needed"], *(warnings if isinstance(warnings, list) else [])]
    return "\n".join([*lines, *(str(text) for text in told if text)])
