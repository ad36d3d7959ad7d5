"""The M3 benchmark on a tiny file of the competitions' form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.benchmarks.catalog import BENCHMARKS, benchmark_named
from evals.benchmarks.competitions import SETS, Group, mase, read_groups, smape
from evals.benchmarks.m3 import bootstrap_points, measure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with 12 yearly and 12 quarterly series that rise."""
    rng = np.random.default_rng(0)
    series = {
        f"N{number}": {
            "period": ["YEARLY" if number < 12 else "QUARTERLY"],
            "x": (100 + 5 * np.arange(24) + rng.normal(0, 3, 24)).tolist(),
            "xx": (100 + 5 * np.arange(24, 28) + rng.normal(0, 3, 4)).tolist(),
        }
        for number in range(24)
    }
    for name in SETS.values():
        (tmp_path / name).write_text(json.dumps(series), encoding="utf-8")
    return tmp_path


def test_series_come_by_frequency(folder: Path) -> None:
    yearly, quarterly = read_groups(folder, "m1")
    assert (yearly.frequency, yearly.season, len(yearly.training)) == ("yearly", 1, 12)
    assert (quarterly.season, quarterly.holdout.shape) == (4, (12, 4))
    assert len(yearly.every(5).training) == 3


def test_measures_are_the_competitions() -> None:
    assert smape(np.array([3.0]), np.array([1.0])) == pytest.approx([200 * 2 / 4])
    group = Group("quarterly", 2, (np.array([1.0, 2.0, 4.0, 5.0]),), np.array([[6.0, 7.0]]))
    assert mase(group, np.array([[4.0, 4.0]])) == pytest.approx([(2 + 3) / 2 / 3])


def test_a_constant_measure_has_no_spread() -> None:
    assert bootstrap_points(np.ones(6), np.repeat([0, 1], 3)) == (1.0, 1.0)


def test_the_benchmark_prints_every_frequency_and_the_whole(folder: Path) -> None:
    measured = measure({"m3": read_groups(folder, "m3")}, [group.every(6) for group in read_groups(folder, "m3")])
    assert [row[0] for row in measured.rows] == ["m3 yearly, n 12", "m3 quarterly, n 12", "**m3, all**, n 24"]
    assert float(measured.rows[-1][1].split()[0]) < float(measured.rows[-1][5])
    assert sum(note.startswith("speed: ") for note in measured.notes) == 3


def test_the_benchmark_is_listed() -> None:
    assert "m3" in BENCHMARKS
    assert benchmark_named("m3").name == "m3"
