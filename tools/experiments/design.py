"""Choose a test for a segment: how long, how many are left alone, and what it can find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tools.customers.segments import Segment
from tools.estimators.looks import FINAL_ALPHA
from tools.estimators.power import needed_per_arm, smallest_effect
from tools.experiments.baseline import CONTACT_METRICS, Baseline, Metric, buying_baselines, contact_baseline
from tools.warehouse.view import StoreView

POWER_WANTED: Final = 0.80
"""Power that counts as enough: Cohen (1988), "Statistical Power Analysis", ch. 2."""

USUAL_EFFECT_PERCENT: Final = 10.0
"""Relative change looked for when none is asked; less than a tenth seldom changes a decision (a choice)."""

HOLDOUT_SHARES: Final = (0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)
"""Holdouts tried, smallest first, because customers left alone bring no campaign revenue."""

DIRECTION_SHARE: Final = 0.20
"""Most that a test which cannot conclude holds out: it shows a direction at the cost of a fifth of the audience."""

DURATIONS: Final = (1, 2, 4, 8)
"""Weeks tried, shortest first, when none is given."""


@dataclass(frozen=True)
class Design:
    """One possible test.

    Attributes:
        baseline: What customers do without it.
        treated: Customers contacted (or in the first version).
        held_out: Customers left alone (or in the second version).
        effect: Relative change asked for.
    """

    baseline: Baseline
    treated: int
    held_out: int
    effect: float

    @property
    def share(self) -> float:
        """Return the share of the customers in the second group."""
        return self.held_out / max(self.treated + self.held_out, 1)

    @property
    def power(self) -> float:
        """Return the chance to find the effect asked for, read once at the end."""
        return self.baseline.power(self.effect, self.treated, self.held_out, FINAL_ALPHA)

    @property
    def plain_power(self) -> float | None:
        """Return the power for money if past spend were not taken into account; None for rates."""
        past = self.baseline.past
        if past is None:
            return None
        return past.power(self.effect, self.treated, self.held_out, FINAL_ALPHA, adjusted=False)

    @property
    def detectable(self) -> float | None:
        """Return the smallest relative change found with the power wanted."""
        return smallest_effect(
            lambda change: self.baseline.power(change, self.treated, self.held_out, FINAL_ALPHA),
            self.baseline.largest_change,
            POWER_WANTED,
        )

    @property
    def needed(self) -> int | None:
        """Return the customers per group that an even split takes for the effect asked for."""
        return needed_per_arm(lambda size: self.baseline.power(self.effect, size, size, FINAL_ALPHA), POWER_WANTED)


def design_test(view: StoreView, segment: Segment, metric: Metric, weeks: int | None, effect: float) -> Design:
    """Return the first design with the power wanted (shortest, then smallest holdout).

    Where there is none, the most powerful design that holds out no more than a fifth: withholding half an audience for
    a test that cannot conclude anyway costs more than it tells.

    Args:
        view: The store as of today.
        segment: Whom to test on.
        metric: What is compared.
        weeks: Weeks that the outcome is counted over; tried from the shortest if not given.
        effect: Relative change to find, such as 0.1.

    Raises:
        ToolError: The history is too short for the weeks asked for, or has no campaign for a metric of contact.
    """
    durations = (weeks,) if weeks else _durations(view)
    if metric in CONTACT_METRICS:
        baselines = [contact_baseline(view, frozenset(segment.customer_ids), durations[-1])]
    else:
        baselines = buying_baselines(view, segment.name, metric, durations)
    shares = (0.5,) if metric in CONTACT_METRICS else HOLDOUT_SHARES
    size = len(segment.customer_ids)
    designs = [
        Design(base, size - round(size * share), round(size * share), effect) for base in baselines for share in shares
    ]
    return _best(designs)


def _best(designs: Sequence[Design]) -> Design:
    powers = [(design, design.power) for design in designs]
    enough = next((design for design, power in powers if power >= POWER_WANTED), None)
    if enough is not None:
        return enough
    modest = [pair for pair in powers if pair[1] > 0 and round(pair[0].share, 2) <= DIRECTION_SHARE] or powers
    return max(modest, key=lambda pair: pair[1])[0]


def _durations(view: StoreView) -> tuple[int, ...]:
    """Return the durations tried that the history allows; at least the shortest, which then explains itself."""
    history = (view.as_of - view.meta.first_at.date()).days // 7
    return tuple(weeks for weeks in DURATIONS if 2 * weeks <= history) or DURATIONS[:1]
