"""A person decides: approve or reject the exact plan, and export what was approved."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.artifacts import (
    ASSIGNMENT_FILE,
    AUDIT_FILE,
    CAMPAIGN_FILE,
    COPY_FILE,
    append_lines,
    load_campaign,
    save_campaign,
)
from agent.assignment import assigned_arms, store_of
from agent.campaign import Campaign, State
from agent.readout import load_results
from agent.recheck import recheck
from agent.report import render_report
from agent.requests import Finished
from tools.errors import InputError, MarketwrightError

ExportKind = Literal["csv", "json"]
EXPORTS: dict[ExportKind, str] = {"csv": COPY_FILE, "json": CAMPAIGN_FILE}
"""What each kind of export hands over."""


class ChecksFailedError(MarketwrightError):
    """Stop approval or export because a check failed; exit code 1."""

    exit_code = 1


@dataclass(frozen=True)
class Decision:
    """What a person decided.

    Attributes:
        by: Who decided.
        at: When, UTC.
        plan_hash: The plan that was looked at; None means the one on file.
    """

    by: str
    at: dt.datetime
    note: str = ""
    plan_hash: str | None = None


def approve(folder: Path, decision: Decision) -> Campaign:
    """Approve the plan on file, after all checks were made again.

    Raises:
        ChecksFailedError: A check fails.
        InputError: The plan on file is not the one that was looked at, or nobody is named.
    """
    campaign = _looked_at(folder, decision)
    failed = [result.check for result in recheck(folder) if result.status == "failed"]
    if failed:
        raise ChecksFailedError(f"campaign {campaign.id!r} fails {', '.join(failed)}; mend the plan, then approve it")
    return _decide(folder, decision, "approved")


def reject(folder: Path, decision: Decision) -> Campaign:
    """Reject the plan on file.

    Raises:
        InputError: The plan on file is not the one that was looked at, or nobody is named.
    """
    _looked_at(folder, decision)
    return _decide(folder, decision, "rejected")


def export(folder: Path, kind: ExportKind, target: Path, decision: Decision, store: str | None = None) -> Path:
    """Copy what was approved, with the arms of its test, to a target folder, and note it; returns the file.

    Raises:
        ChecksFailedError: The plan was changed since, or a check fails.
        InputError: The plan was never approved, or its store is not here.
    """
    finished = approved_campaign(folder)
    assigned_arms(folder, finished, store_of(finished.campaign, store))
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy2(folder / ASSIGNMENT_FILE, target / ASSIGNMENT_FILE)
    copied = Path(shutil.copy2(folder / EXPORTS[kind], target / EXPORTS[kind]))
    _decide(folder, decision, "exported")
    return copied


def approved_campaign(folder: Path) -> Finished:
    """Read a campaign that was approved as it stands.

    Raises:
        ChecksFailedError: The plan was changed since, or a check fails.
        InputError: The plan was never approved.
    """
    finished = load_campaign(folder)
    campaign = finished.campaign
    approved = [line for line in audit(folder) if line["what"] == "approved"]
    if campaign.state not in ("approved", "exported") or not approved:
        raise InputError(f"campaign {campaign.id!r} is {campaign.state}; expected approved; try `marketwright approve`")
    if approved[-1]["plan_hash"] != campaign.plan_hash or any(r.status == "failed" for r in recheck(folder)):
        raise ChecksFailedError(f"campaign {campaign.id!r} was changed after its approval; approve the new plan")
    return finished


def audit(folder: Path) -> list[dict[str, str]]:
    """Read the audit trail of a campaign, oldest first."""
    path = folder / AUDIT_FILE
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def _looked_at(folder: Path, decision: Decision) -> Campaign:
    campaign = load_campaign(folder).campaign
    if not decision.by.strip():
        raise InputError("--by is empty; expected the name of the person who decides; try --by 'your name'")
    if decision.plan_hash not in (None, campaign.plan_hash):
        raise InputError(
            f"plan {str(decision.plan_hash)[:12]!r} is not on file; expected {campaign.plan_hash[:12]!r}; "
            "look at the new plan"
        )
    return campaign


def _decide(folder: Path, decision: Decision, state: State) -> Campaign:
    finished = load_campaign(folder)
    campaign = finished.campaign.model_copy(update={"state": state})
    note(folder, decision, state, decision.note)
    decided = Finished(campaign=campaign, evidence=finished.evidence)
    save_campaign(folder, decided, render_report(campaign, decided.evidence, load_results(folder, campaign)))
    return campaign


def note(folder: Path, decision: Decision, what: str, told: str) -> None:
    """Add a line to the audit trail of a campaign."""
    plan_hash = load_campaign(folder).campaign.plan_hash
    line = {"at": decision.at.isoformat(), "by": decision.by, "what": what, "plan_hash": plan_hash, "note": told}
    append_lines(folder / AUDIT_FILE, [json.dumps(line, ensure_ascii=False)])
