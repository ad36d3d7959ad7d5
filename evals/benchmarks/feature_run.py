"""One way to compute the profile features, in a process of its own: `… ENGINE FOLDER OUT` prints seconds and memory."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.feature_files import MEMORY
from tools.feature_queries.catalog import feature_table
from tools.feature_queries.shop import Shop
from tools.warehouse.engine import connect
from tools.warehouse.spark import open_spark

AS_OF: Final = dt.date(2024, 12, 31)
TABLES: Final = ("order_lines", "products", "customers")
KEY: Final = "customer_id"
SQL: Final = Path(__file__).with_name("features.sql")
SPARK_MEMORY: Final = "6g"
KILOBYTE: Final = 1024


def by_ibis(folder: Path, out: Path) -> None:
    """Compute them as the product does: one Ibis expression, on DuckDB."""
    engine = connect(out.parent, MEMORY)
    shop = Shop({name: engine.read_parquet(str(folder / f"{name}.parquet")) for name in TABLES}, AS_OF)
    engine.to_parquet(feature_table(shop, "customers").order_by(KEY), str(out))


def by_hand(folder: Path, out: Path) -> None:
    """Compute them by the SQL written for DuckDB, with the same settings."""
    engine = connect(out.parent, MEMORY)
    for name in TABLES:
        engine.raw_sql(f"CREATE VIEW {name} AS FROM '{folder / name}.parquet'")
    engine.raw_sql(f"COPY ({hand_written()}) TO '{out}'")


def by_spark(folder: Path, out: Path) -> None:
    """Compute them by the same Ibis expression on Spark, on this machine; the start of Spark counts too."""
    engine = open_spark(memory=SPARK_MEMORY, spark_local_dir=str(out.parent))
    shop = Shop({name: engine.read_parquet(str(folder / f"{name}.parquet")) for name in TABLES}, AS_OF)
    engine.to_parquet_dir(feature_table(shop, "customers").order_by(KEY), str(out))
    engine.disconnect()


WAYS: Final[dict[str, Callable[[Path, Path], None]]] = {"ibis": by_ibis, "sql": by_hand, "spark": by_spark}


def hand_written() -> str:
    """Return the hand-written query as of the day."""
    return SQL.read_text(encoding="utf-8").replace("$now", f"TIMESTAMP '{AS_OF}'")


def main(arguments: list[str]) -> None:
    """Compute once and print what it took, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args(arguments)
    started = time.perf_counter()
    WAYS[args.way](args.folder, args.out)
    seconds = time.perf_counter() - started
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    megabytes = max(own.ru_maxrss, others.ru_maxrss) / KILOBYTE
    print(json.dumps({"seconds": seconds, "processor": own.ru_utime + own.ru_stime, "megabytes": megabytes}))


if __name__ == "__main__":
    main(sys.argv[1:])
