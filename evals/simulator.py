"""Customers whose response with and without contact is known, so that estimates of the effect can be held to the truth.

The numbers are a choice, made to look like coupons by mail: about one in eight responds; contact adds some points for
customers who bought lately and are used to discounts, nothing for loyal ones who buy anyway, and takes some away from
those it annoys.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from tools.estimators.uplift import Trial

Array = NDArray[np.float64]

FEATURES = ("recency_weeks", "orders", "order_value", "discount_share", "tenure_weeks", "past_responses", "noise")


@dataclass(frozen=True)
class Simulated:
    """A trial and the true effect on each customer, in probability of response."""

    trial: Trial
    effect: Array


def simulate_customers(customers: int, seed: int, *, strength: float = 1.0, randomised: bool = True) -> Simulated:
    """Draw customers, contact some of them and draw their responses.

    Args:
        customers: How many.
        seed: Of everything drawn.
        strength: Factor on the true effects; 0 for contact without any.
        randomised: Whether half were contacted by lot, the probability known; else those who buy often were preferred,
            and the probability must be learned.
    """
    rng = np.random.default_rng(seed)
    recency, orders = rng.gamma(2.0, 6.0, customers), rng.poisson(rng.gamma(1.5, 4.0, customers)).astype(float)
    discount, tenure = rng.beta(1.5, 5.0, customers), rng.uniform(1, 104, customers)
    value, past, noise = (
        rng.lognormal(3.4, 0.5, customers),
        rng.poisson(0.3, customers).astype(float),
        rng.normal(size=customers),
    )
    features = np.column_stack([recency, orders, value, discount, tenure, past, noise])
    alone = expit(-3.0 - 0.04 * recency + 0.08 * np.minimum(orders, 20) + 0.6 * np.minimum(past, 3))
    persuadable = expit(3.0 - 0.25 * recency) * np.minimum(1.0, 3.0 * discount)
    effect = strength * (0.30 * persuadable - 0.04 * (orders > 12))
    effect = np.clip(alone + effect, 0.001, 0.999) - alone if strength else np.zeros(customers)
    chance = np.full(customers, 0.5) if randomised else expit(-0.6 + 0.12 * np.minimum(orders, 15))
    treated = (rng.random(customers) < chance).astype(float)
    outcome = (rng.random(customers) < alone + treated * effect).astype(float)
    return Simulated(Trial(features, treated, outcome, chance if randomised else None), effect)
