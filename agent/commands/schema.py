"""`marketwright schema`: print the JSON schema of a file or a tool."""

from __future__ import annotations

import argparse
import json
from typing import Any

from pydantic import BaseModel

from agent.campaign import Campaign
from agent.evidence import Evidence
from agent.requests import AskReply, AskRequest, PlanRequest
from tools.catalog import TOOLS
from tools.errors import InputError

MODELS: dict[str, type[BaseModel]] = {
    "campaign": Campaign,
    "evidence": Evidence,
    "plan_request": PlanRequest,
    "ask_request": AskRequest,
    "ask_reply": AskReply,
}
"""What has a schema besides the tools."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("name", metavar="NAME", help=", ".join([*MODELS, "or a tool's name"]))


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    print(json.dumps(schema_named(args.name), indent=2, ensure_ascii=False))
    return 0


def schema_named(name: str) -> dict[str, Any]:
    """Return a JSON schema by name; for a tool, `query` and `answer`.

    Raises:
        InputError: Nothing has that name.
    """
    if name in MODELS:
        return MODELS[name].model_json_schema()
    for tool in TOOLS:
        if tool.name == name:
            return {"query": tool.query.model_json_schema(), "answer": tool.answer.model_json_schema()}
    names = [*MODELS, *(tool.name for tool in TOOLS)]
    raise InputError(f"schema {name!r} does not exist; expected one of {', '.join(names)}")
