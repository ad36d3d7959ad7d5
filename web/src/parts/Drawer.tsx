// The drawer: what stands behind a number, or one piece of evidence.

import { useEffect, useRef, useState } from "react";
import { problemOf, type Evidence, type Json, type Problem } from "../api";
import { capital, day, expressionPieces, follow, isRecord, plain, references, rootOf, words, type Source } from "../sources";
import { JsonTree } from "./JsonTree";
import { ProblemNote } from "./ProblemNote";

export type Opened = ({ kind: "source" } & Source) | { kind: "evidence"; evidence: Evidence };

export function Drawer({ opened, close }: { opened: Opened | null; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (opened && !dialog.current?.open) dialog.current?.showModal();
    if (!opened && dialog.current?.open) dialog.current.close();
    if (opened && dialog.current) dialog.current.scrollTop = 0;
  }, [opened]);
  const onBackdrop = (target: EventTarget) => target === dialog.current && close();
  return (
    <dialog ref={dialog} className="drawer" aria-labelledby="drawer-title" onClose={close} onClick={(event) => onBackdrop(event.target)}>
      {opened && (
        <div className="drawer-body">
          <button type="button" className="close" onClick={close} aria-label="Close">×</button>
          {opened.kind === "source" ? <SourceView source={opened} /> : <EvidenceOnly evidence={opened.evidence} />}
        </div>
      )}
    </dialog>
  );
}

function EvidenceOnly({ evidence }: { evidence: Evidence }) {
  return (
    <>
      <p className="kicker" id="drawer-title">Evidence {evidence.id}</p>
      <EvidenceCard evidence={evidence} paths={[]} />
    </>
  );
}

function SourceView({ source }: { source: Source }) {
  const found = references(source.expression);
  const roots = [...new Set(found.map(rootOf))];
  const loaded = useEvidence(source, roots);
  const lookUp = (reference: string) => {
    const root = rootValue(source, loaded.evidence, rootOf(reference));
    return root === undefined ? null : follow(reference, root);
  };
  return (
    <>
      <p className="kicker" id="drawer-title">Where this comes from</p>
      <p className={source.value.length > 40 ? "drawer-value sentence" : "drawer-value"}>{source.value}</p>
      <Formula source={source} lookUp={(reference) => lookUp(reference)?.value} />
      {loaded.problem && <ProblemNote problem={loaded.problem} />}
      {roots.map((root) => {
        const inside = found.filter((reference) => rootOf(reference) === root);
        const paths = inside.map((reference) => lookUp(reference)?.path).filter((path) => path !== undefined);
        const own = ownRoots(source)[root];
        if (own) return <OwnCard key={root} root={root} title={own.title} value={own.value} paths={paths} />;
        const evidence = loaded.evidence.get(root);
        return evidence
          ? <EvidenceCard key={root} evidence={evidence} paths={paths} />
          : !loaded.problem && <p key={root} className="muted">Loading {root} …</p>;
      })}
    </>
  );
}

function rootValue(source: Source, evidence: Map<string, Evidence>, root: string): Json | undefined {
  return ownRoots(source)[root]?.value ?? evidence.get(root)?.result;
}

/** What references may start with beside evidence. */
function ownRoots({ roots }: Source): Record<string, { title: string; value: Record<string, Json> } | undefined> {
  const brief = roots.brief as unknown as Record<string, Json> | undefined;
  return {
    B: brief && { title: "The brief, as it was read", value: brief },
    S: roots.shop && { title: "The shop", value: roots.shop },
    P: roots.policy && { title: "The shop's policy", value: roots.policy },
  };
}

function useEvidence(source: Source, roots: string[]): { evidence: Map<string, Evidence>; problem: Problem | null } {
  const [evidence, setEvidence] = useState(new Map<string, Evidence>());
  const [problem, setProblem] = useState<Problem | null>(null);
  const wanted = roots.filter((root) => /^E\d+$/.test(root)).join(" ");
  useEffect(() => {
    let left = false;
    setProblem(null);
    Promise.all(wanted.split(" ").filter(Boolean).map((id) => source.roots.evidence(id))).then(
      (found) => !left && setEvidence(new Map(found.map((one) => [one.id, one]))),
      (error: unknown) => !left && setProblem(problemOf(error)),
    );
    return () => { left = true; };
  }, [source, wanted]);
  return { evidence, problem };
}

function Formula({ source, lookUp }: { source: Source; lookUp: (reference: string) => Json | undefined }) {
  const pieces = expressionPieces(source.expression);
  const simple = pieces.length === 1;
  return (
    <div className="formula">
      {!simple && (
        <p className="sum">
          {pieces.map((piece, place) => {
            const value = piece.reference ? lookUp(piece.reference) : undefined;
            return <span key={place}>{value === undefined ? (piece.reference ? "…" : piece.text) : plain(value)}</span>;
          })}
        </p>
      )}
      <p className="expression">
        {pieces.map((piece, place) => piece.reference ? <code key={place}>{piece.text}</code> : <span key={place}>{piece.text}</span>)}
      </p>
    </div>
  );
}

function EvidenceCard({ evidence, paths }: { evidence: Evidence; paths: string[][] }) {
  return (
    <section className="card" aria-label={`Evidence ${evidence.id}`}>
      <h3><span className="tag">{evidence.id}</span> {evidence.tool}</h3>
      <dl className="facts">
        {Object.entries(evidence.arguments).map(([name, value]) => (
          <div key={name}><dt>{words(name)}</dt><dd>{plain(value)}</dd></div>
        ))}
        <div><dt>data before</dt><dd>{day(evidence.as_of)}</dd></div>
        <div><dt>rows read</dt><dd>{plain(evidence.rows_used)}</dd></div>
        <div><dt>asked for by</dt><dd>{chosenBy(evidence.chosen_by)}</dd></div>
      </dl>
      {evidence.warnings.map((warning) => <p key={warning} className="warning">{warning}</p>)}
      <JsonTree value={evidence.result} paths={paths} />
    </section>
  );
}

const chosenBy = (who: string): string => (who === "model" ? "the model" : who === "rules" ? "the rules" : who);

function OwnCard({ root, title, value, paths }: { root: string; title: string; value: Record<string, Json>; paths: string[][] }) {
  return (
    <section className="card" aria-label={title}>
      <h3><span className="tag">{root}</span> {title}</h3>
      {reasons(value, paths).map((reason) => <p key={reason} className="muted">{capital(reason)}.</p>)}
      <JsonTree value={value} paths={paths} />
    </section>
  );
}

/** Where values of a policy come from: the `source` that stands beside each group of them. */
function reasons(value: Record<string, Json>, paths: string[][]): string[] {
  const groups = [...new Set(paths.map((path) => path[0] ?? ""))].map((group) => value[group]);
  return groups.flatMap((group) => (isRecord(group) && typeof group["source"] === "string" ? [group["source"]] : []));
}
