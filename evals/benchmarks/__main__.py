"""`python -m evals.benchmarks NAME`: measure one thing and print its section of BENCHMARKS.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evals.benchmarks.catalog import BENCHMARKS, benchmark_named
from evals.benchmarks.measure import write_markdown
from tools.errors import MarketwrightError

EXIT_BELOW = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run one benchmark.

    Returns:
        0 where its bars hold, 1 where one does not, 2 for wrong input, 3 for a missing capability such as data.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks", description=__doc__)
    parser.add_argument("name", metavar="NAME", choices=BENCHMARKS, help=", ".join(BENCHMARKS))
    parser.add_argument("--json", metavar="OUT", help="write the result to this file too")
    known = next((word for word in words if word in BENCHMARKS), None)
    benchmark = benchmark_named(known) if known else None
    if benchmark:
        benchmark.add_arguments(parser)
    args = parser.parse_args(words)
    try:
        measured = benchmark_named(args.name).run(args)
    except MarketwrightError as error:
        print(f"benchmark {args.name}: {error}", file=sys.stderr)
        return error.exit_code
    print(write_markdown(measured))
    if args.json:
        Path(args.json).write_text(measured.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return 0 if measured.holds else EXIT_BELOW


if __name__ == "__main__":
    sys.exit(main())
