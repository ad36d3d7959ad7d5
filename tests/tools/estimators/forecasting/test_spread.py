"""The same forecasts in one process, in several, and on Fugue's engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tools.estimators.forecasting.arrays import Values
from tools.estimators.forecasting.cluster import on_engine
from tools.estimators.forecasting.cores import on_cores
from tools.estimators.forecasting.panel import Learner, PanelForecast, forecast_panel
from tools.warehouse.spark import open_spark, spark_is_missing

QUICK = {"spark_sql_shuffle_partitions": "2", "spark_sql_adaptive_enabled": "false"}


def products(count: int) -> list[Values]:
    """Return panels of all lengths, some of them sparse."""
    rng = np.random.default_rng(5)
    rates = rng.gamma(1.0, 5.0, count)
    return [
        rng.poisson(rate, points).astype(float) for rate, points in zip(rates, rng.integers(0, 60, count), strict=True)
    ]


def same(one: PanelForecast, other: PanelForecast) -> None:
    """Assert that two forecasts agree."""
    assert one.methods.tolist() == other.methods.tolist()
    for name in ("middle", "low80", "high80", "low95", "high95", "wape", "errors"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("learner", [on_cores(2, fewest=10), on_engine(part=17)], ids=["cores", "fugue"])
def test_where_it_runs_does_not_matter(learner: Learner) -> None:
    panel = products(60)
    same(forecast_panel(panel, 4, learner=learner), forecast_panel(panel, 4))


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    lacking = spark_is_missing()
    if lacking:
        pytest.skip(lacking)
    backend = open_spark("local[2]", memory="1g", **QUICK)
    yield backend._session
    backend.disconnect()


@pytest.mark.slow
def test_spark_gives_the_same(session: Any) -> None:
    panel = products(24)
    same(forecast_panel(panel, 4, learner=on_engine(session, part=12)), forecast_panel(panel, 4))
