"""What approve, reject and export share: who decides, and when."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass

from agent.approval import Decision


def add_decision(parser: argparse.ArgumentParser) -> None:
    """Add the campaign's folder, --by, --note and --plan-hash."""
    parser.add_argument("campaign", metavar="CAMPAIGN", help="folder that `marketwright plan` wrote")
    parser.add_argument("--by", default=getpass.getuser(), metavar="NAME", help="who decides (default: you)")
    parser.add_argument("--note", default="", metavar="TEXT", help="why; kept in the audit trail")
    parser.add_argument("--plan-hash", metavar="HASH", help="the plan that was looked at; refused if it is another now")


def read_decision(args: argparse.Namespace) -> Decision:
    """Make a decision of the arguments, at this moment."""
    return Decision(by=args.by, at=dt.datetime.now(dt.UTC), note=args.note, plan_hash=args.plan_hash)
