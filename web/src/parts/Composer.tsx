// Where one writes: a brief to plan, or a question to ask.

import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import type { Model, PlanRequest, Store } from "../api";
import { day } from "../sources";

export interface Request {
  mode: "plan" | "ask"; text: string; store: string; asOf: string | null; budget: number | null; model: string | null;
}

interface Props {
  stores: Store[] | null; models: Model[]; busy: boolean; fresh: boolean; campaign: PlanRequest | null; submit: (request: Request) => Promise<boolean>;
}

const EXAMPLE = {
  brief:
    "Win back lapsed shoppers before Thanksgiving with a coupon on their favourite categories. " +
    "Email and SMS, budget 3,000 dollars.",
  asOf: "2017-11-01",
};

export function Composer({ stores, models, busy, fresh, campaign, submit }: Props) {
  const [mode, setMode] = useState<"plan" | "ask">("plan");
  const [text, setText] = useState("");
  const [storeName, setStoreName] = useState("");
  const [asOf, setAsOf] = useState("");
  const [budget, setBudget] = useState("");
  const [model, setModel] = useState("");
  const [sending, setSending] = useState(false);
  const [optionsOpen, setOptionsOpen] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const store = stores?.find((one) => one.name === storeName) ?? stores?.[0] ?? null;

  useEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 220)}px`;
  }, [text]);

  // Once there is a campaign, what follows is more often a question than another brief.
  useEffect(() => setMode(fresh ? "plan" : "ask"), [fresh]);

  // Questions about a campaign are about its store and its day.
  useEffect(() => {
    if (!campaign) return;
    setStoreName(campaign.store);
    setAsOf(campaign.as_of ?? "");
    setModel(campaign.model ?? "");
  }, [campaign]);

  const ready = text.trim() !== "" && store !== null && !busy && !sending;

  const send = async () => {
    if (!ready || !store) return;
    setSending(true);
    const amount = budget === "" || mode === "ask" ? null : Number(budget);
    const taken = await submit({
      mode, text: text.trim(), store: store.name, asOf: asOf || null, budget: amount, model: model || null,
    });
    setSending(false);
    if (taken) setText("");
  };

  const useExample = () => {
    setMode("plan");
    setText(EXAMPLE.brief);
    if (store && store.first_on <= EXAMPLE.asOf && EXAMPLE.asOf <= store.last_on) setAsOf(EXAMPLE.asOf);
    box.current?.focus();
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void send();
    }
  };

  return (
    <form className="composer" aria-label="Message" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <div className="composer-top">
        <fieldset className="modes">
          <legend className="sr">What to do</legend>
          {(["plan", "ask"] as const).map((name) => (
            <label key={name}>
              <input type="radio" name="mode" checked={mode === name} onChange={() => setMode(name)} />
              <span>{name === "plan" ? "Plan a campaign" : "Ask a question"}</span>
            </label>
          ))}
        </fieldset>
        {fresh && mode === "plan" && text === "" && (
          <button type="button" className="link" onClick={useExample}>Use an example</button>
        )}
      </div>
      <label className="sr" htmlFor="message">{mode === "plan" ? "Your brief" : "Your question"}</label>
      <textarea
        id="message" ref={box} rows={3} value={text} maxLength={mode === "plan" ? 20000 : 8000} onKeyDown={onKey}
        onChange={(event) => setText(event.target.value)}
        placeholder={mode === "plan"
          ? "Who should come back, buy more or try something? With what, until when, for how much?"
          : "For instance: how many lapsed customers do we have?"}
      />
      <div className="composer-bottom">
        <button
          type="button" className="link options-button" aria-expanded={optionsOpen} aria-controls="options"
          onClick={() => setOptionsOpen(!optionsOpen)}
        >
          {store ? `${store.shop_name} · ${asOf ? day(asOf) : "latest data"}${budget && mode === "plan" ? ` · ${budget} ${store.currency}` : ""}` : "No store"}
        </button>
        <button type="submit" className="primary" disabled={!ready}>{mode === "plan" ? "Plan" : "Ask"}</button>
      </div>
      <div className="options" id="options" hidden={!optionsOpen}>
        <label>
          Store
          <select value={store?.name ?? ""} onChange={(event) => setStoreName(event.target.value)}>
            {stores?.map((one) => <option key={one.name} value={one.name}>{stores.length > 1 ? `${one.shop_name} (${one.name})` : one.shop_name}</option>)}
          </select>
        </label>
        <label>
          As of
          <input type="date" value={asOf} min={store?.first_on} onChange={(event) => setAsOf(event.target.value)} />
        </label>
        {mode === "plan" && (
          <label>
            Budget{store ? ` in ${store.currency}` : ""}
            <input
              type="number" min="1" step="any" inputMode="decimal" placeholder="from the brief" value={budget}
              onChange={(event) => setBudget(event.target.value)}
            />
          </label>
        )}
        {models.length > 0 && (
          <label>
            Model
            <select value={model} onChange={(event) => setModel(event.target.value)}>
              <option value="">default</option>
              {models.map((one) => (
                <option key={one.name} value={one.name} disabled={!one.ready}>{one.name}{one.ready ? "" : " (not there)"}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      {stores?.length === 0 && (
        <p className="hint">There is no store yet. Run <code>marketwright demo</code> or <code>marketwright store import</code>, then load this page again.</p>
      )}
    </form>
  );
}
