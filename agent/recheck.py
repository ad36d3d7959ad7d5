"""Check a campaign again from its files alone: digests, figures, texts, copy, limits, hash."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from agent.artifacts import COPY_FILE, REPORT_FILE, copy_csv, digest, load_campaign, plan_digest, to_json
from agent.campaign import Campaign, CheckResult, Severity
from agent.checks.catalog import CHECKS
from agent.checks.material import Check, Material, report
from agent.dossier import Dossier, Shop
from agent.evidence import EvidenceError
from agent.readout import load_results
from agent.report import render_report
from agent.requests import Finished

_Problems = list[tuple[Severity, str, str]]


def recheck(folder: Path) -> tuple[CheckResult, ...]:
    """Recompute every check of a campaign from its folder.

    Raises:
        InputError: The folder holds no campaign that can be read.
    """
    finished = load_campaign(folder)
    material = material_of(finished)
    results = tuple(_guarded(_name(check), partial(check, material)) for check in CHECKS)
    return (
        *results,
        _check_evidence(finished),
        _check_hash(finished.campaign, results),
        _guarded("files", partial(_check_files, folder, finished)),
    )


def _name(check: Check) -> str:
    return check.__name__.removeprefix("check_")


def _guarded(name: str, check: Callable[[], CheckResult]) -> CheckResult:
    """Run a check on files that anybody may have altered; what it cannot even read has failed it."""
    try:
        return check()
    except (ValueError, KeyError, TypeError, IndexError, EvidenceError) as error:
        told = f"the content cannot be read ({error}); it was changed after planning; make the plan again"
        return report(name, 1, [("error", "campaign.json", told)])


def material_of(finished: Finished) -> Material:
    """Return what the checks look at, for a campaign that was read from files."""
    campaign = finished.campaign
    brief = campaign.brief
    shop = Shop(campaign.store, campaign.shop_name, brief.currency, campaign.country)
    dossier = Dossier(brief, shop, campaign.policy, finished.evidence)
    return Material(dossier, campaign.plan, campaign.copy_deck)


def _check_evidence(finished: Finished) -> CheckResult:
    problems: _Problems = [
        ("error", entry.file, f"{entry.file} is not the evidence that the plan was made from; make the plan again")
        for entry, item in zip(finished.campaign.evidence, finished.evidence, strict=True)
        if digest(to_json(item)) != entry.sha256
    ]
    return report("evidence_files", len(finished.evidence), problems)


def _check_hash(campaign: Campaign, results: tuple[CheckResult, ...]) -> CheckResult:
    problems: _Problems = []
    expected = plan_digest(campaign)
    if campaign.plan_hash != expected:
        told = f"plan_hash is {campaign.plan_hash[:12]}…, the content gives {expected[:12]}…; it was changed"
        problems.append(("error", "plan_hash", told))
    if campaign.checks != results:
        problems.append(("error", "checks", "the checks on file are not what they give now; make the plan again"))
    return report("plan_hash", 2, problems)


def _check_files(folder: Path, finished: Finished) -> CheckResult:
    expected = {
        COPY_FILE: copy_csv(finished.campaign.copy_deck),
        REPORT_FILE: render_report(finished.campaign, finished.evidence, load_results(folder, finished.campaign)),
    }
    problems: _Problems = [
        ("error", name, f"{name} does not say what campaign.json says; make the plan again")
        for name, content in expected.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != content
    ]
    return report("files", len(expected), problems)
