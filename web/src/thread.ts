// The conversation: at most one campaign and the questions around it, kept per campaign in this browser's session.

import type { AskReply, Problem, Turn } from "./api";

export interface Question {
  kind: "question";
  message: string;
  reply: AskReply | null;
  problem: Problem | null;
}

export type Item = { kind: "campaign"; id: string } | Question;

const key = (id: string | null) => `marketwright:thread:${id ?? "new"}`;

export function campaignInUrl(): string | null {
  const found = /^#\/c\/([\w-]+)$/.exec(window.location.hash);
  return found?.[1] ?? null;
}

export function loadThread(id: string | null): Item[] {
  const fresh: Item[] = id === null ? [] : [{ kind: "campaign", id }];
  if (id === null) return fresh;
  try {
    const kept = JSON.parse(sessionStorage.getItem(key(id)) ?? "null") as Item[] | null;
    return kept ?? fresh;
  } catch {
    return fresh;
  }
}

export function keepThread(id: string | null, items: Item[]): void {
  if (id === null) return;
  try {
    sessionStorage.setItem(key(id), JSON.stringify(items));
  } catch {
    // The browser keeps nothing, by its settings or for lack of room: the conversation lives until the page is left.
  }
}

/** Earlier questions and answers, as the API takes them. */
export function historyOf(items: Item[]): Turn[] {
  return items.flatMap((item): Turn[] => {
    if (item.kind !== "question" || !item.reply) return [];
    const answer = item.reply.refusal?.message ?? item.reply.answer;
    return [{ role: "user", text: item.message }, { role: "assistant", text: answer }];
  });
}
