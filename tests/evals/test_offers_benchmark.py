"""The offers benchmark on tiny logs of the sample's form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from evals.benchmarks.catalog import benchmark_named
from evals.benchmarks.offers.known_value import make_world, run_trials
from evals.benchmarks.offers.open_bandit import DATA, PRIOR, item_chances, read_impressions, relative_errors
from evals.benchmarks.offers.regret import STRATEGIES, regrets
from evals.benchmarks.offers.run import Sizes, measure
from tools.estimators.off_policy import METHODS

ITEMS, ROWS = 3, 600
RATES = np.array([0.2, 0.2, 0.6])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write two logs: Random shows all items alike, BTS nearly always the last one first."""
    path = tmp_path_factory.mktemp("bandit")
    (path / PRIOR).parent.mkdir(parents=True)
    prior = {"all": {"alpha": [200, 200, 600], "beta": [800, 800, 400]}}
    (path / PRIOR).write_text(yaml.safe_dump(prior), encoding="utf-8")
    rng = np.random.default_rng(0)
    for policy in ("random", "bts"):
        place = rng.integers(0, 3, ROWS)
        chances = (
            np.full((3, ITEMS), 1 / 3) if policy == "random" else np.array([[0, 0, 1], [0.5, 0.5, 0], [0.5, 0.5, 0]])
        )
        items = np.array([rng.choice(ITEMS, p=chances[one]) for one in place])
        frame = pd.DataFrame(
            {
                "item_id": items,
                "position": place + 1,
                "click": (rng.random(ROWS) < RATES[items]).astype(int),
                "propensity_score": chances[place, items],
                **{f"user_feature_{number}": rng.integers(0, 2, ROWS) for number in range(4)},
            }
        )
        file = path / DATA / policy / "all" / "all.csv"
        file.parent.mkdir(parents=True)
        frame.to_csv(file)
    return path


def test_the_thompson_policy_shows_the_best_first(folder: Path) -> None:
    chances = item_chances(folder, "bts", "all", ITEMS)
    assert chances.sum(axis=1) == pytest.approx(1.0)
    assert chances[0, 2] > 0.99
    assert chances[1, 0] == pytest.approx(0.5, abs=0.01)
    assert read_impressions(folder, "bts", "all").positions.max() == 2


def test_the_value_is_near_what_the_other_policy_saw(folder: Path) -> None:
    errors = relative_errors(folder, "all", "random", 4)
    assert errors.shape == (4, len(METHODS))
    assert errors.mean() < 0.25, "0.33 of clicks are expected, known to 6 % either way from 600 rows"


def test_unbiased_methods_are_unbiased_on_known_logs() -> None:
    world = make_world()
    trials = run_trials(world, 40, 400, informed=False)
    errors = trials.estimates[:, METHODS.index("dr")] - world.value
    assert abs(errors.mean()) < 3 * errors.std() / np.sqrt(len(errors))
    assert trials.held[:, METHODS.index("dr")].mean() > 0.8
    # The direct method with a wrong constant is that constant.
    assert trials.estimates[:, METHODS.index("direct")] == pytest.approx(0.5)


def test_learning_gives_less_away() -> None:
    found = regrets(2, drift=False)
    assert found.keys() == STRATEGIES.keys()
    assert found["Thompson"].mean() < found["evenly"].mean()


def test_a_part_is_measured_with_its_rows_and_its_bars(tmp_path: Path) -> None:
    measured = measure(tmp_path, Sizes(bootstraps=0, logs=6, rows=200, runs=0), ("known_value",))
    # Bias and coverage of every method, with learned and with wrong predictions.
    assert len(measured.rows) == 2 * 2 * len(METHODS)
    barred = [row[0] for row in measured.rows if row[3] != "-"]
    assert len(barred) == 2 * 2 * 2
    assert all(name.endswith((" ips", " dr")) for name in barred)


def test_it_is_listed() -> None:
    assert benchmark_named("offers").name == "offers"
