"""`marketwright model`: show or build the language model."""

from __future__ import annotations

import argparse

from agent.artifacts import to_json
from agent.models.build import build_model
from agent.models.info import model_info
from tools.packages import fetch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("action", choices=("info", "build"), help="info: parts and digests; build: fetch and merge")


def run(args: argparse.Namespace) -> int:
    """Do the asked action."""
    if args.action == "build":
        fetch("base_model")
        print(build_model())
    else:
        print(to_json(model_info()), end="")
    return 0
