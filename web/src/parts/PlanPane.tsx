// The right-hand side: nothing yet, work under way, or the plan with the decision about it.

import { useEffect, useState } from "react";
import { api, type Job, type JobSummary } from "../api";
import { day, type Roots } from "../sources";
import type { Run } from "../useCampaign";
import { CopyView } from "./CopyView";
import { DecisionBar } from "./DecisionBar";
import { PlanView } from "./PlanView";

interface Props { run: Run; roots: Roots | null; replace: (job: Job) => void; started: boolean }

export function PlanPane({ run, roots, replace, started }: Props) {
  const { job } = run;
  if (!started) return <Recent />;
  if (job?.campaign && roots) {
    return (
      <article className="document">
        <DecisionBar job={job} campaign={job.campaign} replace={replace} />
        <PlanView campaign={job.campaign} roots={roots} />
        <CopyView deck={job.campaign.copy_deck} shop={job.campaign.shop_name} roots={roots} />
      </article>
    );
  }
  if (job?.status === "failed" || run.problem) return <p className="empty">There is no plan. The conversation says why.</p>;
  return (
    <div className="empty working">
      <p>The plan appears here.</p>
      <p className="muted">Each number in it will open the analysis it comes from.</p>
    </div>
  );
}

function Recent() {
  const [campaigns, setCampaigns] = useState<JobSummary[]>([]);
  useEffect(() => {
    api.campaigns().then(setCampaigns, () => setCampaigns([]));
  }, []);
  if (campaigns.length === 0) {
    return (
      <div className="empty">
        <p>The plan appears here.</p>
        <p className="muted">Audience, offer, products, channels, schedule, forecast, experiment and copy, on one page.</p>
      </div>
    );
  }
  return (
    <div className="recent">
      <h2>Recent campaigns</h2>
      <ul>
        {campaigns.map((one) => (
          <li key={one.id}>
            <a href={`#/c/${one.id}`}>
              <span className="recent-brief">{one.brief}</span>
              <span className="muted">{one.store} · {day(one.created_at)} · {one.status}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
