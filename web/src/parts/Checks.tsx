import type { CheckResult, Finding } from "../api";
import { capital, words } from "../sources";

const SIGN: Record<CheckResult["status"], string> = { passed: "✓", failed: "✕", not_applicable: "–" };

/** What was checked, and what was found. */
export function Checks({ checks }: { checks: CheckResult[] }) {
  return (
    <ul className="checks">
      {checks.map((one) => (
        <li key={one.check} data-status={one.status}>
          <p>
            <span className="sign" aria-hidden="true">{SIGN[one.status]}</span>
            {capital(words(one.check))}
            <span className="muted"> · {one.status === "not_applicable" ? "does not apply" : `${words(one.status)}, ${one.examined} looked at`}</span>
          </p>
          {one.findings.map((finding, place) => <FindingNote key={place} finding={finding} />)}
        </li>
      ))}
    </ul>
  );
}

function FindingNote({ finding }: { finding: Finding }) {
  return (
    <p className="finding" data-severity={finding.severity}>
      <b>{capital(finding.severity)}.</b> {capital(finding.message)} <span className="muted">({finding.where})</span>
    </p>
  );
}
