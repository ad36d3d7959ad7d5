"""How often a test of nothing raises an alarm: read once, read daily as the product does, and read daily at 5 %."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.experiments.shop_days import TEST_DAYS, Drawn, ShopDays, draw
from tools.estimators.lift import Counts, Lift, mean_lift, rate_lift
from tools.estimators.looks import ALPHA, level_on
from tools.progress import say

Array = NDArray[np.float64]
Read = Callable[[Drawn, int, float], Lift | None]

TOLD_EVERY = 200
"""Experiments between two lines of progress."""


@dataclass
class Alarms:
    """Alarms of one outcome: `once` at the end at 5 %, `daily` as the product reads, `naive` at 5 % each day."""

    once: int = 0
    daily: int = 0
    naive: int = 0


@dataclass
class Tally:
    """What many experiments of nothing gave."""

    experiments: int = 0
    purchase: Alarms = field(default_factory=Alarms)
    money: Alarms = field(default_factory=Alarms)
    plain: list[float] = field(default_factory=list)
    freed: list[float] = field(default_factory=list)

    @property
    def reduction(self) -> float:
        """Return how much less the estimates vary where past spend is taken into account."""
        return 1 - float(np.var(self.freed) / np.var(self.plain))


def count_alarms(shop: ShopDays, experiments: int, customers: int, share: float, seed: int) -> Tally:
    """Draw experiments and read each of them on each of its days."""
    rng, tally = np.random.default_rng(seed), Tally()
    for turn in range(experiments):
        one = draw(shop, customers, round(customers * share), turn, rng)
        for alarms, read in ((tally.purchase, _purchases), (tally.money, _money)):
            _count(alarms, one, read)
        for values, adjusted in ((tally.plain, False), (tally.freed, True)):
            lift = _compared(one, TEST_DAYS, ALPHA, adjusted=adjusted)
            values.append(lift.value if lift else 0.0)
        tally.experiments += 1
        if tally.experiments % TOLD_EVERY == 0:
            say(f"{tally.experiments} experiments of nothing: {tally.purchase}, {tally.money}")
    return tally


def _count(alarms: Alarms, one: Drawn, read: Read) -> None:
    """Count an experiment's alarms; the product's levels are stricter than 5 %, so they ring on no other days."""
    ringing = [day for day in range(1, TEST_DAYS + 1) if _rings(read(one, day, ALPHA))]
    alarms.once += TEST_DAYS in ringing
    alarms.naive += bool(ringing)
    alarms.daily += any(_rings(read(one, day, level_on(day, TEST_DAYS))) for day in ringing)


def _rings(lift: Lift | None) -> bool:
    return lift is not None and lift.conclusive


def _purchases(one: Drawn, day: int, alpha: float) -> Lift | None:
    bought, treated = one.bought[:, day - 1], one.treated
    return rate_lift(
        [Counts(int(bought[treated].sum()), int(treated.sum()), int(bought[~treated].sum()), int((~treated).sum()))],
        alpha,
    )


def _money(one: Drawn, day: int, alpha: float) -> Lift | None:
    return _compared(one, day, alpha, adjusted=True)


def _compared(one: Drawn, day: int, alpha: float, *, adjusted: bool) -> Lift | None:
    strata = np.zeros(len(one.treated), np.intp)
    return mean_lift(one.spend[:, day - 1], one.treated, strata, alpha, one.before if adjusted else None)
