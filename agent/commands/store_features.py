"""`marketwright store features`: every feature of the customers or products, in a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.commands.options import read_day
from agent.desk import latest_day
from tools.feature_files import MEMORY, write_features
from tools.feature_queries.catalog import FEATURES
from tools.progress import say
from tools.warehouse.engine import connect
from tools.warehouse.spark import LOCAL, open_spark
from tools.warehouse.store import open_store


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the action's arguments."""
    features = actions.add_parser("features", help="write the features of customers or products to a file")
    features.add_argument("store", metavar="S", help="name of the store, or its folder")
    features.add_argument("--as-of", metavar="D", help="day to work on, YYYY-MM-DD; nothing on or after it is read")
    features.add_argument("--of", choices=tuple(FEATURES), default="customers", help="default customers")
    features.add_argument("--out", required=True, metavar="FILE", help="a .parquet or .csv file to write")
    features.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="default duckdb")
    features.add_argument("--master", default=LOCAL, metavar="URL", help="of Spark (default: this machine)")


def run_features(args: argparse.Namespace) -> int:
    """Write the file."""
    store = open_store(args.store)
    day = read_day(args.as_of) or latest_day(store)
    engine = open_spark(args.master) if args.engine == "spark" else connect(memory=MEMORY)
    try:
        rows = write_features(store, day, args.of, Path(args.out), engine)
    finally:
        engine.disconnect()
    say(f"{rows:,} {args.of} as of {day} written to {args.out}")
    return 0
