// A person decides, on the exact plan that is shown.

import { useState, type FormEvent } from "react";
import { api, problemOf, type Campaign, type Job, type Problem } from "../api";
import { capital } from "../sources";
import { ProblemNote } from "./ProblemNote";

interface Props { job: Job; campaign: Campaign; replace: (job: Job) => void }
type Verdict = "approve" | "reject";

const NAME_KEY = "marketwright:name";

export function DecisionBar({ job, campaign, replace }: Props) {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const failed = campaign.checks.filter((check) => check.status === "failed");
  const decided = campaign.state === "approved" || campaign.state === "exported";
  return (
    <div className="decision">
      <div className="decision-line">
        <span className="state" data-state={campaign.state}>{capital(campaign.state)}</span>
        <span className="muted hash" title={`Plan ${campaign.plan_hash}`}>plan {campaign.plan_hash.slice(0, 8)}</span>
        <span className="grow" />
        <a className="button" href={api.reportUrl(job.id)} target="_blank" rel="noreferrer">Report</a>
        {decided
          ? <a className="button primary" href={api.copyUrl(job.id, localStorage.getItem(NAME_KEY) ?? "chat page")}>Export copy.csv</a>
          : <>
              <button type="button" aria-expanded={verdict === "reject"} onClick={() => setVerdict(verdict === "reject" ? null : "reject")}>Reject</button>
              <button type="button" className="primary" disabled={failed.length > 0} aria-expanded={verdict === "approve"} onClick={() => setVerdict(verdict === "approve" ? null : "approve")}>Approve</button>
            </>}
      </div>
      {failed.length > 0 && <p className="warning">Approval and export wait until every check passes: {failed.map((check) => check.check).join(", ")}.</p>}
      {verdict && !decided && (
        <DecisionForm key={verdict} verdict={verdict} job={job} hash={campaign.plan_hash} done={(fresh) => { setVerdict(null); replace(fresh); }} />
      )}
    </div>
  );
}

function DecisionForm({ verdict, job, hash, done }: { verdict: Verdict; job: Job; hash: string; done: (job: Job) => void }) {
  const [by, setBy] = useState(() => localStorage.getItem(NAME_KEY) ?? "");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const fresh = await api.decide(job.id, verdict, hash, by.trim(), note.trim());
      localStorage.setItem(NAME_KEY, by.trim());
      done(fresh);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <form className="decision-form" onSubmit={(event) => void send(event)}>
      <label>Your name <input required maxLength={200} value={by} autoFocus onChange={(event) => setBy(event.target.value)} /></label>
      <label>Note <input maxLength={2000} value={note} placeholder="optional" onChange={(event) => setNote(event.target.value)} /></label>
      <button type="submit" className="primary">{verdict === "approve" ? "Approve this plan" : "Reject this plan"}</button>
      <p className="muted">The decision holds for plan {hash.slice(0, 8)} only; a changed plan needs a new one.</p>
      {problem && <ProblemNote problem={problem} />}
    </form>
  );
}
