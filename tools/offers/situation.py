"""Everything a choice rests on: the segment, the candidates within the guard rails, and what was seen of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.segments import Segment, find_segment
from tools.errors import ToolError
from tools.estimators.bandits import draw_arms, even_shares
from tools.offers.assignment import hashed_places
from tools.offers.candidates import read_candidates
from tools.offers.economics import Economics, Guarded, guard_all, segment_economics
from tools.offers.evaluation import Experience, traits_of
from tools.offers.history import Evidence, Named, OfferLog, name_candidates, offer_log
from tools.offers.reward import reward_of
from tools.offers.rules import OfferRules, offer_rules
from tools.response.history import ResponseHistory, response_history
from tools.response.segments import learned_from
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

KIND_COLUMN = "kind"


@dataclass(frozen=True)
class Situation:
    """What a choice rests on.

    Attributes:
        view: The store as of today.
        segment: Whom the offer is for.
        named: The candidates under the store's names.
        guarded: The same, held against the guard rails.
        economics: What the segment buys.
        rules: The guard rails.
        history: Past exposures; None where the store has none that say anything.
        log: Past exposures of the candidates; None where none of them was ever shown as an offer.
        experience: The same with what each exposure brought.
    """

    view: StoreView
    segment: Segment
    named: Named
    guarded: tuple[Guarded, ...]
    economics: Economics
    rules: OfferRules
    history: ResponseHistory | None
    log: OfferLog | None
    experience: Experience | None

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Return which candidates are within the guard rails."""
        return np.array([one.blocked is None for one in self.guarded])

    @property
    def evidence(self) -> Evidence:
        """Return what is known of the candidates."""
        if self.log is not None:
            return self.log.evidence
        return "campaign_kinds" if self.named.known else "none"


def situation(segment_words: str, words: Sequence[str], view: StoreView) -> Situation:
    """Collect what a choice rests on.

    Raises:
        ToolError: Unknown or empty segment, no candidate, or none within the guard rails.
    """
    segment = find_segment(view, segment_words)
    if not len(segment.customer_ids):
        raise ToolError(
            f"segment {segment.name!r} has nobody in it as of {view.as_of.isoformat()}; expected customers; "
            "try another segment, or 'everybody'"
        )
    history = known_history(view)
    named = name_candidates(words, history.frame) if history else Named("", *read_candidates(words, ()))
    rules = offer_rules()
    economics = segment_economics(view, frozenset(segment.customer_ids))
    guarded = guard_all(named.candidates, economics, rules)
    log = offer_log(named, history.frame) if history and named.known and named.column != KIND_COLUMN else None
    experience = _experience(view, log, history, guarded, economics, rules) if log and history else None
    return Situation(view, segment, named, guarded, economics, rules, history, log, experience)


def known_history(view: StoreView) -> ResponseHistory | None:
    """Return past exposures with responses; None where the store has none."""
    history = response_history(view) if view.has(Table.EXPOSURES) else None
    return history if history and len(history.frame) else None


def required_history(view: StoreView) -> ResponseHistory:
    """Return past exposures with responses.

    Raises:
        ToolError: There are none; the message says which table or column is missing and what to do.
    """
    try:
        return learned_from(view)
    except ToolError as error:
        raise ToolError(
            f"{error}; or draw a first round by lot with `--customers FILE`, and import its exposures with offer_id, "
            "propensity and converted"
        ) from error


def _experience(
    view: StoreView,
    log: OfferLog,
    history: ResponseHistory,
    guarded: Sequence[Guarded],
    economics: Economics,
    rules: OfferRules,
) -> Experience:
    reward = reward_of(log.rows, history.outcome, guarded, economics.margin)
    allowed = np.array([one.blocked is None for one in guarded])
    arms = log.rows["arm"].to_numpy()
    tried = allowed & np.isin(np.arange(len(guarded)), arms)
    return Experience(log.rows, reward, allowed, tried if tried.any() else allowed, pd.Timestamp(view.as_of), rules)


def segment_shares(found: Situation) -> Array:
    """Return the chance of every candidate for every customer of the segment, in the segment's order."""
    if found.experience is None or found.history is None:
        return even_shares(len(found.segment.customer_ids), found.allowed)
    today = found.history.traits_today(pd.Timestamp(found.view.as_of), pd.Index(found.segment.customer_ids))
    rng = np.random.default_rng(found.view.seed)
    return found.experience.shares(traits_of(today), slice(None), rng)


def drawn_offers(found: Situation) -> pd.DataFrame:
    """Return the offer of every customer of the segment, and the chance with which it was drawn."""
    shares = segment_shares(found)
    ids = [str(customer) for customer in found.segment.customer_ids]
    salt = f"{found.view.seed}:{found.view.as_of.isoformat()}:{found.segment.name}"
    arms = draw_arms(shares, hashed_places(ids, salt))
    names = np.array([candidate.name for candidate in found.named.candidates], dtype=object)
    words = np.array([candidate.words for candidate in found.named.candidates], dtype=object)
    chance = shares[np.arange(len(ids)), arms]
    return pd.DataFrame(
        {Column.CUSTOMER_ID: ids, "candidate": words[arms], "offer_id": names[arms], "propensity": chance}
    )
