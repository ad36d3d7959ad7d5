import type { Problem } from "../api";
import { capital } from "../sources";

/** Split our errors, written as "what; expected …; try …", into their parts. */
function partsOf(detail: string): { what: string; expected?: string; remedy?: string } {
  const [head = "", ...rest] = detail.split(/; (?=try |expected )/);
  const find = (word: string) => rest.find((part) => part.startsWith(`${word} `))?.slice(word.length + 1);
  return { what: head, expected: find("expected"), remedy: find("try") };
}

export function ProblemNote({ problem }: { problem: Problem }) {
  const { what, expected, remedy } = partsOf(problem.detail);
  return (
    <div className="problem" role="alert">
      <strong>{problem.title}</strong>
      <p>{capital(what)}</p>
      {expected && <p><span className="label">Expected</span> {expected}</p>}
      {remedy && <p><span className="label">Try</span> {remedy}</p>}
    </div>
  );
}
