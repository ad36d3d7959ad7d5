"""Splits of money: no split on a grid is better, every limit holds, and the linear programme is a special case."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tools.estimators.media.best import best_split, cheapest_split
from tools.estimators.media.curves import Curves, Family, Stack
from tools.estimators.media.relaxing import can_be_met, relaxations
from tools.estimators.media.s_shaped import split_on_grid
from tools.estimators.media.split import Problem, least_money, most_counted, split_money

NO_LIMIT = np.full(3, np.inf)
CURVES = (Curves.known("exponential", 100, 30), Curves.known("log", 30, 10), Curves.known("hill", 40, 100))


def problem(total: float, low: object = (0, 0, 0), high: object = NO_LIMIT, cost: float = 0.0) -> Problem:
    return Problem(Stack(CURVES), np.ones(3), total, np.array(low, float), np.array(high, float), cost)


@pytest.mark.parametrize(
    ("total", "low", "high"),
    [
        (60, (0, 0, 0), (99, 99, 99)),
        (60, (0, 0, 20), (99, 99, 99)),
        (60, (0, 0, 0), (15, 99, 99)),
        (9, (0, 0, 0), (9, 9, 9)),
    ],
)
def test_no_split_on_a_grid_is_better(total: int, low: tuple[int, ...], high: tuple[int, ...]) -> None:
    asked = problem(total, low, high)
    ranges = [range(least, min(most, total) + 1) for least, most in zip(low, high, strict=True)]
    best = max(asked.goal(np.array(spends, float)) for spends in product(*ranges) if sum(spends) <= total)
    found = split_money(asked)
    assert found.sum() <= total + 1e-9
    assert best - 1e-9 <= asked.goal(found) <= best * 1.01


def test_free_channels_have_the_same_marginal_return() -> None:
    asked = problem(60.0)
    found = split_money(asked)
    marginals = asked.stack.marginals(found)[found > 1e-6]
    assert marginals == pytest.approx(np.full(len(marginals), marginals[0]), rel=1e-6)


def test_profit_keeps_money_that_does_not_pay() -> None:
    asked = problem(10_000.0, cost=1.0)
    found = split_money(asked)
    assert asked.stack.marginals(found)[:2] == pytest.approx([1.0, 1.0], rel=1e-6)
    assert found[2] == 0.0


def test_classic_linear_programme() -> None:
    """Maximise sum p q x with sum x <= 100 and sum q x >= 9, by hand: both limits bind, x = (80, 20)."""
    rates, values = np.array([0.1, 0.05]), np.array([1.0, 4.0])
    stack = Stack([Curves.known("linear", rate, 1.0) for rate in rates])
    asked = Problem(stack, values, 100.0, np.zeros(2), np.full(2, np.inf), count=np.ones(2), least=9.0)
    found = split_money(asked)
    solved = linprog(-values * rates, A_ub=[[1, 1], -rates], b_ub=[100.0, -9.0])
    assert found == pytest.approx([80.0, 20.0], abs=1e-6)
    assert asked.goal(found) == pytest.approx(-solved.fun, rel=1e-9)


def test_least_money_reaches_the_target_and_no_less_does() -> None:
    asked = Problem(Stack(CURVES), np.ones(3), 500.0, np.zeros(3), NO_LIMIT, least=120.0)
    found = least_money(asked)
    assert asked.counted(found) == pytest.approx(120.0, rel=1e-9)
    less = Problem(Stack(CURVES), np.ones(3), float(found.sum()) * 0.999, np.zeros(3), NO_LIMIT)
    assert less.goal(split_money(less)) < 120.0


numbers = st.floats(0.5, 500.0)
families: st.SearchStrategy[Family] = st.sampled_from(["linear", "log", "exponential", "hill"])


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw a problem of up to five channels with any mix of limits, some of which cannot be met."""
    size = draw(st.integers(1, 5))
    curves = [Curves.known(draw(families), draw(numbers), draw(numbers)) for _ in range(size)]
    low = np.array([draw(st.one_of(st.just(0.0), numbers)) for _ in range(size)])
    high = np.array([draw(st.one_of(st.just(np.inf), numbers)) for _ in range(size)])
    return Problem(
        Stack(curves), np.array([draw(numbers) for _ in range(size)]), draw(st.floats(1, 2_000)), low, high,
        draw(st.sampled_from([0.0, 1.0])), np.array([draw(numbers) for _ in range(size)]), 0.0,
        draw(st.one_of(st.none(), st.floats(1.0, 1e5))),
    )  # fmt: skip


@given(problems())
@settings(max_examples=40, deadline=None)
def test_every_limit_holds_or_a_change_is_named_that_works(asked: Problem) -> None:
    if can_be_met(asked):
        found = split_money(asked)
        assert found.sum() <= asked.total * (1 + 1e-9)
        assert (found >= asked.low - 1e-9).all()
        assert (found <= asked.high + 1e-9).all()
        assert asked.least is None or asked.counted(found) >= asked.least * (1 - 1e-8)
        assert relaxations(asked) == ()
    else:
        assert relaxations(asked)


@given(problems())
@settings(max_examples=25, deadline=None)
def test_the_named_total_is_the_smallest_that_works(asked: Problem) -> None:
    totals = [item.value for item in relaxations(asked) if item.limit == "total" and (asked.low <= asked.high).all()]
    for total in totals:
        assert can_be_met(_with_total(asked, total * (1 + 1e-7))) or asked.least is not None
        assert not can_be_met(_with_total(asked, total * 0.99))


def _with_total(asked: Problem, total: float) -> Problem:
    return Problem(
        asked.stack, asked.worth, total, asked.low, asked.high, asked.cost, asked.count, asked.count_cost, asked.least
    )


def test_unreachable_target_names_each_way_out() -> None:
    asked = problem(60.0, high=(20, 20, 20))
    most = asked.goal(most_counted(asked))
    wanted = Problem(Stack(CURVES), np.ones(3), 60.0, np.zeros(3), np.full(3, 20.0), least=most * 1.05)
    ways = {(item.limit, item.channel): item.value for item in relaxations(wanted)}
    assert ways["target", None] == pytest.approx(most)
    assert ("total", None) not in ways
    lifted = np.array([ways["maximum", 0], 20.0, 20.0])
    assert not can_be_met(wanted)
    assert can_be_met(Problem(Stack(CURVES), np.ones(3), 60.0, np.zeros(3), lifted * (1 + 1e-6), least=most * 1.05))
    assert not can_be_met(Problem(Stack(CURVES), np.ones(3), 60.0, np.zeros(3), lifted - 0.1, least=most * 1.05))


def test_money_goes_together_where_a_little_brings_nothing() -> None:
    """Half and half has equal marginal returns and is the worst split of two S-shaped curves with little money."""
    stack = Stack([Curves.known("s_shaped", 100.0, 50.0, 3.0)] * 2)
    asked = Problem(stack, np.ones(2), 60.0, np.zeros(2), np.full(2, np.inf))
    found = split_on_grid(asked)
    assert found is not None
    assert asked.goal(found) > asked.goal(np.array([30.0, 30.0])) * 1.5
    assert sorted(found) == pytest.approx([0.0, 60.0], abs=0.7)


def test_best_split_of_any_curves_is_none_where_limits_cannot_be_met() -> None:
    stack = Stack([Curves.known("s_shaped", 100.0, 50.0, 3.0)])
    asked = Problem(stack, np.ones(1), 60.0, np.zeros(1), np.full(1, np.inf), least=80.0)
    assert best_split(asked) is None
    assert cheapest_split(asked) is None
    reachable = replace(asked, least=40.0)
    cheapest = cheapest_split(reachable)
    assert cheapest is not None
    assert stack.values(cheapest)[0] == pytest.approx(40.0, rel=0.02)
    assert best_split(replace(asked, least=None)) == pytest.approx([60.0])


def test_limits_hold_on_the_grid_too() -> None:
    stack = Stack([Curves.known("s_shaped", 100.0, 50.0, 3.0)] * 2)
    asked = Problem(
        stack, np.array([2.0, 1.0]), 150.0, np.array([0.0, 20.0]), np.full(2, 90.0), count=np.ones(2), least=100
    )
    found = split_on_grid(asked)
    assert found is not None
    assert found.sum() <= 150.0 + 1e-6
    assert (found >= asked.low - 1e-9).all()
    assert (found <= 90.0 + 1e-9).all()
    assert asked.counted(found) >= 100 * (1 - 1e-8)
