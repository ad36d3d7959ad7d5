"""What the tuned model and the grammar each add: the tool-choice cases under five set-ups, side by side."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pydantic import Field

from agent.requests import AskReply
from evals.card import model_card
from evals.casefile import CaseFile
from evals.report import Line, ModelCard, Report
from evals.running import make_report, open_run, show_progress, write_json
from evals.suite import Scene, Suite
from evals.suites.tool_choice import SUITE, ToolChoiceCase
from tools.frozen import Frozen

TOLD: Final = "tool_choice under five set-ups: what tuning and the grammar each add"
SETUPS: Final = {
    "rules": "rules only",
    "base+tools+free": "base",
    "base+tools": "base, constrained",
    "local+free": "tuned",
    "local": "tuned, constrained",
}
"""Name of the model to its row; the untuned model reads the list of tools, the tuned one knows it by heart."""

COLUMNS: Final = {
    "exact call": "exact call",
    "tool name": "tool name",
    "arguments": "arguments",
    "sequence": "sequence",
    "no call": "no call",
    "no call: clarify": "clarify",
    "silence": "irrelevance",
    "parse failures": "parse failures",
}
"""Measure of the suite to the head of its column."""

Suite_ = Suite[ToolChoiceCase, AskReply]


class Tokens(Frozen):
    """What choosing cost; cases that ended in a parse failure are not in n."""

    n: int = Field(ge=0, description="Cases counted.")
    read: int = Field(ge=0, description="Tokens read.")
    written: int = Field(ge=0, description="Tokens written.")


class SetUp(Frozen):
    """One row."""

    told: str = Field(description="Name of the row.")
    report: Report = Field(description="The suite's report.")
    tokens: Tokens = Field(description="What it cost.")


class Ablation(Frozen):
    """All rows, as `--json` writes them."""

    rows: tuple[SetUp, ...] = Field(description="The set-ups, weakest first.")


def ablate(args: argparse.Namespace, suite: Suite_ = SUITE, name: Callable[[Scene], ModelCard] = model_card) -> int:
    """Run the cases under every set-up and print the table; `--model M` replaces the tuned model.

    Raises:
        MarketwrightError: The case file, an option or a capability is not as it must be.
    """
    cases, scene, out = open_run(args, suite)
    tuned = args.model or "local"
    rows = []
    for model, told in SETUPS.items():
        print(f"{told}:", file=sys.stderr, flush=True)
        rows.append(_run(told, suite, cases, replace(scene, model=model.replace("local", tuned)), name))
    found = Ablation(rows=tuple(rows))
    print(write_table(found))
    if out:
        write_json(found, out)
    return 0


def _run(
    told: str, suite: Suite_, cases: CaseFile[ToolChoiceCase], scene: Scene, name: Callable[[Scene], ModelCard]
) -> SetUp:
    replies: list[AskReply] = []

    def counted(case: ToolChoiceCase, where: Scene) -> AskReply:
        replies.append(suite.product(case, where))
        return replies[-1]

    card = name(scene)
    counting = replace(suite, product=counted)
    report = make_report(
        counting, cases, scene, card, tuple(show_progress(counting.run(cases, scene), len(cases.cases)))
    )
    tokens = Tokens(
        n=len(replies),
        read=sum(reply.input_tokens for reply in replies),
        written=sum(reply.output_tokens for reply in replies),
    )
    return SetUp(told=told, report=report, tokens=tokens)


def write_table(found: Ablation) -> str:
    """Write the rows as a Markdown table, with the cases and what each column means below it."""
    heads = ("", *COLUMNS.values(), "tokens read/written a case", "seconds a case")
    lines = [_cells(heads), "|" + "---|" * len(heads), *(_cells(_row(row)) for row in found.rows)]
    first = found.rows[0].report
    defined = [f"- {COLUMNS[line.name]}: {line.definition}" for line in first.measures if line.name in COLUMNS]
    count = len(first.cases)
    return "\n".join(
        [*lines, "", f"{count} cases of {first.cases_file}, sha256 {first.cases_sha256[:12]}; 95 % intervals", *defined]
    )


def _row(row: SetUp) -> tuple[str, ...]:
    lines = {line.name: line for line in row.report.measures}
    n = row.tokens.n or 1
    cost = f"{row.tokens.read / n:.0f}/{row.tokens.written / n:.0f}"
    return (row.told, *(_share(lines[name]) for name in COLUMNS), cost, f"{row.report.seconds.mean:.2f}")


def _share(line: Line) -> str:
    if line.value is None or line.low is None or line.high is None:
        return "–"
    return f"{line.hits}/{line.n} = {100 * line.value:.0f} % ({100 * line.low:.0f}–{100 * line.high:.0f})"


def _cells(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
