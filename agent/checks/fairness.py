"""Fairness: whether the plan's selection leaves groups of customers out beyond chance."""

from __future__ import annotations

from agent.campaign import CheckResult, Severity
from agent.checks.material import Material, report

_CANNOT_TELL = "cannot_tell"


def check_fairness(material: Material) -> CheckResult:
    """Find segments that select a group at less than four fifths of another's rate; the policy says if that blocks.

    Evidence that cannot tell is not counted as examined: nothing to compare is no pass.
    """
    told = [item for item in material.dossier.evidence if item.tool == "check_fairness"]
    judged = [item for item in told if item.result["verdict"] != _CANNOT_TELL]
    blocks = material.dossier.policy.get("fairness", {}).get("blocks", False)
    severity: Severity = "error" if blocks else "warning"
    problems = [
        (severity, "plan.audience", f"{item.warnings[0]} ({item.id}); choose a wider segment, or say why it must be so")
        for item in judged
        if item.result["verdict"] == "disparity"
    ]
    return report("fairness", len(judged), problems)
