"""The effect of contact on a segment, where some customers were left alone; else why it cannot be known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.calibration import area_under_curve
from tools.estimators.qini import LEVEL, Verdict, judge
from tools.estimators.uplift import LEAST_ARM, Effects, Trial, UpliftError, estimate_effects
from tools.response.history import TRAITS, ResponseHistory, response_history
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

INTERVAL_PERCENT = 80
"""Coverage of every interval of the response tools: their contract."""

CHANCE_ERRORS = 3.0
"""Standard errors from .5 beyond which contact counts as predictable from the traits: one lot in 370 looks so."""


@dataclass(frozen=True)
class SegmentEffect:
    """The effect of contact, as differences of rates, and how it was found; no verdict where it cannot be known."""

    verdict: Verdict | None
    how: str


@dataclass(frozen=True)
class _Estimated:
    """Exposures of both arms with their effects."""

    rows: pd.DataFrame
    effects: Effects
    how: str


def segment_effect(view: StoreView, customers: frozenset[str], channel: str) -> SegmentEffect:
    """Estimate the effect of contact through a channel on the customers of a segment.

    Args:
        view: The store as of today; it has response history.
        customers: The segment.
        channel: Channel whose exposures are compared.
    """
    found = _estimated(view, view.meta.version, channel)
    if isinstance(found, str):
        return SegmentEffect(None, found)
    own = found.rows[Column.CUSTOMER_ID].isin(customers).to_numpy()
    arms = found.rows["treated"].to_numpy()[own]
    few = min(int(arms.sum()), int(len(arms) - arms.sum()))
    if few < LEAST_ARM:
        return SegmentEffect(
            None, f"of this segment {few} were contacted or left alone, fewer than {LEAST_ARM}: no effect can be known"
        )
    clusters = pd.factorize(found.rows[Column.CUSTOMER_ID])[0]
    verdict = judge(found.effects, clusters, INTERVAL_PERCENT, view.seed, np.flatnonzero(own))
    return SegmentEffect(verdict, f"{found.how}; {_told(verdict)}")


def _told(verdict: Verdict) -> str:
    if not verdict.known:
        return f"no effect can be known at {LEVEL:.0%}: chance alone would show as much"
    ranked = verdict.qini_p < LEVEL / 2
    return "the effect is beyond chance" + (
        ", and it differs between customers: rank them by it" if ranked else ", the same for all as far as can be told"
    )


@lru_cache(maxsize=8)
def _estimated(view: StoreView, version: str, channel: str) -> _Estimated | str:
    """Estimate effects once per store, version of its data, day and channel; a string says why they cannot be known."""
    history = response_history(view)
    if history is None or history.control.empty:
        return "nobody was left alone: only response can be known, not the effect of contact"
    rows = _both_arms(history, channel)
    treated = rows["treated"].to_numpy(float)
    traits = rows[list(TRAITS)].to_numpy(float)
    groups = pd.factorize(rows[Column.CUSTOMER_ID])[0].astype(np.intp)
    trial = Trial(traits, treated, rows["responded"].to_numpy(float), None, groups)
    try:
        effects, how = _settled(trial, rows, view.seed)
    except UpliftError as error:
        return f"{error}: only response can be known, not the effect of contact"
    return _Estimated(rows, effects, how)


def _settled(trial: Trial, rows: pd.DataFrame, seed: int) -> tuple[Effects, str]:
    """Return effects by recorded chances of contact, by lot, or by learned ones."""
    recorded = pd.to_numeric(rows["propensity"]).to_numpy(float)
    arms = f"{int(trial.treated.sum())} contacted and {int((1 - trial.treated).sum())} left alone"
    learned = estimate_effects(trial, seed=seed)
    if np.isfinite(recorded).all():
        known = _with_chance(trial, recorded)
        return estimate_effects(known, seed=seed), f"{arms}, weighted by the recorded chance of contact"
    if _predictable(learned.propensity, trial.treated):
        return learned, (
            f"{arms}, not by lot: weighted by the chance of contact learned from the customers' traits; reasons for "
            "contact that are not in the data may remain"
        )
    share = rows.groupby(Column.CAMPAIGN_ID)["treated"].transform("mean").to_numpy(float)
    return estimate_effects(_with_chance(trial, share), seed=seed), (
        f"{arms}, as if by lot: their traits do not tell who was contacted"
    )


def _with_chance(trial: Trial, chance: Array) -> Trial:
    return Trial(trial.features, trial.treated, trial.outcome, chance, trial.groups)


def _predictable(chance: Array, treated: Array) -> bool:
    """Tell whether chances learned from other customers rank who was contacted."""
    contacted = float(treated.sum())
    alone = len(treated) - contacted
    error = float(np.sqrt((len(treated) + 1) / (12 * contacted * alone)))
    return abs(area_under_curve(chance, treated) - 0.5) > CHANCE_ERRORS * error


def _both_arms(history: ResponseHistory, channel: str) -> pd.DataFrame:
    """Return exposures through a channel with traits, those left alone too."""
    contacted = history.frame[history.frame[Column.CHANNEL] == channel].assign(treated=1.0)
    alone = history.control[history.control[Column.CHANNEL] == channel]
    parts = [contacted]
    for day, group in alone.groupby(alone[Column.AT].dt.normalize(), sort=True):
        known = history.traits_today(pd.Timestamp(str(day)), pd.Index(group[Column.CUSTOMER_ID]))
        parts.append(group.assign(treated=0.0).join(known.set_axis(group.index)))
    names = [Column.CUSTOMER_ID, Column.CAMPAIGN_ID, "treated", "responded", "propensity", "offer_id", *TRAITS]
    rows = pd.concat([part[names] for part in parts if len(part)] or [contacted[names]], ignore_index=True)
    # Beside an offer, the propensity is the chance of that offer (tools/offers), not of contact.
    return rows.assign(propensity=rows["propensity"].where(rows["offer_id"].isna())).drop(columns="offer_id")
