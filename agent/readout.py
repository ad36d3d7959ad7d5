"""The read-out of a campaign's results, as it lies in the campaign's folder."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from pydantic import Field, JsonValue, ValidationError

from agent.artifacts import RESULTS_FILE, BrokenCampaignError
from agent.campaign import Campaign
from tools.contract import Frozen


class SetAside(Frozen):
    """Why rows of a results file were set aside."""

    reason: str = Field(description="What is wrong, and what to do.")
    rows: int = Field(ge=1, description="How many rows.")
    first_row: int = Field(ge=0, description="The first of them, as numbered in the file.")


class ResultsReadout(Frozen):
    """What came in for a campaign, and what it says; `results.json`."""

    plan_hash: str = Field(description="Digest of the plan that the results are of.")
    file: str = Field(description="Name of the file that came in last.")
    sha256: str = Field(description="Digest of that file.")
    came_in_at: dt.datetime = Field(description="When, UTC.")
    as_of: dt.date = Field(description="Day of the read-out; nothing on or after it was read.")
    rows_in: int = Field(ge=0, description="Rows of the file.")
    taken: int = Field(ge=0, description="Rows taken into the store's exposures.")
    repeated: int = Field(ge=0, description="Exact copies, which count once.")
    set_aside: tuple[SetAside, ...] = Field(description="Rows that were not taken, by reason.")
    crossed: int = Field(ge=0, description="Customers whose arm is not the one assigned; they count where assigned.")
    not_reported: int = Field(ge=0, description="Customers assigned to treatment who are not in the file.")
    holdout_added: int = Field(ge=0, description="Customers left alone who are not in the file, added from the plan.")
    result: dict[str, JsonValue] = Field(description="The answer of read_results.")


def load_results(folder: Path, campaign: Campaign) -> ResultsReadout | None:
    """Read the read-out of a campaign; None where no results of this plan came in.

    Raises:
        BrokenCampaignError: The file is not one.
    """
    path = folder / RESULTS_FILE
    if not path.is_file():
        return None
    try:
        found = ResultsReadout.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise BrokenCampaignError(f"file {str(path)!r} cannot be read; send the results again") from error
    return found if found.plan_hash == campaign.plan_hash else None
