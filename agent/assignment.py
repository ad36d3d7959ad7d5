"""Who is contacted and who is left alone in a campaign: drawn once, from the plan's own hash, and then kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from agent.artifacts import ASSIGNMENT_FILE
from agent.campaign import Campaign
from agent.requests import Finished
from tools.customers.file import write_customers
from tools.customers.segments import find_segment
from tools.errors import InputError
from tools.experiments.assignment import Assigned, assign
from tools.warehouse.columns import TEXT, Column
from tools.warehouse.store import Store, open_store
from tools.warehouse.view import StoreView

SEGMENT = "segment"


def store_of(campaign: Campaign, store: str | None = None) -> Store:
    """Open the store that a campaign was planned for.

    Raises:
        InputError: It is not here.
    """
    try:
        return open_store(store or campaign.store)
    except InputError as error:
        raise InputError(f"{error}; campaign {campaign.id!r} needs it: try --store FOLDER") from error


def assigned_arms(folder: Path, finished: Finished, store: Store) -> pd.DataFrame:
    """Return customer_id, segment, stratum and arm of a campaign; drawn at the first call, then read from its folder.

    Raises:
        InputError: The plan has no design, or the file was damaged.
    """
    path = folder / ASSIGNMENT_FILE
    if not path.is_file():
        drawn = draw_arms(finished, store.at(finished.campaign.as_of, finished.campaign.seed))
        write_customers(drawn, path)
    return read_arms(path)


def draw_arms(finished: Finished, view: StoreView) -> pd.DataFrame:
    """Draw the arms of every segment by the plan's hash, as many left alone as its design says.

    A customer of two segments belongs to the first. The same plan and store give the same arms.
    """
    taken: set[str] = set()
    parts = []
    for segment in finished.campaign.brief.segments:
        held_out, size = _designed(finished, segment)
        own = [name for name in find_segment(view, segment).customer_ids if name not in taken]
        taken.update(own)
        wanted = held_out if len(own) == size else round(len(own) * held_out / max(size, 1))
        drawn = assign(view, own, wanted, f"{finished.campaign.plan_hash}|{segment}")
        drawn.insert(1, SEGMENT, segment)
        parts.append(drawn)
    return pd.concat(parts, ignore_index=True)


def _designed(finished: Finished, segment: str) -> tuple[int, int]:
    """Return how many of a segment the plan leaves alone, and of how many."""
    for item in finished.evidence:
        if item.tool == "design_experiment" and item.arguments.get(SEGMENT) == segment:
            result = item.result
            return int(str(result["holdout_customers"])), int(str(result["customers"]))
    raise InputError(
        f"campaign {finished.campaign.id!r} has no test designed for {segment!r}; expected design_experiment among its "
        "evidence; make the plan again"
    )


def read_arms(path: Path) -> pd.DataFrame:
    """Read an assignment as `assigned_arms` wrote it.

    Raises:
        InputError: It is not one.
    """
    try:
        frame = pd.read_csv(path, dtype=TEXT, keep_default_na=False, quoting=csv.QUOTE_MINIMAL)
    except (ValueError, OSError) as error:
        raise InputError(f"file {str(path)!r} cannot be read ({error}); export the campaign again") from error
    missing = [name for name in (Column.CUSTOMER_ID, SEGMENT, Assigned.ARM) if name not in frame.columns]
    if missing:
        raise InputError(f"file {str(path)!r} lacks the column {missing[0]!r}; export the campaign again")
    return frame
