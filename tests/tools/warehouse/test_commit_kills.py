"""An update killed before each step on the file system: as it was up to one step, as it is to be from there on."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

import pytest

from evals.benchmarks.import_kills import litter_in, state_of
from tests.tools.warehouse.exports import LINE, PRODUCT, SHOP, silent, write_export
from tools.warehouse.importing import import_store

# What Python tells auditors before it changes the file system (docs.python.org/3/library/audit_events.html).
STEPS = ("os.rename", "os.utime", "os.link", "shutil.rmtree")
MOST_STEPS = 30
STOCK = {"product_id": "p1", "at": "2024-02-01T00:00:00Z", "units": "4"}


def import_up_to(step: int, source: Path, store: Path) -> None:
    """Import, and die just before a step."""
    steps = count(1)

    def watch(event: str, details: object) -> None:
        del details
        if event in STEPS and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    import_store("csv", source, store, report=silent)


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="needs a system that forks")
def test_one_step_changes_everything(tmp_path: Path) -> None:
    base = tmp_path / "base" / "shop"
    before = import_store("csv", write_export(tmp_path / "first", {**SHOP, "stock": [STOCK]}), base, report=silent)
    later = {"order_lines": [LINE, {**LINE, "order_id": "o2"}], "products": [PRODUCT]}
    source = write_export(tmp_path / "later", later)
    whole = Path(shutil.copytree(base.parent, tmp_path / "whole")) / "shop"
    after = import_store("csv", source, whole, report=silent).meta.version
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    left = []
    for step in range(1, MOST_STEPS):
        store = Path(shutil.copytree(base.parent, tmp_path / f"step{step}")) / "shop"
        process = context.Process(target=import_up_to, args=(step, source, store))
        process.start()
        process.join()
        left.append(state_of(store))
        assert import_store("csv", source, store, report=silent).meta.version == after
        assert litter_in(store) == ()
        if process.exitcode == 0:
            break
    turn = left.index(after)
    assert turn > 0
    assert left == [before.meta.version] * turn + [after] * (len(left) - turn)
