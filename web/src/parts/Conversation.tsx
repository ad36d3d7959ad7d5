// The thread: briefs, what was done about them, questions and their answers.

import { useEffect, useRef } from "react";
import type { AskReply, Problem } from "../api";
import type { Roots } from "../sources";
import type { Item, Question } from "../thread";
import type { Run } from "../useCampaign";
import { useOpen } from "./open";
import { ProblemNote } from "./ProblemNote";
import { CallLabel, Steps } from "./Steps";

interface Props { items: Item[]; run: Run; roots: Roots | null; showPlan: () => void; problem: Problem | null }

export function Conversation({ items, run, roots, showPlan, problem }: Props) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [items, run.events.length, run.job?.status, problem]);
  return (
    <div className="thread">
      {items.length === 0 && <Welcome />}
      <ol>
        {items.map((item, place) => (
          <li key={place}>
            {item.kind === "campaign"
              ? <CampaignTurn run={run} roots={roots} showPlan={showPlan} />
              : <QuestionTurn question={item} />}
          </li>
        ))}
      </ol>
      {problem && <ProblemNote problem={problem} />}
      <p className="sr" aria-live="polite">{announce(run)}</p>
      <div ref={end} />
    </div>
  );
}

function Welcome() {
  return (
    <div className="welcome">
      <h1>Write a brief.<br />Get a plan you can check.</h1>
      <p>
        Say what you want in your own words. You see which analyses are run, and read a campaign in which every
        number opens its source. Nothing is sent: a person approves, and exports.
      </p>
    </div>
  );
}

function announce({ job, events }: Run): string {
  if (job?.status === "done") return "The plan is ready.";
  if (job?.status === "failed") return "The plan failed.";
  return events.at(-1)?.message ?? "";
}

function CampaignTurn({ run, roots, showPlan }: { run: Run; roots: Roots | null; showPlan: () => void }) {
  const { job, events, problem } = run;
  if (problem) return <ProblemNote problem={problem} />;
  if (!job) return <p className="muted">Loading …</p>;
  return (
    <>
      <p className="bubble">{job.request.brief}</p>
      <Steps status={job.status} events={events} roots={roots} />
      {job.error && <ProblemNote problem={job.error} />}
      {job.campaign && (
        <div className="ready">
          <p>The plan is ready. {job.campaign.brief.assumptions.length > 0 && "Some things were settled for you:"}</p>
          {job.campaign.brief.assumptions.length > 0 && (
            <ul>{job.campaign.brief.assumptions.map((one) => <li key={one}>{one}</li>)}</ul>
          )}
          <button type="button" className="narrow-only primary" onClick={showPlan}>Read the plan</button>
        </div>
      )}
    </>
  );
}

function QuestionTurn({ question }: { question: Question }) {
  return (
    <>
      <p className="bubble">{question.message}</p>
      {question.reply && <Reply reply={question.reply} />}
      {question.problem && <ProblemNote problem={question.problem} />}
      {!question.reply && !question.problem && <p className="muted working" role="status">Looking it up …</p>}
    </>
  );
}

function Reply({ reply }: { reply: AskReply }) {
  const open = useOpen();
  return (
    <div className="reply">
      {reply.tool_calls.length > 0 && (
        <ul className="calls">
          {reply.tool_calls.map((call, place) => {
            const evidence = reply.evidence[place];
            const label = <CallLabel id={evidence?.id} name={call.name} given={call.arguments} />;
            return (
              <li key={place}>
                {evidence
                  ? <button type="button" className="call" onClick={() => open({ kind: "evidence", evidence })}>{label}</button>
                  : <span className="call">{label}</span>}
              </li>
            );
          })}
        </ul>
      )}
      <p className="answer">{reply.refusal?.message ?? reply.answer}</p>
      {reply.refusal && <p className="muted">{reply.refusal.kind === "clarify" ? "Asked back; nothing was run." : "Outside what the tools can answer."}</p>}
      {reply.chosen_by === "rules" && <p className="muted">Chosen by rules, not by the model.</p>}
    </div>
  );
}
