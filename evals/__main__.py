"""`python -m evals SUITE`: score the product on a suite's cases, or on anybody else's of the same form."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.commands.options import add_model, read_day
from evals.card import model_card
from evals.casefile import CaseFile, read_cases
from evals.catalog import SUITES
from evals.report import ModelCard, Report, add_up, count_outcomes, list_cases, time_cases
from evals.scoring import Row
from evals.suite import CASES, DEFAULT_STORE, Scene, Suite, case_schema
from evals.table import write_report
from tools.errors import InputError, MarketwrightError

EXIT_BELOW = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one suite and print its report.

    Returns:
        0 where all floors hold, 1 where one does not or a case crashed, 2 for wrong input such as a case file that
        cannot be read, 3 for a missing capability such as the model.
    """
    args = read_arguments(argv)
    try:
        return run(args, {suite.name: suite for suite in SUITES}[args.suite])
    except MarketwrightError as error:
        print(f"evals {args.suite}: {error}", file=sys.stderr)
        return error.exit_code


def read_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    told = "\n".join(f"  {suite.name:<12} {suite.told}" for suite in SUITES)
    parser = argparse.ArgumentParser(
        prog="python -m evals",
        description=f"Score the product on cases.\n\nsuites:\n{told}",
        epilog="exit codes: 0 floors hold, 1 below a floor or crashed, 2 wrong input, 3 a missing capability",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("suite", metavar="SUITE", choices=[suite.name for suite in SUITES], help="suite to run")
    parser.add_argument("--cases", metavar="FILE", help="YAML or JSON of your own, as docs/evals.md says")
    parser.add_argument("--json", metavar="OUT", help="write the whole report to this file")
    parser.add_argument("--store", metavar="S", help=f"store (default: the case file's, else {DEFAULT_STORE})")
    parser.add_argument("--as-of", metavar="D", help="day, YYYY-MM-DD (default: the case file's, else the store's)")
    parser.add_argument("--only", metavar="ID", action="append", help="run only this case; may be repeated")
    parser.add_argument("--schema", action="store_true", help="print the schema of the suite's case files and stop")
    add_model(parser)
    return parser.parse_args(argv)


def run(args: argparse.Namespace, suite: Suite[Any, Any], name_model: Callable[[Scene], ModelCard] = model_card) -> int:
    """Run a suite as the arguments say.

    Args:
        args: The command line, as `read_arguments` gives it.
        suite: The suite to run.
        name_model: Names the model of a scene; called before the first case, so that a missing model costs no time.

    Raises:
        MarketwrightError: The case file, an option or a capability is not as it must be.
    """
    if args.schema:
        print(json.dumps(case_schema(suite.case_type), indent=2, ensure_ascii=False))
        return 0
    cases = select(read_cases(Path(args.cases) if args.cases else suite.cases_path, suite.case_type), args.only)
    out = check_out(args.json)
    scene = Scene(
        store=args.store or cases.store or DEFAULT_STORE,
        as_of=read_day(args.as_of) or cases.as_of,
        model=args.model,
        seed=args.seed,
    )
    card = name_model(scene)
    rows = tuple(show_progress(suite.run(cases, scene), len(cases.cases)))
    report = make_report(suite, cases, scene, card, rows)
    print(write_report(report))
    if out:
        write_json(report, out)
    return 0 if report.holds else EXIT_BELOW


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


def write_json(report: Report, out: Path) -> None:
    """Write the report whole or not at all."""
    half = out.with_name(f".{out.name}.half")
    half.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    os.replace(half, out)


if __name__ == "__main__":
    sys.exit(main())
