"""The response benchmark on the busy store, whose keen customers are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.benchmarks.catalog import benchmark_named
from evals.benchmarks.response import measure
from tests import busy
from tools.errors import InputError
from tools.warehouse.store import Store


def test_a_tiny_run(tmp_path: Path) -> None:
    measured = measure(busy.make_busy_store(tmp_path / "busy"), 39)
    rows = {row[0]: row for row in measured.rows}
    auc = rows["campaigns, AUC: logistic regression"][1]
    assert float(auc.split()[0]) > 0.6
    assert rows["campaigns, expected calibration error"][1].endswith("(n 400)")
    assert any(name.startswith("churn, AUC: boosted trees") for name in rows) or "churn" in rows
    assert benchmark_named("response").name == "response"


def test_a_store_without_later_campaigns_is_refused(tiny_store: Store) -> None:
    with pytest.raises(InputError, match="has no campaign to predict"):
        measure(tiny_store, 10)
