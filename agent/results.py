"""Take in the results of a campaign: check the file, add it to the store, read it out, keep the account."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from agent.approval import Decision, approved_campaign, note
from agent.artifacts import RESULTS_FILE, SET_ASIDE_FILE, save_campaign, to_json
from agent.assignment import SEGMENT, assigned_arms, store_of
from agent.campaign import Campaign
from agent.readout import ResultsReadout, SetAside
from agent.report import render_report
from tools.customers.file import write_customers
from tools.errors import InputError
from tools.experiments.results_file import KEPT, Checked, Frame, check_results
from tools.progress import Report, say
from tools.read_results import ResultsQuery, read_results
from tools.warehouse.columns import Column, Table
from tools.warehouse.engine import connect
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importing import import_store
from tools.warehouse.store import Store
from tools.warehouse.view import LAST_ORDER_GRACE

MOST_REASONS: Final = 3
"""Reasons that an error names where no row can be taken."""


@dataclass(frozen=True)
class ResultsFiles:
    """What came back.

    Attributes:
        results: One row a customer, CSV or Parquet.
        spend: Spend by day and channel as CSV, if there is any.
        mapping: How they write numbers, dates and times.
        store: Where the campaign's store is, if not under its name.
        as_of: Day to read out; the day after the campaign's end, or as far as there are orders, if not given.
    """

    results: Path
    spend: Path | None = None
    mapping: Mapping = Mapping()
    store: str | None = None
    as_of: dt.date | None = None


def take_results(folder: Path, files: ResultsFiles, decision: Decision, report: Report = say) -> ResultsReadout:
    """Add a campaign's results to its store, and read them out.

    The same file again changes nothing but the audit trail; a corrected one takes the place of what it corrects.

    Raises:
        ChecksFailedError: The plan was changed after its approval.
        InputError: The campaign was never approved, its store is not here, or no row of the file can be used.
    """
    finished = approved_campaign(folder)
    campaign = finished.campaign
    store = store_of(campaign, files.store)
    assigned = assigned_arms(folder, finished, store)
    frame = Frame(campaign.brief.starts_on, campaign.brief.ends_on, campaign.brief.channels, decision.at, files.mapping)
    known = frozenset(_customers(store))
    checked = check_results(files.results, assigned, known, frame)
    if checked.rows.empty:
        raise InputError(_nothing(files.results, checked))
    exposures, added = _exposures(campaign, checked, assigned)
    _import(campaign, exposures, files, store, decision.at, report)
    readout = _readout(campaign, files, checked, Store(store.path), decision, assigned).model_copy(
        update={"holdout_added": added}
    )
    (folder / RESULTS_FILE).write_text(to_json(readout), encoding="utf-8")
    write_customers(checked.aside, folder / SET_ASIDE_FILE)
    note(
        folder,
        decision,
        "results",
        f"{readout.taken} of {readout.rows_in} rows, sha256 {readout.sha256}. {decision.note}".strip(),
    )
    save_campaign(folder, finished, render_report(campaign, finished.evidence, readout))
    return readout


def _customers(store: Store) -> list[str]:
    table = connect().read_parquet(str(store.table_file(Table.CUSTOMERS)))
    return [str(name) for name in table.select(Column.CUSTOMER_ID).to_pandas()[Column.CUSTOMER_ID]]


def _nothing(file: Path, checked: Checked) -> str:
    told = "; ".join(
        f"{one.reason} ({one.rows} rows, the first is {one.first_row})" for one in _by_reason(checked)[:MOST_REASONS]
    )
    return (
        f"file {file.name!r} has no row that can be used: {told or 'it has no rows'}; expected one row a customer of "
        "the campaign's assignment.csv; try exporting the campaign to see it"
    )


def _by_reason(checked: Checked) -> tuple[SetAside, ...]:
    groups = checked.aside.groupby("reason", sort=True)["row"].agg(["size", "min"])
    rows = [
        SetAside(reason=str(why), rows=int(row["size"]), first_row=int(row["min"])) for why, row in groups.iterrows()
    ]
    return tuple(sorted(rows, key=lambda one: (-one.rows, one.reason)))


def _exposures(campaign: Campaign, checked: Checked, assigned: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the store's rows: those of the file, and customers left alone whom it does not name."""
    rows = checked.rows
    named = frozenset(rows[Column.CUSTOMER_ID])
    absent = assigned[(assigned["arm"] == "holdout") & ~assigned[Column.CUSTOMER_ID].isin(named)]
    added = pd.DataFrame({Column.CUSTOMER_ID: absent[Column.CUSTOMER_ID], "treatment": 0}).reindex(columns=rows.columns)
    rows = pd.concat([rows, added.astype(rows.dtypes.to_dict())], ignore_index=True) if len(added) else rows
    rows = _with_channels(rows, campaign.brief.channels)
    starts = pd.Timestamp(campaign.brief.starts_on)
    shares = assigned.assign(treated=assigned["arm"] == "treatment").groupby(SEGMENT)["treated"].mean()
    share_of = dict(zip(assigned[Column.CUSTOMER_ID], assigned[SEGMENT].map(shares), strict=True))
    rows = rows.assign(
        campaign_id=campaign.id, at=rows[Column.AT].fillna(starts), propensity=rows[Column.CUSTOMER_ID].map(share_of)
    )
    # A share of nought or one is no chance that the other arm could have had.
    return rows.assign(propensity=rows["propensity"].where(rows["propensity"] > 0)), len(added)


def _with_channels(rows: pd.DataFrame, channels: tuple[str, ...]) -> pd.DataFrame:
    """Fill in the channel; customers left alone are left alone on every channel of the campaign that was used."""
    used = [name for name in channels if (rows[Column.CHANNEL] == name).any()] or list(channels[:1])
    blank = rows[Column.CHANNEL].isna()
    parts = [rows[~blank], *(rows[blank].assign(channel=name) for name in used)]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _import(
    campaign: Campaign, exposures: pd.DataFrame, files: ResultsFiles, store: Store, now: dt.datetime, report: Report
) -> None:
    """Add the rows to the store through the importer, so that they are sifted, merged and versioned like any others."""
    brief = campaign.brief
    about = {
        Column.CAMPAIGN_ID: campaign.id,
        Column.NAME: f"{brief.goal.replace('_', ' ').capitalize()}: {', '.join(brief.segments)}",
        Column.STARTS_ON: brief.starts_on,
        Column.ENDS_ON: brief.ends_on,
        "kind": brief.goal,
    }
    with tempfile.TemporaryDirectory(prefix="marketwright-") as scratch:
        folder = Path(scratch)
        columns = [Column.CAMPAIGN_ID, *KEPT, "treatment", "propensity"]
        exposures[columns].to_csv(folder / f"{Table.EXPOSURES}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%SZ")
        pd.DataFrame([about]).to_csv(folder / f"{Table.CAMPAIGNS}.csv", index=False)
        if files.spend is not None:
            shutil.copyfile(files.spend, folder / f"{Table.AD_SPEND}.csv")
        mapping = files.mapping.model_copy(update={"decimal": files.mapping.decimal if files.spend else None})
        import_store("csv", folder, store.path, mapping=mapping, report=report, now=now)


def _readout(
    campaign: Campaign, files: ResultsFiles, checked: Checked, store: Store, decision: Decision, assigned: pd.DataFrame
) -> ResultsReadout:
    after = campaign.brief.ends_on + dt.timedelta(days=1)
    as_of = files.as_of or min(after, store.meta.last_at.date() + LAST_ORDER_GRACE, decision.at.date())
    answer = read_results(ResultsQuery(campaign_id=campaign.id), store.at(as_of, campaign.seed))
    treated = assigned.loc[assigned["arm"] == "treatment", Column.CUSTOMER_ID]
    return ResultsReadout(
        plan_hash=campaign.plan_hash,
        file=files.results.name,
        sha256=hashlib.sha256(files.results.read_bytes()).hexdigest(),
        came_in_at=decision.at,
        as_of=as_of,
        rows_in=checked.rows_in,
        taken=len(checked.rows),
        repeated=checked.repeated,
        set_aside=_by_reason(checked),
        crossed=checked.crossed,
        not_reported=int((~treated.isin(frozenset(checked.rows[Column.CUSTOMER_ID]))).sum()),
        holdout_added=0,
        result=answer.model_dump(mode="json"),
    )
