// The API's types and calls. The types mirror agent/campaign.py, agent/requests.py and agent/server/*.py.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Author = "model" | "rules" | "template" | "person";

export interface Figure { source: string; value: Json; unit: string; text: string }
export interface Text { template: string; text: string }

export interface Brief {
  text: string; goal: string; segments: string[]; channels: string[]; budget: number; currency: string;
  starts_on: string; ends_on: string; categories: string[]; offer: string; discount_percent: number | null;
  assumptions: string[]; extracted_by: Author;
}
export interface Audience { segment: string; definition: Text; customers: Figure; why: Text }
export interface Offer { kind: string; discount: Figure | null; ends_on: Figure; cost: Figure | null; why: Text }
export interface Product { product_id: string; name: Figure; category: Figure; price: Figure; why: Text }
export interface ChannelPlan {
  channel: string; spend: Figure; contacts: Figure; responders: Figure; responders_low: Figure;
  responders_high: Figure; why: Text;
}
export interface Send { channel: string; on: Figure; at: Figure; purpose: Text }
export interface Budget { total: Figure; messages: Figure; offer: Figure; unspent: Figure; note: Text }
export interface Outcome {
  responders: Figure; responders_low: Figure; responders_high: Figure;
  revenue: Figure; revenue_low: Figure; revenue_high: Figure; interval: Text;
}
export interface Experiment {
  holdout_percent: Figure; holdout_customers: Figure; treatment_customers: Figure;
  detectable_effect_percent: Figure | null; advice: Text;
}
export interface Plan {
  objective: Text; audience: Audience[]; offer: Offer; products: Product[]; channels: ChannelPlan[];
  schedule: Send[]; budget: Budget; outcome: Outcome; demand: Text | null; experiment: Experiment;
  risks: Text[]; reasons: Text[]; composed_by: Author;
}
export interface Variant {
  id: string; channel: string; segment: string; written_by: Author; tries: number; fields: Record<string, Text>;
}
export interface CopyDeck { slots: Record<string, Figure>; variants: Variant[] }
export interface Finding { check: string; severity: "error" | "warning" | "note"; where: string; message: string }
export interface CheckResult {
  check: string; status: "passed" | "failed" | "not_applicable"; examined: number; findings: Finding[];
}
export interface EvidenceEntry { id: string; tool: string; arguments: Record<string, Json>; chosen_by: Author }
export interface Campaign {
  id: string; store: string; shop_name: string; country: string; as_of: string; brief: Brief;
  evidence: EvidenceEntry[]; policy: Record<string, Json>; plan: Plan; copy_deck: CopyDeck; checks: CheckResult[];
  model: { name: string; runtime: string; calls: number }; plan_hash: string;
  state: "draft" | "approved" | "rejected" | "exported";
  run: { created_at: string; wall_seconds: number; peak_megabytes: number };
}
export interface Evidence {
  id: string; tool: string; arguments: Record<string, Json>; as_of: string; chosen_by: string; rows_used: number;
  warnings: string[]; result: Record<string, Json>;
}

export interface Problem {
  type: string; title: string; status: number; detail: string; errors?: { field: string; message: string }[];
}
export type JobStatus = "queued" | "running" | "done" | "failed";
export interface PlanRequest {
  brief: string; store: string; budget: number | null; as_of: string | null; model: string | null;
}
export interface Job {
  id: string; status: JobStatus; request: PlanRequest; created_at: string; campaign: Campaign | null;
  error: Problem | null;
}
export interface JobSummary { id: string; status: JobStatus; brief: string; store: string; created_at: string }
export interface RunEvent {
  step: string; kind: "started" | "tool" | "note" | "finished" | "error"; message: string;
  evidence_id: string | null; tool: string | null; arguments: Record<string, Json> | null; seconds: number | null;
}
export interface Turn { role: "user" | "assistant"; text: string }
export interface AskReply {
  tool_calls: { name: string; arguments: Record<string, Json> }[]; answer: string; evidence: Evidence[];
  refusal: { kind: "clarify" | "refuse"; message: string } | null; chosen_by: string;
}
export interface Store {
  name: string; shop_name: string; currency: string; country: string; first_on: string; last_on: string;
}
export interface Model { name: string; description: string; ready: boolean; remedy: string | null }

/** What the server answered when it could not do what was asked. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const UNREACHABLE: Problem = {
  type: "urn:marketwright:problem:unreachable", title: "The server does not answer", status: 0,
  detail: "The server could not be reached; expected `marketwright serve` to be running; try again when it is",
};

async function call<T>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const init = body === undefined
    ? {}
    : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } };
  const response = await fetch(path, init).catch(() => { throw new ProblemError(UNREACHABLE); });
  const content: unknown = await response.json().catch(() => null);
  if (!response.ok || content === null) {
    const unknown = { ...UNREACHABLE, title: "The server failed", status: response.status, detail: response.statusText };
    throw new ProblemError((content as Problem | null)?.detail ? (content as Problem) : unknown);
  }
  return content as T;
}

const campaignPath = (id: string) => `/v1/campaigns/${encodeURIComponent(id)}`;

export const api = {
  stores: () => call<{ stores: Store[] }>("/v1/stores").then((answer) => answer.stores),
  models: () => call<{ models: Model[] }>("/v1/models").then((answer) => answer.models),
  campaigns: () => call<{ campaigns: JobSummary[] }>("/v1/campaigns?limit=8").then((answer) => answer.campaigns),
  start: (request: PlanRequest) =>
    call<Job>("/v1/campaigns", request, { "Idempotency-Key": `page-${Date.now()}-${Math.random()}` }),
  campaign: (id: string) => call<Job>(campaignPath(id)),
  evidence: (id: string, evidence: string) => call<Evidence>(`${campaignPath(id)}/evidence/${evidence}`),
  decide: (id: string, verdict: "approve" | "reject", plan_hash: string, by: string, note: string) =>
    call<Job>(`${campaignPath(id)}/${verdict}`, { plan_hash, by, note }),
  ask: (message: string, store: string, as_of: string | null, model: string | null, history: Turn[]) =>
    call<AskReply>("/v1/ask", { message, store, as_of, model, history }),
  eventsUrl: (id: string) => `${campaignPath(id)}/events`,
  reportUrl: (id: string) => `${campaignPath(id)}/report`,
  copyUrl: (id: string, by: string) => `${campaignPath(id)}/export/copy.csv?by=${encodeURIComponent(by)}`,
};

/** Turn anything thrown into a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { ...UNREACHABLE, title: "The page failed", detail: String(error) };
}
