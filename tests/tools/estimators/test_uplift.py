"""Effects of contact: known ones are found, none is found where there is none, and too little data says so."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from evals.simulator import simulate_customers
from tools.estimators.qini import judge, qini
from tools.estimators.uplift import LEARNERS, Learner, Trial, UpliftError, estimate_effects

Array = NDArray[np.float64]


def trial_of(treated: Array, outcome: Array) -> Trial:
    """Return a trial with one feature that says nothing."""
    return Trial(np.arange(len(outcome), dtype=float)[:, None], treated, outcome, np.full(len(outcome), 0.5))


@pytest.mark.parametrize("learner", LEARNERS)
def test_known_effects_are_found(learner: Learner) -> None:
    simulated = simulate_customers(2000, seed=4)
    effects = estimate_effects(simulated.trial, learner)
    verdict = judge(effects, simulated.trial.clusters)
    truth = simulated.effect
    assert verdict.known
    assert verdict.low <= truth.mean() <= verdict.high
    assert np.mean((effects.effect - truth) ** 2) < np.mean((verdict.average - truth) ** 2)
    later = effects.part > 0
    assert 0 < qini(effects.later_rank[later], truth[later]) < qini(truth[later], truth[later])


def test_contact_of_the_keen_is_not_taken_for_an_effect() -> None:
    """Keen customers were contacted more often: the plain difference is too large, the weighted one is less so."""
    simulated = simulate_customers(6000, seed=1, strength=0.0, randomised=False)
    trial = simulated.trial
    plain = trial.outcome[trial.treated > 0].mean() - trial.outcome[trial.treated <= 0].mean()
    verdict = judge(estimate_effects(trial), trial.clusters)
    assert plain > 0.02
    assert verdict.average < plain
    assert verdict.low <= 0.0 <= verdict.high


def test_no_effect_is_claimed_at_its_level() -> None:
    """Of 20 data sets without effect one is claimed on average; five or more have a probability of .003."""
    trial, rng = simulate_customers(400, seed=0).trial, np.random.default_rng(0)
    shuffled = (dataclasses.replace(trial, treated=rng.permutation(trial.treated)) for _ in range(20))
    claimed = sum(judge(estimate_effects(one, seed=3), one.clusters).known for one in shuffled)
    assert claimed < 5


@pytest.mark.parametrize(
    ("treated", "told"),
    [(np.ones(200), "0 customers were left alone"), (np.eye(200)[0], "1 customers were contacted")],
    ids=["no control", "one treated"],
)
def test_too_few_of_an_arm(treated: Array, told: str) -> None:
    with pytest.raises(UpliftError, match=told):
        estimate_effects(trial_of(treated, np.zeros(200)))


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_everybody_the_same(outcome: float) -> None:
    """All responded, or nobody: no effect, and no error of the estimate either."""
    trial = trial_of(np.tile([0.0, 1.0], 100), np.full(200, outcome))
    verdict = judge(estimate_effects(trial), trial.clusters)
    assert (verdict.average, verdict.low, verdict.high) == pytest.approx((0.0, 0.0, 0.0))
    assert not verdict.known


def test_few_groups_are_refused_and_groups_widen_the_interval() -> None:
    simulated = simulate_customers(1000, seed=2)
    groups = np.repeat(np.arange(40), 25)
    treated = np.repeat(np.tile([0.0, 1.0], 20), 25)
    shocks = np.repeat(np.random.default_rng(0).normal(0, 1, 40), 25)
    trial = Trial(simulated.trial.features, treated, shocks, np.full(1000, 0.5), groups)
    alike = judge(estimate_effects(trial), trial.clusters)
    alone = judge(estimate_effects(trial), np.arange(1000))
    assert alike.groups == 40
    assert alike.high - alike.low > 3 * (alone.high - alone.low)
    with pytest.raises(UpliftError, match="fewer than 5 groups"):
        estimate_effects(dataclasses.replace(trial, groups=np.where(treated > 0, groups, 0)))


def test_ranks_only_order() -> None:
    """Qini does not change when the ranking is stretched, and turns its sign when it is turned round."""
    rank, score = np.array([0.1, 0.5, 0.3, 0.9]), np.array([0.0, 1.0, 0.0, 2.0])
    assert qini(rank, score) == qini(rank**3, score)
    assert qini(-rank, score) == pytest.approx(-qini(rank, score))
