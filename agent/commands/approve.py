"""`marketwright approve`: approve the exact plan on file."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.approval import approve
from agent.commands.decision import add_decision, read_decision


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_decision(parser)


def run(args: argparse.Namespace) -> int:
    """Approve, and print what was decided."""
    campaign = approve(Path(args.campaign), read_decision(args))
    print(f"campaign {campaign.id} is {campaign.state}; plan {campaign.plan_hash}")
    return 0
