"""Past exposures of the candidates: which column names them, what came of each, and with which chance it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from tools.estimators.arms import RIDGE, penalised_fit
from tools.offers.candidates import Candidate, read_candidates
from tools.response.history import TRAITS
from tools.warehouse.columns import Column

Array = NDArray[np.float64]
Evidence = Literal["logged", "observational", "campaign_kinds", "none"]

OFFER_COLUMNS: Final = ("offer_id", "creative_id")
"""Columns of exposures that name an offer, the better one first."""

LEAST_RECORDED: Final = 0.5
"""Share of the exposures of offers that must have a propensity; below, propensities are estimated for all."""

LEAST_PROPENSITY: Final = 0.01
"""Estimated propensities are held above this, so that no customer counts for more than a hundred."""

LEAST_COMMON: Final = 200
"""Exposures in campaigns that showed all candidates; with fewer, all are used and labelled. House rule."""

MOST_ROWS: Final = 50_000
"""Latest exposures that are evaluated: enough for intervals of a few tenths of a percent, in seconds."""

MISCOUNTED: Final = 4.0
"""Standard errors by which weighted counts may miss the number of exposures before propensities are doubted."""


@dataclass(frozen=True)
class Named:
    """Candidates under the names that one column of the past exposures has for them."""

    column: str
    candidates: tuple[Candidate, ...]
    twice: tuple[str, ...]

    @property
    def known(self) -> int:
        """Return how many of the candidates the store has shown."""
        return sum(candidate.match is not None for candidate in self.candidates)


@dataclass(frozen=True)
class OfferLog:
    """Exposures that named an offer.

    Attributes:
        rows: As `ResponseHistory.frame`, with columns arm (number of the candidate, -1 for other offers) and chance
            (the propensity, recorded or estimated).
        evidence: Whether the chances were recorded or estimated.
        warnings: What was left out, or is doubtful.
    """

    rows: pd.DataFrame
    evidence: Evidence
    warnings: tuple[str, ...]


def name_candidates(words: Sequence[str], frame: pd.DataFrame) -> Named:
    """Find the column of past exposures that knows most candidates: offers, creatives, then kinds of campaign."""
    found = []
    for column in (*OFFER_COLUMNS, "kind"):
        names = frame[column].dropna().astype(str).value_counts() if column in frame else pd.Series(dtype=int)
        found.append(Named(column, *read_candidates(words, names.index)))
    # max takes the first of equals, so an offer goes before a creative, and both before a kind of campaign.
    return max(found, key=lambda named: named.known)


def offer_log(named: Named, frame: pd.DataFrame) -> OfferLog:
    """Return the exposures that can tell the candidates apart, with the chance of each offer shown."""
    rows = frame[frame[named.column].notna()]
    numbers = {candidate.name: number for number, candidate in enumerate(named.candidates) if candidate.match}
    rows = rows.assign(arm=rows[named.column].astype(str).map(numbers).fillna(-1).astype(int))
    rows, warnings = _common(rows)
    if len(rows) > MOST_ROWS:
        warnings += [f"the latest {MOST_ROWS} of {len(rows)} exposures of offers are evaluated"]
        rows = rows.tail(MOST_ROWS)
    rows, evidence, told = _with_chances(rows.reset_index(drop=True))
    apart = any("same campaign" in warning for warning in warnings)
    return OfferLog(rows, "observational" if apart else evidence, (*warnings, *told))


def _common(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Keep the campaigns that showed every candidate ever shown: elsewhere an offer had no chance to be shown."""
    shown = rows[rows["arm"] >= 0]
    wanted = shown["arm"].nunique()
    by_campaign = shown.groupby(Column.CAMPAIGN_ID)["arm"].nunique()
    complete = rows[rows[Column.CAMPAIGN_ID].isin(by_campaign.index[by_campaign == wanted])]
    if len(complete) >= min(LEAST_COMMON, len(rows)):
        left = rows[Column.CAMPAIGN_ID].nunique() - complete[Column.CAMPAIGN_ID].nunique()
        return complete, [f"{left} campaigns without all candidates are left out"] if left else []
    some = rows[rows[Column.CAMPAIGN_ID].isin(by_campaign.index)]
    return some, [
        "the candidates were hardly shown in the same campaign: differences may be of the campaigns, not of the offers"
    ]


def _with_chances(rows: pd.DataFrame) -> tuple[pd.DataFrame, Evidence, list[str]]:
    recorded = pd.to_numeric(rows["propensity"]).to_numpy(float)
    valid = np.isfinite(recorded) & (recorded > 0) & (recorded <= 1)
    if not len(rows) or valid.mean() < LEAST_RECORDED:
        return rows.assign(chance=_estimated(rows)), "observational", []
    warnings = []
    if not valid.all():
        warnings.append(
            f"{int((~valid).sum())} exposures have no propensity above 0 and at most 1 and are left out; "
            "where that has to do with the response, the values are off"
        )
    rows, recorded = rows[valid].reset_index(drop=True), recorded[valid]
    return rows.assign(chance=recorded), "logged", [*warnings, *_miscounted(rows["arm"].to_numpy(), recorded)]


def _miscounted(arms: NDArray[np.intp], chances: Array) -> list[str]:
    """Doubt propensities whose inverses do not add up to the number of exposures, as they must for each offer."""
    doubtful = 0
    for arm in np.unique(arms[arms >= 0]):
        weights = (arms == arm) / chances
        error = float(weights.std() / np.sqrt(len(weights)))
        doubtful += abs(float(weights.mean()) - 1) > MISCOUNTED * max(error, 1e-9) and abs(weights.mean() - 1) > 0.1
    if not doubtful:
        return []
    return [
        f"recorded propensities of {doubtful} candidates do not agree with how often they were shown; "
        "check how they were logged"
    ]


def _estimated(rows: pd.DataFrame) -> Array:
    """Return the chance of each offer shown: its share in the campaign, moved by what the traits tell of who got it."""
    arms, chances = rows["arm"].to_numpy(), np.ones(len(rows))
    traits = rows[list(TRAITS)].to_numpy(float)
    scale = traits.std(axis=0) if len(rows) else np.ones(len(TRAITS))
    design = np.column_stack([np.ones(len(rows)), (traits - traits.mean(axis=0)) / np.where(scale > 0, scale, 1.0)])
    for arm in np.unique(arms[arms >= 0]):
        got = (arms == arm).astype(float)
        share = rows.assign(got=got).groupby(Column.CAMPAIGN_ID)["got"].transform("mean").to_numpy(float)
        offset = logit(np.clip(share, LEAST_PROPENSITY, 1 - LEAST_PROPENSITY))
        precision = np.full(design.shape[1], RIDGE)
        found, _ = penalised_fit(design, got, np.ones(len(got)), offset, precision, binary=True)
        chances = np.where(got > 0, expit(offset + design @ found), chances)
    return np.clip(chances, LEAST_PROPENSITY, 1.0)
