"""Say in words what a campaign's results allow to be said, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.shares import wilson
from tools.experiments.exposed import Exposed, Reached
from tools.experiments.outcomes import Outcomes
from tools.experiments.reading import Comparison

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class ArmRates:
    """One arm in numbers; shares from 0 to 1, missing where not recorded."""

    arm: Literal["treatment", "holdout"]
    customers: int
    converted: int
    rate: float
    low: float
    high: float
    opened: float | None
    clicked: float | None
    revenue: float


def arm_rates(exposed: Exposed, outcomes: Outcomes) -> tuple[ArmRates, ...]:
    """Return the numbers of each arm that has customers."""
    arms: tuple[tuple[Literal["treatment", "holdout"], Flags], ...] = (
        ("treatment", exposed.treated),
        ("holdout", ~exposed.treated),
    )
    return tuple(_rates(name, inside, exposed.frame, outcomes) for name, inside in arms if inside.any())


def _rates(arm: Literal["treatment", "holdout"], inside: Flags, frame: pd.DataFrame, outcomes: Outcomes) -> ArmRates:
    customers, converted = int(inside.sum()), int(outcomes.converted[inside].sum())
    low, high = wilson(converted, customers)
    opened, clicked = (_share(frame.loc[inside, name]) for name in (Reached.OPENED, Reached.CLICKED))
    money = float(outcomes.revenue[inside].sum())
    return ArmRates(arm, customers, converted, converted / customers, low, high, opened, clicked, money)


def _share(flags: pd.Series[float]) -> float | None:
    return float(flags.mean()) if flags.notna().all() else None


def conclude(exposed: Exposed, outcomes: Outcomes, found: Comparison, alpha: float, *, finished: bool) -> str:
    """Say what can be concluded, in a few sentences."""
    if found.verdict == "no_control":
        return _no_control(exposed, outcomes)
    if found.verdict == "not_comparable":
        return _not_comparable(found)
    lift = found.conversion
    if lift is None:
        return ""
    span = f"{100 * lift.low:+.1f} to {100 * lift.high:+.1f} percentage points"
    weighed = ", each planned share weighed by its size" if exposed.frame[Reached.STRATUM].nunique() > 1 else ""
    levels = (
        f"{100 * lift.treated:.1f} % of the contacted converted against {100 * lift.others:.1f} % of those left "
        f"alone{weighed}"
    )
    open_end = (
        "" if finished else " The campaign still runs: an early reading is strict, so that one may look every day."
    )
    if found.verdict == "cannot_conclude":
        return f"Cannot conclude: {levels}, a difference of {span}, which holds zero.{open_end}"
    way = "more" if found.verdict == "better" else "fewer"
    return (
        f"The campaign caused {way} conversions: {levels}, a difference of {span} "
        f"(level {alpha:.2%} of this reading).{open_end}"
    )


def _not_comparable(found: Comparison) -> str:
    if found.mismatched:
        return (
            "The arms cannot be compared: their sizes do not come from the planned shares "
            f"(p = {found.ratio_p:.2g}), so something besides the lot decided who is in the data."
        )
    return (
        "The arms cannot be compared: they spent differently in the 13 weeks before the campaign, beyond chance, so "
        "they were not drawn by lot."
    )


def _no_control(exposed: Exposed, outcomes: Outcomes) -> str:
    """Say what can honestly be told where nobody was left alone, or nobody was contacted."""
    contacted = int(exposed.treated.sum())
    if not contacted:
        return "Nobody was contacted in these data: there is nothing to read."
    converted = int(outcomes.converted.sum())
    low, high = wilson(converted, contacted)
    during, before = float(outcomes.revenue.mean()), float(outcomes.spent_before.mean())
    return (
        "No control group: nobody was left alone, so what the campaign caused cannot be told. "
        f"{converted:,} of {contacted:,} contacted customers converted ({100 * converted / contacted:.1f} %, "
        f"{100 * low:.1f} to {100 * high:.1f} %, by {outcomes.conversion_from}). They spent {during:.2f} each in its "
        f"time and {before:.2f} in as many days before; such a difference has other causes too (season, who was "
        "chosen), and is no effect."
    )
