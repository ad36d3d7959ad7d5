"""Campaigns over HTTP: ask, watch, read, decide, export, and every way it can go wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from fastapi.testclient import TestClient

from agent.requests import BRIEF_CHARACTERS
from agent.server.app import MOST_BODY_BYTES, create_app
from agent.server.office import MOST_WAITING
from tests.agent.server.fakes import STEPS, FakePipeline, fake_services
from tests.example_campaign import example_campaign

BRIEF = {"brief": "Win back lapsed shoppers before Thanksgiving", "store": "demo"}
Plan = Callable[..., str]


def events_in(stream: str) -> list[dict[str, str]]:
    """Read server-sent events: one dict per event, with its fields."""
    blocks = [block for block in stream.strip().split("\n\n") if not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]


def test_a_brief_is_accepted_at_once_and_becomes_a_campaign(client: TestClient) -> None:
    answer = client.post("/v1/campaigns", json=BRIEF)
    assert answer.status_code == 202
    assert answer.headers["location"] == "/v1/campaigns/job-1"
    assert answer.json()["status"] in {"queued", "running"}
    client.get("/v1/campaigns/job-1/events")
    done = client.get("/v1/campaigns/job-1").json()
    assert done["status"] == "done"
    assert done["campaign"]["plan_hash"] == example_campaign().campaign.plan_hash


def test_events_are_numbered_and_end_with_the_status(client: TestClient, plan: Plan) -> None:
    events = events_in(client.get(f"/v1/campaigns/{plan()}/events").text)
    expected = 2 * len([*STEPS, "report"]) + len(example_campaign().evidence)
    assert [event["id"] for event in events[:-1]] == [str(number) for number in range(1, expected + 1)]
    assert {event["event"] for event in events[:-1]} == {"progress"}
    assert (events[-1]["event"], json.loads(events[-1]["data"])) == ("end", {"status": "done"})


def test_events_go_on_after_the_last_one_seen(client: TestClient, plan: Plan) -> None:
    campaign_id = plan()
    answer = client.get(f"/v1/campaigns/{campaign_id}/events", headers={"Last-Event-ID": "20"})
    assert events_in(answer.text)[0]["id"] == "21"
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_an_early_watcher_sees_the_same_events(client: TestClient, pipeline: FakePipeline) -> None:
    pipeline.go.clear()
    client.post("/v1/campaigns", json=BRIEF)
    pipeline.go.set()
    early = client.get("/v1/campaigns/job-1/events").text
    assert events_in(early) == events_in(client.get("/v1/campaigns/job-1/events").text)


def test_evidence_and_report_of_a_campaign(client: TestClient, plan: Plan) -> None:
    path = f"/v1/campaigns/{plan()}"
    evidence = client.get(f"{path}/evidence/E2").json()
    assert evidence == example_campaign().evidence[1].model_dump(mode="json")
    unknown = client.get(f"{path}/evidence/E99")
    assert unknown.status_code == 404
    assert "E1, E2" in unknown.json()["detail"]
    report = client.get(f"{path}/report")
    assert report.headers["content-type"].startswith("text/html")
    assert "sandbox" in report.headers["content-security-policy"]


def test_approval_is_bound_to_the_plan_and_opens_the_export(client: TestClient, plan: Plan) -> None:
    path = f"/v1/campaigns/{plan()}"
    assert client.get(f"{path}/export/copy.csv").status_code == 409
    stale = client.post(f"{path}/approve", json={"plan_hash": "0" * 64, "by": "Ada"})
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:marketwright:problem:not-allowed")
    plan_hash = example_campaign().campaign.plan_hash
    approved = client.post(f"{path}/approve", json={"plan_hash": plan_hash, "by": "Ada", "note": "Good"})
    assert approved.json()["campaign"]["state"] == "approved"
    copy = client.get(f"{path}/export/copy.csv?by=Ada")
    assert "attachment" in copy.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(copy.text)))
    assert {row["channel"] for row in rows} == {"email", "sms"}


def test_rejection(client: TestClient, plan: Plan) -> None:
    decision = {"plan_hash": example_campaign().campaign.plan_hash, "by": "Ada"}
    rejected = client.post(f"/v1/campaigns/{plan()}/reject", json=decision)
    assert rejected.json()["campaign"]["state"] == "rejected"


def test_the_same_key_never_makes_two_campaigns(client: TestClient, pipeline: FakePipeline) -> None:
    first = client.post("/v1/campaigns", json=BRIEF, headers={"Idempotency-Key": "a"})
    again = client.post("/v1/campaigns", json=BRIEF, headers={"Idempotency-Key": "a"})
    other = client.post("/v1/campaigns", json={**BRIEF, "budget": 5}, headers={"Idempotency-Key": "a"})
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotent-replayed"] == "true"
    assert (other.status_code, other.json()["type"]) == (422, "urn:marketwright:problem:idempotency-key-reused")
    client.get("/v1/campaigns/job-1/events")
    assert len(pipeline.planned) == 1


def test_the_list_is_newest_first_and_in_pages(client: TestClient, plan: Plan) -> None:
    for number in range(3):
        plan(f"Brief {number}")
    page = client.get("/v1/campaigns?limit=2").json()
    assert [one["brief"] for one in page["campaigns"]] == ["Brief 2", "Brief 1"]
    rest = client.get(f"/v1/campaigns?before={page['next']}").json()
    assert [one["brief"] for one in rest["campaigns"]] == ["Brief 0"]
    assert rest["next"] is None


def test_a_brief_that_cannot_be_planned_fails_with_the_reason(client: TestClient, plan: Plan) -> None:
    failed = client.get(f"/v1/campaigns/{plan('This has nothing to do with marketing')}").json()
    assert failed["status"] == "failed"
    assert failed["error"]["detail"].startswith("the brief is not about marketing")
    last = events_in(client.get(f"/v1/campaigns/{failed['id']}/events").text)[-2]
    assert json.loads(last["data"])["kind"] == "error"


def test_a_bug_is_recorded_and_the_next_plan_runs(client: TestClient, plan: Plan) -> None:
    crashed = client.get(f"/v1/campaigns/{plan('Please crash')}").json()
    assert crashed["error"]["type"] == "urn:marketwright:problem:internal"
    assert "ZeroDivisionError" not in json.dumps(crashed)
    assert client.get(f"/v1/campaigns/{plan()}").json()["status"] == "done"


def test_requests_that_cannot_be_used(client: TestClient, pipeline: FakePipeline) -> None:
    def refused(**fields: object) -> str:
        answer = client.post("/v1/campaigns", json={**BRIEF, **fields})
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        return str(answer.json()["detail"])

    assert "brief" in refused(brief="")
    assert "brief" in refused(brief="x" * (BRIEF_CHARACTERS + 1))
    assert "budget" in refused(budget=0)
    assert "budget" in refused(budget=-5)
    assert "budget" in refused(budget="lots")
    assert "as_of" in refused(as_of="soon")
    assert "unheard" in refused(unheard=1)
    assert "expected demo" in refused(store="/etc")
    assert "expected local or rules" in refused(model="server:http://10.0.0.1#x")
    assert pipeline.planned == []


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/campaigns", json={**BRIEF, "brief": "x" * MOST_BODY_BYTES})
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
    chunks = client.post("/v1/campaigns", content=iter([b" " * MOST_BODY_BYTES, b" "]))
    assert chunks.json()["status"] == 413


def test_reading_before_it_is_done_is_a_conflict(client: TestClient, pipeline: FakePipeline) -> None:
    pipeline.go.clear()
    client.post("/v1/campaigns", json=BRIEF)
    answer = client.get("/v1/campaigns/job-1/report")
    pipeline.go.set()
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:marketwright:problem:not-done")


def test_an_unknown_campaign_is_not_found_everywhere(client: TestClient) -> None:
    for path in ("", "/events", "/report", "/evidence/E1", "/export/copy.csv"):
        answer = client.get(f"/v1/campaigns/nope{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:marketwright:problem:unknown-campaign"), path


def test_too_many_waiting_campaigns_are_refused(client: TestClient, pipeline: FakePipeline) -> None:
    pipeline.go.clear()
    answers = [client.post("/v1/campaigns", json=BRIEF) for _ in range(MOST_WAITING + 2)]
    pipeline.go.set()
    assert answers[-1].status_code == 429
    assert "send it again" in answers[-1].json()["detail"]


def test_a_restart_shows_what_was_done_and_marks_what_was_interrupted(tmp_path: Path, pipeline: FakePipeline) -> None:
    services = fake_services(tmp_path, pipeline)
    with TestClient(create_app(services), base_url="http://localhost") as client:
        client.post("/v1/campaigns", json=BRIEF)
        client.get("/v1/campaigns/job-1/events")
        pipeline.go.clear()
        client.post("/v1/campaigns", json=BRIEF)
        client.post("/v1/campaigns", json={**BRIEF, "brief": "Waits"})
        pipeline.wait_for_plans(2)
        jobs = tmp_path / "state" / "jobs"
        kept = {path.name: path.read_bytes() for path in jobs.iterdir()}
        pipeline.go.set()
    for name, content in kept.items():
        (jobs / name).write_bytes(content)

    with TestClient(create_app(services), base_url="http://localhost") as client:
        assert client.get("/v1/campaigns/job-1").json()["campaign"] is not None
        interrupted = client.get("/v1/campaigns/job-2").json()
        assert (interrupted["status"], interrupted["error"]["type"][-11:]) == ("failed", "interrupted")
        client.get("/v1/campaigns/job-3/events")
        assert client.get("/v1/campaigns/job-3").json()["status"] == "done"
