"""The checks, listed; adding one is a function and a line here."""

from __future__ import annotations

from agent.campaign import CheckResult
from agent.checks.claims import check_claims, check_opt_out
from agent.checks.fairness import check_fairness
from agent.checks.grounding import check_copy, check_figures, check_texts
from agent.checks.limits import check_limits, check_quiet_hours
from agent.checks.material import Check, Material
from agent.checks.plan import (
    check_audience,
    check_brief,
    check_budget,
    check_consent,
    check_experiment,
    check_products,
)
from agent.checks.wording import check_wording

CHECKS: tuple[Check, ...] = (
    check_figures,
    check_texts,
    check_copy,
    check_limits,
    check_claims,
    check_wording,
    check_opt_out,
    check_quiet_hours,
    check_budget,
    check_audience,
    check_products,
    check_experiment,
    check_consent,
    check_brief,
    check_fairness,
)


def run_checks(material: Material) -> tuple[CheckResult, ...]:
    """Run every check, in order."""
    return tuple(check(material) for check in CHECKS)
