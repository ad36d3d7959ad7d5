"""The office where campaigns are asked for, worked on one at a time, and looked up again."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from agent.approval import Decision, ExportKind
from agent.artifacts import REPORT_FILE
from agent.campaign import Campaign
from agent.readout import ResultsReadout, load_results
from agent.requests import Event, Finished, PlanRequest
from agent.results import ResultsFiles
from agent.server.jobs import Job, JobBook
from agent.server.problems import Problem, ProblemError, crash_problem, problem, problem_of
from agent.server.services import Services
from agent.server.worker import Worker
from tools.errors import InputError, MarketwrightError

LOG = logging.getLogger("marketwright.server")

Result = TypeVar("Result")
Verdict = Literal["approve", "reject"]

MOST_WAITING = 50
"""Campaigns that may wait; at about 15 seconds each, the last one waits a quarter of an hour."""


class Office:
    """Take campaigns, have the worker plan them, and keep what became of each."""

    def __init__(self, services: Services, worker: Worker) -> None:
        self.services = services
        self.book = JobBook(services.home / "state" / "jobs")
        self._worker = worker
        self._files = threading.Lock()  # a decision replaces the campaign's folder; nobody reads in between

    def open(self) -> None:
        """Find the jobs of earlier processes, and go on with those that wait."""
        for job in self.book.recover(self.services.now()):
            self._queue(job)

    def take(self, request: PlanRequest, key: str | None) -> tuple[Job, bool]:
        """Queue a campaign and say whether it is new; a repeated idempotency key gives the earlier job.

        Raises:
            ProblemError: The key was used for another request, or too many campaigns wait.
        """
        if self.book.waiting() >= MOST_WAITING:
            raise ProblemError(problem(429, "queue-full", "Too many campaigns wait", _QUEUE_FULL))
        now = self.services.now()
        fresh = Job(id=self.services.new_id(now), request=request, created_at=now, key=key)
        job = self.book.add(fresh)
        if job.id != fresh.id:
            if job.request != request:
                raise ProblemError(problem(422, "idempotency-key-reused", "The key was used before", _KEY_REUSED))
            return job, False
        self._queue(job)
        return job, True

    def job(self, job_id: str) -> Job:
        """Return a job, or raise the problem that there is none."""
        job = self.book.find(job_id)
        if job is None:
            detail = f"campaign {job_id[:80]!r} is not known here; expected an id from GET /v1/campaigns"
            raise ProblemError(problem(404, "unknown-campaign", "There is no such campaign", detail))
        return job

    def folder(self, job_id: str) -> Path:
        """Return the folder of a campaign that is done."""
        job = self.job(job_id)
        if job.status != "done":
            detail = (
                f"campaign {job.id!r} is {job.status}; expected a campaign that is done; wait, or look at its error"
            )
            raise ProblemError(problem(409, "not-done", "The campaign is not done", detail))
        return self.services.home / "campaigns" / job.id

    def finished(self, job_id: str) -> Finished:
        """Read a campaign that is done, with its evidence."""
        folder = self.folder(job_id)
        with self._files:
            return self.services.load(folder)

    def report(self, job_id: str) -> str:
        """Read the report of a campaign that is done."""
        folder = self.folder(job_id)
        with self._files:
            return (folder / REPORT_FILE).read_text(encoding="utf-8")

    def decide(self, job_id: str, verdict: Verdict, decision: Decision) -> Campaign:
        """Record a person's decision, bound to the plan that the person saw."""
        record = self.services.approve if verdict == "approve" else self.services.reject
        folder = self.folder(job_id)
        with self._files:
            return _allowed(partial(record, folder, decision))

    def export(self, job_id: str, kind: ExportKind, by: str) -> Path:
        """Export what was approved and return the file."""
        folder = self.folder(job_id)
        target = self.services.home / "exports" / job_id
        decision = Decision(by=by, at=self.services.now())
        with self._files:
            return _allowed(partial(self.services.export, folder, kind, target, decision))

    def take_results(self, job_id: str, content: bytes, ending: str, by: str) -> ResultsReadout:
        """Take in the results of an approved campaign and read them out."""
        folder = self.folder(job_id)
        decision = Decision(by=by, at=self.services.now())
        with tempfile.TemporaryDirectory(prefix="marketwright-") as scratch, self._files:
            self._check_approved(folder)
            file = Path(scratch) / f"results{ending}"
            file.write_bytes(content)
            try:
                return self.services.take_results(folder, ResultsFiles(file), decision)
            except InputError as error:  # the sender knows nothing of the folder that the file lies in
                raise type(error)(str(error).replace(str(file), file.name)) from error

    def _check_approved(self, folder: Path) -> None:
        campaign = self.services.load(folder).campaign
        if campaign.state not in ("approved", "exported"):
            detail = f"campaign {campaign.id!r} is {campaign.state}; expected approved; approve it first"
            raise ProblemError(problem(409, "not-allowed", "The campaign does not allow this", detail))

    def results(self, job_id: str) -> ResultsReadout:
        """Return the last read-out of a campaign, or raise the problem that no results came in."""
        folder = self.folder(job_id)
        with self._files:
            found = load_results(folder, self.services.load(folder).campaign)
        if found is None:
            detail = (
                f"campaign {job_id!r} has no results yet; expected some; send them to POST /v1/campaigns/{{id}}/results"
            )
            raise ProblemError(problem(404, "no-results", "No results came in", detail))
        return found

    def _queue(self, job: Job) -> None:
        future = self._worker.submit(partial(self._work, job), urgent=False)
        future.add_done_callback(partial(self._after, job.id))

    def _work(self, job: Job) -> None:
        self.book.change(job.id, status="running", started_at=self.services.now())
        try:
            finished = self.services.plan(job.request, partial(self.book.tell, job.id))
            self._save(job.id, finished)
        except MarketwrightError as error:
            self._fail(job.id, problem_of(error))
        else:
            self.book.change(job.id, status="done", ended_at=self.services.now())

    def _save(self, job_id: str, finished: Finished) -> None:
        started = self.services.now()
        self.book.tell(job_id, Event(step="report", kind="started", message="report …"))
        self.services.save(self.services.home / "campaigns" / job_id, finished)
        seconds = round((self.services.now() - started).total_seconds(), 3)
        self.book.tell(job_id, Event(step="report", kind="finished", message="report done", seconds=seconds))

    def _after(self, job_id: str, future: Future[None]) -> None:
        """Record a crash as a crash."""
        error = future.exception()
        if error is not None:
            LOG.error("campaign %s crashed", job_id, exc_info=error)
            self._fail(job_id, crash_problem())

    def _fail(self, job_id: str, what: Problem) -> None:
        self.book.tell(job_id, Event(step="failed", kind="error", message=what.detail))
        self.book.change(job_id, status="failed", ended_at=self.services.now(), error=what)


def _allowed(step: Callable[[], Result]) -> Result:
    """Take a step; where the campaign's state forbids it, that is a conflict and not a wrong request."""
    try:
        return step()
    except InputError as error:
        raise ProblemError(problem(409, "not-allowed", "The campaign does not allow this", str(error))) from error


_QUEUE_FULL = f"{MOST_WAITING} campaigns wait already; expected fewer; send it again when some are done"
_KEY_REUSED = (
    "Idempotency-Key was sent before with another request; expected the same request or a new key; try a new key"
)
