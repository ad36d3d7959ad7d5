"""Clusters of customers by their habits, with names in plain words that mean the same in every tool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from pydantic import Field

from tools.customers.behaviour import HABITS, Habit, customer_habits, habit_scores
from tools.estimators.clusters import CRITERIA, INTERVAL_PERCENT, LEAST_ROWS, Clustering, cluster_rows, standardise
from tools.features import customer_features
from tools.frozen import Frozen
from tools.warehouse.view import StoreView

CLUSTER_SEED = 0
"""Not the view's: a cluster's name must mean the same customers whatever else is drawn at random."""

DISTINCT = 0.4
"""Standard deviations from the shop's mean from which a habit tells a cluster apart: between "small" (.2) and "medium"
(.5) in J. Cohen, Statistical Power Analysis for the Behavioral Sciences (2nd ed., 1988), 2.2.4."""

MOST_TRAITS = 3
"""Habits in a label besides rhythm and basket, and traits in an answer: more cannot be kept in mind (a choice)."""

SKETCH = 0.6
"""Stability below which clusters are a sketch: C. Hennig, "Cluster-wise assessment of cluster stability", Computational
Statistics and Data Analysis 52 (2007), calls less than .6 not to be trusted."""

NO_STRUCTURE = 0.25
"""Mean silhouette up to which there is no substantial structure: L. Kaufman, P. Rousseeuw, Finding Groups in Data
(1990), table 4 of chapter 2."""

RHYTHMS: Final = ((5.7, "frequent"), (2.8, "weekly"), (1.4, "fortnightly"), (0.7, "monthly"), (0.0, "occasional"))
"""Least median purchase days in four weeks, and what that rhythm is called: 8, 4, 2 or 1, halved by ratio."""

TRAITS: Final = {
    Habit.EVENINGS: ("evenings", "daytime"),
    Habit.WEEKENDS: ("weekends", "weekdays"),
    Habit.BARGAINS: ("on offer", "at full price"),
    Habit.FOCUS: ("few categories", "many categories"),
    Habit.AWAY: ("long away", "seen lately"),
}
"""What a habit far above and far below the shop's mean is called in a label."""


CLUSTER_WORDS: Final = re.compile(r"\b(baskets|shops|everybody alike)\b", re.IGNORECASE)
"""Every label holds one of these; other words need not be looked for among the clusters."""


class Trait(Frozen):
    """One habit that tells a cluster apart."""

    habit: str = Field(description="The habit, with what it is measured in.")
    median: float = Field(description="Its median among the customers of the cluster.")
    shop_median: float = Field(description="Its median among all customers.")
    score: float = Field(description="How far the cluster's mean lies from the shop's, in standard deviations.")


@dataclass(frozen=True)
class Cluster:
    """One cluster of customers.

    Attributes:
        name: `cluster_1`, `cluster_2`, … in descending order of mean spend.
        label: Its habits in plain words; no two clusters share one.
        definition: Who belongs, with numbers.
        customer_ids: Who they are, in ascending order.
        traits: What tells it apart, strongest first.
    """

    name: str
    label: str
    definition: str
    customer_ids: pd.Index
    traits: tuple[Trait, ...] = ()


@dataclass(frozen=True)
class Clusters:
    """All clusters of a shop's customers.

    Attributes:
        clusters: The clusters.
        fit: How they were found; None where there is only one, of everybody.
        note: How far to trust them, or why there is only one.
    """

    clusters: tuple[Cluster, ...]
    fit: Clustering | None
    note: str


class ClusterFit(Frozen):
    """How clusters were found, and how far to trust them."""

    method: str = Field(description="k-means or Gaussian mixture, whichever resamples reproduce better; none for one.")
    clusters: int = Field(ge=1, description="Number of clusters.")
    criterion: str = Field(description="By what the number was chosen, and between which numbers.")
    silhouette: float | None = Field(None, description="Mean silhouette: up to .25 there are no clear gaps.")
    stability: float | None = Field(None, description="Mean adjusted Rand index with clusters of resamples; 1 is same.")
    stability_low: float | None = Field(None, description="Lower end of its 80 % interval.")
    stability_high: float | None = Field(None, description="Upper end of its 80 % interval.")
    note: str = Field(description="The same in a sentence, or why there is only one cluster.")


def cluster_fit(found: Clusters) -> ClusterFit:
    """Return what an answer says about clusters as a whole."""
    fit = found.fit
    if fit is None:
        return ClusterFit(method="none", clusters=1, criterion="none", note=found.note)
    tried = sorted({attempt.clusters for attempt in fit.attempts})
    return ClusterFit(
        method=fit.method,
        clusters=fit.clusters,
        criterion=f"{CRITERIA[fit.method]} of {tried[0]} to {tried[-1]} clusters",
        silhouette=round(fit.silhouette, 3),
        stability=round(fit.stability, 3),
        stability_low=round(fit.stability_low, 3),
        stability_high=round(fit.stability_high, 3),
        note=found.note,
    )


def customer_clusters(view: StoreView) -> Clusters:
    """Cluster the customers of a store by their habits; once per store, version of its data and day."""
    return _customer_clusters(view, view.meta.version)


@lru_cache(maxsize=8)
def _customer_clusters(view: StoreView, version: str) -> Clusters:
    habits = customer_habits(view)
    scores = habit_scores(habits)
    rows = standardise(scores.to_numpy(float))
    fit = cluster_rows(rows, CLUSTER_SEED)
    if fit is None:
        return _one(habits, rows)
    spend = customer_features(view)["spend"].groupby(fit.labels).mean()
    ranked = [fit.labels == label for label in spend.sort_values(ascending=False, kind="stable").index]
    labels = name_clusters([scores[mine].mean() for mine in ranked], [habits[mine].median() for mine in ranked])
    found = [
        Cluster(
            name=f"cluster_{place}",
            label=label,
            definition=_define(habits[mine], label, fit),
            customer_ids=habits.index[mine],
            traits=_traits(scores[mine].mean(), habits[mine].median(), habits.median()),
        )
        for place, (mine, label) in enumerate(zip(ranked, labels, strict=True), start=1)
    ]
    return Clusters(tuple(found), fit, trust(fit))


def _one(habits: pd.DataFrame, rows: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> Clusters:
    """Return everybody as one cluster, with the reason."""
    if len(habits) < LEAST_ROWS:
        why = f"{len(habits)} customers are too few to cluster (at least {LEAST_ROWS})"
    elif rows.size == 0:
        why = "all customers have the same habits"
    else:
        why = "too few customers differ in their habits to make clusters"
    words = f"every customer: {why}"
    return Clusters((Cluster("cluster_1", "everybody alike", words, habits.index),), None, why)


def trust(fit: Clustering) -> str:
    """Say how far clusters can be trusted.

    >>> trust(Clustering(np.zeros(1, np.intp), "k-means", 0.31, 0.83, 0.701, 0.912, ()))
    'stability .83 (80 % of resamples .70 to .91; 1 is the same clusters again, below .6 read as a sketch)'
    """
    low, high = _plain(fit.stability_low), _plain(fit.stability_high)
    told = (
        f"stability {_plain(fit.stability)} ({INTERVAL_PERCENT} % of resamples {low} to {high}; 1 is the same clusters "
        f"again, below {SKETCH:.1g}".replace("0.", ".")
        + " read as a sketch)"
    )
    if fit.stability < SKETCH:
        told += ": these are a sketch"
    if fit.silhouette <= NO_STRUCTURE:
        told += f"; no clear gaps between them (mean silhouette {_plain(fit.silhouette)}), habits shade into each other"
    return told


def _plain(value: float) -> str:
    """Write a number between 0 and 1 without its leading zero."""
    return f"{value:.2f}".replace("0.", ".", 1)


def name_clusters(scores: list[pd.Series], medians: list[pd.Series]) -> list[str]:
    """Name each cluster by its rhythm, its basket and the habits that tell it apart; no name is given twice.

    >>> score = pd.Series({"basket": -0.9, "evenings": 1.2, "weekends": 0.1})
    >>> name_clusters([score], [pd.Series({"visits": 9.0})])
    ['frequent small baskets, evenings']
    """
    extras = [_extras(score) for score in scores]
    bases = [_base(score, median) for score, median in zip(scores, medians, strict=True)]
    for most in range(1, len(TRAITS) + 1):
        names = [", ".join([base, *words[:most]]) for base, words in zip(bases, extras, strict=True)]
        if len(set(names)) == len(names):
            return names
    return [name if names.count(name) == 1 else f"{name} {place}" for place, name in enumerate(names, start=1)]


def _base(score: pd.Series, median: pd.Series) -> str:
    rhythm = next(word for least, word in RHYTHMS if median[Habit.VISITS] >= least)
    if score[Habit.BASKET] >= DISTINCT:
        return f"big {rhythm} shops"
    return f"{rhythm} small baskets" if score[Habit.BASKET] <= -DISTINCT else f"{rhythm} baskets"


def _extras(score: pd.Series) -> list[str]:
    """Return the words of the habits that tell a cluster apart, strongest first."""
    strong = [name for name in TRAITS if abs(score.get(name, 0.0)) >= DISTINCT]
    strong.sort(key=lambda name: -abs(score[name]))
    return [TRAITS[name][0 if score[name] > 0 else 1] for name in strong]


def _traits(score: pd.Series, median: pd.Series, shop: pd.Series) -> tuple[Trait, ...]:
    strong = [name for name in HABITS if abs(score[name]) >= DISTINCT]
    strong.sort(key=lambda name: -abs(score[name]))
    return tuple(
        Trait(
            habit=HABITS[name],
            median=round(float(median[name]), 2),
            shop_median=round(float(shop[name]), 2),
            score=round(float(score[name]), 2),
        )
        for name in strong[:MOST_TRAITS]
    )


def _define(habits: pd.DataFrame, label: str, fit: Clustering) -> str:
    """Put a cluster's medians into words, and how it was made."""
    middle = habits.median()
    return (
        f"{label}: about {middle[Habit.VISITS]:.1f} purchase days in four weeks, {middle[Habit.BASKET]:.0f} an order, "
        f"{middle[Habit.AWAY]:.0f} days away, {middle[Habit.EVENINGS]:.0%} in the evening, "
        f"{middle[Habit.BARGAINS]:.0%} discount ({fit.method} on standardised habits; {fit.clusters} clusters by "
        f"{CRITERIA[fit.method]})"
    )
