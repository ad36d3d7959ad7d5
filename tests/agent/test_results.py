"""From an approved campaign to its results and back into the next prediction."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent.approval import Decision, approve, audit, export
from agent.artifacts import load_campaign, save_campaign
from agent.assignment import read_arms
from agent.cli import main
from agent.pipeline import plan_campaign
from agent.readout import load_results
from agent.recheck import recheck
from agent.report import render_report
from agent.requests import PlanRequest
from agent.results import ResultsFiles, take_results
from tests import busy
from tools.catalog import run_tool
from tools.customers.segments import find_segment
from tools.errors import InputError
from tools.experiments.results_file import MOST_RESULT_BYTES
from tools.read_results import ResultsAnswer
from tools.warehouse.columns import Table
from tools.warehouse.store import open_store

BRIEF = "A 20% coupon for promising and loyal customers until 28 January 2024. Email, budget 300 dollars."
AT = dt.datetime(2024, 2, 5, tzinfo=dt.UTC)
ADA = Decision(by="Ada", at=AT)


def silent(_line: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plan, approve and export a campaign on the busy store, once; give the folder of it all."""
    root = tmp_path_factory.mktemp("campaign")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MARKETWRIGHT_HOME", str(root / "home"))
        busy.make_busy_store(root / "home" / "stores" / "busy")
        request = PlanRequest.model_validate({"brief": BRIEF, "store": "busy", "as_of": busy.AS_OF, "model": "rules"})
        finished = plan_campaign(request)
        save_campaign(root / "out", finished, render_report(finished.campaign, finished.evidence))
        approve(root / "out", ADA)
        export(root / "out", "csv", root / "exported", ADA)
    return root


@pytest.fixture
def campaign(planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the exported campaign, with a home of its own."""
    shutil.copytree(planned, tmp_path / "all")
    monkeypatch.setenv("MARKETWRIGHT_HOME", str(tmp_path / "all" / "home"))
    return tmp_path / "all" / "out"


def size_of(folder: Path) -> int:
    """Return how many customers were assigned."""
    return len(read_arms(folder / "assignment.csv"))


def results_of(folder: Path, rate: float = 0.5, other: float = 0.1) -> pd.DataFrame:
    """Return results of everybody assigned: this share of each arm converts and pays 30."""
    arms = read_arms(folder / "assignment.csv")
    turn = arms.groupby("arm").cumcount() / arms.groupby("arm")["arm"].transform("size")
    converted = turn < np.where(arms["arm"] == "treatment", rate, other)
    return pd.DataFrame(
        {
            "customer_id": arms["customer_id"],
            "arm": arms["arm"],
            "sent_at": "2024-01-05T09:00:00Z",
            "opened": converted,
            "clicked": converted,
            "converted": converted,
            "revenue": np.where(converted, 30.0, 0.0),
        }
    )


def take(folder: Path, results: pd.DataFrame, name: str = "results.csv", **more: object) -> None:
    file = folder.parent / name
    results.to_csv(file, index=False)
    take_results(folder, ResultsFiles(file, **more), ADA, silent)  # type: ignore[arg-type]


def test_export_hands_over_the_arms_as_designed(campaign: Path) -> None:
    finished = load_campaign(campaign)
    arms = read_arms(campaign.parent / "exported" / "assignment.csv")
    plan = finished.campaign.plan.experiment
    assert (arms["arm"] == "holdout").sum() == plan.holdout_customers.value
    assert (arms["arm"] == "treatment").sum() == plan.treatment_customers.value
    view = open_store("busy").at(finished.campaign.as_of)
    for segment in ("promising", "loyal"):
        assert set(arms.query("segment == @segment")["customer_id"]) == set(find_segment(view, segment).customer_ids)
    first = (campaign / "assignment.csv").read_bytes()
    export(campaign, "json", campaign.parent / "again", ADA)
    assert (campaign.parent / "again" / "assignment.csv").read_bytes() == first


def test_results_come_in_are_read_out_and_change_the_next_prediction(campaign: Path) -> None:
    asked = {"segment": "everybody", "channel": "email"}
    view = open_store("busy").at(dt.date(2024, 1, 29))
    before = run_tool("predict_response", asked, view).model_dump()
    take(campaign, results_of(campaign))
    readout = load_results(campaign, load_campaign(campaign).campaign)
    assert readout is not None
    assert readout.taken == size_of(campaign)
    assert readout.result["verdict"] == "better"
    assert readout.result["sample_ratio"] is not None
    after = run_tool("predict_response", asked, open_store("busy").at(dt.date(2024, 1, 29))).model_dump()
    treated = int((read_arms(campaign / "assignment.csv")["arm"] == "treatment").sum())
    assert after["exposures"] == before["exposures"] + treated
    assert after["responders"] == before["responders"] + round(treated * 0.5)
    assert after["rate_percent"] > before["rate_percent"]
    assert [line["what"] for line in audit(campaign)] == ["approved", "exported", "results"]


def test_the_report_shows_results_and_still_checks(campaign: Path) -> None:
    take(campaign, results_of(campaign))
    page = (campaign / "report.html").read_text(encoding="utf-8")
    assert '<section id="results">' in page
    assert "results-conversion" in page
    assert not [one for one in recheck(campaign) if one.status == "failed"]
    export(campaign, "csv", campaign.parent / "later", ADA)
    assert '<section id="results">' in (campaign / "report.html").read_text(encoding="utf-8")
    assert main(["check", str(campaign)]) == 0


def test_the_same_file_again_changes_nothing_and_a_corrected_one_replaces(campaign: Path) -> None:
    take(campaign, results_of(campaign))
    version = open_store("busy").meta.version
    take(campaign, results_of(campaign))
    assert open_store("busy").meta.version == version
    take(campaign, results_of(campaign, rate=0.1))
    readout = load_results(campaign, load_campaign(campaign).campaign)
    assert readout is not None
    assert readout.result["verdict"] == "cannot_conclude"
    mine = open_store("busy").at(dt.date(2024, 1, 29)).frame(Table.EXPOSURES)
    assert (mine["campaign_id"] == load_campaign(campaign).campaign.id).sum() == size_of(campaign)


def test_a_list_of_those_sent_to_is_completed_by_those_left_alone(campaign: Path) -> None:
    """What a mailing program exports: only whom it mailed, here without conversions; orders tell the rest."""
    sent = results_of(campaign).query("arm == 'treatment'")[["customer_id", "opened"]]
    take(campaign, sent)
    readout = load_results(campaign, load_campaign(campaign).campaign)
    assert readout is not None
    assert readout.holdout_added == size_of(campaign) - len(sent)
    assert readout.result["conversion_from"] == "orders in the campaign's time"


def test_rows_that_cannot_be_are_set_aside_with_their_reason(campaign: Path) -> None:
    results = results_of(campaign).astype(object)
    results.loc[0, "customer_id"] = '=HYPERLINK("http://x")'
    results.loc[1, "arm"] = "blue"
    results.loc[2, "converted"] = "perhaps"
    results.loc[3, "revenue"] = "=1+1"
    results.loc[4, "sent_at"] = "2023-06-01T00:00:00Z"
    results.loc[5, "revenue"] = -12.5
    again = pd.concat([results, results.iloc[[6]], results.iloc[[7]].assign(opened="true", revenue=99)])
    take(campaign, again)
    readout = load_results(campaign, load_campaign(campaign).campaign)
    assert readout is not None
    assert readout.taken == size_of(campaign) - 5
    assert readout.repeated == 1
    told = {one.reason.split(":")[0].split(" (")[0]: one.first_row for one in readout.set_aside}
    assert told == {
        "customer_id is not in the store": 2,
        "arm is neither treatment nor holdout": 3,
        "converted is neither yes nor no": 4,
        "revenue is not a number": 5,
        "sent_at is outside the campaign": 6,
        "customer_id occurs again with other results": size_of(campaign) + 3,
    }
    kept = (campaign / "results-set-aside.csv").read_text(encoding="utf-8")
    assert "HYPERLINK" not in kept


def test_customers_in_the_other_arm_count_where_they_were_assigned(campaign: Path) -> None:
    results = results_of(campaign)
    results.loc[results.index[results["arm"] == "holdout"][:4], "arm"] = "treatment"
    take(campaign, results)
    readout = load_results(campaign, load_campaign(campaign).campaign)
    assert readout is not None
    assert readout.crossed == 4
    arms = ResultsAnswer.model_validate(readout.result).arms
    alone = int((results_of(campaign)["arm"] == "holdout").sum())
    assert [one.customers for one in arms if one.arm == "holdout"] == [alone]


def test_spend_beside_results_is_what_the_next_budget_starts_from(campaign: Path) -> None:
    weeks = pd.date_range("2023-09-04", periods=20, freq="7D")
    spend = pd.DataFrame({"on": weeks.date, "channel": "search", "spend": [20.0 + 13 * (n % 10) for n in range(20)]})
    top, half = busy.CURVES["search"]
    spend["revenue"] = (top * -np.expm1(-spend["spend"] / half)).round(2)
    spend["conversions"] = (spend["revenue"] / 20).round(2)
    spend["campaign"] = load_campaign(campaign).campaign.id
    spend.to_csv(campaign.parent / "spend.csv", index=False)
    take(campaign, results_of(campaign), spend=campaign.parent / "spend.csv")
    readout = load_results(campaign, load_campaign(campaign).campaign)
    assert readout is not None
    returned = ResultsAnswer.model_validate(readout.result).returned
    assert returned.cost == pytest.approx(spend["spend"].sum())
    assert returned.cost_from == "ad_spend booked under this campaign"
    view = open_store("busy").at(dt.date(2024, 1, 29))
    plan = run_tool("allocate_budget", {"total": 100, "channels": ["search"], "goal": "revenue"}, view)
    assert plan.model_dump()["basis"] == "response_curves"  # before, only unit costs


def test_unknown_customers_only_take_nothing(campaign: Path) -> None:
    version = open_store("busy").meta.version
    strangers = results_of(campaign).assign(customer_id=[f"x{place}" for place in range(size_of(campaign))])
    with pytest.raises(InputError, match=r"no row that can be used: customer_id is not in the store.*160 rows"):
        take(campaign, strangers)
    assert open_store("busy").meta.version == version
    assert not (campaign / "results.json").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "is a picture"),
        (b"a\x00\x00\x00" * 500, "full of NUL bytes"),
        (b"who,what\n1,2\n", "lacks the column 'customer_id'"),
        (b"", "empty"),
        (
            b"customer_id,converted\n" + b"c000,true\n" * (MOST_RESULT_BYTES // 10 + 9),
            "has 20 MB; expected at most 20 MB",
        ),
    ],
    ids=["picture", "binary", "other", "empty", "large"],
)
def test_hostile_files_are_refused_plainly(campaign: Path, content: bytes, told: str) -> None:
    file = campaign.parent / "hostile.csv"
    file.write_bytes(content)
    with pytest.raises(InputError, match=told):
        take_results(campaign, ResultsFiles(file), ADA, silent)


def test_only_an_approved_campaign_takes_results(campaign: Path) -> None:
    path = campaign / "campaign.json"
    draft = json.loads(path.read_text(encoding="utf-8")) | {"state": "draft"}
    results = results_of(campaign)
    path.write_text(json.dumps(draft), encoding="utf-8")
    with pytest.raises(InputError, match="is draft; expected approved"):
        take(campaign, results)


def test_the_command_prints_what_it_concludes(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results_of(campaign).to_parquet(campaign.parent / "results.parquet", index=False)
    assert main(["results", str(campaign), str(campaign.parent / "results.parquet"), "--by", "Ada"]) == 0
    printed = capsys.readouterr().out
    assert "160 of 160 rows taken" in printed
    assert "The campaign caused more conversions" in printed
    assert main(["results", str(campaign), str(campaign.parent / "nothing.csv")]) == 2
