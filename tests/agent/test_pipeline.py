"""From brief to files on the tiny store, by rules and by a scripted model; then back from the files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from agent.approval import ChecksFailedError, Decision, approve, audit, export
from agent.artifacts import load_campaign, save_campaign
from agent.campaign import Campaign
from agent.desk import Desk
from agent.pipeline import plan_campaign, run_graph
from agent.recheck import recheck
from agent.report import render_report
from agent.requests import Event, Finished, PlanRequest
from agent.speaker import Speaker
from tests.agent.scripted import ScriptedChat
from tests.tiny import AS_OF, make_tiny_store
from tools.errors import InputError, MissingCapabilityError
from tools.warehouse.store import open_store

BRIEF = "Win back lapsed shoppers with a 20% coupon until 22 July. Email and SMS, budget 300 dollars."
READ = (
    '{"kind":"campaign","goal":"win_back","segments":["lapsed"],"channels":["email","sms"],"offer":"coupon",'
    '"discount_percent":20,"budget":300,"starts_on":"2024-07-01","ends_on":"2024-07-22"}'
)
CALLS = (
    '{"name":"profile_customers","arguments":{"by":"lifecycle"}}',
    '{"name":"predict_response","arguments":{"segment":"lapsed","channel":"email"}}',
    '{"name":"answer"}',
)
EMAIL = (
    '{"subject":"Back to {shop}","preheader":"Until {ends_on}","body":"We would be glad to see you again. '
    'Come in and take {discount} off this month.","call_to_action":"See the offer"}'
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MARKETWRIGHT_HOME", str(tmp_path / "home"))
    make_tiny_store(tmp_path / "home" / "stores" / "tiny")
    return tmp_path


def request(**fields: object) -> PlanRequest:
    return PlanRequest.model_validate({"brief": BRIEF, "store": "tiny", "as_of": AS_OF, "model": "rules", **fields})


def planned(folder: Path) -> Finished:
    finished = plan_campaign(request())
    save_campaign(folder, finished, render_report(finished.campaign, finished.evidence))
    return finished


def without_times(finished: Finished) -> str:
    return finished.model_copy(update={"campaign": finished.campaign.model_copy(update={"run": None})}).model_dump_json(
        warnings=False
    )


def test_a_brief_becomes_a_campaign_that_passes_its_checks(home: Path) -> None:
    finished = planned(home / "out")
    assert [check.check for check in finished.campaign.checks if check.status == "failed"] == []
    assert {entry.chosen_by for entry in finished.campaign.evidence} == {"rules"}
    assert {variant.written_by for variant in finished.campaign.copy_deck.variants} == {"template"}
    assert all(result.status != "failed" for result in recheck(home / "out"))


def test_what_is_written_reads_back_and_follows_the_schema(home: Path) -> None:
    finished = planned(home / "out")
    assert load_campaign(home / "out") == finished
    Campaign.model_validate(json.loads((home / "out" / "campaign.json").read_text(encoding="utf-8")))


def test_the_same_request_gives_the_same_campaign(home: Path) -> None:
    assert without_times(plan_campaign(request())) == without_times(plan_campaign(request()))


def digits_of(path: Path) -> list[int]:
    return [i for i, char in enumerate(path.read_text(encoding="utf-8")) if char.isdigit()]


def test_one_digit_altered_anywhere_in_plan_or_copy_is_found(home: Path) -> None:
    planned(home / "out")
    source = home / "out" / "campaign.json"
    text = source.read_text(encoding="utf-8")
    start, end = text.index('"plan": {'), text.index('"checks": [')
    places = [place for place in digits_of(source) if start < place < end]
    for place in places[:: max(1, len(places) // 25)]:
        altered = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
        source.write_text(altered, encoding="utf-8")
        assert fails(home / "out"), altered[place - 60 : place + 20]


def test_an_impossible_day_is_a_failed_check_and_no_crash(home: Path) -> None:
    planned(home / "out")
    path = home / "out" / "campaign.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"2024-07-22"', '"2024-97-22"'), encoding="utf-8")
    assert fails(home / "out")


@pytest.mark.parametrize("name", ["copy.csv", "report.html", "evidence/E3.json"])
def test_one_digit_altered_in_another_file_is_found(home: Path, name: str) -> None:
    planned(home / "out")
    path = home / "out" / name
    text, place = path.read_text(encoding="utf-8"), digits_of(path)[3]
    path.write_text(text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :], encoding="utf-8")
    assert fails(home / "out")


def fails(folder: Path) -> bool:
    try:
        return any(result.status == "failed" for result in recheck(folder))
    except InputError as error:
        return error.exit_code == 1


def test_the_model_chooses_and_rules_add_only_what_is_missing(home: Path) -> None:
    told: list[Event] = []
    state = run_graph(request(model=None), desk((READ, *CALLS, EMAIL), told))
    by = [(item["tool"], item["chosen_by"]) for item in state["evidence"]]
    assert by[:2] == [("profile_customers", "model"), ("predict_response", "model")]
    assert {"calendar", "design_experiment"} <= {tool for tool, chosen in by[2:] if chosen == "rules"}
    assert [tool for tool, _ in by].count("profile_customers") == 1


def test_copy_of_the_model_is_taken_only_if_it_passes(home: Path) -> None:
    deck = run_graph(request(model=None), desk((READ, '{"name":"answer"}', EMAIL), []))["copy_deck"]
    written = {variant["id"]: variant["written_by"] for variant in deck["variants"]}
    # The same text again is no second variant, and an e-mail is no text message: templates stand in for those.
    assert written == {
        "email-lapsed-A": "model",
        "email-lapsed-B": "template",
        "sms-lapsed-A": "template",
        "sms-lapsed-B": "template",
    }


def desk(script: tuple[str, ...], told: list[Event]) -> Desk:
    return Desk(open_store("tiny").at(AS_OF), Speaker(ScriptedChat(lines=script)), watch=told.append)


class StoppedError(Exception):
    """What stands in for a process that is killed."""


def test_a_stopped_run_goes_on_where_it_was(home: Path) -> None:
    told: list[Event] = []

    def stop_at_copy(event: Event) -> None:
        told.append(event)
        if event.step == "write":
            raise StoppedError

    view = open_store("tiny").at(AS_OF)
    with pytest.raises(StoppedError):
        run_graph(request(), Desk(view, None, watch=stop_at_copy))
    told.clear()
    run_graph(request(), Desk(view, None, watch=told.append))
    assert {event.step for event in told if event.kind == "started"} == {"write", "check"}


def test_only_the_exact_plan_is_approved_and_exported(home: Path) -> None:
    campaign = planned(home / "out").campaign
    decision = Decision(by="Ada", at=campaign.run.created_at, plan_hash=campaign.plan_hash)
    with pytest.raises(InputError, match="approved"):
        export(home / "out", "csv", home / "exported", decision)
    with pytest.raises(InputError, match="not on file"):
        approve(home / "out", Decision(by="Ada", at=campaign.run.created_at, plan_hash="0" * 64))
    approve(home / "out", decision)
    assert export(home / "out", "csv", home / "exported", decision).is_file()
    assert [line["what"] for line in audit(home / "out")] == ["approved", "exported"]


def test_a_plan_changed_after_approval_is_not_exported(home: Path) -> None:
    campaign = planned(home / "out").campaign
    decision = Decision(by="Ada", at=campaign.run.created_at)
    approve(home / "out", decision)
    path = home / "out" / "copy.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("20%", "90%"), encoding="utf-8")
    with pytest.raises(ChecksFailedError):
        export(home / "out", "csv", home / "exported", decision)


def test_a_folder_with_other_files_is_left_alone(home: Path) -> None:
    (home / "mine").mkdir()
    (home / "mine" / "notes.txt").write_text("keep me", encoding="utf-8")
    finished = plan_campaign(request())
    with pytest.raises(InputError, match="other files"):
        save_campaign(home / "mine", finished, "")
    assert (home / "mine" / "notes.txt").read_text(encoding="utf-8") == "keep me"


def test_a_table_that_the_plan_needs_is_named_when_missing(home: Path) -> None:
    open_store(home / "home" / "stores" / "tiny").table_file("exposures").unlink()
    with pytest.raises(MissingCapabilityError, match="exposures"):
        plan_campaign(request())
    shutil.rmtree(home / "home")


def test_a_category_that_the_brief_names_brings_its_products(home: Path) -> None:
    brief = "Sell more coffee to active shoppers by email until 22 July, budget 300 dollars."
    finished = plan_campaign(request(brief=brief))
    assert finished.campaign.brief.categories == ("Coffee",)
    assert finished.campaign.copy_deck.slots["category"].text == "coffee"
    assert all(check.status != "failed" for check in finished.campaign.checks)
