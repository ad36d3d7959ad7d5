from __future__ import annotations

from collections.abc import Iterator

import pytest

from evals.casefile import Case
from evals.report import add_up, count_outcomes, list_cases, time_cases
from evals.scoring import Attempt, Measure, Row, Score, Sheet, run_cases
from tools.errors import InputError, MissingCapabilityError


def _double(case: Case, given: Attempt[int]) -> Score | None:
    if case.id == "free":
        return None
    right = given.output == 2 * int(case.id)
    return Score(int(right), 1, "" if right else f"got {given.output or given.error}")


MEASURE: Measure[Case, int] = Measure("double", "cases whose answer is twice the id", _double, floor=0.5)
SHEET: Sheet[Case, int] = Sheet((MEASURE,), lambda case: f"2 x {case.id}", lambda given: str(given.output))


def ticks() -> Iterator[float]:
    second = 0.0
    while True:
        yield second
        second += 1.0


def product(case: Case) -> int:
    if case.id == "3":
        raise InputError("three is not a number; expected another; try 4")
    if case.id == "4":
        raise ZeroDivisionError("a bug")
    return 0 if case.id in ("2", "free") else 2 * int(case.id)


def rows_of(*names: str) -> list[Row]:
    clock = ticks()
    return list(run_cases([Case(id=name) for name in names], product, SHEET, lambda: next(clock)))


def test_outcomes_are_kept_apart() -> None:
    rows = rows_of("1", "2", "3", "4", "free")
    assert [row.outcome for row in rows] == ["right", "wrong", "wrong", "crashed", "not_applicable"]
    assert count_outcomes(rows) == {"crashed": 1, "wrong": 2, "not_applicable": 1, "right": 1}


def test_a_crash_is_not_a_wrong_answer() -> None:
    line = add_up(MEASURE, rows_of("1", "4"))
    assert (line.hits, line.n, line.holds) == (1, 1, True)


def test_what_does_not_apply_is_not_a_pass() -> None:
    line = add_up(MEASURE, rows_of("free"))
    assert (line.n, line.value, line.low, line.holds) == (0, None, None, None)


def test_a_crash_keeps_its_traceback() -> None:
    (row,) = rows_of("4")
    assert "ZeroDivisionError: a bug" in row.crash


def test_failures_come_first_with_their_reasons() -> None:
    cases = list_cases(rows_of("1", "2", "4"))
    assert [case.id for case in cases] == ["4", "2", "1"]
    assert cases[1].reasons == ("got None",)


def test_a_missing_model_stops_the_suite() -> None:
    def missing(case: Case) -> int:
        raise MissingCapabilityError(f"no model for {case.id}")

    with pytest.raises(MissingCapabilityError):
        list(run_cases([Case(id="1")], missing, SHEET))


def test_seconds() -> None:
    times = time_cases(rows_of("1", "2", "4"))
    assert (times.n, times.mean, times.median, times.p90) == (3, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(("value", "holds"), [(0, False), (1, True)])
def test_floor(value: int, holds: bool) -> None:
    row = Row("a", "right", 0.0, {"double": Score(value, 2, "")}, "", "")
    assert add_up(MEASURE, [row]).holds is holds


def test_a_measure_that_only_informs_does_not_make_a_case_wrong() -> None:
    told: Measure[Case, int] = Measure("told", "", lambda case, given: Score(0, 1, "none"), decides=False)
    sheet = Sheet((MEASURE, told), SHEET.wanted, SHEET.got)
    assert next(run_cases([Case(id="1")], product, sheet)).outcome == "right"


def test_a_ceiling_counts_faults() -> None:
    faults: Measure[Case, int] = Measure(
        "faults", "", lambda case, given: Score(int(case.id == "2"), 1, ""), ceiling=0.0
    )
    rows = list(run_cases([Case(id="1"), Case(id="2")], product, Sheet((faults,), SHEET.wanted, SHEET.got)))
    assert [row.outcome for row in rows] == ["right", "wrong"]
    assert add_up(faults, rows).holds is False
