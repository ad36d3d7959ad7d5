"""Choose the best of several offers for a segment, with its estimated value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from tools.contract import Query, Tool
from tools.customers.days import count_rows
from tools.estimators.off_policy import METHODS, Contributions, interval
from tools.names import Match
from tools.offers.answer import CandidateValue, Estimate, GuardRail, KindResponse, OfferAnswer, PolicyValue
from tools.offers.evaluation import HEADLINE, POLICIES, Evaluated, PolicyName, evaluate
from tools.offers.history import Evidence
from tools.offers.kinds import KindRate, kind_rates
from tools.offers.reward import RewardKind
from tools.offers.rules import OfferRules
from tools.offers.situation import Situation, drawn_offers, required_history, segment_shares, situation
from tools.offers.verdict import INTERVAL_PERCENT, Told, Verdict, best_of, difference, tell
from tools.offers.wording import choice_reason, kinds_reason, value_unit
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]

MOST_LISTED: Final = 20
"""Candidates in an answer; `found` counts all, and `--customers` draws among all that are allowed."""

UNTOLD: Final = Told(0, 0, 0.0, None, None, None, "never shown as an offer")


class OfferQuery(Query):
    """The segment, and the offers to choose from."""

    segment: str = Field(description="Segment.")
    candidates: tuple[str, ...] = Field(description="Offers to choose from.")


@dataclass(frozen=True)
class _Finding:
    """What was found out about the candidates, before it is written down."""

    reward: RewardKind
    evaluated_on: str
    exposures: int
    verdict: Verdict
    best: int | None
    reason: str
    told: tuple[Told, ...]
    evaluated: Evaluated | None
    kinds: tuple[KindResponse, ...]
    warnings: tuple[str, ...]


def choose_offer(query: OfferQuery, view: StoreView) -> OfferAnswer:
    """Choose the best of several offers for a segment, with its estimated value."""
    found = situation(query.segment, query.candidates, view)
    finding = _evaluated(found) or _described(found)
    factor = 1 if finding.reward in ("profit", "revenue") else 100
    values = _values(found, finding, factor)
    took = (found.segment.took, *(one.match and one.match.took(one.words) for one in found.named.candidates))
    return OfferAnswer(
        segment=found.segment.name,
        customers=len(found.segment.customer_ids),
        evidence=found.evidence,
        reward=finding.reward,
        value_unit=value_unit(finding.reward, view.meta.currency),
        evaluated_on=finding.evaluated_on,
        exposures=finding.exposures,
        verdict=finding.verdict,
        recommended=None if finding.best is None else found.named.candidates[finding.best].words,
        reason=finding.reason,
        candidates=values[:MOST_LISTED],
        found=len(values),
        policies=_policies(finding, factor),
        campaign_kinds=finding.kinds,
        guard_rails=_guard_rails(found.rules),
        currency=view.meta.currency,
        took=tuple(text for text in took if text),
        rows_used=count_rows(view, Table.EXPOSURES),
        warnings=(
            *finding.warnings,
            *found.named.twice,
            *_margin_warning(found),
            *_cut(len(values)),
        ),
        note=_HOW[found.evidence],
    )


def _evaluated(found: Situation) -> _Finding | None:
    """Return what past exposures of the candidates say; None where there are none."""
    experience, log = found.experience, found.log
    if experience is None or log is None:
        return None
    evaluated = evaluate(experience, frozenset(found.segment.customer_ids), found.view.seed)
    told = tell(experience, evaluated)
    verdict, best = best_of(told, experience, evaluated, log.evidence)
    few = "the segment has too few exposures of offers of its own: values are those of all customers"
    unfinished = found.history.unfinished if found.history else 0
    late = f"{unfinished} exposures of campaigns that still run are not counted yet"
    notes = (experience.reward.warning, None if evaluated.own else few, late if unfinished else None)
    return _Finding(
        reward=experience.reward.kind,
        evaluated_on=found.segment.name if evaluated.own else "everybody",
        exposures=len(evaluated.rows),
        verdict=verdict,
        best=best,
        reason=choice_reason(found, told, verdict, best, _gap(found, told, evaluated, best)),
        told=told,
        evaluated=evaluated,
        kinds=(),
        warnings=(*log.warnings, *(note for note in notes if note)),
    )


def _gap(
    found: Situation, told: tuple[Told, ...], evaluated: Evaluated, best: int | None
) -> tuple[float, float, float] | None:
    """Return by how much the best is above the next whose value can be told."""
    others = [arm for arm, one in enumerate(told) if arm != best and one.why_not is None and found.allowed[arm]]
    if best is None or not others:
        return None
    return difference(evaluated, best, max(others, key=lambda arm: told[arm].value or 0.0))


def _described(found: Situation) -> _Finding:
    """Return what can be said without any exposure of the candidates as offers.

    Raises:
        ToolError: No past campaign says anything.
    """
    history = required_history(found.view)
    rates, own = kind_rates(history.frame, frozenset(found.segment.customer_ids), INTERVAL_PERCENT)
    kinds = tuple(
        KindResponse(
            kind=one.kind,
            campaigns=one.campaigns,
            exposures=one.exposures,
            responders=one.responders,
            rate_percent=round(100 * one.rate, 2),
            low_percent=round(100 * one.low, 2),
            high_percent=round(100 * one.high, 2),
        )
        for one in rates
    )
    return _Finding(
        reward=history.outcome,
        evaluated_on=found.segment.name if own else "everybody",
        exposures=sum(one.exposures for one in rates),
        verdict="cannot_tell",
        best=None,
        reason=kinds_reason(found),
        told=tuple(_of_kind(one.candidate.match, rates) for one in found.guarded),
        evaluated=None,
        kinds=kinds,
        warnings=(kinds_reason(found).split(";")[0],),
    )


def _of_kind(match: Match | None, rates: Sequence[KindRate]) -> Told:
    """Return what past campaigns of a kind say of the candidate that names it."""
    one = next((rate for rate in rates if match and rate.kind == match.name), None)
    if one is None:
        return UNTOLD
    why_not = "campaigns of this kind went to other customers at other times than those of another"
    return Told(one.exposures, one.responders, 0.0, one.rate, one.low, one.high, why_not)


def _values(found: Situation, finding: _Finding, factor: int) -> tuple[CandidateValue, ...]:
    """Return the candidates, those that can be told first, best first."""
    shares = segment_shares(found).mean(axis=0)
    values = [_value(arm, found, finding, factor, float(share)) for arm, share in enumerate(shares)]
    return tuple(sorted(values, key=lambda one: (one.cannot_tell_because is not None, -(one.value or 0.0))))


def _value(arm: int, found: Situation, finding: _Finding, factor: int, share: float) -> CandidateValue:
    guarded, told, evaluated = found.guarded[arm], finding.told[arm], finding.evaluated
    return CandidateValue(
        candidate=guarded.candidate.words,
        offer=guarded.candidate.match.name if guarded.candidate.match else None,
        allowed=guarded.blocked is None,
        blocked_because=guarded.blocked,
        discount_percent=_rounded(guarded.percent),
        margin_percent=_rounded(guarded.margin, 100),
        shown=told.shown,
        responders=told.responders,
        effective_exposures=round(told.size, 1),
        value=_rounded(told.value, factor),
        low=_rounded(told.low, factor),
        high=_rounded(told.high, factor),
        cannot_tell_because=told.why_not,
        share_percent=round(100 * share, 2),
        estimates=_estimates(evaluated.arms[arm], evaluated.draws[:, arm], factor) if evaluated and told.shown else (),
    )


def _policies(finding: _Finding, factor: int) -> tuple[PolicyValue, ...]:
    if finding.evaluated is None or not any(part.weights.any() for part in finding.evaluated.policies):
        return ()
    draws = finding.evaluated.draws[:, len(finding.told) :]
    pairs = zip(POLICIES, finding.evaluated.policies, strict=True)
    return tuple(_policy(name, part, draws[:, place], factor) for place, (name, part) in enumerate(pairs))


def _policy(name: PolicyName, part: Contributions, draws: Array, factor: int) -> PolicyValue:
    estimates = _estimates(part, draws, factor)
    headline = estimates[HEADLINE]
    return PolicyValue(policy=name, value=headline.value, low=headline.low, high=headline.high, estimates=estimates)


def _estimates(part: Contributions, draws: Array, factor: int) -> tuple[Estimate, ...]:
    ends = [interval(draws[:, place], INTERVAL_PERCENT) for place in range(len(METHODS))]
    return tuple(
        Estimate(method=method, value=_rounded(value, factor), low=_rounded(low, factor), high=_rounded(high, factor))
        for method, value, (low, high) in zip(METHODS, part.values.tolist(), ends, strict=True)
    )


def _cut(count: int) -> tuple[str, ...]:
    return (f"{count - MOST_LISTED} of {count} candidates are not listed",) if count > MOST_LISTED else ()


def _guard_rails(rules: OfferRules) -> tuple[GuardRail, ...]:
    named = {name: getattr(rules, name) for name in type(rules).model_fields}
    return tuple(GuardRail(name=name, value=rule.value, source=rule.source) for name, rule in named.items())


def _margin_warning(found: Situation) -> tuple[str, ...]:
    """Say where the margin floor could not be checked."""
    if found.economics.margin is None:
        known = found.economics.known
        return (f"the margin floor is not checked: products.cost covers {known:.0%} of what the segment buys",)
    unknown = [one.candidate.words for one in found.guarded if one.percent is None]
    return (f"the margin floor is not checked for {', '.join(unknown[:5])}: cost unknown",) if unknown else ()


def _rounded(value: float | None, factor: float = 1) -> float | None:
    return None if value is None or not math.isfinite(value) else round(factor * value, 4)


_HOW: Final[dict[Evidence, str]] = {
    "logged": "Thompson sampling on what each offer brought customers like these, plus a share by lot; valued from the "
    "log by recorded propensities (doubly robust, learned on other customers than valued).",
    "observational": "Observational: as with recorded propensities, but the chance of each offer is estimated from the "
    "customers' traits; reasons for an offer that are not in the data may remain.",
    "campaign_kinds": "Response to past kinds of campaign, each campaign as one draw; no offer is chosen by it.",
    "none": "Nothing is known of the candidates; response to past kinds of campaign for orientation only.",
}


def offers_by_customer(query: OfferQuery, view: StoreView) -> pd.DataFrame:
    """Return the offer of each customer of the segment, and the propensity to be logged with it.

    Where nothing is known of the candidates, all within the guard rails are drawn evenly: a first round by lot.

    Raises:
        ToolError: Unknown or empty segment, no candidate, or none within the guard rails.
    """
    return drawn_offers(situation(query.segment, query.candidates, view))


TOOL = Tool(query=OfferQuery, answer=OfferAnswer, run=choose_offer, per_customer=offers_by_customer)
