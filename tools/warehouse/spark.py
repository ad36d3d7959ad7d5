"""The one home of Spark: the same Ibis expressions where a shop outgrows one machine."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import ibis

from tools.errors import MissingCapabilityError

if TYPE_CHECKING:
    from ibis.backends.pyspark import Backend

LOCAL: Final = "local[*]"
LOCAL_MEMORY: Final = "2g"
# What every session gets. Times in tables are UTC; a progress bar has no place in a program's output.
ALWAYS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
# What a session on this machine gets besides: no web page, no open port, and no more parts than cores to work on.
ON_THIS_MACHINE: Final = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
    "spark.log.level": "ERROR",
}


def spark_is_missing() -> str | None:
    """Return what Spark lacks here in words, or None where it can start."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "no java was found on PATH or in JAVA_HOME"
    return None


def open_spark(master: str = LOCAL, memory: str = LOCAL_MEMORY, **settings: str) -> Backend:
    """Start Spark, or join the session that is running, and return it for Ibis; `disconnect()` stops it.

    Args:
        master: `local[*]` for this machine, else a cluster's address such as `yarn` or `spark://host:7077`.
        memory: For the process on this machine, where the master is local.
        settings: Spark's own, with `_` for `.`, which go before those of this module.

    Raises:
        MissingCapabilityError: pyspark or Java is not there; the message says how to get it.
    """
    lacking = spark_is_missing()
    if lacking:
        raise MissingCapabilityError(
            f"engine 'spark' cannot start: {lacking}; expected pyspark 4 and Java 17; "
            "try pip install 'marketwright[spark]' and a Java 17, or --engine duckdb"
        )
    if master.startswith("local"):
        # Spark would start its workers with whatever `python3` is on PATH, which may lack every library of ours.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = import_module("pyspark.sql").SparkSession.builder.master(master).appName("marketwright")
    local = {**ON_THIS_MACHINE, "spark.driver.memory": memory} if master.startswith("local") else {}
    given = {name.replace("_", "."): value for name, value in settings.items()}
    for name, value in {**local, **ALWAYS, **given}.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())
