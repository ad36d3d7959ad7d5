"""Questions, tools, stores, models and health over HTTP."""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from agent.requests import AskReply, AskRequest
from agent.server.app import create_app
from agent.server.services import ModelInfo
from tests.agent.server.fakes import CALENDAR, GUIDE_PASSAGE, QUALITY, FakePipeline, fake_services
from tools.errors import MissingCapabilityError

QUESTION = {"message": "How many customers are lapsed?", "store": "demo"}


def test_a_question_is_answered_with_its_evidence(client: TestClient) -> None:
    history = [{"role": "user", "text": "Hello"}]
    reply = client.post("/v1/ask", json={**QUESTION, "history": history}).json()
    assert reply["tool_calls"] == [{"name": "profile_customers", "arguments": {"by": "lifecycle"}}]
    assert reply["evidence"][0]["id"] == "E1"
    assert reply["answer"].endswith("You asked 1 things before.")


def test_a_refusal_is_an_answer(client: TestClient) -> None:
    reply = client.post("/v1/ask", json={**QUESTION, "message": "How is the weather?"}).json()
    assert reply["refusal"]["kind"] == "refuse"


def test_a_question_goes_before_plans_that_wait(tmp_path: Path, pipeline: FakePipeline) -> None:
    planned_before: list[int] = []
    services = fake_services(tmp_path, pipeline)

    def ask(request: AskRequest) -> AskReply:
        planned_before.append(len(pipeline.planned))
        return services.ask(request)

    app = create_app(dataclasses.replace(services, ask=ask))
    pipeline.go.clear()
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        for _ in range(3):
            client.post("/v1/campaigns", json={"brief": "Win back", "store": "demo"})
        pipeline.wait_for_plans(1)
        asking = threading.Thread(target=client.post, args=("/v1/ask",), kwargs={"json": QUESTION})
        asking.start()
        deadline = time.monotonic() + 20
        while app.state.worker.waiting < 3 and time.monotonic() < deadline:  # two plans and the question
            time.sleep(0.01)
        pipeline.go.set()
        asking.join(timeout=20)
    assert planned_before == [1]


def test_stores_and_models_must_be_ones_that_are_listed(client: TestClient) -> None:
    assert client.post("/v1/ask", json={**QUESTION, "store": "../demo"}).status_code == 422
    assert client.post("/v1/ask", json={**QUESTION, "model": "/etc/passwd"}).status_code == 422


def test_tools_are_listed_with_schemas_and_can_be_called(client: TestClient) -> None:
    assert client.get("/v1/tools").json()["tools"] == [CALENDAR.model_dump()]
    call = {"store": "demo", "arguments": {"starts_on": "2017-11-01"}}
    assert client.post("/v1/tools/calendar", json=call).json()["answer"] == {"starts_on": "2017-11-01"}


def test_a_store_tells_its_quality(client: TestClient) -> None:
    assert client.get("/v1/stores/demo/quality").json() == QUALITY.model_dump(mode="json")
    unknown = client.get("/v1/stores/other/quality")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:marketwright:problem:unknown-store")
    assert "expected one of demo" in unknown.json()["detail"]


def test_a_shops_own_texts_are_searched(client: TestClient) -> None:
    found = client.get("/v1/stores/demo/library/guide", params={"query": "tone", "k": 1})
    assert found.json() == {"passages": [GUIDE_PASSAGE.model_dump(mode="json")]}
    empty = client.get("/v1/stores/demo/library/campaigns", params={"query": "tone"})
    assert (empty.status_code, empty.json()["type"]) == (503, "urn:marketwright:problem:missing-capability")
    assert "marketwright index build" in empty.json()["detail"]


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("other/library/guide", {"query": "tone"}, 404),
        ("demo/library/cellar", {"query": "tone"}, 422),
        ("demo/library/guide", {}, 422),
        ("demo/library/guide", {"query": "x" * 201}, 422),
        ("demo/library/guide", {"query": "tone", "k": 0}, 422),
    ],
)
def test_wrong_questions_to_the_library(client: TestClient, path: str, params: dict[str, str], status: int) -> None:
    assert client.get(f"/v1/stores/{path}", params=params).status_code == status


def test_wrong_calls_of_tools(client: TestClient) -> None:
    wrong = client.post("/v1/tools/calendar", json={"store": "demo"})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:marketwright:problem:tool")
    unknown = client.post("/v1/tools/abacus", json={"store": "demo"})
    assert unknown.status_code == 404
    assert "expected one of calendar" in unknown.json()["detail"]


def test_a_missing_capability_is_503_and_says_what_to_do(tmp_path: Path, pipeline: FakePipeline) -> None:
    def ask(_request: object) -> None:
        raise MissingCapabilityError("model 'local' is not built; try `marketwright model build`")

    services = dataclasses.replace(fake_services(tmp_path, pipeline), ask=ask)  # type: ignore[arg-type]
    with TestClient(create_app(services), base_url="http://localhost") as client:
        answer = client.post("/v1/ask", json=QUESTION)
    assert answer.status_code == 503
    assert "marketwright model build" in answer.json()["detail"]


def test_health_and_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "missing": [], "waiting": 0})


def test_readiness_says_what_is_missing(tmp_path: Path, pipeline: FakePipeline) -> None:
    broken = ModelInfo(name="local", description="", ready=False, remedy="run `marketwright model build`")
    services = dataclasses.replace(fake_services(tmp_path, pipeline), stores=tuple, models=lambda: (broken,))
    with TestClient(create_app(services), base_url="http://localhost") as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["missing"] == [
        "no store; try `marketwright demo` or `marketwright store import`",
        "model local: run `marketwright model build`",
    ]
