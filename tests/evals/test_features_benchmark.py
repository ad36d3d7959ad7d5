"""The features benchmark at a tiny size: the hand-written SQL and the Ibis expressions give the same columns."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
import pytest

from evals.benchmarks.feature_run import by_hand, by_ibis
from evals.benchmarks.feature_shop import make_shop
from evals.benchmarks.features import BENCHMARK, TOLERANCE, Run, Timed, _told, compare

LINES = 20_000


def test_hand_written_sql_and_the_expressions_agree(tmp_path: Path) -> None:
    make_shop(LINES, tmp_path)
    found = []
    for way in (by_ibis, by_hand):
        way(tmp_path, tmp_path / f"{way.__name__}.parquet")
        found.append(pd.read_parquet(tmp_path / f"{way.__name__}.parquet"))
    assert compare(*found) <= TOLERANCE
    assert len(found[0].columns) > 70
    assert found[0]["customer_id"].nunique() == len(found[0])


def test_the_made_up_shop_is_the_same_each_time_and_skewed(tmp_path: Path) -> None:
    tables = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        make_shop(LINES, tmp_path / name)
        tables.append(pd.read_parquet(tmp_path / name / "order_lines.parquet"))
    pd.testing.assert_frame_equal(*tables)
    orders = tables[0].groupby("customer_id")["order_id"].nunique()
    assert orders.max() > 5 * orders.median()


def test_a_difference_is_no_result() -> None:
    frame = pd.DataFrame({"customer_id": ["a", "b"], "spend": [1.0, 2.0], "tier": ["low", "top"]})
    assert compare(frame, frame.iloc[::-1]) == 0
    with pytest.raises(ValueError, match="spend differs by"):
        compare(frame, frame.assign(spend=[1.0, 2.001]))
    with pytest.raises(ValueError, match="tier differs"):
        compare(frame, frame.assign(tier=["low", "low"]))
    with pytest.raises(ValueError, match="tier is null"):
        compare(frame, frame.assign(tier=["low", None]))


def test_the_bars_are_on_ratio_growth_and_memory() -> None:
    def timed(way: str, lines: int, *seconds: float, megabytes: float = 100) -> Timed:
        return Timed(way, lines, tuple(Run(each, each, megabytes) for each in seconds))

    small = (timed("ibis", 10, 1.0, 1.2, 1.1), timed("sql", 10, 1, 1, 1))
    good = _told(100, (*small, timed("ibis", 100, 10, 11, 12), timed("sql", 100, 10, 10, 10)), 0.0, [])
    assert good.holds
    assert good.notes[0].startswith("Ibis over hand-written SQL: 1.10 (1.00–1.20)")
    assert not _told(100, (*small, timed("ibis", 100, 13, 13.5, 14), timed("sql", 100, 10, 10, 10)), 0.0, []).holds
    fat = timed("ibis", 100, 10, 11, 12, megabytes=5000)
    assert not _told(100, (*small, fat, timed("sql", 100, 10, 10, 10)), 0.0, []).holds


def test_the_whole_benchmark_runs() -> None:
    parser = argparse.ArgumentParser()
    BENCHMARK.add_arguments(parser)
    measured = BENCHMARK.run(parser.parse_args(["--lines", "20000", "--repeats", "1"]))
    assert [row[:2] for row in measured.rows] == [
        ("ibis", "2,000"), ("sql", "2,000"), ("ibis", "20,000"), ("sql", "20,000")
    ]  # fmt: skip
