"""The uplift benchmark on a tiny file of the trial's form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from evals.benchmarks.catalog import benchmark_named
from evals.benchmarks.microfinance import AREA_TRAITS, FILE, HOUSEHOLD_TRAITS, OUTCOMES, read_households
from evals.benchmarks.uplift import measure

AREAS, PER_AREA = 24, 20


def write_trial(folder: Path) -> None:
    """Write a trial in which half of the areas borrow much more."""
    rng = np.random.default_rng(0)
    rows = AREAS * PER_AREA
    area = np.repeat(np.arange(AREAS), PER_AREA)
    frame = pd.DataFrame({name: rng.normal(size=rows) for name in (*AREA_TRAITS, *HOUSEHOLD_TRAITS, *OUTCOMES)})
    treated = area % 2 == 0
    frame["any_old_biz"] = pd.Categorical(np.where(rng.random(rows) < 0.3, "Yes", "No"))
    frame["anymfi_1"] = pd.Categorical(np.where(rng.random(rows) < np.where(treated, 0.7, 0.2), "Yes", "No"))
    frame.loc[0, "biz_index_all_1"] = np.nan
    frame["areaid"], frame["treatment"] = area, pd.Categorical(np.where(treated, "Treatment", "Control"))
    frame.to_stata(folder / FILE, write_index=False)


def test_the_file_is_read(tmp_path: Path) -> None:
    write_trial(tmp_path)
    households = read_households(tmp_path)
    assert households.treated.sum() == AREAS * PER_AREA / 2
    assert set(np.unique(households.trial("anymfi_1").outcome)) == {0.0, 1.0}
    assert len(households.trial("biz_index_all_1").outcome) == AREAS * PER_AREA - 1
    drawn = households.permuted(np.random.default_rng(1))
    assert drawn.sum() == households.treated.sum()
    assert (drawn.reshape(AREAS, PER_AREA).std(axis=1) == 0).all()


def test_a_tiny_run(tmp_path: Path) -> None:
    write_trial(tmp_path)
    measured = measure(tmp_path, customers=200, trials=1, permutations=1)
    assert measured.rows[0][2].endswith("effect known")
    assert len(measured.rows) == 3 * len(OUTCOMES) + 2 * 9 + 2
    assert benchmark_named("uplift").name == "uplift"
