// Where numbers come from: references in templates and expressions, and the values they lead to.
// The same rules as agent/evidence.py and agent/figures.py.

import type { Brief, Campaign, Evidence, Figure, Json, Text } from "./api";

/** One piece of prose: plain words, or a value with the reference or slot it came from. */
export type Piece = { text: string; reference?: string };

/** What the drawer opens: a value, the expression behind it, and where its references are looked up. */
export interface Source {
  value: string;
  expression: string;
  roots: Roots;
}

/** Things that references may start with. */
export interface Roots {
  brief?: Brief;
  shop?: Record<string, Json>;
  policy?: Record<string, Json>;
  evidence: (id: string) => Promise<Evidence>;
}

const REFERENCE = /\{([A-Z][^{}|]*)(?:\|\w+)?\}/g;
const SLOT = /\{([a-z]\w*)\}/g;
const STEP = /\.([a-z_][a-z0-9_]*)|\[(\d+)\]|\[([a-z_]+)=([^\]]+)\]/iy;

export function references(source: string): string[] {
  return [...new Set([...source.matchAll(REFERENCE)].map((match) => match[1] as string))];
}

export const rootOf = (reference: string): string => /^\w+/.exec(reference)?.[0] ?? reference;

/** Split a filled text into its words and its values, by laying the template's words over it. */
export function piecesOf({ template, text }: Text, pattern: RegExp = REFERENCE): Piece[] {
  const matches = [...template.matchAll(pattern)];
  if (matches.length === 0) return [{ text }];
  const words: string[] = [];
  let end = 0;
  for (const match of matches) {
    words.push(template.slice(end, match.index));
    end = match.index + match[0].length;
  }
  words.push(template.slice(end));
  const found = new RegExp(`^${words.map(escapePattern).join("([^]*?)")}$`).exec(text);
  if (!found) return [{ text }];
  const pieces: Piece[] = [];
  words.forEach((word, place) => {
    if (word) pieces.push({ text: word });
    const reference = matches[place]?.[1];
    if (reference) pieces.push({ text: found[place + 1] as string, reference });
  });
  return pieces;
}

export const slotPieces = (text: Text): Piece[] => piecesOf(text, SLOT);

const escapePattern = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A value that a reference leads to, and the keys passed on the way, or null where it leads nowhere. */
export function follow(reference: string, root: Json): { value: Json; path: string[] } | null {
  let value = root;
  const path: string[] = [];
  STEP.lastIndex = rootOf(reference).length;
  while (STEP.lastIndex < reference.length) {
    const step = STEP.exec(reference);
    if (!step) return null;
    const key = keyOf(step, value);
    if (key === null) return null;
    path.push(key);
    value = (value as Record<string, Json>)[key] as Json;
  }
  return { value, path };
}

function keyOf(step: RegExpExecArray, value: Json): string | null {
  const [, field, index, key, wanted] = step;
  if (value === null || typeof value !== "object") return null;
  if (field !== undefined) return field in value ? field : null;
  if (!Array.isArray(value)) return null;
  const place = index !== undefined
    ? Number(index)
    : value.findIndex((item) => isRecord(item) && key !== undefined && String(item[key]) === wanted);
  return place >= 0 && place < value.length ? String(place) : null;
}

export const isRecord = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Expression of a reference that stands alone. */
export const alone = (reference: string): string => `{${reference}}`;

export function rootsOf(campaign: Campaign, evidence: (id: string) => Promise<Evidence>): Roots {
  const shop = { name: campaign.store, shop_name: campaign.shop_name, country: campaign.country };
  return { brief: campaign.brief, shop, policy: campaign.policy, evidence };
}

/** Split an expression into references and the signs between them, with the signs people read. */
export function expressionPieces(expression: string): Piece[] {
  const signs = (text: string) => text.replaceAll("*", "×").replaceAll(" - ", " − ").replaceAll("/", "÷");
  const pieces: Piece[] = [];
  expression = expression.replace(/^\(([^()]*)\)$/, "$1");
  let end = 0;
  for (const match of expression.matchAll(REFERENCE)) {
    if (match.index > end) pieces.push({ text: signs(expression.slice(end, match.index)) });
    pieces.push({ text: match[1] as string, reference: match[1] as string });
    end = match.index + match[0].length;
  }
  if (end < expression.length) pieces.push({ text: signs(expression.slice(end)) });
  return pieces;
}

/** Write a raw value. */
export function plain(value: Json): string {
  if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
  return typeof value === "string" ? value : JSON.stringify(value);
}

export const numberOf = (figure: Figure): number => (typeof figure.value === "number" ? figure.value : 0);

/** Write a name such as `win_back` or `SOFT DRINKS` as words. */
export function words(name: string): string {
  const spaced = name.replaceAll("_", " ");
  return spaced === spaced.toUpperCase() ? spaced.toLowerCase() : spaced;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export function day(iso: string): string {
  const date = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}
