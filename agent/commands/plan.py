"""`marketwright plan`: turn a brief into a checked campaign."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from agent.artifacts import check_target, save_campaign
from agent.commands.options import add_model, add_store, read_budget, read_day
from agent.pipeline import plan_campaign
from agent.report import render_report
from agent.requests import BRIEF_CHARACTERS, Event, Finished, PlanRequest
from agent.summary import summarize
from tools.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("brief", metavar="BRIEF", help="what the campaign is to do, in a sentence or a paragraph")
    add_store(parser)
    parser.add_argument("--out", default="campaign", metavar="DIR", help="folder to write to (default ./campaign)")
    parser.add_argument("--budget", metavar="N", help="budget; overrides the brief's")
    add_model(parser)


def run(args: argparse.Namespace) -> int:
    """Plan, write the files, print the summary."""
    out = Path(args.out)
    request = read_request(args)
    check_target(out)
    finished = plan_campaign(request, show)
    save(out, finished)
    return 1 if any(check.status == "failed" for check in finished.campaign.checks) else 0


def read_request(args: argparse.Namespace) -> PlanRequest:
    """Make a request of the arguments.

    Raises:
        InputError: The brief is empty or too long, or an option is wrong.
    """
    brief = args.brief.strip()
    if not brief:
        raise InputError(
            'the brief is empty; expected a sentence; try "Win back lapsed customers by email, budget 500"'
        )
    if len(brief) > BRIEF_CHARACTERS:
        raise InputError(f"the brief has {len(brief):,} characters; expected at most {BRIEF_CHARACTERS:,}; shorten it")
    budget, as_of = read_budget(args.budget), read_day(args.as_of)
    try:
        return PlanRequest(brief=brief, store=args.store, budget=budget, as_of=as_of, model=args.model, seed=args.seed)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise InputError(f"option {fault['loc'][0]!r} is wrong: {fault['msg']}; see --help") from error


def save(out: Path, finished: Finished) -> None:
    """Write the campaign's files and print where they are and what is in them."""
    save_campaign(out, finished, render_report(finished.campaign, finished.evidence))
    print(summarize(finished.campaign, out))


def show(event: Event) -> None:
    """Print one piece of news on standard error."""
    took = f"  {event.seconds:.1f} s" if event.seconds is not None else ""
    print(f"  {event.step:<10} {event.message}{took}", file=sys.stderr, flush=True)
