"""The same expressions give the same features on Spark as on DuckDB: whole numbers and labels exactly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from tests.tiny import AS_OF
from tools.feature_files import write_features
from tools.feature_queries.catalog import KEYS, Of
from tools.warehouse.spark import open_spark, spark_is_missing
from tools.warehouse.store import Store

if TYPE_CHECKING:
    from ibis.backends.pyspark import Backend

TOLERANCE = 1e-9
"""Relative; engines' own sine, logarithm and square root may differ in the last digit."""
# A tiny store needs no parallel work, which would cost this test minutes.
QUICK = {
    "spark_sql_shuffle_partitions": "1",
    "spark_sql_adaptive_enabled": "false",
    "spark_sql_codegen_wholeStage": "false",
    "spark_sql_codegen_factoryMode": "NO_CODEGEN",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[Backend]:
    """Give a Spark session, started once."""
    lacking = spark_is_missing()
    if lacking:
        pytest.skip(f"Spark cannot start: {lacking}")
    session = open_spark("local[1]", memory="1g", **QUICK)
    yield session
    session.disconnect()


@pytest.mark.slow
@pytest.mark.parametrize("of", ["customers", "products"])
def test_spark_and_duckdb_agree(spark: Backend, tiny_store: Store, of: Of, tmp_path: Path) -> None:
    """What they write is compared, since that keeps an engine's own types, such as decimals, that frames hide."""
    found = []
    for name, engine in (("duckdb.parquet", None), ("spark.parquet", spark)):
        assert write_features(tiny_store, AS_OF, of, tmp_path / name, engine) == 10
        found.append(pd.read_parquet(tmp_path / name).set_index(KEYS[of]))
    on_duckdb, on_spark = found
    assert list(on_spark.columns) == list(on_duckdb.columns)
    for name in on_duckdb.columns:
        kind = on_duckdb[name].dtype.kind
        assert on_spark[name].dtype.kind == kind
        pd.testing.assert_series_equal(
            on_spark[name], on_duckdb[name], check_exact=kind != "f", rtol=TOLERANCE, atol=0, check_dtype=kind != "M"
        )
