"""The API of results: send what came back of a campaign, and read it out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse

from agent.artifacts import ASSIGNMENT_FILE
from agent.readout import ResultsReadout
from agent.server.campaigns import ByName, CampaignId, OfficeDep
from agent.server.problems import PROBLEM_RESPONSES, ProblemError, problem

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"], responses=PROBLEM_RESPONSES)

ENDINGS: dict[str, str] = {
    "text/csv": ".csv",
    "text/plain": ".csv",
    "application/vnd.apache.parquet": ".parquet",
    "application/octet-stream": ".parquet",
}
"""Kinds of body that are taken, and how such a file is called."""

_BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": dict.fromkeys(("text/csv", "application/vnd.apache.parquet"), _BINARY)}
}


@router.post("/{campaign_id}/results", openapi_extra=BODY)
async def send_results(campaign_id: CampaignId, request: Request, office: OfficeDep, by: ByName) -> ResultsReadout:
    """Send results of a campaign as CSV or Parquet, one row a customer; the same file again changes nothing."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in ENDINGS:
        detail = f"content type {kind[:80]!r} is not taken; expected text/csv or application/vnd.apache.parquet"
        raise ProblemError(problem(415, "unsupported-media-type", "The file is of no known kind", detail))
    content = await request.body()
    return await run_in_threadpool(office.take_results, campaign_id, content, ENDINGS[kind], by)


@router.get("/{campaign_id}/results")
def get_results(campaign_id: CampaignId, office: OfficeDep) -> ResultsReadout:
    """Read the last read-out of a campaign's results."""
    return office.results(campaign_id)


@router.get("/{campaign_id}/export/assignment.csv", response_class=Response)
def export_assignment(
    campaign_id: CampaignId, office: OfficeDep, by: Annotated[str, Query(max_length=200)] = "API"
) -> FileResponse:
    """Export who is contacted and who is left alone in an approved campaign; the audit trail notes it."""
    path = office.export(campaign_id, "csv", by).with_name(ASSIGNMENT_FILE)
    return FileResponse(path, media_type="text/csv", filename=f"assignment-{campaign_id}.csv")
