"""`python -m evals twins`: is an ask with slips, with an unknown name or beside another as well handled as alone?"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from pydantic import Field

from agent.desk import view_at
from agent.requests import AskReply
from agent.vocabulary import vocabulary_of
from evals.card import model_card
from evals.intervals import bootstrap_mean
from evals.report import CaseLine, ModelCard, list_cases
from evals.running import EXIT_BELOW, open_run, show_progress, write_json
from evals.suite import Scene, Suite
from evals.suites.tool_choice import SUITE, ToolChoiceCase
from evals.twinning import Twin, make_twins
from tools.errors import InputError
from tools.frozen import Frozen

TOLD: Final = "tool_choice beside its twins: slips, unknown names, two asks at once"
BAR: Final = 5.0
"""Points that twins may be worse by."""

Suite_ = Suite[ToolChoiceCase, AskReply]


class Gap(Frozen):
    """How much worse the twins of one kind are."""

    kind: str = Field(description="What makes the twins.")
    n: int = Field(ge=1, description="Pairs.")
    clean: int = Field(ge=0, description="Pairs of which the clean side is right.")
    twins: int = Field(ge=0, description="Pairs of which the twin is right.")
    points: float = Field(description="Percentage points by which twins are worse.")
    low: float = Field(description="Lower end of the 95 % bootstrap interval over pairs.")
    high: float = Field(description="Upper end.")


class Gaps(Frozen):
    """All kinds, as `--json` writes them."""

    cases_file: str = Field(description="File the clean cases were read from.")
    cases_sha256: str = Field(description="Digest of that file.")
    model: ModelCard = Field(description="The model scored.")
    gaps: tuple[Gap, ...] = Field(description="One kind each.")
    crashed: int = Field(
        ge=0, description="Clean cases and twins at which the product broke; their pairs are in no gap."
    )
    cases: tuple[CaseLine, ...] = Field(description="Clean cases and twins, failures first.")

    @property
    def holds(self) -> bool:
        """Say whether pairs were judged, nothing crashed, and every kind is within the bar."""
        return bool(self.gaps) and not self.crashed and all(gap.points <= BAR for gap in self.gaps)


def compare_twins(
    args: argparse.Namespace, suite: Suite_ = SUITE, name: Callable[[Scene], ModelCard] = model_card
) -> int:
    """Run the clean cases and their twins and print how far the twins fall behind.

    Returns:
        0 where every kind is within the bar and nothing crashed, else 1.

    Raises:
        MarketwrightError: The case file, an option or a capability is not as it must be; no case has a twin.
    """
    cases, scene, out = open_run(args, suite)
    vocabulary = vocabulary_of(view_at(scene.store, scene.as_of, scene.seed))
    known = frozenset(each.lower() for each in (*vocabulary.departments, *vocabulary.categories))
    twins = tuple(make_twins(cases.cases, known))
    if not twins:
        raise InputError(
            f"case file {str(cases.path)!r} has no case with twins; expected some of one call and no earlier turns; "
            "see docs/evals.md"
        )
    card = name(scene)
    both = {case.id: case for twin in twins for case in (*twin.clean, twin.case)}
    every = replace(cases, cases=tuple(both.values()))
    rows = tuple(show_progress(suite.run(every, scene), len(every.cases)))
    right = {row.id: row.outcome == "right" for row in rows if row.outcome in ("right", "wrong")}
    found = Gaps(
        cases_file=cases.path.name,
        cases_sha256=cases.sha256,
        model=card,
        gaps=measure_gaps(twins, right),
        crashed=sum(row.outcome == "crashed" for row in rows),
        cases=list_cases(rows),
    )
    print(write_table(found))
    if out:
        write_json(found, out)
    return 0 if found.holds else EXIT_BELOW


def measure_gaps(twins: Sequence[Twin], right: Mapping[str, bool]) -> tuple[Gap, ...]:
    """Hold each twin against all of its clean cases being right, kind by kind.

    Args:
        twins: The pairs.
        right: Id of a case to whether it was answered exactly; a pair of which one is missing was not judged.
    """
    judged = [twin for twin in twins if all(case.id in right for case in (twin.case, *twin.clean))]
    kinds = dict.fromkeys(twin.kind for twin in judged)
    return tuple(_gap(kind, [twin for twin in judged if twin.kind == kind], right) for kind in kinds)


def _gap(kind: str, twins: Sequence[Twin], right: Mapping[str, bool]) -> Gap:
    clean = np.array([all(right[case.id] for case in twin.clean) for twin in twins], dtype=np.float64)
    twin = np.array([right[each.case.id] for each in twins], dtype=np.float64)
    low, high = bootstrap_mean(100 * (clean - twin))
    points = float(100 * (clean - twin).mean())
    return Gap(
        kind=kind, n=len(twins), clean=int(clean.sum()), twins=int(twin.sum()), points=points, low=low, high=high
    )


def write_table(found: Gaps) -> str:
    """Write one row for each kind, and what a pair is below."""
    rows = [
        f"| {gap.kind} | {gap.n} | {gap.clean}/{gap.n} = {100 * gap.clean / gap.n:.0f} % "
        f"| {gap.twins}/{gap.n} = {100 * gap.twins / gap.n:.0f} % | {gap.points:.1f} ({gap.low:.1f} to {gap.high:.1f}) "
        f"| {'yes' if gap.points <= BAR else 'no'} |"
        for gap in found.gaps
    ]
    return "\n".join(
        [
            f"| twins | pairs | clean right | twin right | points worse (95 %) | within {BAR:.0f} points |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            f"Twins of {found.cases_file}, sha256 {found.cases_sha256[:12]}, cases of one call without earlier turns; "
            f"model {found.model.name}. Right is an exact call;",
            "a joined pair's clean side is right where both asks are by themselves. Intervals: bootstrap over pairs. "
            f"Crashed: {found.crashed}.",
        ]
    )
