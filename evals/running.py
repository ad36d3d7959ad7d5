"""Running a suite's cases and putting the rows together, for one model or for several."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from agent.commands.options import read_day
from evals.casefile import Case, CaseFile, read_cases
from evals.report import ModelCard, Report, add_up, count_outcomes, list_cases, time_cases
from evals.scoring import Row
from evals.suite import CASES, DEFAULT_STORE, Scene, Suite
from tools.errors import InputError
from tools.frozen import Frozen

C = TypeVar("C", bound=Case)

EXIT_BELOW = 1
"""Exit code of a run that is below a floor or a bar, or in which a case crashed."""


def select(cases: CaseFile[Any], only: Sequence[str] | None) -> CaseFile[Any]:
    """Keep the cases asked for; all if none are named.

    Raises:
        InputError: A case asked for is not in the file.
    """
    if not only:
        return cases
    known = {case.id for case in cases.cases}
    for name in only:
        if name not in known:
            raise InputError(f"case {name!r} is not in {str(cases.path)!r}; expected one of its {len(known)} ids")
    return replace(cases, cases=tuple(case for case in cases.cases if case.id in only))


def open_run(args: argparse.Namespace, suite: Suite[C, Any]) -> tuple[CaseFile[C], Scene, Path | None]:
    """Read the cases that the command line names, the scene they run on and where the report goes, if anywhere.

    Raises:
        InputError: The case file or an option is not as it must be.
    """
    cases = select(read_cases(Path(args.cases) if args.cases else suite.cases_path, suite.case_type), args.only)
    scene = Scene(
        store=args.store or cases.store or DEFAULT_STORE,
        as_of=read_day(args.as_of) or cases.as_of,
        model=args.model,
        seed=args.seed,
    )
    return cases, scene, check_out(args.json)


def check_out(path: str | None) -> Path | None:
    """Look before the cases run whether the report can be written.

    Raises:
        InputError: It cannot.
    """
    if path is None:
        return None
    out = Path(path)
    if out.is_dir() or not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise InputError(f"--json {path!r} cannot be written; expected a file in a folder that exists; try report.json")
    return out


def show_progress(rows: Iterator[Row], total: int) -> Iterator[Row]:
    """Print each row's outcome on standard error as it comes."""
    for number, row in enumerate(rows, 1):
        print(f"{number:>4}/{total} {row.outcome:<14} {row.seconds:6.2f} s  {row.id}", file=sys.stderr, flush=True)
        yield row


def make_report(
    suite: Suite[Any, Any], cases: CaseFile[Any], scene: Scene, card: ModelCard, rows: Sequence[Row]
) -> Report:
    """Put rows together with what was scored."""
    return Report(
        suite=suite.name,
        cases_file=_shown(cases.path),
        cases_sha256=cases.sha256,
        store=scene.store,
        as_of=scene.as_of,
        seed=scene.seed,
        model=card,
        outcomes=count_outcomes(rows),
        measures=tuple(add_up(measure, rows) for measure in suite.sheet.measures),
        seconds=time_cases(rows),
        cases=list_cases(rows),
    )


def _shown(path: Path) -> str:
    """Show the suites' own files from the project's folder, so that reports of two machines can be compared."""
    project = CASES.parents[1]
    return str(path.relative_to(project)) if path.is_relative_to(project) else str(path)


def write_json(report: Frozen, out: Path) -> None:
    """Write the report whole or not at all."""
    half = out.with_name(f".{out.name}.half")
    half.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    os.replace(half, out)
