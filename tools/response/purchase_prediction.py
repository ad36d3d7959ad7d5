"""Who will buy within some weeks, by the better of two models, with how well each did on the weeks just past."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.days import Day, customer_days
from tools.errors import ToolError
from tools.estimators.calibration import (
    Bin,
    area_under_curve,
    calibration_error,
    error_by_chance,
    log_loss,
    reliability,
)
from tools.estimators.purchase import (
    BoostedBuying,
    Calibrated,
    Fit,
    Fitted,
    Learning,
    Sequences,
    fit_boosted_buying,
    fit_calibrated,
)
from tools.response.purchase_history import FEATURES, Cut, cut_at
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

HORIZON_WEEKS: Final = 4
"""Weeks ahead that a per-customer file speaks of: a campaign's length."""

LEAST_WEEKS: Final = 8
"""Weeks of history before the earliest day that is learned from."""

MOST_CUTS: Final = 6
"""Days that are learned from, half a horizon apart, latest first."""

LEAST_ROWS: Final = 100
"""Rows, ten of them of the rarer kind, without which nothing is learned (a choice)."""

LEAST_RARER: Final = 10

LEAST_SEQUENCES: Final = 2_000
"""Rows without which the sequence model is not tried: it has about 3,000 weights."""

MOST_ROWS: Final = 60_000
"""Rows that are learned from at most; a sample beyond."""

BOOSTED, SEQUENCE, RECENCY = "boosted trees", "sequence model", "recency alone"
REASONS: Final = 3


@dataclass(frozen=True)
class Trial:
    """How a model did on the weeks just past, of which it knew nothing."""

    name: str
    auc: float
    log_loss: float
    calibration_error: float


@dataclass(frozen=True)
class Buying:
    """Predictions as of a day.

    Attributes:
        table: Index customer_id; will_buy (probability) and reasons (words).
        chosen: The model used.
        trials: All models on the weeks just past; empty where there was too little before them.
        bins: Reliability of the chosen one there.
        customers: Customers it was tried on.
        chance: Calibration error that a perfect model would have shown.
    """

    table: pd.DataFrame
    chosen: str
    trials: tuple[Trial, ...]
    bins: tuple[Bin, ...]
    customers: int
    chance: float

    @property
    def comparison(self) -> str:
        """Return the comparison in words."""
        told = ", ".join(f"{trial.name} AUC {trial.auc:.3f}, log loss {trial.log_loss:.3f}" for trial in self.trials)
        if not told:
            return f"{self.chosen}; too little history to compare models"
        own = next(trial for trial in self.trials if trial.name == self.chosen)
        return (
            f"{self.chosen} chosen on the weeks just past ({self.customers} customers): {told}; expected calibration "
            f"error {own.calibration_error:.3f}, {self.chance:.3f} by chance alone"
        )


@dataclass(frozen=True)
class _SequenceBuying:
    """The sequence model behind the interface of the others."""

    model: Any

    def predict(self, features: Array, sequences: Sequences) -> Array:
        found: Array = self.model.predict(sequences, features)
        return found


def _fit_sequence(learning: Learning) -> Fitted:
    """Train the sequence model; its module, which brings torch, is imported only here."""
    fit = import_module("tools.estimators.sequence").fit_sequences
    return _SequenceBuying(fit(learning.sequences, learning.features, learning.bought))


FITS: Final[dict[str, Fit]] = {BOOSTED: fit_boosted_buying, SEQUENCE: _fit_sequence}


def predict_buying(view: StoreView, weeks: int = HORIZON_WEEKS) -> Buying:
    """Predict who buys within the weeks from `as_of`.

    Raises:
        ToolError: Too little history to learn from.
    """
    return _predict_buying(view, view.meta.version, weeks)


@lru_cache(maxsize=4)
def _predict_buying(view: StoreView, version: str, weeks: int) -> Buying:
    days, as_of = customer_days(view), pd.Timestamp(view.as_of)
    learning = learn_from(days, as_of, weeks)
    if learning is None:
        raise ToolError(
            f"store {view.meta.name!r} has too few customers or weeks to learn who buys within {weeks} weeks; expected "
            f"{LEAST_ROWS} customer-days after {LEAST_WEEKS} weeks of orders, some with an order and some without; try "
            "later"
        )
    trials, bins, customers, chance = _try_models(days, as_of, weeks)
    chosen = (
        min((trial for trial in trials if trial.name in FITS), key=lambda one: one.log_loss).name if trials else BOOSTED
    )
    model = fit_calibrated(learning, FITS[chosen])
    now = cut_at(days, as_of, weeks, as_of)
    table = pd.DataFrame(
        {"will_buy": model.predict(now.features, now.sequences), "reasons": _reasons(model, learning, now)},
        index=pd.Index(now.customer_ids, name=Day.CUSTOMER_ID),
    )
    return Buying(table, chosen, trials, bins.get(chosen, ()), customers, chance.get(chosen, 0.0))


def learn_from(days: pd.DataFrame, as_of: pd.Timestamp, weeks: int) -> Learning | None:
    """Return what customers did in the weeks after earlier days; None where there is too little."""
    first = days[Day.ON].min() + pd.Timedelta(weeks=LEAST_WEEKS)
    step = pd.Timedelta(days=max(7, weeks * 7 // 2))
    start = as_of - pd.Timedelta(weeks=weeks)
    cuts = [
        cut_at(days, start - number * step, weeks, as_of)
        for number in range(MOST_CUTS)
        if start - number * step >= first
    ]
    if not cuts:
        return None
    numbers = pd.factorize(np.concatenate([cut.customer_ids for cut in cuts]), sort=True)[0]
    learning = Learning(
        np.concatenate([cut.features for cut in cuts]),
        np.concatenate([cut.sequences for cut in cuts]),
        np.concatenate([cut.bought for cut in cuts if cut.bought is not None]),
        numbers.astype(np.intp),
    )
    rarer = min(learning.bought.sum(), len(learning.bought) - learning.bought.sum())
    if len(learning.bought) < LEAST_ROWS or rarer < LEAST_RARER:
        return None
    if len(learning.bought) <= MOST_ROWS:
        return learning
    kept = np.zeros(len(learning.bought), dtype=bool)
    kept[np.random.default_rng(0).choice(len(kept), MOST_ROWS, replace=False)] = True
    return learning.part(kept)


def fit_models(learning: Learning) -> dict[str, Calibrated]:
    """Fit the models that can be tried on so many rows, calibrated."""
    able: dict[str, Callable[[], bool]] = {
        BOOSTED: lambda: True,
        SEQUENCE: lambda: len(learning.bought) >= LEAST_SEQUENCES and importlib.util.find_spec("torch") is not None,
    }
    return {name: fit_calibrated(learning, FITS[name]) for name in FITS if able[name]()}


def _try_models(
    days: pd.DataFrame, as_of: pd.Timestamp, weeks: int
) -> tuple[tuple[Trial, ...], dict[str, tuple[Bin, ...]], int, dict[str, float]]:
    """Learn up to some weeks ago, and compare the models on the weeks since."""
    then = as_of - pd.Timedelta(weeks=weeks)
    known = days[days[Day.ON] < then]
    learning = None if known.empty else learn_from(known, then, weeks)
    if learning is None:
        return (), {}, 0, {}
    truth = cut_at(days, then, weeks, as_of)
    if truth.bought is None:
        return (), {}, 0, {}
    bought = truth.bought
    found = {name: model.predict(truth.features, truth.sequences) for name, model in fit_models(learning).items()}
    trials = [
        Trial(name, area_under_curve(p, bought), log_loss(p, bought), calibration_error(p, bought))
        for name, p in found.items()
    ]
    by_recency = fit_calibrated(
        Learning(learning.features[:, :1], learning.sequences, learning.bought, learning.customers), fit_boosted_buying
    ).predict(truth.features[:, :1], truth.sequences)
    rule = area_under_curve(-truth.features[:, 0], bought)
    trials.append(Trial(RECENCY, rule, log_loss(by_recency, bought), calibration_error(by_recency, bought)))
    bins = {name: reliability(p, bought) for name, p in found.items()}
    return tuple(trials), bins, len(bought), {name: error_by_chance(p) for name, p in found.items()}


def _reasons(model: Calibrated, learning: Learning, now: Cut) -> list[str]:
    """Put the strongest contributions of each customer into words.

    They are those of the boosted trees, exact; of the sequence model they would not be, so trees stand in for it.
    """
    trees = model.model if isinstance(model.model, BoostedBuying) else fit_boosted_buying(learning)
    added = trees.trees.contributions(now.features)[:, :-1]
    words = list(FEATURES.values())
    strongest = np.argsort(-np.abs(added), axis=1, kind="stable")[:, :REASONS]
    return [_worded(list(columns), added[row], now.features[row], words) for row, columns in enumerate(strongest)]


def _worded(columns: list[int], added: Array, values: Array, words: list[str]) -> str:
    """Say what speaks for an order and what against it, strongest first.

    >>> _worded([1, 0], np.array([-0.1, 0.7]), np.array([40.0, 3.0]), ["last order {:.0f} days ago", "{:.0f} orders"])
    'for: 3 orders; against: last order 40 days ago'
    """
    sides = {"for": [c for c in columns if added[c] > 0], "against": [c for c in columns if added[c] < 0]}
    told = {
        side: [words[c].format(values[c]) for c in found if np.isfinite(values[c])] for side, found in sides.items()
    }
    return "; ".join(f"{side}: {', '.join(phrases)}" for side, phrases in told.items() if phrases)
