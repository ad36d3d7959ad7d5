"""The API of campaigns: ask for one, watch it, read it with its evidence, decide, export."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterable
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from agent.approval import Decision
from agent.campaign import Campaign
from agent.evidence import Evidence
from agent.requests import PlanRequest
from agent.server.jobs import Job, JobStatus
from agent.server.names import check_names
from agent.server.office import Office, Verdict
from agent.server.problems import PROBLEM_RESPONSES, Problem, ProblemError, problem
from tools.contract import Frozen

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"], responses=PROBLEM_RESPONSES)

POLL_SECONDS = 0.05
"""How often a watcher looks for news; a person sees twenty looks a second as at once."""


class JobSummary(Frozen):
    """One campaign in the list."""

    id: str = Field(description="Id of the campaign.")
    status: JobStatus = Field(description="Where it stands.")
    brief: str = Field(description="Beginning of the brief.")
    store: str = Field(description="Store it is for.")
    created_at: dt.datetime = Field(description="When it was asked for, UTC.")


class JobList(Frozen):
    """Campaigns, newest first."""

    campaigns: tuple[JobSummary, ...] = Field(description="This page of the list.")
    next: str | None = Field(description="Put into `before` for the next page; none at the end.")


class JobView(Frozen):
    """One campaign: where it stands, and all of it when it is done."""

    id: str = Field(description="Id of the campaign.")
    status: JobStatus = Field(description="Where it stands.")
    request: PlanRequest = Field(description="What was asked.")
    created_at: dt.datetime = Field(description="When it was asked for, UTC.")
    started_at: dt.datetime | None = Field(description="When work began.")
    ended_at: dt.datetime | None = Field(description="When work ended.")
    campaign: Campaign | None = Field(description="The campaign, when it is done.")
    error: Problem | None = Field(description="Why it failed, when it did.")


class DecisionRequest(Frozen):
    """A person's decision on one exact plan."""

    plan_hash: str = Field(min_length=1, max_length=200, description="Hash of the plan that the person saw.")
    by: str = Field(min_length=1, max_length=200, description="Who decides.")
    note: str = Field("", max_length=2000, description="Why, in the person's words.")


def office_of(request: Request) -> Office:
    """Return the app's office."""
    office: Office = request.app.state.office
    return office


OfficeDep = Annotated[Office, Depends(office_of)]
CampaignId = Annotated[str, Path(min_length=1, max_length=80, description="Id of the campaign.")]


def known_job(campaign_id: CampaignId, office: OfficeDep) -> Job:
    """Return the job, or answer 404 before a stream begins."""
    return office.job(campaign_id)


KnownJob = Annotated[Job, Depends(known_job)]
EvidenceId = Annotated[str, Path(max_length=12, description="E1, E2, …")]
Key = Annotated[str | None, Header(min_length=1, max_length=255, description="The same key never makes two campaigns.")]
ByName = Annotated[str, Query(min_length=1, max_length=200, description="Who exports, for the audit trail.")]
LastEventId = Annotated[str | None, Header(max_length=20, description="Events up to this id are not sent again.")]


@router.post("", status_code=202)
def start_campaign(request: PlanRequest, response: Response, office: OfficeDep, idempotency_key: Key = None) -> JobView:
    """Ask for a campaign; the answer comes at once, the campaign when it is done."""
    check_names(office.services, request.store, request.model)
    job, fresh = office.take(request, idempotency_key)
    response.headers["Location"] = f"/v1/campaigns/{job.id}"
    if not fresh:
        response.headers["Idempotent-Replayed"] = "true"
    return _view(office, job)


@router.get("")
def list_campaigns(
    office: OfficeDep, limit: Annotated[int, Query(ge=1, le=100)] = 50, before: str | None = None
) -> JobList:
    """List campaigns, newest first."""
    jobs = office.book.newest_first()
    if before is not None:
        jobs = jobs[jobs.index(office.job(before)) + 1 :]
    page = jobs[:limit]
    return JobList(
        campaigns=tuple(
            JobSummary(
                id=job.id,
                status=job.status,
                brief=job.request.brief[:200],
                store=job.request.store,
                created_at=job.created_at,
            )
            for job in page
        ),
        next=page[-1].id if len(jobs) > limit else None,
    )


@router.get("/{campaign_id}")
def get_campaign(campaign_id: CampaignId, office: OfficeDep) -> JobView:
    """Read a campaign: its status, and all of it when it is done."""
    return _view(office, office.job(campaign_id))


@router.get("/{campaign_id}/events", response_class=EventSourceResponse)
async def watch_campaign(
    job: KnownJob, office: OfficeDep, last_event_id: LastEventId = None
) -> AsyncIterable[ServerSentEvent]:
    """Watch a campaign: what happened so far, then what happens, then `end` with the final status."""
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else 0
    while True:
        ended = office.job(job.id).ended
        for event in office.book.events(job.id, seen):
            seen += 1
            yield ServerSentEvent(data=event, event="progress", id=str(seen))
        if ended:
            yield ServerSentEvent(data={"status": office.job(job.id).status}, event="end", id=str(seen))
            return
        await anyio.sleep(POLL_SECONDS)


@router.get("/{campaign_id}/evidence/{evidence_id}")
def get_evidence(campaign_id: CampaignId, evidence_id: EvidenceId, office: OfficeDep) -> Evidence:
    """Read one piece of evidence: the call, what it answered, and what to know before relying on it."""
    evidence = office.finished(campaign_id).evidence
    for one in evidence:
        if one.id == evidence_id:
            return one
    detail = f"evidence {evidence_id!r} is not in the campaign; expected one of {', '.join(one.id for one in evidence)}"
    raise ProblemError(problem(404, "unknown-evidence", "There is no such evidence", detail))


@router.get("/{campaign_id}/report", response_class=HTMLResponse)
def get_report(campaign_id: CampaignId, office: OfficeDep) -> str:
    """Read the campaign's self-contained report."""
    return office.report(campaign_id)


@router.post("/{campaign_id}/approve")
def approve_campaign(campaign_id: CampaignId, decision: DecisionRequest, office: OfficeDep) -> JobView:
    """Approve the exact plan that `plan_hash` names."""
    return _decide(office, campaign_id, "approve", decision)


@router.post("/{campaign_id}/reject")
def reject_campaign(campaign_id: CampaignId, decision: DecisionRequest, office: OfficeDep) -> JobView:
    """Reject the exact plan that `plan_hash` names."""
    return _decide(office, campaign_id, "reject", decision)


@router.get("/{campaign_id}/export/copy.csv", response_class=Response)
def export_copy(
    campaign_id: CampaignId, office: OfficeDep, by: Annotated[str, Query(max_length=200)] = "API"
) -> FileResponse:
    """Export the copy of an approved campaign; the audit trail notes it."""
    path = office.export(campaign_id, "csv", by)
    return FileResponse(path, media_type="text/csv", filename=f"copy-{campaign_id}.csv")


def _decide(office: Office, campaign_id: str, verdict: Verdict, decision: DecisionRequest) -> JobView:
    at = office.services.now()
    office.decide(campaign_id, verdict, Decision(decision.by, at, decision.note, decision.plan_hash))
    return _view(office, office.job(campaign_id))


def _view(office: Office, job: Job) -> JobView:
    return JobView(
        id=job.id,
        status=job.status,
        request=job.request,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        campaign=office.finished(job.id).campaign if job.status == "done" else None,
        error=job.error,
    )
