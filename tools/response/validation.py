"""How well response is predicted: each later campaign ranked by what was learned from those ended before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.boosting import Growth, fit_boosted
from tools.estimators.calibration import (
    area_under_curve,
    calibration_error,
    error_by_chance,
    fit_calibration,
    lift,
    log_loss,
)
from tools.estimators.response import fit_response
from tools.response.history import TRAITS, response_history
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

LEAST_RESPONDERS: Final = 50
"""Responses before a campaign from which it is predicted: ten per trait (Peduzzi et al. 1996), as in `segment_rate`."""

LEAST_CAMPAIGNS: Final = 3
"""Campaigns that must have ended before it."""

LIFT_SHARES: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
GROWTH: Final = Growth(trees=60, leaves=4, rate=0.05, leaf_rows=40, ridge=10.0)
LOGISTIC, BOOSTED, RULE = "logistic regression", "boosted trees", "recency and frequency"


@dataclass(frozen=True)
class Validation:
    """Exposures of later campaigns: responses, campaign of each, and what each model had predicted.

    Attributes:
        responded: 1 or 0.
        campaigns: Name of the campaign of each.
        kinds: Its kind.
        customers: Customer of each.
        predicted: By model; the rule's are ranks, not probabilities.
    """

    responded: Array
    campaigns: NDArray[np.object_]
    kinds: NDArray[np.object_]
    customers: NDArray[np.object_]
    predicted: dict[str, Array]

    @property
    def count(self) -> int:
        """Return how many later campaigns there are."""
        return len(set(self.campaigns))

    @cached_property
    def told(self) -> str:
        """Return how well the model in use did, in words."""
        own, rule = self.predicted[LOGISTIC], self.predicted[RULE]
        return (
            f"{len(own)} exposures of {self.count} later campaigns, each predicted from those ended before: AUC "
            f"{area_under_curve(own, self.responded):.3f} (recency and frequency "
            f"{area_under_curve(rule, self.responded):.3f}), lift at 10 % {lift(own, self.responded):.1f}, "
            f"expected calibration error {calibration_error(own, self.responded):.3f} "
            f"({error_by_chance(own):.3f} by chance alone)"
        )

    def lift_curve(self) -> tuple[tuple[float, float], ...]:
        """Return the share contacted and the lift, best customers first."""
        own = self.predicted[LOGISTIC]
        return tuple((share, lift(own, self.responded, share)) for share in LIFT_SHARES)


def validate_response(
    shown: pd.DataFrame, *, boosted: bool = False, since: pd.Timestamp | None = None
) -> Validation | None:
    """Predict each campaign from those that ended before its first exposure; None where none can be.

    Args:
        shown: Exposures with traits, as `ResponseHistory.frame`, through one channel.
        boosted: Whether boosted trees are fitted beside the logistic regression; takes longer.
        since: First day of the campaigns that are predicted; all that can be without.
    """
    parts = []
    for _, later in sorted(shown.groupby(Column.CAMPAIGN_ID), key=lambda pair: (pair[1][Column.AT].min(), pair[0])):
        start = later[Column.AT].min()
        before = shown[shown["ends"] < start]
        enough = (
            before["responded"].sum() >= LEAST_RESPONDERS and before[Column.CAMPAIGN_ID].nunique() >= LEAST_CAMPAIGNS
        )
        if enough and (since is None or start >= since):
            parts.append(_predict(before, later, boosted))
    if not parts:
        return None
    frame = pd.concat(parts, ignore_index=True)
    names = [LOGISTIC, *([BOOSTED] if boosted else []), RULE]
    return Validation(
        frame["responded"].to_numpy(float),
        frame[Column.CAMPAIGN_ID].to_numpy(object),
        frame["kind"].to_numpy(object),
        frame[Column.CUSTOMER_ID].to_numpy(object),
        {name: frame[name].to_numpy(float) for name in names},
    )


def _predict(before: pd.DataFrame, later: pd.DataFrame, boosted: bool) -> pd.DataFrame:
    main = str(before["kind"].value_counts().index[0])
    learning, asked = (
        np.column_stack([part[list(TRAITS)].to_numpy(float), (part["kind"] == main).to_numpy(float)])
        for part in (before, later)
    )
    responded = before["responded"].to_numpy(float)
    campaigns = pd.factorize(before[Column.CAMPAIGN_ID])[0]
    found = later[["responded", "kind", Column.CAMPAIGN_ID, Column.CUSTOMER_ID]].copy()
    found[LOGISTIC] = fit_response(learning, responded, campaigns).rates(asked)
    # Ranks within the campaign, so that campaigns of different days compare.
    found[RULE] = later["recent_orders"].rank(pct=True) - later["recency"].rank(pct=True)
    if boosted:
        found[BOOSTED] = _boosted(learning, responded, campaigns, asked)
    return found


def _boosted(learning: Array, responded: Array, campaigns: NDArray[np.intp], asked: Array) -> Array:
    """Return calibrated predictions of boosted trees; the calibration is learned on campaigns left out."""
    part = campaigns % 3
    held = np.zeros(len(responded))
    for number in range(3):
        rows = part == number
        if rows.any():
            held[rows] = fit_boosted(learning[~rows], responded[~rows], "binary", growth=GROWTH).predict(learning[rows])
    model = fit_boosted(learning, responded, "binary", growth=GROWTH)
    return fit_calibration(held, responded).apply(model.predict(asked))


def response_validation(view: StoreView, channel: str) -> Validation | None:
    """Return the validation of a store's response through a channel; computed once per version of its data and day."""
    return _response_validation(view, view.meta.version, channel)


@lru_cache(maxsize=8)
def _response_validation(view: StoreView, version: str, channel: str) -> Validation | None:
    history = response_history(view)
    if history is None:
        return None
    return validate_response(history.frame[history.frame[Column.CHANNEL] == channel])


def losses(validation: Validation) -> dict[str, float]:
    """Return the log loss of each model that gives probabilities."""
    return {
        name: log_loss(predicted, validation.responded)
        for name, predicted in validation.predicted.items()
        if name != RULE
    }
