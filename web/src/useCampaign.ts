// One campaign as it is planned: its job, and its events as they come.

import { useEffect, useState } from "react";
import { api, problemOf, type Job, type Problem, type RunEvent } from "./api";

export interface Run {
  job: Job | null;
  events: RunEvent[];
  problem: Problem | null;
}

const NOTHING: Run = { job: null, events: [], problem: null };

/** Follow a campaign; `replace` puts a newer reading of it in place, after a decision. */
export function useCampaign(id: string | null): Run & { replace: (job: Job) => void } {
  const [run, setRun] = useState<Run>(NOTHING);

  useEffect(() => {
    setRun(NOTHING);
    if (id === null) return;
    let left = false;
    let source: EventSource | null = null;
    const read = () =>
      api.campaign(id).then(
        (job) => !left && setRun((now) => ({ ...now, job, problem: null })),
        (error: unknown) => !left && setRun((now) => ({ ...now, problem: problemOf(error) })),
      );
    void read().then(() => {
      if (left) return;
      source = new EventSource(api.eventsUrl(id));
      source.addEventListener("progress", (message) => {
        const place = Number(message.lastEventId) - 1;
        const event = JSON.parse(message.data as string) as RunEvent;
        setRun((now) => ({ ...now, events: [...now.events.slice(0, place), event] }));
      });
      source.addEventListener("end", () => {
        source?.close();
        void read();
      });
    });
    return () => {
      left = true;
      source?.close();
    };
  }, [id]);

  return { ...run, replace: (job) => setRun((now) => ({ ...now, job })) };
}
