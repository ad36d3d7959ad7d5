"""A campaign as files: written all at once or not at all, and read back with every digest compared."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from agent.campaign import Campaign, CopyDeck, EvidenceEntry
from agent.evidence import Evidence
from agent.requests import Finished
from tools.errors import InputError
from tools.spreadsheet import inert


class BrokenCampaignError(InputError):
    """Say that a campaign's file is there but is not what was written; exit code 1, as for a failed check."""

    exit_code = 1


CAMPAIGN_FILE = "campaign.json"
COPY_FILE = "copy.csv"
REPORT_FILE = "report.html"
AUDIT_FILE = "audit.jsonl"
ASSIGNMENT_FILE = "assignment.csv"
RESULTS_FILE = "results.json"
SET_ASIDE_FILE = "results-set-aside.csv"
_OF_ONE_PLAN = (ASSIGNMENT_FILE, RESULTS_FILE, SET_ASIDE_FILE)
"""Files that stay with a campaign for as long as its plan stays the same."""
_COPY_COLUMNS = ("variant", "channel", "segment", "written_by", "field", "text")


def to_json(value: BaseModel) -> str:
    """Write a model as the JSON that our files hold: fields in order, two spaces, one newline at the end."""
    return json.dumps(value.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def digest(text: str) -> str:
    """Return the sha256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def evidence_entry(item: Evidence) -> EvidenceEntry:
    """Return what a campaign keeps of one piece of evidence."""
    return EvidenceEntry(
        id=item.id,
        tool=item.tool,
        arguments=item.arguments,
        chosen_by=item.chosen_by,  # type: ignore[arg-type]
        file=f"evidence/{item.id}.json",
        sha256=digest(to_json(item)),
    )


def plan_digest(campaign: Campaign) -> str:
    """Return the digest that an approval is bound to: everything but id, model, checks, state and times."""
    bound = {"store", "shop_name", "country", "as_of", "seed", "brief", "evidence", "policy", "plan", "copy_deck"}
    content = campaign.model_dump(mode="json", include=bound)
    return digest(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def copy_csv(deck: CopyDeck) -> str:
    """Write the copy as CSV, one row a field; what a spreadsheet would run as a formula gets a quote before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COPY_COLUMNS)
    for variant in deck.variants:
        for name, text in variant.fields.items():
            writer.writerow((variant.id, variant.channel, variant.segment, variant.written_by, name, inert(text.text)))
    return out.getvalue()


def check_target(out: Path) -> None:
    """Refuse a folder that a campaign cannot be written to, before any work is done.

    Raises:
        InputError: It is a file, holds something other than a campaign, or may not be written to.
    """
    if out.is_file():
        raise InputError(f"--out {str(out)!r} is a file; expected a folder; try another name")
    if out.is_dir() and any(out.iterdir()) and not (out / CAMPAIGN_FILE).is_file():
        raise InputError(f"--out {str(out)!r} holds other files; expected a new or empty folder; try another name")
    parent = out if out.is_dir() else _nearest(out)
    try:
        # Permissions alone do not tell: a file system may be read-only or refuse folders.
        with tempfile.TemporaryDirectory(dir=parent, prefix=".marketwright-"):
            pass
    except OSError as error:
        raise InputError(
            f"--out {str(out)!r} cannot be written ({error.strerror}); expected a folder that you may write to; "
            "try another"
        ) from error


def _nearest(path: Path) -> Path:
    return next(parent for parent in path.absolute().parents if parent.exists())


def save_campaign(out: Path, finished: Finished, report_html: str) -> None:
    """Write campaign.json, report.html, copy.csv and evidence/ into a folder, all at once.

    An earlier campaign in the folder is replaced, its audit trail kept; where the plan is the same, so are its arms and
    its results.

    Raises:
        InputError: The folder cannot be written; nothing is left half-written.
    """
    check_target(out)
    fresh, old = out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
        _write(fresh, finished, report_html)
        for name in _kept(out, finished.campaign):
            shutil.copyfile(out / name, fresh / name)
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            out.rename(old)
        fresh.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise InputError(f"--out {str(out)!r} cannot be written ({error.strerror}); try another folder") from error


def _kept(out: Path, campaign: Campaign) -> list[str]:
    """Return which files of an earlier campaign in the folder stay."""
    try:
        before = json.loads((out / CAMPAIGN_FILE).read_text(encoding="utf-8")).get("plan_hash")
    except (OSError, ValueError, AttributeError):  # none, or one that was damaged
        before = None
    names = (AUDIT_FILE, *(_OF_ONE_PLAN if before == campaign.plan_hash else ()))
    return [name for name in names if (out / name).is_file()]


def _write(folder: Path, finished: Finished, report_html: str) -> None:
    (folder / "evidence").mkdir(parents=True)
    (folder / CAMPAIGN_FILE).write_text(to_json(finished.campaign), encoding="utf-8")
    (folder / COPY_FILE).write_text(copy_csv(finished.campaign.copy_deck), encoding="utf-8", newline="")
    (folder / REPORT_FILE).write_text(report_html, encoding="utf-8")
    for item in finished.evidence:
        (folder / "evidence" / f"{item.id}.json").write_text(to_json(item), encoding="utf-8")


def load_campaign(folder: Path) -> Finished:
    """Read a campaign and its evidence.

    Raises:
        InputError: There is none.
        BrokenCampaignError: A file cannot be read or does not follow its schema.
    """
    if not (folder / CAMPAIGN_FILE).is_file():
        raise InputError(
            f"folder {str(folder)!r} holds no campaign.json; expected what `marketwright plan --out` wrote"
        )
    campaign = Campaign.model_validate(_read(folder / CAMPAIGN_FILE, Campaign))
    evidence = tuple(_evidence(folder, entry.id) for entry in campaign.evidence)
    return Finished(campaign=campaign, evidence=evidence)


def _evidence(folder: Path, name: str) -> Evidence:
    if not name[1:].isdigit():
        raise BrokenCampaignError(f"evidence id {name!r} is not one; expected E1, E2, …; make the plan again")
    return Evidence.model_validate(_read(folder / "evidence" / f"{name}.json", Evidence))


def _read(path: Path, model: type[BaseModel]) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        model.model_validate(content)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BrokenCampaignError(f"file {str(path)!r} cannot be read ({error}); make the plan again") from error
    except ValidationError as error:
        raise BrokenCampaignError(f"file {str(path)!r} {_first(error)}; make the plan again") from error
    return content


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    return f"is wrong at {'.'.join(map(str, fault['loc']))!r}: {fault['msg']}"


def append_lines(path: Path, lines: Iterable[str]) -> None:
    """Append lines to a file and make sure that they are on disk."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
