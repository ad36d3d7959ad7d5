"""The same expressions give the same features on Spark as on DuckDB: whole numbers and labels exactly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from tests.tiny import AS_OF
from tools.feature_files import shop_on
from tools.feature_queries.catalog import KEYS, Of, feature_table
from tools.warehouse.engine import connect
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
def test_spark_and_duckdb_agree(spark: Backend, tiny_store: Store, of: Of) -> None:
    on_duckdb, on_spark = (
        feature_table(shop_on(engine, tiny_store, AS_OF), of).to_pandas().set_index(KEYS[of]).sort_index()
        for engine in (connect(), spark)
    )
    assert list(on_spark.columns) == list(on_duckdb.columns)
    for name in on_duckdb.columns:
        exact = on_duckdb[name].dtype.kind != "f"
        pd.testing.assert_series_equal(
            on_spark[name], on_duckdb[name], check_exact=exact, rtol=TOLERANCE, atol=0, check_dtype=not exact
        )
