"""Forecasts of a hierarchy add up, are chosen on the past, and hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.estimators.demand.choice import choose, look_back, origins_of
from tools.estimators.demand.coherent import Tree, forecast_tree, widest
from tools.estimators.demand.hierarchy import add_up, lowest_from_all, shared_out, summing_matrix
from tools.estimators.forecasting.pool import COMBINATION

LABELS = (("all",) * 4, ("food", "food", "home", "home"), ("tea", "cake", "pots", "mugs"))


def _tree(units: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Tree:
    rows, summing = summing_matrix(LABELS)
    level = np.array([number for number, _ in rows], dtype=np.intp)
    every = summing @ units
    return Tree(every, np.zeros_like(every), summing, level, level.astype(np.int64))


@pytest.mark.parametrize("weeks", [1, 3, 12, 40])
def test_levels_add_up(weeks: int) -> None:
    units = np.random.default_rng(0).poisson(5.0, (4, weeks)).astype(float)
    tree = _tree(units)
    found = forecast_tree(tree, 6)
    assert found.middle == pytest.approx(tree.summing @ found.lowest)
    assert (found.lowest >= 0).all()
    for said in found.said:
        assert said[0] == pytest.approx(said[tree.level == 2].sum(axis=0))


@pytest.mark.parametrize("units", [np.zeros((4, 30)), np.full((4, 30), 7.0), np.eye(4, 30) * 1000])
def test_odd_series_give_finite_forecasts(units: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    found = forecast_tree(_tree(units), 8)
    rows = np.arange(len(found.middle))
    assert np.isfinite(found.middle).all()
    assert np.isfinite(found.half_widths(rows, 0.8) * found.spreads[:, None]).all()


def test_intervals_hold_what_they_promise() -> None:
    rng = np.random.default_rng(0)
    hits = []
    for _ in range(12):
        units = rng.poisson(100.0, (4, 44)).astype(float)
        tree = _tree(units[:, :40])
        found = forecast_tree(tree, 4)
        rows = np.flatnonzero(tree.level == 2)
        reach = found.half_widths(rows, 0.8) * found.spreads[rows, None]
        truth = tree.summing[rows] @ units[:, 40:]
        hits.append(np.abs(truth - found.middle[rows]) <= reach)
    # Of the largest of four origins' quantiles at least the nominal share is held; it may be more.
    assert 0.8 <= np.mean(hits) <= 0.99


def test_reconciling_what_adds_up_changes_nothing() -> None:
    _, summing = summing_matrix(LABELS)
    lowest = np.array([[1.0], [2.0], [3.0], [4.0]])[[1, 3, 2, 0]]
    every = summing @ lowest
    assert add_up(lowest_from_all(summing, np.arange(1.0, 8.0)) @ every, summing) == pytest.approx(every)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=6), st.floats(0, 1e6))
@settings(deadline=None)
def test_shares_add_up_to_the_whole(parts: list[float], whole: float) -> None:
    assert shared_out(np.array([parts]).T, np.array([whole])).sum() == pytest.approx(whole)


def test_a_method_must_be_better_from_every_origin_to_be_chosen() -> None:
    series = np.tile(np.arange(30.0), (3, 1))

    def candidates(known: int) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
        truth = np.tile(np.arange(known, known + 4.0), (3, 1))
        return {"right": truth, "often right": truth + 3 * (known == origins_of(30, 4)[0]), "usual": truth + 1}

    past = look_back(series, 4, candidates)
    rows = np.arange(3)
    assert choose(past, rows, "usual") == "right"
    assert choose(past, rows, "right") == "right"
    without = type(past)(
        past.origins, {name: past.said[name] for name in ("often right", "usual")}, past.came, past.scales
    )
    assert choose(without, rows, "usual") == "usual"


def test_without_a_past_the_usual_is_taken() -> None:
    found = forecast_tree(_tree(np.ones((4, 3))), 2)
    assert set(found.methods.values()) == {COMBINATION}


def test_steps_that_no_origin_shows_are_wider() -> None:
    sizes = np.array([[[1.0, np.nan]], [[2.0, np.nan]]])
    assert widest(sizes, 0.8).tolist() == pytest.approx([2.0, 2.0 * np.sqrt(2)])
