"""`python -m evals SUITE`: score the product on a suite's cases, or on anybody else's of the same form."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from agent.commands.options import add_model
from evals import ablation, twins
from evals.card import model_card
from evals.catalog import SUITES
from evals.report import ModelCard
from evals.running import EXIT_BELOW, make_report, open_run, show_progress, write_json
from evals.suite import DEFAULT_STORE, Scene, Suite, case_schema
from evals.table import write_report
from tools.errors import MarketwrightError

COMPARISONS: dict[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "ablation": (ablation.TOLD, ablation.ablate),
    "twins": (twins.TOLD, twins.compare_twins),
}
"""What runs a suite's cases several times over, with what it tells."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one suite and print its report.

    Returns:
        0 where all floors hold, 1 where one does not or a case crashed, 2 for wrong input such as a case file that
        cannot be read, 3 for a missing capability such as the model.
    """
    args = read_arguments(argv)
    try:
        if args.suite in COMPARISONS:
            return COMPARISONS[args.suite][1](args)
        return run(args, {suite.name: suite for suite in SUITES}[args.suite])
    except MarketwrightError as error:
        print(f"evals {args.suite}: {error}", file=sys.stderr)
        return error.exit_code


def read_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    every = {suite.name: suite.told for suite in SUITES} | {name: told for name, (told, _) in COMPARISONS.items()}
    told = "\n".join(f"  {name:<12} {words}" for name, words in every.items())
    parser = argparse.ArgumentParser(
        prog="python -m evals",
        description=f"Score the product on cases.\n\nsuites:\n{told}",
        epilog="exit codes: 0 floors hold, 1 below a floor or crashed, 2 wrong input, 3 a missing capability",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("suite", metavar="SUITE", choices=[*every], help="suite to run")
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
    cases, scene, out = open_run(args, suite)
    card = name_model(scene)
    rows = tuple(show_progress(suite.run(cases, scene), len(cases.cases)))
    report = make_report(suite, cases, scene, card, rows)
    print(write_report(report))
    if out:
        write_json(report, out)
    return 0 if report.holds else EXIT_BELOW


if __name__ == "__main__":
    sys.exit(main())
