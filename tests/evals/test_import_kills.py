"""An import killed at any moment leaves the store as it was or as it is to be; here small, as a benchmark larger."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.benchmarks.import_kills import NOTHING, Bench, Trial, holds, kill_imports, litter_in, state_of
from tools.errors import MissingCapabilityError
from tools.warehouse.folder import META_FILE
from tools.warehouse.importing import import_store

LINES = 60
# Of each kind, so that there are 20 in all.
MOMENTS = 10


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bench, list[Trial]]:
    """Give what 20 killed imports left."""
    try:
        return kill_imports(tmp_path_factory.mktemp("kills"), LINES, MOMENTS, seed=3)
    except MissingCapabilityError as error:
        pytest.skip(str(error))


def test_the_store_opens_every_time_and_a_second_run_completes_it(killed: tuple[Bench, list[Trial]]) -> None:
    bench, trials = killed
    assert len(trials) == 2 * MOMENTS
    assert [trial for trial in trials if not holds(bench, trial)] == []


def test_most_imports_were_killed_at_work(killed: tuple[Bench, list[Trial]]) -> None:
    _, trials = killed
    assert sum(trial.running for trial in trials) > MOMENTS


def test_an_update_gives_what_the_later_export_gives_alone(killed: tuple[Bench, list[Trial]], tmp_path: Path) -> None:
    bench, _ = killed
    alone = import_store("csv", bench.exports["update"], tmp_path / "alone", report=lambda _: None)
    assert alone.meta.version == bench.after["update"]
    assert bench.before["fresh"] == NOTHING
    assert bench.before["update"] == bench.after["fresh"] != bench.after["update"]


def test_a_torn_store_and_litter_are_seen(killed: tuple[Bench, list[Trial]], tmp_path: Path) -> None:
    bench, _ = killed
    store = bench.start("update")
    assert litter_in(store) == ()
    (store / "versions" / "000009").mkdir()
    (store.parent / ".sift.x").mkdir()
    assert litter_in(store) == (".sift.x", "shop/versions/000009")
    table = next((store / "versions" / "000001" / "tables").iterdir())
    table.write_bytes(table.read_bytes() + b"0")
    assert state_of(store) is None
    (store / META_FILE).unlink()
    assert state_of(store) == NOTHING
    assert state_of(tmp_path) == NOTHING
