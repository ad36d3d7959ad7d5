"""What each candidate, and each policy, would bring: learned on some customers, evaluated on the others' exposures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.arms import ArmModel, Rewards, discount, fit_arms
from tools.estimators.bandits import even_shares, explore, linucb_shares, thompson_shares
from tools.estimators.off_policy import (
    METHODS,
    Contributions,
    Log,
    arm_contributions,
    contributions,
    effective_size,
    resample,
)
from tools.offers.reward import Reward
from tools.offers.rules import OfferRules
from tools.response.history import TRAITS
from tools.warehouse.columns import Column

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
PolicyName = Literal["thompson", "linucb", "even"]

FOLDS: Final = 4
"""Groups of customers; a policy is evaluated on a group that it has not learned from."""

LEAST_OWN: Final = 200
"""Exposures of a segment from which its own values are told; with fewer, those of all customers. House rule."""

HEADLINE: Final = METHODS.index("dr")
"""Doubly robust: right where either the chances or the predictions are, and without a switch to tune."""

POLICIES: Final[tuple[PolicyName, ...]] = ("thompson", "linucb", "even")


@dataclass(frozen=True)
class Experience:
    """What the store has seen of the candidates.

    Attributes:
        rows: Exposures with columns arm, chance, at, customer_id and the traits.
        reward: What each brought.
        allowed: Which candidates a policy may show.
        tried: Which of them it chooses among; the others, of which nothing is known, get their part by lot.
        now: Day from which ages of results count.
        rules: Guard rails, exploration and discount of old results.
    """

    rows: pd.DataFrame
    reward: Reward
    allowed: Flags
    tried: Flags
    now: pd.Timestamp
    rules: OfferRules

    def learned(self, positions: NDArray[np.intp] | slice, *, binary: bool) -> ArmModel:
        """Fit the arms on some of the exposures, older ones discounted where the rules say so."""
        rows = self.rows.iloc[positions]
        ages = ((self.now - rows[Column.AT]) / pd.Timedelta(days=1)).to_numpy(float)
        weights = discount(ages, self.rules.half_life_days.value)
        arms = rows["arm"].to_numpy(np.intp)
        rewards = Rewards(traits_of(rows), arms, self.reward.values[positions], weights)
        return fit_arms(rewards, len(self.allowed), binary=binary)

    def shares(self, traits: Array, positions: NDArray[np.intp] | slice, rng: np.random.Generator) -> Array:
        """Return the chance of every candidate for every row of traits under the policy in use."""
        model = self.learned(positions, binary=self.reward.binary)
        return self._explored(thompson_shares(model, traits, self.tried, rng))

    def linucb(self, traits: Array, positions: NDArray[np.intp]) -> Array:
        """Return the same under LinUCB."""
        return self._explored(linucb_shares(self.learned(positions, binary=False), traits, self.tried))

    def _explored(self, shares: Array) -> Array:
        return explore(shares, self.allowed, self.rules.exploration_share_percent.value / 100)


def traits_of(rows: pd.DataFrame) -> Array:
    """Return the traits of rows as numbers, in the order of `TRAITS`."""
    traits: Array = rows[list(TRAITS)].to_numpy(float)
    return traits


@dataclass(frozen=True)
class Evaluated:
    """Candidates and policies, evaluated on the same exposures.

    Attributes:
        arms: Contributions of each candidate shown to everybody.
        policies: Contributions of each of `POLICIES`.
        draws: Bootstrap estimates, shape (resamples, candidates + policies, methods).
        rows: Positions of the exposures evaluated.
        own: Whether they are the segment's; else everybody's.
    """

    arms: tuple[Contributions, ...]
    policies: tuple[Contributions, ...]
    draws: Array
    rows: NDArray[np.intp]
    own: bool

    def sizes(self) -> tuple[float, ...]:
        """Return the effective sample size of each candidate."""
        return tuple(effective_size(part.weights) for part in self.arms)


def evaluate(experience: Experience, customers: frozenset[str], seed: int) -> Evaluated:
    """Evaluate every candidate and policy on the exposures of a segment, or of all where it has too few."""
    rows = experience.rows
    mine = np.flatnonzero(rows[Column.CUSTOMER_ID].isin(customers).to_numpy())
    own = len(mine) >= LEAST_OWN
    chosen = mine if own else np.arange(len(rows))
    clusters = pd.factorize(rows[Column.CUSTOMER_ID], sort=True)[0].astype(np.intp)
    rng = np.random.default_rng(seed)
    fold = rng.integers(0, FOLDS, int(clusters.max(initial=0)) + 1)[clusters]
    # What was never shown cannot be valued, so policies are valued among the candidates that were.
    predicted, shares = _crossed(replace(experience, allowed=experience.tried), fold, chosen, rng)
    log = Log(
        rows["arm"].to_numpy(np.intp)[chosen],
        experience.reward.values[chosen],
        rows["chance"].to_numpy(float)[chosen],
        clusters[chosen],
    )
    arms = tuple(arm_contributions(log, arm, predicted) for arm in range(predicted.shape[1]))
    policies = tuple(contributions(log, shares[name], predicted) for name in POLICIES)
    return Evaluated(arms, policies, resample([*arms, *policies], log.clusters, rng), chosen, own)


def _crossed(
    experience: Experience, fold: NDArray[np.intp], chosen: NDArray[np.intp], rng: np.random.Generator
) -> tuple[Array, dict[PolicyName, Array]]:
    """Return predictions and the policies' chances for the chosen exposures, each from the other customers' results."""
    shape = (len(chosen), len(experience.allowed))
    predicted, even = np.zeros(shape), even_shares(len(chosen), experience.allowed)
    shares: dict[PolicyName, Array] = {"thompson": np.zeros(shape), "linucb": np.zeros(shape), "even": even}
    for number in range(FOLDS):
        others, asked = np.flatnonzero(fold != number), np.flatnonzero(fold[chosen] == number)
        if len(asked):
            traits = traits_of(experience.rows.iloc[chosen[asked]])
            predicted[asked] = experience.learned(others, binary=experience.reward.binary).predict(traits)
            shares["thompson"][asked] = experience.shares(traits, others, rng)
            shares["linucb"][asked] = experience.linucb(traits, others)
    return predicted, shares
