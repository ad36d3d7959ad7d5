"""The benchmarks of search and of vector indexes in small: formulas, splits and choices by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from evals.benchmarks.judged_offers import DEVELOPMENT, UNSEEN, Offers, judge, paired_interval, read_offers
from evals.benchmarks.nearest import Trial, compare, make_vectors, on_frontier
from evals.benchmarks.search import FUSED, LEXICAL, PLAIN, measure, write_pairs
from retrieval.vectors import Setting
from tests.bag_of_words import BagOfWords

PRODUCTS = """product_id\tad_title\tad_description\twebsite\tsource\tbrand\tcluster_category
10\tGreen tea bags\tForty bags\tx.com\tX\tAcme\t1.0
9\tWhole milk gallon\tFresh\tx.com\tX\tAcme\t1.0
11\tBlack tea loose\tStrong\tx.com\tX\tAcme\t1.0
"""
QUERIES = "query_id\tquery_text\n7\twhole mlik\n3\tblack tea\n5\tgreen tea\n"
LABELS = """query_idx\tproduct_idx\tlabel\tcluster_id\toriginal_query_id\toriginal_product_id
0\t2\t1\t0\t3\t11
0\t0\t0\t0\t3\t10
1\t0\t1\t0\t5\t10
1\t1\t0\t0\t5\t9
2\t1\t1\t0\t7\t9
2\t0\t0\t0\t7\t10
"""


@pytest.fixture
def offers(tmp_path: Path) -> Offers:
    """Give three offers and three queries with two judged offers each."""
    for name, text in (("products", PRODUCTS), ("queries", QUERIES), ("final_balanced_dataset", LABELS)):
        (tmp_path / f"{name}.tsv").write_text(text)
    return read_offers(tmp_path)


def test_halves_are_taken_from_sorted_ids(offers: Offers) -> None:
    assert (offers.half(DEVELOPMENT), offers.half(UNSEEN)) == ([3, 7], [5])


def test_labels_are_joined_by_the_original_ids(offers: Offers) -> None:
    assert offers.judged[3] == {"11": 1.0, "10": 0.0}


def test_a_wrong_first_place_costs_what_the_formula_says(offers: Offers) -> None:
    backwards = judge(offers, lambda query: np.array([1.0, 0.0, 0.0]), [3])
    assert backwards.tolist() == [(1 / math.log2(3)) / 1]


def test_every_ranking_is_scored(offers: Offers) -> None:
    measured = measure(offers, BagOfWords(), [BagOfWords()] * 3, (DEVELOPMENT, UNSEEN))
    scores = {(row[0][:4], row[1]): row[2] for row in measured.rows}
    assert scores["even", LEXICAL] == scores["even", FUSED] == "1.000"
    assert scores["even", PLAIN] == f"{(1 + 1) / 2:.3f}"
    assert scores["even", "fused, tuned"] == scores["odd,", "fused, tuned"] == "1.000"
    assert not measured.holds


def test_an_interval_without_difference_is_nothing() -> None:
    assert paired_interval(np.ones(5), np.ones(5)) == (0.0, 0.0)


def test_only_development_queries_are_written_for_training(offers: Offers, tmp_path: Path) -> None:
    write_pairs(offers, tmp_path / "pairs.tsv")
    rows = [line.split("\t") for line in (tmp_path / "pairs.tsv").read_text().splitlines()]
    assert rows[0] == ["anchor", "positive", "group"]
    assert [(row[0], row[2]) for row in rows[1:3]] == [("black tea", "0"), ("whole mlik", "1")]
    assert {row[2] for row in rows[3:]} == {"offer"}


def test_made_vectors_are_real_ones_and_mixtures() -> None:
    real = np.eye(8, dtype=np.float32)
    made = make_vectors(real, 100)
    assert np.array_equal(made[:8], real)
    assert np.allclose(np.linalg.norm(made, axis=1), 1)
    assert np.array_equal(made, make_vectors(real, 100))


def test_flat_finds_all_and_each_setting_is_tried() -> None:
    vectors = make_vectors(np.eye(16, dtype=np.float32), 2000)
    settings = (Setting("flat"), Setting("hnsw", 32), Setting("ivf", 8))
    trials = compare(vectors, vectors[:5], settings)
    assert tuple(trial.setting for trial in trials) == settings
    assert trials[0].recall == 1


def test_the_frontier() -> None:
    flat = Trial(Setting("flat"), 1.0, 9.0, 9.0, 1, 1)
    graph = Trial(Setting("hnsw"), 0.98, 1.0, 1.0, 1, 1)
    worse = Trial(Setting("ivf"), 0.9, 2.0, 2.0, 1, 1)
    assert on_frontier(flat, (flat, graph, worse))
    assert on_frontier(graph, (flat, graph, worse))
    assert not on_frontier(worse, (flat, graph, worse))
