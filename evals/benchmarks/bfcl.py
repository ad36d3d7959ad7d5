"""What specialising cost: general function calling of the base and the tuned model, functions listed in the prompt."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from langchain.chat_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from agent.actions import STOPS, parse_action
from agent.listing import Listed, write_arguments
from agent.models.build import build_model
from agent.models.files import base_gguf
from agent.models.local import LocalChat
from agent.models.request import AnswerError
from evals.benchmarks.bfcl_match import matches
from evals.benchmarks.measure import Benchmark, Measured
from evals.datasets import dataset
from evals.intervals import wilson
from prompts import render
from tools.errors import InputError, ToolError
from tools.progress import say

CATEGORIES: Final = ("simple_python", "multiple", "irrelevance")
CASES: Final = 100
CONTEXT: Final = 4096
LONGEST: Final = 200
LONGEST_TEXT: Final = 80
JSON_TYPES: Final[Mapping[str, str]] = {"dict": "object", "float": "number", "tuple": "array", "any": "string"}
"""How the files name types that JSON schema names otherwise; the rest is the same."""


@dataclass(frozen=True)
class Function:
    """One function of a case, with its arguments as a JSON schema."""

    name: str
    told: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class FunctionCase:
    """One question, the functions that are given, and the wanted call; none where no function fits."""

    question: str
    functions: tuple[Function, ...]
    wanted: Mapping[str, Mapping[str, list[object]]] | None


def read_category(folder: Path, category: str) -> list[FunctionCase]:
    """Read one category's questions and possible answers."""
    questions = _lines(folder / f"BFCL_v4_{category}.json")
    answers = folder / "possible_answer" / f"BFCL_v4_{category}.json"
    wanted = {line["id"]: line["ground_truth"][0] for line in _lines(answers)} if answers.is_file() else {}
    return [
        FunctionCase(
            question=line["question"][0][-1]["content"],
            functions=tuple(
                Function(each["name"], each["description"], as_json_schema(each["parameters"]))
                for each in line["function"]
            ),
            wanted=wanted.get(line["id"]),
        )
        for line in questions
    ]


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def as_json_schema(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Translate a function's parameters into the part of JSON schema that decoding is held to.

    >>> as_json_schema({"type": "dict", "properties": {"x": {"type": "float"}}, "required": ["x"]})
    {'type': 'object', 'properties': {'x': {'type': 'number'}}, 'required': ['x']}
    """
    kind = JSON_TYPES.get(parameters.get("type", "string"), parameters.get("type", "string"))
    if parameters.get("enum"):
        return {"enum": parameters["enum"]}
    if kind == "object":
        fields = parameters.get("properties", {})
        needed = [name for name in parameters.get("required", []) if name in fields]
        return {
            "type": "object",
            "properties": {name: as_json_schema(field) for name, field in fields.items()},
            "required": needed,
        }
    if kind == "array":
        return {"type": "array", "items": as_json_schema(parameters.get("items", {})), "maxItems": 10}
    return {"type": kind, "maxLength": LONGEST_TEXT} if kind == "string" else {"type": kind}


def answer(chat: BaseChatModel, case: FunctionCase) -> tuple[str, dict[str, Any]] | None:
    """Return the model's call, or None where it called nothing."""
    branches: list[dict[str, Any]] = [
        {
            "type": "object",
            "properties": {"name": {"const": function.name}, "arguments": function.schema},
            "required": ["name", "arguments"],
        }
        for function in case.functions
    ]
    stops = {"type": "object", "properties": {"name": {"enum": list(STOPS)}}, "required": ["name"]}
    schema = {"anyOf": [*branches, stops]}
    said = chat.invoke(
        _messages(case),
        response_format={"type": "json_schema", "json_schema": {"name": "call", "schema": schema}},
        max_tokens=LONGEST,
    )
    action = parse_action(said.text)
    return None if action.stops else (action.name, dict(action.arguments))


def _messages(case: FunctionCase) -> list[BaseMessage]:
    listed = [Listed(each.name, write_arguments(each.schema), each.told) for each in case.functions]
    return [SystemMessage(render("functions", functions=listed)), HumanMessage(case.question)]


def is_right(called: tuple[str, dict[str, Any]] | None, case: FunctionCase) -> bool:
    """Say whether a call, or calling nothing, is what the case wants."""
    if case.wanted is None or called is None:
        return case.wanted is None and called is None
    return matches(*called, case.wanted)


def score(chat: BaseChatModel, cases: list[FunctionCase], label: str) -> tuple[int, int]:
    """Return how many cases are right, and in how many the answer was cut or could not be asked for."""
    right = failed = 0
    for turn, case in enumerate(cases):
        try:
            right += is_right(answer(chat, case), case)
        except (AnswerError, ToolError, InputError):  # too long, cut, or a schema that decoding cannot be held to
            failed += 1
        if turn % 20 == 0:
            say(f"bfcl: {label}, {turn} of {len(cases)}")
    return right, failed


def run(args: argparse.Namespace) -> Measured:
    """Score base and tuned on evenly spread cases of each category."""
    folder = dataset("bfcl")
    models = {"base": base_gguf(), "tuned": build_model()}
    rows = []
    for category in CATEGORIES:
        every = read_category(folder, category)
        cases = every[:: max(1, len(every) // args.cases)][: args.cases]
        cells = []
        for name, path in models.items():
            right, failed = score(LocalChat(path=path, context=CONTEXT), cases, f"{category}, {name}")
            low, high = wilson(right, len(cases))
            cells.append(f"{right / len(cases):.1%} ({low:.0%}-{high:.0%}), {failed} failed")
        rows.append((category, str(len(cases)), *cells))
    return Measured(
        name="bfcl",
        protocol=(
            f"BFCL v4 (bfcl-eval 2026.3.23), up to {args.cases} evenly spread cases a category; functions listed in "
            "the prompt, decoding held to their schemas or a refusal, greedy; right by AST match, Wilson intervals. "
            "Failed: answers cut or schemas out of reach; they count as wrong."
        ),
        columns=("category", "n", "base, constrained", "tuned, constrained"),
        rows=tuple(rows),
        notes=(
            "Published (BFCL v4): Qwen3-0.6B non-live 71.8, irrelevance 80.8; FunctionGemma-270M about 62 on simple.",
            "Neither model here was tuned for functions given in the prompt; the tuned one knows its own tools.",
        ),
        holds=True,
    )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=CASES, help=f"cases a category (default {CASES})")


BENCHMARK = Benchmark("bfcl", "general function calling: what specialising cost", run, _add_arguments)
