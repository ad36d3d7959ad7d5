"""Gather evidence for a brief: the model chooses call after call; what a plan still lacks, rules add and say so."""

from __future__ import annotations

from agent.actions import DoneCall
from agent.campaign import Brief
from agent.chooser import gathering_chooser
from agent.desk import Desk
from agent.digests import digest_evidence
from agent.dossier import load_policy
from agent.evidence import Evidence
from agent.ledger import Failure, Ledger
from agent.needs import Need, needs
from tools.customers.attributes import comparable_attribute
from tools.errors import MissingCapabilityError

MOST_CALLS = 12
"""Calls that the model may choose for one brief; a plan needs seven with one segment and two channels."""


def gather(brief: Brief, desk: Desk) -> tuple[Evidence, ...]:
    """Return the evidence that a plan for this brief needs, and whatever else the model asked for.

    Raises:
        MissingCapabilityError: A tool that the plan cannot do without could not answer.
    """
    ledger = Ledger(desk, "gather")
    done: list[DoneCall] = []
    choose = gathering_chooser(brief, desk)
    for _ in range(MOST_CALLS):
        action = choose(done)
        if action is None or action.stops:
            break
        outcome = ledger.call(action.name, action.arguments, "model")
        done.append(DoneCall(action, digest_evidence(outcome)))
    for need in needs(brief):
        _meet(need, ledger)
    _compare_groups(brief, ledger, desk)
    return ledger.evidence


def _compare_groups(brief: Brief, ledger: Ledger, desk: Desk) -> None:
    """Check the first segment's fairness by the first attribute of the policy's list that the store can compare.

    Code asks for it after everything else, so that it neither changes nor depends on what the model chose.
    """
    attribute = comparable_attribute(desk.view, load_policy()["fairness"]["attributes"])
    if attribute:
        ledger.call("check_fairness", {"segment": brief.segments[0], "attribute": attribute}, "rules")


def _meet(need: Need, ledger: Ledger) -> None:
    if need.met(ledger.evidence):
        return
    outcome = ledger.call(need.tool, need.arguments, "rules")
    if isinstance(outcome, Failure) and not need.optional:
        raise MissingCapabilityError(f"the plan needs {need.tool}, which could not answer: {outcome.reason}")
