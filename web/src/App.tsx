import { useEffect, useMemo, useRef, useState } from "react";
import { api, problemOf, type Evidence, type Model, type PlanRequest, type Problem, type Store } from "./api";
import { Composer, type Request } from "./parts/Composer";
import { Conversation } from "./parts/Conversation";
import { Drawer, type Opened } from "./parts/Drawer";
import { Header } from "./parts/Header";
import { PlanPane } from "./parts/PlanPane";
import { OpenSource } from "./parts/open";
import { rootsOf } from "./sources";
import { campaignInUrl, historyOf, keepThread, loadThread, type Item } from "./thread";
import { useCampaign } from "./useCampaign";

type Tab = "conversation" | "plan";

export function App() {
  const [id, setId] = useState(campaignInUrl);
  const [items, setItems] = useState<Item[]>(() => loadThread(id));
  const [stores, setStores] = useState<Store[] | null>(null);
  const [models, setModels] = useState<Model[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tab, setTab] = useState<Tab>("conversation");
  const [opened, setOpened] = useState<Opened | null>(null);
  const run = useCampaign(id);
  const evidence = useRef(new Map<string, Promise<Evidence>>());

  useEffect(() => {
    const moved = () => {
      setId(campaignInUrl());
      setItems(loadThread(campaignInUrl()));
      setOpened(null);
    };
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, []);

  useEffect(() => {
    Promise.all([api.stores(), api.models()]).then(
      ([foundStores, foundModels]) => {
        setStores(foundStores);
        setModels(foundModels);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, []);

  useEffect(() => keepThread(id, items), [id, items]);

  const campaign = run.job?.campaign ?? null;
  const request = useMemo(() => run.job?.request ?? null, [run.job?.id]);

  const lookUp = (evidenceId: string): Promise<Evidence> => {
    const key = `${id}/${evidenceId}`;
    const known = evidence.current.get(key) ?? api.evidence(id ?? "", evidenceId);
    evidence.current.set(key, known);
    known.catch(() => evidence.current.delete(key));
    return known;
  };

  const plan = async (request: PlanRequest) => {
    setProblem(null);
    try {
      const job = await api.start(request);
      const carried = id === null ? items : [];
      keepThread(job.id, [...carried, { kind: "campaign", id: job.id }]);
      window.location.hash = `#/c/${job.id}`;
      return true;
    } catch (error) {
      setProblem(problemOf(error));
      return false;
    }
  };

  const ask = async ({ text, store, asOf, model }: Request) => {
    setProblem(null);
    const question: Item = { kind: "question", message: text, reply: null, problem: null };
    const earlier = items;
    setItems([...earlier, question]);
    try {
      const reply = await api.ask(text, store, asOf, model, historyOf(earlier));
      setItems([...earlier, { ...question, reply }]);
    } catch (error) {
      setItems([...earlier, { ...question, problem: problemOf(error) }]);
    }
    return true;
  };

  const submit = (request: Request) =>
    request.mode === "ask"
      ? ask(request)
      : plan({
          brief: request.text, store: request.store, budget: request.budget, as_of: request.asOf, model: request.model,
        });

  const busy = items.some((item) => item.kind === "question" && !item.reply && !item.problem);
  const roots = campaign ? rootsOf(campaign, lookUp) : null;

  return (
    <OpenSource value={setOpened}>
      <a className="skip" href="#plan" onClick={(event) => { event.preventDefault(); document.getElementById("plan")?.focus(); }}>
        Skip to the plan
      </a>
      <Header />
      <Tabs tab={tab} choose={setTab} ready={campaign !== null} />
      <main className="panes" data-tab={tab}>
        <section className="pane conversation" aria-label="Conversation" id="conversation">
          <Conversation items={items} run={run} roots={roots} showPlan={() => setTab("plan")} problem={problem} />
          <Composer stores={stores} models={models} busy={busy} submit={submit} fresh={items.length === 0} campaign={request} />
        </section>
        <section className="pane plan" aria-label="Plan" id="plan" tabIndex={-1}>
          <PlanPane run={run} roots={roots} replace={run.replace} started={id !== null} />
        </section>
      </main>
      <Drawer opened={opened} close={() => setOpened(null)} />
    </OpenSource>
  );
}

function Tabs({ tab, choose, ready }: { tab: Tab; choose: (tab: Tab) => void; ready: boolean }) {
  return (
    <nav className="tabs" aria-label="View">
      {(["conversation", "plan"] as const).map((name) => (
        <button key={name} type="button" aria-pressed={tab === name} onClick={() => choose(name)}>
          {name === "plan" ? "Plan" : "Conversation"}
          {name === "plan" && ready && <span className="dot" title="ready" />}
        </button>
      ))}
    </nav>
  );
}
