// A result as a tree: open along the way to the values in question, which are marked; folded elsewhere.

import { useEffect, useRef } from "react";
import type { Json } from "../api";
import { isRecord, plain } from "../sources";

interface NodeProps { name: string | null; value: Json; paths: string[][]; depth: number }

/** Longest list or object that is open from the start when nothing in it is marked. */
const SHORT = 6;

export function JsonTree({ value, paths }: { value: Json; paths: string[][] }) {
  const top = useRef<HTMLDivElement>(null);
  const marked = paths.map((path) => path.join("/")).join(" ");
  useEffect(() => {
    const mark = top.current?.querySelector("mark");
    const box = top.current;
    if (mark && box) box.scrollTop = mark.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 2;
  }, [marked]);
  return (
    <div className="json" ref={top} tabIndex={0} role="group" aria-label="Result">
      {children(value).map(([name, inner]) => (
        <Node key={name} name={name} value={inner} paths={below(paths, name)} depth={0} />
      ))}
    </div>
  );
}

function Node({ name, value, paths, depth }: NodeProps) {
  const inner = children(value);
  if (typeof value !== "object" || value === null || inner.length === 0) {
    const marked = paths.some((path) => path.length === 0);
    const text = typeof value === "object" && value !== null ? "none" : value === null ? "none" : plain(value);
    return (
      <p className="leaf">
        <span className="key">{name}</span>
        {marked ? <mark>{text}</mark> : <span className={typeof value === "number" ? "number" : "string"}>{text}</span>}
      </p>
    );
  }
  const open = paths.length > 0 || (depth === 0 && inner.length <= SHORT);
  return (
    <details open={open} className={paths.length > 0 ? "on-path" : undefined}>
      <summary><span className="key">{name}</span> <span className="fold">{summaryOf(value)}</span></summary>
      {inner.map(([key, one]) => <Node key={key} name={key} value={one} paths={below(paths, key)} depth={depth + 1} />)}
    </details>
  );
}

function children(value: Json): [string, Json][] {
  if (Array.isArray(value)) return value.map((one, place) => [String(place), one]);
  return isRecord(value) ? Object.entries(value) : [];
}

/** Rests of the paths that lead into a child. */
function below(paths: string[][], name: string): string[][] {
  return paths.filter((path) => path[0] === name).map((path) => path.slice(1));
}

function summaryOf(value: Json): string {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? "item" : "items"}`;
  const name = isRecord(value) ? (value["name"] ?? value["channel"] ?? value["starts_on"]) : null;
  return typeof name === "string" ? name : `${children(value).length} fields`;
}
