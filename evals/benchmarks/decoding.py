"""Ten thousand generations at temperature 2 by a model that knows nothing: can a malformed call be written?"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from agent.actions import STOPS, parse_action, read_message
from agent.chooser import OFFERED
from agent.models.grammar import TokenMask, Vocabulary, accepts, grammar_of, vocabulary_of
from agent.models.weights import load_tokenizer
from agent.narrowing import Offered, Schema, action_schema
from agent.narrowing import Vocabulary as StoreNames
from evals.benchmarks.measure import Benchmark, Measured
from evals.casefile import read_cases
from evals.suite import CASES
from evals.suites.tool_choice import ToolChoiceCase
from tools.errors import ToolError
from tools.progress import say

GENERATIONS = 10_000
TEMPERATURE = 2.0
LONGEST = 400
"""Tokens after which a generation counts as cut; the longest call of the tools has far fewer."""
AS_OF = dt.date(2017, 11, 1)
FILES = ("tool_choice.yaml", "tool_choice_more.yaml")


@dataclass(frozen=True)
class Written:
    """One generation: its text, and whether it came to an end."""

    text: str
    ended: bool


class UntrainedModel:
    """Samples from random logits under a grammar's mask, as a model with random weights would."""

    def __init__(self, vocabulary: Vocabulary, pieces: Sequence[bytes], end: int, seed: int) -> None:
        """Keep the vocabulary, the bytes of each token, the token that ends an answer, and the seed."""
        self._vocabulary, self._pieces, self._end = vocabulary, pieces, end
        self._rng = np.random.default_rng(seed)

    def write(self, grammar: str) -> Written:
        """Write one answer."""
        mask = TokenMask(grammar, self._vocabulary)
        tokens: list[int] = []
        for _ in range(LONGEST):
            token = self._draw(np.flatnonzero(mask.allowed()))
            if token == self._end:
                return Written(b"".join(self._pieces[t] for t in tokens).decode(errors="replace"), True)
            mask.take(token)
            tokens.append(token)
        return Written(b"".join(self._pieces[t] for t in tokens).decode(errors="replace"), False)

    def _draw(self, allowed: NDArray[np.int64]) -> int:
        """Draw by the Gumbel trick: the largest of logit by temperature plus Gumbel noise is a sample of softmax."""
        logits = self._rng.normal(size=len(allowed)) / TEMPERATURE + self._rng.gumbel(size=len(allowed))
        return int(allowed[int(np.argmax(logits))])


def judge(written: Written, grammar: str, offered: Sequence[Offered]) -> str:
    """Return what became of a generation: `call`, `stop`, `cut`, or what is wrong with it."""
    if not written.ended:
        return "cut"
    if not accepts(grammar, written.text):
        return "outside the grammar"
    try:
        action = parse_action(written.text)
        if action.name in STOPS:
            return "stop"
        query = next((tool.query for tool in offered if tool.name == action.name), None)
        if query is None:
            return "no such tool"
        query.model_validate_json(json.dumps(action.arguments))
    except (ToolError, ValidationError):
        return "malformed"
    return "call"


def run(args: argparse.Namespace) -> Measured:
    """Draw generations under the schemas of the held-out messages, and count what they are."""
    started = time.perf_counter()
    messages = [case for file in FILES for case in read_cases(CASES / file, ToolChoiceCase).cases]
    model = untrained(args.seed)
    counts: Counter[str] = Counter()
    tools: Counter[str] = Counter()
    for turn in range(args.generations):
        case = messages[turn % len(messages)]
        grammar = grammar_for(case)
        written = model.write(grammar)
        outcome = judge(written, grammar, OFFERED)
        counts[outcome] += 1
        tools[parse_action(written.text).name] += outcome == "call"
        if turn % 1000 == 0:
            say(f"decoding: {turn} of {args.generations}")
    return measured(counts, len(+tools), args.generations, time.perf_counter() - started)


def grammar_for(case: ToolChoiceCase) -> str:
    """Return the grammar of a message's next action, as the agent narrows it without a store's own names."""
    return grammar_of(_schema(case))


def format_for(case: ToolChoiceCase) -> dict[str, object]:
    """Return the same as the response format that a runtime takes."""
    return {"type": "json_schema", "json_schema": {"name": "action", "schema": _schema(case)}}


def _schema(case: ToolChoiceCase) -> Schema:
    mentions = read_message(case.message, case.history, AS_OF)
    return action_schema(OFFERED, mentions, StoreNames(as_of=AS_OF))


def untrained(seed: int) -> UntrainedModel:
    """Return the untrained model over the default model's tokens."""
    tokenizer = load_tokenizer()
    size = len(tokenizer)
    end = int(tokenizer.eos_token_id or 0)
    vocabulary = vocabulary_of(tokenizer.backend_tokenizer.to_str(), size, end)
    return UntrainedModel(vocabulary, [vocabulary.decode_bytes([token]) for token in range(size)], end, seed)


def measured(counts: Counter[str], tools: int, generations: int, seconds: float) -> Measured:
    """Return the table; the bar is that nothing but calls, stops and cuts was written, and no more cuts than 1 %."""
    wrong = generations - counts["call"] - counts["stop"] - counts["cut"]
    rows = [(name, f"{count:,}", f"{count / generations:.2%}") for name, count in counts.most_common()]
    return Measured(
        name="decoding",
        protocol=(
            f"{generations:,} generations at temperature {TEMPERATURE:g} from random logits (an untrained model) under "
            f"the grammar that the agent would use, over the messages of the tool-choice cases and {len(OFFERED)} "
            "tools; each is parsed, and its arguments validated by the tool's pydantic model."
        ),
        columns=("outcome", "n", "share"),
        rows=tuple(rows),
        notes=(
            f"Malformed: {wrong} of {generations:,}; with none, the 95 % upper bound is {3 / generations:.2%} "
            "(rule of three).",
            f"{tools} of {len(OFFERED)} tools were called; {seconds:.0f} s in all.",
        ),
        holds=wrong == 0 and counts["cut"] <= 0.01 * generations,
    )


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--generations", type=int, default=GENERATIONS, help=f"how many (default {GENERATIONS:,})")
    parser.add_argument("--seed", type=int, default=5, help="seed of the logits (default 5)")


BENCHMARK = Benchmark("decoding", "no malformed call in 10,000 random generations", run, _add_arguments)
