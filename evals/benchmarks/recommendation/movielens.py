"""MovieLens-100K as who rated what: random splits, and the last rating of each person held out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from evals.benchmarks.recommendation.ranking import Judged, judge
from tools.estimators.blend import blended, choose_weights
from tools.estimators.factors import implicit_als
from tools.estimators.recommend import ease, item_neighbours, popularity
from tools.estimators.sasrec import fit_sasrec
from tools.progress import say

FILE: Final = "MovieLens100k_data.parquet.brotli"
HELD_OUT: Final = 0.2
RIDGE: Final = 300.0
EVENNESS: Final = 0.5
"""Of EASE, from 200 to 800 and 0 to 0.8 on validation parts of three splits' training data."""

VALIDATION_SEED: Final = 100
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Ratings:
    """Who rated what, whatever the rating; numbered from 0, oldest first for each person."""

    person: NDArray[np.int64]
    item: NDArray[np.int64]
    people: int
    items: int

    def matrix(self, rows: NDArray[np.int64]) -> sparse.csr_array:
        """Return people × items of some ratings, 1 where rated."""
        ones = np.ones(len(rows), dtype=np.float32)
        return sparse.csr_array((ones, (self.person[rows], self.item[rows])), shape=(self.people, self.items))


def read_ratings(folder: Path) -> Ratings:
    """Read the ratings."""
    table = pd.read_parquet(folder / FILE).sort_values(["user_id", "timestamp", "movie_id"], kind="stable")
    person, people = pd.factorize(table["user_id"])
    item, items = pd.factorize(table["movie_id"])
    return Ratings(person.astype(np.int64), item.astype(np.int64), len(people), len(items))


def split(rows: NDArray[np.int64], seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return four fifths of the rows and the rest, by lot."""
    held = np.random.default_rng(seed).random(len(rows)) < HELD_OUT
    return rows[~held], rows[held]


def model_scores(bought: sparse.csr_array, seed: int) -> dict[str, Scores]:
    """Fit each model and score all items for all people."""
    factors = implicit_als(bought, seed=seed)
    found = {
        "popularity": np.tile(popularity(bought), (int(bought.shape[0]), 1)),
        "item-kNN": bought @ item_neighbours(bought),
        "ALS": factors.customers @ factors.items.T,
        "EASE": bought @ ease(bought, RIDGE),
        "EASE, people even": bought @ ease(bought, RIDGE, EVENNESS),
    }
    return {name: np.asarray(scores, dtype=np.float32) for name, scores in found.items()}


def judge_split(ratings: Ratings, seed: int) -> tuple[dict[str, Judged], dict[str, float]]:
    """Judge each model and the blend on one random split; the blend's weights are chosen inside the training part."""
    learn, held = split(np.arange(len(ratings.item)), seed)
    inner, validation = split(learn, VALIDATION_SEED + seed)
    say(f"MovieLens-100K, split {seed}: weights")
    given, chosen = ratings.matrix(inner), ratings.matrix(validation)
    weights = choose_weights(model_scores(given, seed), chosen.toarray() > 0, given.toarray() > 0)
    say(f"MovieLens-100K, split {seed}: {weights}")
    bought, truth = ratings.matrix(learn), ratings.matrix(held).toarray() > 0
    scores = model_scores(bought, seed)
    scores["blend"] = blended(scores, weights)
    return {name: judge(one, truth, bought.toarray() > 0) for name, one in scores.items()}, weights


def judge_last(ratings: Ratings, epochs: int) -> dict[str, Judged]:
    """Hold out each person's last rating, and judge SASRec beside EASE, ALS and popularity."""
    last = np.flatnonzero(np.diff(ratings.person, append=-1) != 0)
    learn = np.setdiff1d(np.arange(len(ratings.item)), last)
    bought, truth = ratings.matrix(learn), ratings.matrix(last).toarray() > 0
    scores = model_scores(bought, 0)
    say(f"MovieLens-100K, last rating: SASRec, {epochs} epochs")
    ends = np.cumsum(np.bincount(ratings.person[learn], minlength=ratings.people))[:-1]
    sequences = np.split(ratings.item[learn], ends)
    scores["SASRec"] = fit_sasrec(sequences, ratings.items, epochs).scores(sequences)
    return {name: judge(one, truth, bought.toarray() > 0) for name, one in scores.items()}
