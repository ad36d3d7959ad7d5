// The copy as its readers will see it.

import type { CopyDeck, Figure, Text, Variant } from "../api";
import { capital, words, type Roots } from "../sources";
import { channelName, Section } from "./PlanView";
import { CopyText } from "./Values";

interface Props { variant: Variant; slots: Record<string, Figure>; roots: Roots; shop: string }

export function CopyView({ deck, shop, roots }: { deck: CopyDeck; shop: string; roots: Roots }) {
  return (
    <Section name="Copy">
      <ul className="copy">
        {deck.variants.map((variant) => (
          <li key={variant.id}>
            <p className="copy-label">
              {channelName(variant.channel)} to {words(variant.segment)}
              <span className="muted"> · {author(variant)}</span>
            </p>
            <Preview variant={variant} slots={deck.slots} roots={roots} shop={shop} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function author({ written_by, tries }: Variant): string {
  const who = written_by === "model" ? "written by the model" : written_by === "template" ? "from the template" : `by ${written_by}`;
  return tries > 1 ? `${who}, ${tries} tries` : who;
}

function Preview(props: Props) {
  if (props.variant.channel === "email") return <Email {...props} />;
  if (props.variant.channel === "sms") return <Sms {...props} />;
  return (
    <dl className="fields">
      {Object.entries(props.variant.fields).map(([name, text]) => (
        <div key={name}><dt>{capital(words(name))}</dt><dd><Words of={text} {...props} /></dd></div>
      ))}
    </dl>
  );
}

function Email(props: Props) {
  const { subject, preheader, body, call_to_action: call, ...rest } = props.variant.fields;
  return (
    <div className="email">
      <p className="email-from"><span className="avatar" aria-hidden="true">{props.shop.charAt(0)}</span>{props.shop}</p>
      {subject && <p className="email-subject"><Words of={subject} {...props} /></p>}
      {preheader && <p className="email-preheader"><Words of={preheader} {...props} /></p>}
      {body && <div className="email-body"><Words of={body} {...props} /></div>}
      {call && <p className="email-call"><span><Words of={call} {...props} /></span></p>}
      {Object.entries(rest).map(([name, text]) => <p key={name} className="email-foot"><Words of={text} {...props} /></p>)}
    </div>
  );
}

function Sms(props: Props) {
  return (
    <div className="sms">
      {Object.entries(props.variant.fields).map(([name, text]) => (
        <div key={name}>
          <p className="sms-bubble"><Words of={text} {...props} /></p>
          <p className="muted sms-length">{text.text.length} characters</p>
        </div>
      ))}
    </div>
  );
}

function Words({ of, slots, roots }: Props & { of: Text }) {
  return <CopyText of={of} slots={slots} roots={roots} />;
}
