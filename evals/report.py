"""Reports: shares with n and interval, each beside its definition; failures first."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from evals.intervals import wilson
from evals.scoring import Measure, Outcome, Row
from tools.frozen import Frozen


class ModelCard(Frozen):
    """Which model was scored, and under which prompts."""

    name: str = Field(description="Name of the model, or rules.")
    runtime: str = Field(description="What ran it.")
    sha256: str = Field(description="Digest of the weights; empty for rules.")
    prompts: dict[str, str] = Field(description="Prompt name to fingerprint.")


class Line(Frozen):
    """One measure over all cases that it applies to."""

    name: str = Field(description="Name of the measure.")
    definition: str = Field(description="What exactly is divided by what.")
    hits: int = Field(ge=0, description="Numerator.")
    n: int = Field(ge=0, description="Denominator; 0 where the measure applied to no case.")
    value: float | None = Field(description="Share; null where n is 0.")
    low: float | None = Field(description="Lower end of the 95 % Wilson interval.")
    high: float | None = Field(description="Upper end of the 95 % Wilson interval.")
    floor: float | None = Field(description="Share that must be reached.")
    ceiling: float | None = Field(description="Share that must not be exceeded.")
    holds: bool | None = Field(description="Whether floor or ceiling holds; null where there is none or n is 0.")


class CaseLine(Frozen):
    """One case."""

    id: str = Field(description="Name of the case.")
    outcome: Outcome = Field(description="right, wrong, not_applicable or crashed.")
    seconds: float = Field(ge=0, description="Wall time.")
    wanted: str = Field(description="What was wanted.")
    got: str = Field(description="What came.")
    reasons: tuple[str, ...] = Field(description="Why it is not right.")
    scores: dict[str, tuple[int, int]] = Field(description="Measure to hits and n.")
    crash: str = Field("", description="Traceback, if it crashed.")


class Seconds(Frozen):
    """Wall time per case; shares have intervals, times have quantiles."""

    n: int = Field(ge=0, description="Cases timed.")
    mean: float = Field(ge=0, description="Mean.")
    median: float = Field(ge=0, description="Median.")
    p90: float = Field(ge=0, description="90th percentile, nearest rank.")


class Report(Frozen):
    """What a suite found."""

    suite: str = Field(description="Name of the suite.")
    cases_file: str = Field(description="File the cases were read from.")
    cases_sha256: str = Field(description="Digest of that file.")
    store: str = Field(description="Store the cases ran on, unless a case names another.")
    as_of: dt.date | None = Field(description="Day the cases ran on, unless a case names another.")
    seed: int = Field(description="Seed of everything random.")
    model: ModelCard = Field(description="The model scored.")
    outcomes: dict[Outcome, int] = Field(description="Cases by outcome.")
    measures: tuple[Line, ...] = Field(description="The measures.")
    seconds: Seconds = Field(description="Wall time per case.")
    cases: tuple[CaseLine, ...] = Field(description="The cases, failures first.")

    @property
    def holds(self) -> bool:
        """Tell whether something was judged, nothing crashed, and every floor and ceiling holds."""
        judged = self.outcomes["right"] + self.outcomes["wrong"] > 0
        return judged and not self.outcomes["crashed"] and all(line.holds is not False for line in self.measures)


_FIRST: dict[Outcome, int] = {"crashed": 0, "wrong": 1, "not_applicable": 2, "right": 3}


def add_up(measure: Measure[Any, Any], rows: Sequence[Row]) -> Line:
    """Add a measure up over rows; crashed rows and rows it does not apply to are not in n."""
    scores = [row.scores[measure.name] for row in rows if measure.name in row.scores]
    hits, n = sum(score.hits for score in scores), sum(score.of for score in scores)
    low, high = wilson(hits, n) if n else (None, None)
    bound = measure.floor is not None or measure.ceiling is not None
    value = hits / n if n else None
    return Line(
        name=measure.name,
        definition=measure.definition,
        hits=hits,
        n=n,
        value=value,
        low=low,
        high=high,
        floor=measure.floor,
        ceiling=measure.ceiling,
        holds=_holds(measure, value) if bound and value is not None else None,
    )


def _holds(measure: Measure[Any, Any], value: float) -> bool:
    reached = measure.floor is None or value >= measure.floor
    return reached and (measure.ceiling is None or value <= measure.ceiling)


def count_outcomes(rows: Sequence[Row]) -> dict[Outcome, int]:
    """Count cases by outcome, zeros included."""
    counts = Counter(row.outcome for row in rows)
    return {name: counts[name] for name in _FIRST}


def time_cases(rows: Sequence[Row]) -> Seconds:
    """Sum up wall times.

    >>> row = Row("a", "right", 2.0, {}, "", "")
    >>> time_cases([row]).p90
    2.0
    """
    times = sorted(row.seconds for row in rows)
    if not times:
        return Seconds(n=0, mean=0, median=0, p90=0)
    p90 = times[-(-9 * len(times) // 10) - 1]
    return Seconds(n=len(times), mean=statistics.fmean(times), median=statistics.median(times), p90=p90)


def list_cases(rows: Sequence[Row]) -> tuple[CaseLine, ...]:
    """List cases, failures first, each with the reasons of what it missed."""
    return tuple(
        CaseLine(
            id=row.id,
            outcome=row.outcome,
            seconds=row.seconds,
            wanted=row.wanted,
            got=row.got,
            reasons=tuple(dict.fromkeys(score.reason for score in row.scores.values() if score.reason)),
            scores={name: (score.hits, score.of) for name, score in row.scores.items()},
            crash=row.crash,
        )
        for row in sorted(rows, key=lambda row: _FIRST[row.outcome])
    )
