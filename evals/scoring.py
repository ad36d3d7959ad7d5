"""Running cases and scoring what came back: right, wrong, not applicable and crashed are kept apart."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from evals.casefile import Case
from tools.errors import MarketwrightError, MissingCapabilityError

C = TypeVar("C", bound=Case)
O = TypeVar("O")  # noqa: E741 - the product's output

Outcome = Literal["right", "wrong", "not_applicable", "crashed"]


@dataclass(frozen=True)
class Score:
    """A value, as hits out of what was looked at, and the reason for it."""

    hits: int
    of: int
    reason: str

    @property
    def value(self) -> float:
        """Return the share of hits."""
        return self.hits / self.of


@dataclass(frozen=True)
class Attempt(Generic[O]):
    """What the product gave for one case: an output, or an error that it explained to its user."""

    output: O | None
    error: MarketwrightError | None = None


@dataclass(frozen=True)
class Measure(Generic[C, O]):
    """One number of a report.

    Attributes:
        name: Name in tables.
        definition: What exactly is divided by what.
        score: The scorer; `None` where the measure does not apply to the case.
        floor: The share that must be reached for exit code 0, if there is one.
        ceiling: The share that must not be exceeded, if there is one.
        decides: Whether a miss makes the case wrong; the others only inform.
    """

    name: str
    definition: str
    score: Callable[[C, Attempt[O]], Score | None]
    floor: float | None = None
    ceiling: float | None = None
    decides: bool = True


@dataclass(frozen=True)
class Row:
    """One case with its scores by measure; measures that do not apply are left out."""

    id: str
    outcome: Outcome
    seconds: float
    scores: dict[str, Score]
    wanted: str
    got: str
    crash: str = ""


@dataclass(frozen=True)
class Sheet(Generic[C, O]):
    """How to score and to print the cases of one suite."""

    measures: tuple[Measure[C, O], ...]
    wanted: Callable[[C], str]
    got: Callable[[Attempt[O]], str]


def run_cases(
    cases: Iterable[C],
    product: Callable[[C], O],
    sheet: Sheet[C, O],
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Row]:
    """Run each case through the product's function and score it, in order.

    Raises:
        MissingCapabilityError: The product lacks something (a model, a store); then no case can be judged.
    """
    for case in cases:
        started = clock()
        attempt: Attempt[O]
        try:
            attempt = Attempt(product(case))
        except MissingCapabilityError:
            raise
        except MarketwrightError as error:
            attempt = Attempt(None, error)
        except Exception:  # noqa: BLE001 - the one place: a crash is recorded as a crash, and the other cases still run
            yield Row(case.id, "crashed", clock() - started, {}, sheet.wanted(case), "crash", traceback.format_exc())
            continue
        yield score_case(case, attempt, sheet, clock() - started)


def score_case(case: C, attempt: Attempt[O], sheet: Sheet[C, O], seconds: float) -> Row:
    """Score one attempt by every measure that applies; it is right when nothing is missed."""
    found = {measure.name: measure.score(case, attempt) for measure in sheet.measures}
    scores = {name: score for name, score in found.items() if score is not None}
    return Row(case.id, outcome(scores, sheet.measures), seconds, scores, sheet.wanted(case), sheet.got(attempt))


def outcome(scores: dict[str, Score], measures: Iterable[Measure[C, O]]) -> Outcome:
    """Tell the outcome of a case that did not crash: one that no measure applies to is not a pass.

    >>> outcome({}, ()), outcome({"a": Score(1, 2, "")}, [Measure("a", "", lambda case, attempt: None)])
    ('not_applicable', 'wrong')
    """
    deciding = [(measure, scores[measure.name]) for measure in measures if measure.decides and measure.name in scores]
    if not deciding:
        return "not_applicable"
    clean = all(score.hits == (score.of if measure.ceiling is None else 0) for measure, score in deciding)
    return "right" if clean else "wrong"
