"""Kill imports at random moments and look at what they leave: `python -m evals.benchmarks import_kills`.

The bar: the store opens every time, as it was before or as it is after; a second run completes it; no litter remains.
Each import is a process of its own, ended by SIGKILL, which no program can catch.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final, Literal

import numpy as np

from evals.benchmarks.exports import write_exports
from evals.benchmarks.measure import Benchmark, Measured
from tools.errors import MissingCapabilityError
from tools.progress import say
from tools.warehouse.folder import META_FILE, QUALITY_FILE, TABLES_FOLDER, VERSIONS_FOLDER
from tools.warehouse.importing import import_store
from tools.warehouse.quality import QualityReport
from tools.warehouse.store import Store
from tools.warehouse.versions import LOCK_FILE
from tools.warehouse.writer import fingerprint

Mode = Literal["fresh", "update"]
MODES: Final[tuple[Mode, ...]] = ("fresh", "update")
MOMENTS: Final = 20
LINES: Final = 100_000
NOW: Final = dt.datetime(2024, 7, 6, tzinfo=dt.UTC)
STORE: Final = "shop"
NOTHING: Final = "no store"
VERSION_PARTS: Final = {META_FILE, QUALITY_FILE, TABLES_FOLDER, "quarantine", "private"}


@dataclass(frozen=True)
class Trial:
    """What one killed import left.

    Attributes:
        mode: Whether the store was new or updated.
        running: Whether the import was still at work when it was killed.
        left: Version of the store that was found, or `NOTHING`; None for one that does not open or is not whole.
        completed: Version after the second run.
        litter: Files that remain beside what belongs to a store.
    """

    mode: Mode
    running: bool
    left: str | None
    completed: str | None
    litter: tuple[str, ...]


@dataclass(frozen=True)
class Bench:
    """Two exports of a shop, and what an import of each gives undisturbed.

    Attributes:
        folder: Where everything happens.
        exports: The export for each mode.
        before: Version (or `NOTHING`) before the import, by mode.
        after: Version after it, by mode.
        seconds: How long the import takes, by mode.
    """

    folder: Path
    exports: dict[Mode, Path]
    before: dict[Mode, str]
    after: dict[Mode, str]
    seconds: dict[Mode, float]

    def start(self, mode: Mode) -> Path:
        """Put a store into the state before the import, and return its folder."""
        stores = Path(tempfile.mkdtemp(dir=self.folder, prefix=f"{mode}-"))
        if mode == "update":
            shutil.copytree(self.folder / STORE, stores / STORE)
        return stores / STORE


def kill_imports(folder: Path, lines: int, moments: int, seed: int) -> tuple[Bench, list[Trial]]:
    """Import twice undisturbed, then kill `moments` imports of each mode at moments spread over the time they take.

    Raises:
        MissingCapabilityError: The system cannot fork processes.
    """
    context = _context()
    bench = _bench(context, folder, lines, seed)
    rng = np.random.default_rng(seed)
    trials = []
    for mode in MODES:
        shares = (np.arange(moments) + rng.random(moments)) / moments
        for turn, share in enumerate(shares, 1):
            say(f"{mode}: killing import {turn} of {moments} after {share:.0%} of {bench.seconds[mode]:.1f} s")
            trials.append(_trial(context, bench, mode, float(share) * bench.seconds[mode]))
    return bench, trials


def _context() -> ForkServerContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        raise MissingCapabilityError("import_kills needs a system that forks processes; expected Linux or macOS")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    return context


def _bench(context: ForkServerContext, folder: Path, lines: int, seed: int) -> Bench:
    first, second = write_exports(folder / "exports", lines, seed)
    store = folder / STORE
    _import(first, store)
    before = Store(store).meta.version
    bench = Bench(folder, {"fresh": first, "update": second}, {"fresh": NOTHING, "update": before}, {}, {})
    for mode in MODES:
        target = bench.start(mode)
        started = time.perf_counter()
        process = context.Process(target=_import, args=(bench.exports[mode], target))
        process.start()
        process.join()
        bench.seconds[mode] = time.perf_counter() - started
        bench.after[mode] = Store(target).meta.version
        shutil.rmtree(target.parent)
    return bench


def _import(source: Path, store: Path) -> None:
    import_store("csv", source, store, report=_quiet, now=NOW)


def _quiet(line: str) -> None:
    del line


def _trial(context: ForkServerContext, bench: Bench, mode: Mode, seconds: float) -> Trial:
    target = bench.start(mode)
    process = context.Process(target=_import, args=(bench.exports[mode], target))
    started = time.perf_counter()
    process.start()
    process.join(seconds)
    running = process.is_alive()
    if not running:  # the undisturbed import was slower, such as one that paid for starting up: aim earlier from now on
        bench.seconds[mode] = min(bench.seconds[mode], time.perf_counter() - started)
    process.kill()
    process.join()
    left = state_of(target)
    _import(bench.exports[mode], target)
    trial = Trial(mode, running, left, state_of(target), litter_in(target))
    shutil.rmtree(target.parent)
    return trial


def state_of(folder: Path) -> str | None:
    """Return the version of the store in a folder, `NOTHING` without one, or None for one that is not whole."""
    if not (folder / META_FILE).exists():
        return NOTHING
    store = Store(folder)
    QualityReport.model_validate_json(store.quality_file.read_bytes())
    return store.meta.version if fingerprint(store.data / TABLES_FOLDER) == store.meta.version else None


def litter_in(folder: Path) -> tuple[str, ...]:
    """Return what lies about a store besides its versions, the one in use and those that it superseded."""
    own = {LOCK_FILE, META_FILE, VERSIONS_FOLDER}
    current = Store(folder).data
    versions = list(current.parent.iterdir())
    found = [path for path in folder.parent.iterdir() if path != folder]
    found += [path for path in folder.iterdir() if path.name not in own]
    found += [path for path in versions if not path.name.isdecimal() or path.name > current.name]
    found += [part for path in versions for part in path.iterdir() if part.name not in VERSION_PARTS]
    return tuple(sorted(str(path.relative_to(folder.parent)) for path in found))


def holds(bench: Bench, trial: Trial) -> bool:
    """Tell whether a trial met the bar."""
    whole = trial.left in (bench.before[trial.mode], bench.after[trial.mode])
    return whole and trial.completed == bench.after[trial.mode] and not trial.litter


def _run(args: argparse.Namespace) -> Measured:
    with tempfile.TemporaryDirectory(prefix="marketwright-kills-") as folder:
        bench, trials = kill_imports(Path(folder), args.lines, args.moments, args.seed)
    return Measured(
        name="import_kills",
        protocol=(
            f"{args.moments} imports of each kind, each a process killed (SIGKILL) at a moment drawn over the measured "
            f"duration (seed {args.seed}); a made-up shop of {args.lines:,} order lines as CSV. Fresh: into no store; "
            "update: a later export into a store of the earlier one. A store counts as whole when the fingerprint of "
            "its tables is the one it states."
        ),
        columns=(
            "import",
            "seconds",
            "killed at work",
            "left before / after",
            "whole",
            "second run completes",
            "litter",
        ),
        rows=tuple(_row(bench, mode, [trial for trial in trials if trial.mode == mode]) for mode in MODES),
        notes=("Bar: the store opens every time, before or after, and a second run completes it.",),
        holds=all(holds(bench, trial) for trial in trials),
    )


def _row(bench: Bench, mode: Mode, trials: list[Trial]) -> tuple[str, ...]:
    left = Counter(trial.left for trial in trials)
    before, after = bench.before[mode], bench.after[mode]
    return (
        mode,
        f"{bench.seconds[mode]:.1f}",
        f"{sum(trial.running for trial in trials)} of {len(trials)}",
        f"{left[before]} / {left[after]}",
        f"{left[before] + left[after]} of {len(trials)}",
        f"{sum(trial.completed == after for trial in trials)} of {len(trials)}",
        str(sum(len(trial.litter) for trial in trials)),
    )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=LINES, help=f"order lines of the later export (default {LINES})")
    parser.add_argument("--moments", type=int, default=MOMENTS, help=f"kills of each kind (default {MOMENTS})")
    parser.add_argument("--seed", type=int, default=7, help="seed of the moments and of the shop (default 7)")


BENCHMARK = Benchmark("import_kills", "kill imports at random moments; the store stays whole", _run, _add_arguments)
