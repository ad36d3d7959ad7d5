// The plan as a document; every value in it opens its source.

import type { ReactNode } from "react";
import type { Campaign, Plan, Text } from "../api";
import { capital, day, words, type Roots } from "../sources";
import { Interval, Shares } from "./Charts";
import { Checks } from "./Checks";
import { Figure, Prose } from "./Values";

interface Props { plan: Plan; roots: Roots }

export function PlanView({ campaign, roots }: { campaign: Campaign; roots: Roots }) {
  const { plan } = campaign;
  return (
    <>
      <header className="title">
        <p className="kicker">{campaign.shop_name} · {words(campaign.brief.goal)} · as of {day(campaign.as_of)}</p>
        <h1><Prose of={plan.objective} roots={roots} /></h1>
      </header>
      <Section name="Expected outcome">
        <div className="intervals">
          <Interval label="Customers who respond" low={plan.outcome.responders_low} mid={plan.outcome.responders} high={plan.outcome.responders_high} roots={roots} />
          <Interval label="Revenue of their orders" low={plan.outcome.revenue_low} mid={plan.outcome.revenue} high={plan.outcome.revenue_high} roots={roots} />
        </div>
        <p className="note"><Prose of={plan.outcome.interval} roots={roots} /></p>
        {plan.demand && <p className="note"><Prose of={plan.demand} roots={roots} /></p>}
      </Section>
      <Audiences plan={plan} roots={roots} />
      <OfferAndProducts plan={plan} roots={roots} />
      <Channels plan={plan} roots={roots} />
      <Schedule plan={plan} roots={roots} />
      <ExperimentPart plan={plan} roots={roots} />
      <Section name="Risks and reasons">
        <Texts of={plan.risks} roots={roots} mark="risk" />
        <Texts of={plan.reasons} roots={roots} mark="reason" />
      </Section>
      <Section name="Checks"><Checks checks={campaign.checks} /></Section>
    </>
  );
}

export function Section({ name, children }: { name: string; children: ReactNode }) {
  return <section className="section"><h2>{name}</h2>{children}</section>;
}

function Audiences({ plan, roots }: Props) {
  return (
    <Section name="Audience">
      <ul className="rows">
        {plan.audience.map((one) => (
          <li key={one.segment} className="row">
            <p className="row-number"><Figure of={one.customers} roots={roots} /></p>
            <div>
              <h3>{capital(words(one.segment))} <span className="muted">· <Prose of={one.definition} roots={roots} /></span></h3>
              <p><Prose of={one.why} roots={roots} /></p>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function OfferAndProducts({ plan, roots }: Props) {
  const { offer, products } = plan;
  return (
    <Section name="Offer and products">
      <p className="offer">
        {offer.discount && <><b><Figure of={offer.discount} roots={roots} /></b>{" "}</>}
        {words(offer.kind)} until <Figure of={offer.ends_on} roots={roots} />
        {offer.cost && <>; expected to cost <Figure of={offer.cost} roots={roots} /></>}.
      </p>
      <p className="note"><Prose of={offer.why} roots={roots} /></p>
      <ul className="products">
        {products.map((product) => (
          <li key={product.product_id}>
            <p className="product-line">
              <span className="product-name"><Figure of={product.name} roots={roots} /></span>
              <Figure of={product.price} roots={roots} />
            </p>
            <p className="note"><span className="category">{product.category.text.toLowerCase()}</span> · <Prose of={product.why} roots={roots} /></p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Channels({ plan, roots }: Props) {
  const { budget } = plan;
  return (
    <Section name="Channels and budget">
      <div className="table-scroll" tabIndex={0} role="group" aria-label="Channels">
        <table>
          <thead><tr><th scope="col">Channel</th><th scope="col">Messages</th><th scope="col">Cost</th><th scope="col">Respond</th></tr></thead>
          <tbody>
            {plan.channels.map((one) => (
              <tr key={one.channel}>
                <th scope="row">{channelName(one.channel)}</th>
                <td><Figure of={one.contacts} roots={roots} /></td>
                <td><Figure of={one.spend} roots={roots} /></td>
                <td><Figure of={one.responders} roots={roots} /> <span className="muted">(<Figure of={one.responders_low} roots={roots} />–<Figure of={one.responders_high} roots={roots} />)</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {plan.channels.map((one) => <p key={one.channel} className="note"><b>{channelName(one.channel)}.</b> <Prose of={one.why} roots={roots} /></p>)}
      <h3 className="budget-title">Budget <Figure of={budget.total} roots={roots} /></h3>
      <Shares
        label="Budget" total={budget.total} roots={roots}
        shares={[
          { label: "Messages", figure: budget.messages, tone: "tone-a" },
          { label: "Offer", figure: budget.offer, tone: "tone-b" },
          { label: "Unspent", figure: budget.unspent, tone: "tone-c" },
        ]}
      />
      <p className="note"><Prose of={budget.note} roots={roots} /></p>
    </Section>
  );
}

function Schedule({ plan, roots }: Props) {
  return (
    <Section name="Schedule">
      <ol className="schedule">
        {plan.schedule.map((send, place) => (
          <li key={place}>
            <p><Figure of={send.on} roots={roots} />, <Figure of={send.at} roots={roots} /> <span className="tag">{channelName(send.channel)}</span></p>
            <p className="note"><Prose of={send.purpose} roots={roots} /></p>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function ExperimentPart({ plan, roots }: Props) {
  const { experiment } = plan;
  return (
    <Section name="Experiment">
      <p>
        <Figure of={experiment.holdout_percent} roots={roots} /> are kept out:{" "}
        <Figure of={experiment.holdout_customers} roots={roots} /> customers hear nothing,{" "}
        <Figure of={experiment.treatment_customers} roots={roots} /> are addressed.{" "}
        {experiment.detectable_effect_percent
          ? <>The smallest relative effect this can see is <Figure of={experiment.detectable_effect_percent} roots={roots} />.</>
          : "This can see no effect of any size."}
      </p>
      <p className="note"><Prose of={experiment.advice} roots={roots} /></p>
    </Section>
  );
}

/** Risks or reasons that are seen at once; the rest unfolds. */
const FIRST = 5;

function Texts({ of, roots, mark }: { of: Text[]; roots: Roots; mark: "risk" | "reason" }) {
  const items = of.map((one, place) => <li key={place}><p><span className="sr">{mark}: </span><Prose of={one} roots={roots} sentence /></p></li>);
  return (
    <ul className={`texts ${mark}`}>
      {items.slice(0, FIRST)}
      {items.length > FIRST && (
        <li className="more"><details><summary>{items.length - FIRST} more</summary><ul>{items.slice(FIRST)}</ul></details></li>
      )}
    </ul>
  );
}

export const channelName = (name: string): string => (name.length <= 3 ? name.toUpperCase() : capital(words(name)));
