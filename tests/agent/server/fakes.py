"""A server's services that need no store and no model: the imagined campaign, with the events a real run gives."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from agent.approval import Decision, ExportKind
from agent.artifacts import ASSIGNMENT_FILE, RESULTS_FILE, load_campaign, save_campaign
from agent.campaign import Campaign, State
from agent.readout import ResultsReadout
from agent.requests import AskReply, AskRequest, Event, Finished, PlanRequest, Refusal, Step, ToolCall, Watcher
from agent.results import ResultsFiles
from agent.server.services import ModelInfo, Services, StoreInfo, ToolInfo
from tests.example_campaign import example_campaign
from tools.errors import InputError, MissingCapabilityError, ToolError
from tools.knowledge.library import FoundPassage, Shelf
from tools.warehouse.quality import Finding, QualityReport, TableQuality

NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
STORE = StoreInfo(
    name="demo",
    shop_name="Corner Grocery",
    currency="USD",
    country="US",
    first_on=dt.date(2017, 1, 1),
    last_on=dt.date(2017, 12, 31),
    tables=("customers", "products", "order_lines"),
)
MODELS = (
    ModelInfo(name="local", description="SmolLM2-135M, tuned", ready=True),
    ModelInfo(name="rules", description="No model: rules choose, templates write", ready=True),
)
QUALITY = QualityReport(
    tables=(TableQuality(table="stock", rows_in=3, kept=2, repaired=0, quarantined=1, duplicates=0),),
    findings=(
        Finding(
            severity="notice", check="gap", table="order_lines", words="no orders for 4 days", remedy="export again"
        ),
    ),
)
GUIDE_PASSAGE = FoundPassage(place="2", heading="Voice", text="Warm, never shrill.", score=0.9)
CALENDAR = ToolInfo(
    name="calendar",
    description="List holidays.",
    arguments={"type": "object", "properties": {"starts_on": {"type": "string"}}},
    answer={"type": "object"},
)
STEPS: tuple[tuple[Step, str], ...] = (
    ("understand", "reading the brief"),
    ("gather", "gathering evidence"),
    ("compose", "composing the plan"),
    ("write", "writing the copy"),
    ("check", "checking every number"),
)


def look_up(store: str, shelf: Shelf, _query: str, k: int) -> list[FoundPassage]:
    """Find a passage in the guide; no campaigns were indexed."""
    if shelf == "campaigns":
        raise MissingCapabilityError(f"{shelf} of store {store!r}: none; try `marketwright index build {store}`")
    return [GUIDE_PASSAGE][:k]


def events_of(finished: Finished) -> Iterator[Event]:
    """Give the events of a run in their order: each step begins and ends, and each call is told."""
    for step, told in STEPS:
        yield Event(step=step, kind="started", message=f"{told} …")
        for entry in finished.campaign.evidence if step == "gather" else ():
            told_call = f"{entry.tool} gave {entry.id}"
            yield Event(
                step=step,
                kind="tool",
                message=told_call,
                tool=entry.tool,
                arguments=entry.arguments,
                evidence_id=entry.id,
            )
        yield Event(step=step, kind="finished", message=f"{told} done", seconds=0.1)


@dataclass
class FakePipeline:
    """Plan the imagined campaign, at a pace that the test sets.

    Attributes:
        finished: What every plan leads to.
        go: A plan waits for it after its first event.
        pause: Called after each event.
        planned: Requests that were planned, in order.
        begun: Counts the plans that began.
    """

    finished: Finished = field(default_factory=example_campaign)
    go: threading.Event = field(default_factory=threading.Event)
    pause: Callable[[], object] = lambda: None
    planned: list[PlanRequest] = field(default_factory=list)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def wait_for_plans(self, number: int) -> None:
        """Wait until that many plans more have begun."""
        for _ in range(number):
            assert self.begun.acquire(timeout=20)

    def __call__(self, request: PlanRequest, on_event: Watcher) -> Finished:
        self.planned.append(request)
        self.begun.release()
        if "nothing to do with marketing" in request.brief:
            raise InputError("the brief is not about marketing; expected a goal; try a brief that names customers")
        if "crash" in request.brief:
            raise ZeroDivisionError("a bug")
        for event in events_of(self.finished):
            on_event(event)
            if not self.go.wait(timeout=20):
                raise TimeoutError("the test never let the plan go on")
            self.pause()
        brief = self.finished.campaign.brief.model_copy(update={"text": request.brief})
        return self.finished.model_copy(update={"campaign": self.finished.campaign.model_copy(update={"brief": brief})})


def save(folder: Path, finished: Finished) -> None:
    """Save with a report of one line; the real one has tests of its own and takes its time."""
    save_campaign(folder, finished, f"<!doctype html><title>{finished.campaign.shop_name}</title>")


def decide_as(state: State) -> Callable[[Path, Decision], Campaign]:
    """Decide without making the checks again: the imagined campaign was never checked."""

    def decide(folder: Path, decision: Decision) -> Campaign:
        finished = load_campaign(folder)
        if decision.plan_hash != finished.campaign.plan_hash:
            raise InputError("plan is not on file; expected another hash; look at the new plan")
        campaign = finished.campaign.model_copy(update={"state": state})
        save(folder, Finished(campaign=campaign, evidence=finished.evidence))
        return campaign

    return decide


def export(folder: Path, _kind: ExportKind, target: Path, decision: Decision) -> Path:
    assert decision.by
    if load_campaign(folder).campaign.state != "approved":
        raise InputError("campaign is draft; expected approved; try `marketwright approve`")
    target.mkdir(parents=True, exist_ok=True)
    (target / ASSIGNMENT_FILE).write_text("customer_id,segment,arm\nc1,lapsed,holdout\n", encoding="utf-8")
    return Path(shutil.copy2(folder / "copy.csv", target / "copy.csv"))


def take_results(folder: Path, files: ResultsFiles, decision: Decision) -> ResultsReadout:
    """Take any file that begins as one should; the real intake has tests of its own."""
    content = files.results.read_bytes()
    if not content.startswith(b"customer_id"):
        raise InputError(f"file {str(files.results)!r} lacks the column 'customer_id'; expected customer_id")
    readout = ResultsReadout(
        plan_hash=load_campaign(folder).campaign.plan_hash,
        file=files.results.name,
        sha256=hashlib.sha256(content).hexdigest(),
        came_in_at=decision.at,
        as_of=decision.at.date(),
        rows_in=content.count(b"\n") - 1,
        taken=content.count(b"\n") - 1,
        repeated=0,
        set_aside=(),
        crossed=0,
        not_reported=0,
        holdout_added=0,
        result={"conclusion": "Cannot conclude."},
    )
    (folder / RESULTS_FILE).write_text(readout.model_dump_json(), encoding="utf-8")
    return readout


def ask(request: AskRequest) -> AskReply:
    if "weather" in request.message:
        refusal = Refusal(kind="refuse", message="Weather is not something the tools know.")
        return AskReply(tool_calls=(), answer="", evidence=(), refusal=refusal, chosen_by="model")
    profile = example_campaign().evidence[0]
    return AskReply(
        tool_calls=(ToolCall(name=profile.tool, arguments=profile.arguments),),
        answer=f"206 customers are lapsed. You asked {len(request.history)} things before.",
        evidence=(profile,),
        chosen_by="model",
    )


def run_tool(
    name: str, arguments: Mapping[str, JsonValue], _store: str, _as_of: dt.date | None, _seed: int
) -> JsonValue:
    if "starts_on" not in arguments:
        raise ToolError(f"call of {name} has wrong arguments: argument 'starts_on' field required")
    return {"starts_on": arguments["starts_on"]}


def fake_services(home: Path, plan: FakePipeline) -> Services:
    """Give services over a fake pipeline; jobs are numbered in the order in which they come."""
    numbers = iter(range(1, 1000))
    return Services(
        home=home,
        plan=plan,
        ask=ask,
        save=save,
        load=load_campaign,
        approve=decide_as("approved"),
        reject=decide_as("rejected"),
        export=export,
        take_results=take_results,
        stores=lambda: (STORE,),
        quality=lambda _store: QUALITY,
        look_up=look_up,
        models=lambda: MODELS,
        tools=lambda: (CALENDAR,),
        run_tool=run_tool,
        now=lambda: NOW,
        new_id=lambda _now: f"job-{next(numbers)}",
    )
