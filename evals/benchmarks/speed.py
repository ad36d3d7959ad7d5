"""How fast the served model writes, against the same weights in plain transformers, and whether they agree."""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from langchain.chat_models import BaseChatModel
from langchain_core.messages import BaseMessage

from agent.actions import action_messages
from agent.copywriting import CopyRequest, copy_messages, copy_schema
from agent.models.build import build_model
from agent.models.files import ADAPTER
from agent.models.local import LocalChat
from agent.models.reference import ReferenceChat, reference_base
from evals.benchmarks.decoding import AS_OF, FILES, format_for
from evals.benchmarks.measure import Benchmark, Measured
from evals.casefile import read_cases
from evals.suite import CASES
from evals.suites.tool_choice import ToolChoiceCase
from tools.progress import say

TOKENS = 256
VARIANTS = 8
TEMPERATURE = 0.7
LONGEST = 160
PLAIN = 4.0
"""One stream must be this many times plain transformers in bf16."""
AT_ONCE = 1.7
"""Eight variants at once must be this many times one stream."""
CONSTRAINT = 0.10
"""Share of speed that constrained decoding may cost."""
FIRST_TOKEN = 0.3
MEMORY = 1.2 * 2**30
EMAIL = CopyRequest(channel="email", goal="win_back", slots=("discount", "ends_on", "category", "first_name"))
ASK: list[BaseMessage] = copy_messages(EMAIL)
"""The longest text that the product has the model write; asked for another, the tuned model stops after a word."""
EMAIL_FORMAT = {"type": "json_schema", "json_schema": {"name": "email", "schema": copy_schema(EMAIL)}}


@dataclass(frozen=True)
class Rates:
    """Tokens per second of each way to write, one of each a round; and the rest of what is measured."""

    plain: Sequence[float]
    one: Sequence[float]
    constrained: Sequence[float]
    at_once: Sequence[float]
    first_token: float
    memory: int
    equal: int
    compared: int


def run(args: argparse.Namespace) -> Measured:
    """Measure all of it in one run, the ways to write in turn."""
    before = _peak()
    local = LocalChat(path=build_model())
    _rate(local, seeds=range(VARIANTS))
    memory = _peak() - before
    plain = reference_base(ADAPTER, half=True)
    ways: dict[str, Callable[[int], float]] = {
        "one": lambda seed: _rate(local, [seed]),
        "constrained": lambda seed: _rate(local, [seed], EMAIL_FORMAT),
        "at_once": lambda _: _rate(local, list(range(VARIANTS))),
        "plain": lambda seed: _rate(plain, [seed]),
    }
    for way in ways.values():
        way(0)
    rounds: list[dict[str, float]] = []
    for seed in range(args.repeats):
        say(f"speed: round {seed + 1} of {args.repeats}")
        rounds.append({name: way(seed) for name, way in ways.items()})
    first = median(_first_token(local) for _ in range(args.repeats))
    equal = agreement(local, reference_base(ADAPTER), args.messages)
    rates = {name: [found[name] for found in rounds] for name in ways}
    return measured(Rates(**rates, first_token=first, memory=memory, equal=equal, compared=args.messages))


def _peak() -> int:
    """Return the most memory that the process has had, in bytes (Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _rate(chat: BaseChatModel, seeds: Sequence[int], response_format: object = None) -> float:
    """Return tokens per second over one call that writes a candidate a seed."""
    settings: dict[str, Any] = {"temperature": TEMPERATURE, "seed": seeds[0], "n": len(seeds), "max_tokens": TOKENS}
    if response_format is not None:
        settings["response_format"] = response_format
    started = time.perf_counter()
    result = chat.generate([ASK], **settings)
    seconds = time.perf_counter() - started
    return sum(_tokens(generation) for generation in result.generations[0]) / seconds


def _tokens(generation: object) -> int:
    usage = generation.message.usage_metadata  # type: ignore[attr-defined]
    return int(usage["output_tokens"])


def _first_token(chat: LocalChat) -> float:
    started = time.perf_counter()
    for _ in chat.stream(ASK, max_tokens=4):
        break
    return time.perf_counter() - started


def agreement(served: BaseChatModel, exact: ReferenceChat, messages: int) -> int:
    """Return for how many messages the served file and the fp32 merge choose the same first action."""
    cases = [case for file in FILES for case in read_cases(CASES / file, ToolChoiceCase).cases]
    step = max(1, len(cases) // messages)
    equal = 0
    for case in cases[::step][:messages]:
        asked = action_messages(case.message, case.history, (), AS_OF)
        written = [
            chat.invoke(asked, response_format=format_for(case), max_tokens=LONGEST).text for chat in (served, exact)
        ]
        equal += written[0] == written[1]
    return equal


def measured(rates: Rates) -> Measured:
    """Return the table, each row with its bar; ratios are medians over the rounds, with their range."""
    faster = [one / plain for one, plain in zip(rates.one, rates.plain, strict=True)]
    together = [several / one for several, one in zip(rates.at_once, rates.one, strict=True)]
    cost = [1 - bound / one for bound, one in zip(rates.constrained, rates.one, strict=True)]
    rows = (
        _row("plain transformers, bf16, one stream", f"{median(rates.plain):.0f} tokens/s", "-", None),
        _row("served (llama.cpp, Q8_0), one stream", f"{median(rates.one):.0f} tokens/s", "-", None),
        _row("eight variants at once", f"{median(rates.at_once):.0f} tokens/s", "-", None),
        _row("one stream by plain transformers", _range(faster, ".1f"), f">= {PLAIN:g}", median(faster) >= PLAIN),
        _row("eight variants at once by one stream", _range(together, ".2f"), f">= {AT_ONCE:g}",
             median(together) >= AT_ONCE),
        _row("cost of constrained decoding", _range(cost, ".0%"), f"< {CONSTRAINT:.0%}", median(cost) < CONSTRAINT),
        _row("first token", f"{rates.first_token:.2f} s", f"< {FIRST_TOKEN:g} s", rates.first_token < FIRST_TOKEN),
        _row("memory of the served model", f"{rates.memory / 2**20:.0f} MB", f"<= {MEMORY / 2**20:.0f} MB",
             rates.memory <= MEMORY),
        _row("first action equal to the fp32 merge's", f"{rates.equal} of {rates.compared}", "reported", None),
    )  # fmt: skip
    return Measured(
        name="speed",
        protocol=(
            f"The tuned SmolLM2-135M writes an e-mail to its end at temperature {TEMPERATURE:g}, reading the prompt "
            "included; every way to write in turn, a round a repeat; median over the rounds and, for ratios within a "
            "round, their range. First token: nothing cached. Agreement: "
            "greedy first action under the schema narrowed to a held-out message."
        ),
        columns=("what", "measured", "bar", "holds"),
        rows=tuple(row for row, _ in rows),
        notes=("Read the ratios: seconds depend on what else the machine does.",),
        holds=all(held for _, held in rows if held is not None),
    )


def _range(values: Sequence[float], form: str) -> str:
    """Return the median of ratios with their range.

    >>> _range([1.0, 3.0, 2.0], ".1f")
    '2.0 (1.0 to 3.0)'
    """
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _row(what: str, value: str, bar: str, holds: bool | None) -> tuple[tuple[str, ...], bool | None]:
    return (what, value, bar, {None: "-", True: "yes", False: "NO"}[holds]), holds


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeats", type=int, default=7, help="times each way is measured (default 7)")
    parser.add_argument("--messages", type=int, default=50, help="messages of the agreement (default 50)")


BENCHMARK = Benchmark("speed", "tokens per second, first token, memory, and agreement with fp32", run, _add_arguments)
