"""Results over HTTP: sent, read, and every way a file can be refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from agent.server.app import MOST_BODY_BYTES
from tests.example_campaign import example_campaign
from tools.experiments.results_file import MOST_RESULT_BYTES

Plan = Callable[..., str]
CSV = {"Content-Type": "text/csv"}
RESULTS = b"customer_id,converted\nc1,true\nc2,false\n"


@pytest.fixture
def approved(client: TestClient, plan: Plan) -> str:
    """Give the path of an approved campaign."""
    path = f"/v1/campaigns/{plan()}"
    decision = {"plan_hash": example_campaign().campaign.plan_hash, "by": "Ada"}
    assert client.post(f"{path}/approve", json=decision).status_code == 200
    return path


def test_results_are_sent_and_read(client: TestClient, approved: str) -> None:
    assert client.get(f"{approved}/results").json()["type"] == "urn:marketwright:problem:no-results"
    sent = client.post(f"{approved}/results?by=Ada", content=RESULTS, headers=CSV)
    assert (sent.status_code, sent.json()["taken"], sent.json()["file"]) == (200, 2, "results.csv")
    assert client.get(f"{approved}/results").json() == sent.json()


def test_only_an_approved_campaign_takes_results(client: TestClient, plan: Plan) -> None:
    answer = client.post(f"/v1/campaigns/{plan()}/results?by=Ada", content=RESULTS, headers=CSV)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:marketwright:problem:not-allowed")
    assert client.post("/v1/campaigns/none/results?by=Ada", content=RESULTS, headers=CSV).status_code == 404


def test_a_wrong_file_is_a_problem_that_names_no_folder(client: TestClient, approved: str) -> None:
    answer = client.post(f"{approved}/results?by=Ada", content=b"who\n1\n", headers=CSV)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:marketwright:problem:input")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("file 'results.csv' lacks the column")


@pytest.mark.parametrize("kind", ["application/json", "image/png", ""])
def test_other_kinds_are_refused(client: TestClient, approved: str, kind: str) -> None:
    answer = client.post(f"{approved}/results?by=Ada", content=RESULTS, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:marketwright:problem:unsupported-media-type")


def test_who_sends_must_be_said(client: TestClient, approved: str) -> None:
    assert client.post(f"{approved}/results", content=RESULTS, headers=CSV).status_code == 422


def test_results_may_be_larger_than_other_bodies_but_not_without_end(client: TestClient, approved: str) -> None:
    rows = b"customer_id,converted\n" + b"c1,true\n" * (MOST_BODY_BYTES // 8 + 9)
    assert client.post(f"{approved}/results?by=Ada", content=rows, headers=CSV).status_code == 200
    large = client.post(f"{approved}/results?by=Ada", content=bytes(MOST_RESULT_BYTES + 1), headers=CSV)
    assert (large.status_code, large.json()["type"]) == (413, "urn:marketwright:problem:too-large")


def test_the_arms_are_handed_over(client: TestClient, approved: str) -> None:
    arms = client.get(f"{approved}/export/assignment.csv?by=Ada")
    assert arms.headers["content-type"].startswith("text/csv")
    assert "assignment-" in arms.headers["content-disposition"]
    assert arms.text.startswith("customer_id,segment,arm")
