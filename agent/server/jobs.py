"""Campaign jobs on disk: what was asked, where it stands, and what happened so far; a restart finds them again."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from agent.requests import Event, PlanRequest
from agent.server.problems import Problem, problem
from tools.contract import Frozen

JobStatus = Literal["queued", "running", "done", "failed"]


class Job(Frozen):
    """One campaign that was asked for."""

    id: str = Field(description="Id of the job and of its campaign's folder.")
    request: PlanRequest = Field(description="What was asked.")
    status: JobStatus = Field("queued", description="Where it stands.")
    created_at: dt.datetime = Field(description="When it was asked for, UTC.")
    started_at: dt.datetime | None = Field(None, description="When work began.")
    ended_at: dt.datetime | None = Field(None, description="When work ended.")
    error: Problem | None = Field(None, description="Why it failed.")
    key: str | None = Field(None, description="Idempotency key it came with.")

    @property
    def ended(self) -> bool:
        """Say whether nothing more will happen."""
        return self.status in {"done", "failed"}


class JobBook:
    """All jobs, in memory and in a folder: `<id>.json` for the job, `<id>.events.jsonl` for its progress."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._events: dict[str, list[Event]] = {}

    def recover(self, now: dt.datetime) -> tuple[Job, ...]:
        """Read what an earlier process left, mark what it did not end, and return what still waits."""
        self._folder.mkdir(parents=True, exist_ok=True)
        jobs = [Job.model_validate_json(path.read_bytes()) for path in self._folder.glob("*.json")]
        for job in sorted(jobs, key=lambda job: (job.created_at, job.id)):
            self._jobs[job.id] = job
            self._events[job.id] = list(_read_events(self._events_file(job.id)))
            if job.status == "running":
                self.change(job.id, status="failed", ended_at=now, error=_interrupted())
        return tuple(job for job in self._jobs.values() if job.status == "queued")

    def add(self, job: Job) -> Job:
        """Write a new job down; an earlier one with the same idempotency key is returned instead."""
        with self._lock:
            if job.key is not None:
                for earlier in self._jobs.values():
                    if earlier.key == job.key:
                        return earlier
            self._jobs[job.id] = job
            self._events[job.id] = []
            self._write(job)
            return job

    def change(self, job_id: str, **fields: Any) -> Job:
        """Replace fields of a job and write it down."""
        with self._lock:
            job = self._jobs[job_id] = self._jobs[job_id].model_copy(update=fields)
            self._write(job)
            return job

    def find(self, job_id: str) -> Job | None:
        """Return the job of that id, if there is one."""
        return self._jobs.get(job_id)

    def newest_first(self) -> tuple[Job, ...]:
        """Return all jobs, newest first."""
        with self._lock:
            return tuple(reversed(self._jobs.values()))

    def waiting(self) -> int:
        """Count the jobs that wait."""
        with self._lock:
            return sum(job.status == "queued" for job in self._jobs.values())

    def tell(self, job_id: str, event: Event) -> None:
        """Write down what happened in a job."""
        with self._events_file(job_id).open("a", encoding="utf-8") as file:
            file.write(event.model_dump_json(exclude_none=True) + "\n")
        self._events[job_id].append(event)

    def events(self, job_id: str, after: int) -> tuple[Event, ...]:
        """Return what happened after the first `after` events."""
        return tuple(self._events[job_id][after:])

    def _events_file(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.events.jsonl"

    def _write(self, job: Job) -> None:
        """Write a job so that a reader sees the old or the new file, never half of one."""
        path = self._folder / f"{job.id}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(job.model_dump_json(indent=1), encoding="utf-8")
        os.replace(fresh, path)


def _read_events(path: Path) -> Iterable[Event]:
    """Read the events of a file; a last line that a dying process cut is left out."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            yield Event.model_validate_json(line)


def _interrupted() -> Problem:
    detail = "The server stopped while it worked on this campaign; nothing was written; send the same brief again."
    return problem(503, "interrupted", "The work was interrupted", detail)
