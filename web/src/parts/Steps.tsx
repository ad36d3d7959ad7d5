// The steps of a plan as they run, with the tool calls that were made.

import type { Json, JobStatus, RunEvent } from "../api";
import { capital, plain, words, type Roots } from "../sources";
import { useOpen } from "./open";

const STEPS: [string, string][] = [
  ["understand", "Understand the brief"],
  ["gather", "Gather evidence"],
  ["compose", "Compose the plan"],
  ["write", "Write the copy"],
  ["check", "Check every number"],
  ["report", "Write the report"],
];

type State = "waiting" | "running" | "done" | "failed";
const STATE_WORDS: Record<State, string> = { waiting: "waiting", running: "running", done: "done", failed: "failed" };

/** Write a call's arguments in a line. */
function argumentsText(given: Record<string, Json>): string {
  const listed = Object.entries(given).filter(([, value]) => value !== null);
  const written = (value: Json) => (typeof value === "string" ? words(value) : plain(value));
  return listed.map(([key, value]) => `${words(key)} ${Array.isArray(value) ? value.map(written).join(", ") : written(value)}`).join(" · ");
}

/** What a call looks like: its evidence's id, the tool, and what it was asked. */
export function CallLabel({ id, name, given }: { id?: string; name: string; given: Record<string, Json> }) {
  return (
    <>
      <span className="tag">{id ?? "…"}</span>
      <span>{capital(words(name))} <span className="call-arguments">{argumentsText(given)}</span></span>
    </>
  );
}

export function Steps({ status, events, roots }: { status: JobStatus; events: RunEvent[]; roots: Roots | null }) {
  if (status === "queued" && events.length === 0) return <p className="muted working">Waiting for its turn …</p>;
  const last = STEPS.findLastIndex(([step]) => events.some((event) => event.step === step));
  if (status === "failed" && last < 0) return null;
  return (
    <ol className="steps" aria-label="Steps">
      {STEPS.map(([step, label], place) => {
        const state = stateOf(place, last, status, events.filter((event) => event.step === step));
        return <Step key={step} label={label} state={state} events={events.filter((event) => event.step === step)} roots={roots} />;
      })}
    </ol>
  );
}

function stateOf(place: number, last: number, status: JobStatus, events: RunEvent[]): State {
  if (status === "done" || place < last) return "done";
  if (place > last) return "waiting";
  if (status === "failed") return "failed";
  return events.some((event) => event.kind === "finished") ? "done" : "running";
}

function Step({ label, state, events, roots }: { label: string; state: State; events: RunEvent[]; roots: Roots | null }) {
  const seconds = events.findLast((event) => event.kind === "finished")?.seconds;
  const calls = events.filter((event) => event.kind === "tool");
  const notes = events.filter((event) => event.kind === "note" || event.kind === "error");
  return (
    <li className="step" data-state={state}>
      <div className="step-line">
        <span className="mark" aria-hidden="true" />
        <span>{label}</span>
        <span className="sr">, {STATE_WORDS[state]}</span>
        {typeof seconds === "number" && seconds >= 0.05 && <span className="seconds">{seconds.toFixed(1)} s</span>}
      </div>
      {calls.length > 0 && <ul className="calls">{calls.map((call, place) => <Call key={place} event={call} roots={roots} />)}</ul>}
      {notes.map((note, place) => <p key={place} className="step-note">{note.message}</p>)}
    </li>
  );
}

function Call({ event, roots }: { event: RunEvent; roots: Roots | null }) {
  const open = useOpen();
  const id = event.evidence_id;
  const label = <CallLabel id={id ?? undefined} name={event.tool ?? "tool"} given={event.arguments ?? {}} />;
  if (!id || !roots) return <li><span className="call">{label}</span></li>;
  return (
    <li>
      <button type="button" className="call" onClick={() => void roots.evidence(id).then((evidence) => open({ kind: "evidence", evidence }))}>
        {label}
      </button>
    </li>
  );
}
