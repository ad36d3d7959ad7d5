"""The benchmarks of recommendations and bundles in small: ranks by hand, splits apart, margins that stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from evals.benchmarks import bundles
from evals.benchmarks.catalog import benchmark_named
from evals.benchmarks.recommendation.growth import growth, repeated
from evals.benchmarks.recommendation.movielens import Ratings, judge_last, judge_split, split
from evals.benchmarks.recommendation.next_basket import hold_out, judge_baskets
from evals.benchmarks.recommendation.ranking import judge
from tests.busy import AS_OF, make_busy_store
from tools.products.shopping import shopping
from tools.warehouse.view import StoreView


def _ratings() -> Ratings:
    """Draw 60 people of two tastes, who rate 12 of 30 items each."""
    rng = np.random.default_rng(0)
    rows = [(person, person % 2 * 15 + item) for person in range(60) for item in rng.permutation(15)[:12]]
    table = np.array(rows, dtype=np.int64)
    return Ratings(table[:, 0], table[:, 1], 60, 30)


def test_the_formula_by_hand() -> None:
    scores = np.zeros((1, 12), dtype=np.float32)
    scores[0, :3] = [3, 2, 1]
    truth = np.zeros((1, 12), dtype=bool)
    truth[0, [1, 2]] = True
    one = judge(scores, truth, known=np.eye(1, 12, 0, dtype=bool))
    # The first item is known and not ranked: both hits move up.
    assert one.means() == (2 / 10, 1.0, 1.0)


def test_splits_are_four_fifths_and_repeatable() -> None:
    rows = np.arange(10_000)
    learn, held = split(rows, 3)
    assert len(np.intersect1d(learn, held)) == 0
    assert len(held) == pytest.approx(2_000, abs=150)
    assert np.array_equal(split(rows, 3)[1], held)


def test_models_are_judged_beside_each_other() -> None:
    judged, weights = judge_split(_ratings(), seed=0)
    assert set(judged) == {"popularity", "item-kNN", "ALS", "EASE", "EASE, people even", "blend"}
    assert any(weights.values())
    assert judged["EASE"].means()[1] > judged["popularity"].means()[1]
    assert "SASRec" in judge_last(_ratings(), epochs=1)


def test_next_baskets_are_held_out_by_hand(busy_shop: StoreView) -> None:
    day = pd.Timestamp(AS_OF) - pd.Timedelta(weeks=8)
    view = busy_shop.at(day.date())
    held = hold_out(view.store, view.as_of)
    lines = busy_shop.frame("order_lines").sort_values(["ordered_at", "order_id"])
    later = lines[lines["ordered_at"] >= day]
    first = later.drop_duplicates("customer_id").set_index("customer_id")["product_id"]
    known = shopping(view)
    for row, truth in zip(held.rows, held.truth, strict=True):
        assert [known.products.index[place] for place in truth] == [first[known.customers[row]]]
    assert set(judge_baskets(view, held)) >= {"personal top frequency", "blend"}


def test_a_shop_may_be_repeated(busy_shop: StoreView) -> None:
    bought = shopping(busy_shop).bought
    twice = repeated(bought, 2)
    assert twice.customers == 2 * bought.customers
    assert np.array_equal(twice.row[len(bought.row) :], bought.row + bought.customers)
    assert [row[0] for row in growth(busy_shop)] == [bought.customers * times for times in (1, 2, 4)]


def _shop() -> bundles.Shop:
    rng = np.random.default_rng(0)
    held = sparse.csr_array((rng.random((2_000, 60)) < rng.uniform(0.02, 0.15, 60)).astype(np.int32))
    return bundles.Shop(held, np.arange(2_000) % 150, np.array([f"kind {n % 12}" for n in range(60)], dtype=object))


def test_permuted_baskets_keep_their_margins() -> None:
    shop = _shop()
    drawn = bundles.permuted(shop, 1)
    assert np.array_equal(drawn.held.sum(axis=0), shop.held.sum(axis=0))
    assert np.array_equal(drawn.held.sum(axis=1), shop.held.sum(axis=1))
    assert drawn.held.data.max() == 1
    assert (drawn.held - shop.held).count_nonzero() > 0.5 * shop.held.nnz


def test_planted_pairs_are_of_different_categories() -> None:
    planted, pairs = bundles.plant(_shop(), 30, 0)
    assert len(pairs) == bundles.PLANTED
    columns = planted.held.toarray() > 0
    for first, second in map(sorted, pairs):
        assert (columns[:, first] & columns[:, second]).sum() >= 30
        assert planted.groups[first] != planted.groups[second]


def test_bundles_are_measured_in_small() -> None:
    measured = bundles.measure(_shop(), permutations=1)
    assert [row[0].split(",")[0] for row in measured.rows] == ["true", "permuted", "planted", "planted"]
    assert measured.rows[1][1].startswith("0.0")


def test_they_are_listed() -> None:
    assert benchmark_named("recommend").name == "recommend"
    assert benchmark_named("bundles").name == "bundles"


@pytest.fixture(scope="module")
def busy_shop(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    return make_busy_store(tmp_path_factory.mktemp("home") / "busy").at(AS_OF)
