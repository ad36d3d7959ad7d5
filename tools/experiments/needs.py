"""What it would take to conclude where a campaign's results do not."""

from __future__ import annotations

from tools.estimators.looks import FINAL_ALPHA
from tools.estimators.power import needed_per_arm, rate_power, smallest_effect
from tools.experiments.design import POWER_WANTED, USUAL_EFFECT_PERCENT
from tools.experiments.exposed import Exposed
from tools.experiments.outcomes import Outcomes
from tools.experiments.reading import Comparison


def what_is_needed(exposed: Exposed, outcomes: Outcomes, found: Comparison) -> str:
    """Say what is needed to conclude; nothing where something was concluded."""
    if found.verdict == "no_control":
        rate = float(outcomes.converted.mean()) if len(outcomes.converted) else 0.0
        return (
            "To tell the effect, leave customers alone by lot next time: `design_experiment` says how many, "
            f"`marketwright export` writes who. {_size(rate)}"
        )
    if found.verdict == "not_comparable":
        return (
            "Find out who was lost or added after the lot was drawn (unsent messages, a filter, a second list, a late "
            "export), send the results of everybody who was assigned, and read again."
        )
    if found.verdict != "cannot_conclude" or found.conversion is None:
        return ""
    treated, others = int(exposed.treated.sum()), int((~exposed.treated).sum())
    return f"{_seen(found.conversion.others, treated, others)} {_size(found.conversion.others)}"


def _seen(rate: float, treated: int, others: int) -> str:
    """Say what these arms could have shown."""
    if not 0 < rate < 1:
        return "Where nobody, or everybody, who was left alone converts, no relative change can be told."
    change = smallest_effect(
        lambda effect: rate_power(rate, rate * effect, treated, others, FINAL_ALPHA), (1 - rate) / rate, POWER_WANTED
    )
    if change is None:
        return "Arms of this size show no possible change four times in five."
    return f"Arms of this size show a change of {100 * change:.0f} % or more four times in five."


def _size(rate: float) -> str:
    effect = USUAL_EFFECT_PERCENT / 100
    size = needed_per_arm(lambda n: rate_power(rate, rate * effect, n, n, FINAL_ALPHA), POWER_WANTED)
    if not 0 < rate < 1 or size is None:
        return "How many customers it takes cannot be told from this campaign."
    return (
        f"A change of {USUAL_EFFECT_PERCENT:g} % of a rate of {100 * rate:.1f} % takes {size:,} customers in each arm; "
        "several campaigns may be read together to reach it."
    )
