"""The Open Bandit sample: the value of one policy estimated from the log of another, against its own log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from tools.estimators.arms import Rewards, fit_arms
from tools.estimators.off_policy import Log, contributions
from tools.progress import say

Array = NDArray[np.float64]
Policy = Literal["random", "bts"]

DATA, PRIOR = "obp/dataset/obd", "obp/policy/conf/prior_bts.yaml"
POSITIONS: Final = 3
SIMULATED: Final = 100_000
"""Draws of the Thompson policy's choice, as in Saito et al. (2021)."""

FOLDS: Final = 2
TRAITS: Final = ("position", "user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3")


@dataclass(frozen=True)
class Impressions:
    """One policy's log of one campaign.

    Attributes:
        items: Item shown.
        positions: Place on the page, from 0.
        clicks: 0 or 1.
        propensities: Recorded chance of the item at that place.
        traits: Place and user features as indicators.
    """

    items: NDArray[np.intp]
    positions: NDArray[np.intp]
    clicks: Array
    propensities: Array
    traits: Array


def read_impressions(folder: Path, policy: Policy, campaign: str) -> Impressions:
    """Read a log."""
    frame = pd.read_csv(folder / DATA / policy / campaign / f"{campaign}.csv", index_col=0)
    return Impressions(
        frame["item_id"].to_numpy(np.intp),
        frame["position"].to_numpy(np.intp) - 1,
        frame["click"].to_numpy(float),
        frame["propensity_score"].to_numpy(float),
        pd.get_dummies(frame[list(TRAITS)].astype(str)).to_numpy(float),
    )


def item_chances(folder: Path, policy: Policy, campaign: str, items: int, seed: int = 0) -> Array:
    """Return the chance of each item at each place, shape (places, items): even, or by the published Beta prior."""
    if policy == "random":
        return np.full((POSITIONS, items), 1 / items)
    prior = yaml.safe_load((folder / PRIOR).read_text(encoding="utf-8"))[campaign]
    drawn = np.random.default_rng(seed).beta(prior["alpha"], prior["beta"], size=(SIMULATED, items))
    best = np.argsort(-drawn, axis=1)[:, :POSITIONS]
    counts = [np.bincount(best[:, place], minlength=items) for place in range(POSITIONS)]
    return np.array(counts) / SIMULATED


def relative_errors(folder: Path, campaign: str, logger: Policy, runs: int) -> Array:
    """Return the relative estimation error of every method on every bootstrap sample, shape (runs, methods).

    Args:
        folder: The data set.
        campaign: all or men.
        logger: The policy whose log is used; the other one is evaluated.
        runs: Bootstrap samples of the log; predictions are learned anew on each.
    """
    target: Policy = "bts" if logger == "random" else "random"
    log, own = (read_impressions(folder, policy, campaign) for policy in (logger, target))
    chances = item_chances(folder, target, campaign, int(log.items.max()) + 1)
    true = float(own.clicks.mean())
    errors = []
    for run in range(runs):
        # The bootstraps that the published errors are from: the generator and seeds of the authors' example.
        rows = np.random.RandomState(run).choice(len(log.clicks), len(log.clicks))  # noqa: NPY002
        errors.append(np.abs(_values(log, rows, chances, run) - true) / true)
        if run % 10 == 9:
            say(f"open bandit {campaign}, {target} from {logger}: {run + 1} of {runs}")
    return np.array(errors)


def _values(log: Impressions, rows: NDArray[np.intp], chances: Array, seed: int) -> Array:
    """Return every method's estimate on a sample of the log; each half is predicted by the other."""
    sample = Log(log.items[rows], log.clicks[rows], log.propensities[rows], np.arange(len(rows)))
    # Copies of a row fall into the same half, else predictions would have seen what they are judged on.
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(log.clicks))[rows]
    predicted = np.zeros((len(rows), chances.shape[1]))
    for number in range(FOLDS):
        mine = fold == number
        rewards = Rewards(log.traits[rows][~mine], sample.arms[~mine], sample.rewards[~mine], np.ones((~mine).sum()))
        predicted[mine] = fit_arms(rewards, chances.shape[1], binary=True).predict(log.traits[rows][mine])
    return contributions(sample, chances[log.positions[rows]], predicted).values
