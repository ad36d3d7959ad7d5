"""A client of the app over fake services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from agent.server.app import create_app
from tests.agent.server.fakes import FakePipeline, fake_services


@pytest.fixture
def pipeline() -> FakePipeline:
    """Give a pipeline that goes on at once; a test that wants it to wait clears `go`."""
    fake = FakePipeline()
    fake.go.set()
    return fake


@pytest.fixture
def client(tmp_path: Path, pipeline: FakePipeline) -> Iterator[TestClient]:
    app = create_app(fake_services(tmp_path, pipeline))
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def plan(client: TestClient) -> Callable[..., str]:
    """Give a function that asks for a campaign, waits for its end and returns its id."""

    def ask_and_wait(brief: str = "Win back lapsed shoppers", **fields: Any) -> str:
        answer = client.post("/v1/campaigns", json={"brief": brief, "store": "demo", **fields})
        assert answer.status_code == 202, answer.text
        campaign_id = str(answer.json()["id"])
        client.get(f"/v1/campaigns/{campaign_id}/events")
        return campaign_id

    return ask_and_wait
