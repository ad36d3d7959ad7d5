"""`marketwright check`: check a campaign again from its files alone."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.recheck import recheck
from agent.summary import check_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("campaign", metavar="CAMPAIGN_DIR", help="folder that `marketwright plan` wrote")


def run(args: argparse.Namespace) -> int:
    """Recompute all checks; exit code 1 if one fails."""
    results = recheck(Path(args.campaign))
    print(check_table(results))
    return 1 if any(result.status == "failed" for result in results) else 0
