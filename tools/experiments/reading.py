"""Compare the arms of a campaign: is the comparison fair, what changed, and what can be concluded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from tools.estimators.lift import (
    Counts,
    Lift,
    can_compare_money,
    mean_lift,
    rate_lift,
    sample_ratio_p,
)
from tools.experiments.exposed import Exposed, Reached
from tools.experiments.outcomes import Outcomes

Codes = NDArray[np.intp]
Verdict = Literal["better", "worse", "cannot_conclude", "no_control", "not_comparable"]

SAMPLE_RATIO_ALPHA: Final = 0.001
"""Level of the sample-ratio check: one fair test in a thousand is stopped by it (Kohavi, Tang and Xu 2020, ch. 21)."""

BALANCE_ALPHA: Final = 0.001
"""Level at which arms count as different before the campaign began, as strict as the sample-ratio check."""


@dataclass(frozen=True)
class Comparison:
    """The arms of a campaign compared.

    Attributes:
        conversion: Difference of conversion rates.
        revenue: Difference of money per customer; None where there is too little of it to compare.
        ratio_p: p-value of the sample-ratio check; None where the planned share is unknown.
        balanced: Whether the arms spent alike before.
    """

    conversion: Lift | None
    revenue: Lift | None
    ratio_p: float | None
    balanced: bool

    @property
    def mismatched(self) -> bool:
        """Tell whether the arms' sizes cannot come from the plan."""
        return self.ratio_p is not None and self.ratio_p < SAMPLE_RATIO_ALPHA

    @property
    def verdict(self) -> Verdict:
        """Return what the conversions say; they were fixed beforehand as what decides."""
        if self.conversion is None:
            return "no_control"
        if self.mismatched or not self.balanced:
            return "not_comparable"
        if not self.conversion.conclusive:
            return "cannot_conclude"
        return "better" if self.conversion.value > 0 else "worse"


def compare(exposed: Exposed, outcomes: Outcomes, alpha: float) -> Comparison:
    """Compare the arms at a level, each stratum of planned share by itself."""
    treated = exposed.treated
    strata: Codes = exposed.frame[Reached.STRATUM].to_numpy(np.intp)
    money = can_compare_money(outcomes.revenue, treated)
    before = mean_lift(outcomes.before, treated, strata, BALANCE_ALPHA)
    return Comparison(
        conversion=rate_lift(counts(outcomes, treated, strata), alpha),
        revenue=mean_lift(outcomes.revenue, treated, strata, alpha, outcomes.before) if money else None,
        ratio_p=sample_ratio_p(_shares(exposed, strata)) if exposed.planned else None,
        balanced=before is None or not before.conclusive,
    )


def counts(outcomes: Outcomes, treated: NDArray[np.bool_], strata: Codes) -> list[Counts]:
    """Count conversions of both arms by stratum."""
    found = []
    for code in np.unique(strata):
        one, two = (strata == code) & treated, (strata == code) & ~treated
        hits = [int(outcomes.converted[group].sum()) for group in (one, two)]
        found.append(Counts(hits[0], int(one.sum()), hits[1], int(two.sum())))
    return found


def _shares(exposed: Exposed, strata: Codes) -> list[tuple[int, int, float]]:
    treated, shares = exposed.treated, exposed.frame[Reached.SHARE].to_numpy(float)
    return [
        (
            int(treated[strata == code].sum()),
            int((~treated)[strata == code].sum()),
            float(shares[strata == code].mean()),
        )
        for code in np.unique(strata)
    ]
