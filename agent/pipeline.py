"""From brief to checked campaign: understand, gather, compose, write, check, repair, as one checkpointed graph."""

from __future__ import annotations

import datetime as dt
import hashlib
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

from agent.artifacts import evidence_entry, plan_digest, to_json
from agent.campaign import Brief, Campaign, CheckResult, CopyDeck, ModelUse, Plan, Run
from agent.checks.catalog import run_checks
from agent.checks.material import Material
from agent.compose import compose
from agent.desk import Desk
from agent.dossier import Dossier
from agent.evidence import Evidence
from agent.front import open_desk
from agent.gather import gather
from agent.house import house_policy
from agent.requests import Event, Finished, PlanRequest, Step, Watcher, ignore
from agent.understand import understand
from agent.write import repair_copy, write_copy
from prompts import fingerprints
from tools.home import home

MOST_REPAIRS = 1
"""Rounds of repair; what templates cannot mend, another round cannot either."""

_PENDING_HASH = "0" * 64


class State(TypedDict, total=False):
    """What the graph keeps after each step; plain JSON only, so that any checkpoint store can hold it."""

    brief: dict[str, Any]
    evidence: list[dict[str, Any]]
    plan: dict[str, Any]
    copy_deck: dict[str, Any]
    checks: list[dict[str, Any]]
    repairs: int
    seconds: dict[str, float]


Node = Callable[[State], State]


@dataclass(frozen=True)
class _Steps:
    """The steps of one run; each reads the state and returns what it adds."""

    request: PlanRequest
    desk: Desk

    def understand(self, _state: State) -> State:
        return {"brief": understand(self.request, self.desk).model_dump(mode="json")}

    def gather(self, state: State) -> State:
        evidence = gather(_brief(state), self.desk)
        return {"evidence": [item.model_dump(mode="json") for item in evidence]}

    def compose(self, state: State) -> State:
        return {"plan": compose(self._dossier(state)).model_dump(mode="json")}

    def write(self, state: State) -> State:
        deck = write_copy(self._dossier(state), Plan.model_validate(state["plan"]), self.desk)
        return {"copy_deck": deck.model_dump(mode="json")}

    def check(self, state: State) -> State:
        return {"checks": [result.model_dump(mode="json") for result in run_checks(self._material(state))]}

    def repair(self, state: State) -> State:
        deck = repair_copy(self._material(state), _checks(state))
        self.desk.tell("check", "copy that failed its checks was replaced by templates")
        return {"copy_deck": deck.model_dump(mode="json"), "repairs": state.get("repairs", 0) + 1}

    def _dossier(self, state: State) -> Dossier:
        return Dossier(_brief(state), self.desk.shop, house_policy(self.desk.view.store), _evidence(state))

    def _material(self, state: State) -> Material:
        plan, deck = Plan.model_validate(state["plan"]), CopyDeck.model_validate(state["copy_deck"])
        return Material(self._dossier(state), plan, deck)


def plan_campaign(request: PlanRequest, on_event: Watcher = ignore) -> Finished:
    """Turn a brief into a checked campaign with its evidence.

    A run that was stopped is taken up where it was when the same request comes again.

    Raises:
        InputError: The brief or an option cannot be worked with; nothing is kept.
        MissingCapabilityError: A model, an index or a table is missing.
    """
    started = time.monotonic()
    desk = open_desk(request, on_event)
    state = run_graph(request, desk)
    finished = _finish(request, desk, state, time.monotonic() - started)
    on_event(Event(step="done", kind="finished", message=f"campaign {finished.campaign.id} is ready"))
    return finished


def run_graph(request: PlanRequest, desk: Desk) -> State:
    """Run the steps, each checkpointed under the request's own key, and return the last state."""
    thread = request_key(request, desk)
    config: Any = {"configurable": {"thread_id": thread}}
    with _checkpoints() as saver:
        graph = _graph(_Steps(request, desk), saver)
        resumed = bool(graph.get_state(config).next)
        if resumed:
            desk.tell("understand", "an earlier run of this request was stopped; it goes on where it was")
        state: State = graph.invoke(None if resumed else {"seconds": {}}, config)
        saver.delete_thread(thread)
    return state


def request_key(request: PlanRequest, desk: Desk) -> str:
    """Return the key of a request: the same for the same inputs, model, prompts and data."""
    meta = desk.view.meta
    parts = (
        to_json(request),
        str(desk.view.as_of),
        meta.version,
        desk.model.sha256 or desk.model.name,
        str(fingerprints()),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _graph(steps: _Steps, saver: SqliteSaver) -> Any:
    graph = StateGraph(State)
    nodes: dict[Step | str, Node] = {
        "understand": steps.understand,
        "gather": steps.gather,
        "compose": steps.compose,
        "write": steps.write,
        "check": steps.check,
        "repair": steps.repair,
    }
    for name, node in nodes.items():
        graph.add_node(name, partial(_timed, name, node, steps.desk))
    for first, second in (("understand", "gather"), ("gather", "compose"), ("compose", "write"), ("write", "check")):
        graph.add_edge(first, second)
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("check", _after_check, {"repair": "repair", "end": END})
    graph.add_edge("repair", "check")
    return graph.compile(checkpointer=saver)


def _timed(name: str, node: Node, desk: Desk, state: State) -> State:
    step: Any = "check" if name == "repair" else name
    desk.watch(Event(step=step, kind="started", message=f"{name} …"))
    started = time.monotonic()
    added = node(state)
    seconds = round(time.monotonic() - started, 3)
    desk.watch(Event(step=step, kind="finished", message=f"{name} done", seconds=seconds))
    return {**added, "seconds": {**state.get("seconds", {}), name: seconds}}


def _after_check(state: State) -> str:
    failed = any(
        finding.where.startswith("copy_deck") for c in _checks(state) for finding in c.findings if _is_error(finding)
    )
    return "repair" if failed and state.get("repairs", 0) < MOST_REPAIRS else "end"


def _is_error(finding: Any) -> bool:
    return bool(finding.severity == "error")


@contextmanager
def _checkpoints() -> Iterator[SqliteSaver]:
    folder = home() / "state"
    folder.mkdir(parents=True, exist_ok=True)
    with SqliteSaver.from_conn_string(str(folder / "checkpoints.sqlite")) as saver:
        yield saver


def _brief(state: State) -> Brief:
    return Brief.model_validate(state["brief"])


def _evidence(state: State) -> tuple[Evidence, ...]:
    return tuple(Evidence.model_validate(item) for item in state["evidence"])


def _checks(state: State) -> tuple[CheckResult, ...]:
    return tuple(CheckResult.model_validate(item) for item in state["checks"])


def _finish(request: PlanRequest, desk: Desk, state: State, seconds: float) -> Finished:
    evidence = _evidence(state)
    draft = Campaign(
        id=f"c-{request_key(request, desk)[:12]}",
        store=desk.shop.name,
        shop_name=desk.shop.shop_name,
        country=desk.shop.country,
        as_of=desk.view.as_of,
        seed=request.seed,
        brief=_brief(state),
        evidence=tuple(evidence_entry(item) for item in evidence),
        policy=house_policy(desk.view.store),
        plan=Plan.model_validate(state["plan"]),
        copy_deck=CopyDeck.model_validate(state["copy_deck"]),
        checks=_checks(state),
        model=_model_use(desk),
        plan_hash=_PENDING_HASH,
        run=Run(
            created_at=dt.datetime.now(dt.UTC),
            wall_seconds=round(seconds, 3),
            peak_megabytes=round(peak_megabytes(), 1),
            step_seconds=state["seconds"],
        ),
    )
    campaign = draft.model_copy(update={"plan_hash": plan_digest(draft)})
    return Finished(campaign=campaign, evidence=evidence)


def _model_use(desk: Desk) -> ModelUse:
    usage = desk.speaker.usage if desk.speaker else None
    return ModelUse(
        name=desk.model.name,
        runtime=desk.model.runtime,
        sha256=desk.model.sha256,
        prompts=dict(fingerprints()) if usage else {},
        calls=usage.calls if usage else 0,
        input_tokens=usage.input_tokens if usage else 0,
        output_tokens=usage.output_tokens if usage else 0,
    )


def peak_megabytes() -> float:
    """Return the largest memory this process has had, in megabytes (Linux counts kilobytes, macOS bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_048_576 if sys.platform == "darwin" else 1_024)
