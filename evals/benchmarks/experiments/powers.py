"""Stated power beside how often the product's reading finds the effect; sample ratios beside how often they alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from evals.benchmarks.experiments.shop_days import TEST_DAYS, ShopDays
from tools.estimators.lift import Counts, mean_lift, rate_lift, sample_ratio_p
from tools.estimators.looks import FINAL_ALPHA
from tools.estimators.money_power import PastSpend
from tools.estimators.power import rate_power
from tools.experiments.reading import SAMPLE_RATIO_ALPHA


@dataclass(frozen=True)
class Power:
    """One design: what it is, what power is stated, and how often the effect was found."""

    what: str
    stated: float
    found: int
    tries: int

    @property
    def gap(self) -> float:
        """Return found less stated, in percentage points."""
        return 100 * (self.found / self.tries - self.stated)


def rate_powers(designs: Sequence[tuple[float, int, int, float]], tries: int, seed: int) -> list[Power]:
    """Draw conversions of both arms at a base rate, treated customers at one more.

    Args:
        designs: Base rate, treated, left alone, relative effect.
        tries: Draws of each.
        seed: Of the draws.
    """
    rng = np.random.default_rng(seed)
    powers = []
    for base, treated, others, effect in designs:
        hits = rng.binomial(treated, base * (1 + effect), tries)
        other_hits = rng.binomial(others, base, tries)
        found = 0
        for one, two in zip(hits, other_hits, strict=True):
            lift = rate_lift([Counts(int(one), treated, int(two), others)], FINAL_ALPHA)
            found += lift is not None and lift.conclusive
        stated = rate_power(base, base * effect, treated, others, FINAL_ALPHA)
        powers.append(Power(f"{base:.0%} of {treated:,}+{others:,}, {effect:+.0%}", stated, found, tries))
    return powers


def money_powers(
    shop: ShopDays, designs: Sequence[tuple[int, int, float]], tries: int, seed: int, *, adjusted: bool
) -> list[Power]:
    """Draw customers with replacement from the shop's last weeks; the treated spend a share more.

    Args:
        shop: Where customers are drawn from.
        designs: Treated, left alone, relative effect.
        tries: Draws of each.
        seed: Of the draws.
        adjusted: Whether past spend is taken into account.
    """
    rng = np.random.default_rng(seed)
    start = shop.starts[-1]
    past = PastSpend(shop.spend[:, start : start + TEST_DAYS].sum(axis=1), shop.before(start))
    powers = []
    for treated, others, effect in designs:
        size, found = treated + others, 0
        arm, strata = np.arange(size) < treated, np.zeros(size, np.intp)
        for _ in range(tries):
            chosen = rng.integers(0, shop.customers, size)
            values = past.values[chosen] * np.where(arm, 1 + effect, 1.0)
            before = past.before[chosen] if adjusted else None
            lift = mean_lift(values, arm, strata, FINAL_ALPHA, before)
            found += lift is not None and lift.conclusive
        stated = past.power(effect, treated, others, FINAL_ALPHA, adjusted=adjusted)
        how = "past spend used" if adjusted else "past spend not used"
        powers.append(Power(f"{treated:,}+{others:,}, {effect:+.0%}, {how}", stated, found, tries))
    return powers


def ratio_false_alarm(treated: int, others: int) -> float:
    """Return exactly how often the sample-ratio check alarms where customers are assigned one by one and none is lost.

    >>> round(ratio_false_alarm(1920, 480), 5)
    0.001
    """
    size = treated + others
    share = treated / size
    ps = [sample_ratio_p([(one, size - one, share)]) for one in range(size + 1)]
    alarms = np.array([p is not None and p < SAMPLE_RATIO_ALPHA for p in ps])
    return float(binom.pmf(np.arange(size + 1), size, share)[alarms].sum())


def ratio_alarms(treated: int, others: int, lost: float, tries: int, seed: int) -> int:
    """Return how often the sample-ratio check alarms when a share of the treated is lost at random."""
    rng = np.random.default_rng(seed)
    share = treated / (treated + others)
    drawn = rng.binomial(treated + others, share, tries)
    kept = rng.binomial(drawn, 1 - lost)
    alarms = 0
    for one, of in zip(kept, drawn, strict=True):
        p = sample_ratio_p([(int(one), treated + others - int(of), share)])
        alarms += p is not None and p < SAMPLE_RATIO_ALPHA
    return alarms
