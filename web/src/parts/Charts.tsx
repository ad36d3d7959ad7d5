// Small charts, drawn as SVG; the values beside them open their sources.

import type { Figure as FigureValue } from "../api";
import { numberOf, type Roots } from "../sources";
import { Figure } from "./Values";

interface IntervalProps { label: string; low: FigureValue; mid: FigureValue; high: FigureValue; roots: Roots }

const WIDTH = 320;
const EDGE = 6;

/** An expected value with its interval, on a scale that starts at zero. */
export function Interval({ label, low, mid, high, roots }: IntervalProps) {
  const most = Math.max(numberOf(high), numberOf(mid), 1e-9) * 1.15;
  const x = (figure: FigureValue) => EDGE + (numberOf(figure) / most) * (WIDTH - 2 * EDGE);
  return (
    <figure className="interval">
      <figcaption>{label}</figcaption>
      <p className="interval-mid"><Figure of={mid} roots={roots} /></p>
      <svg viewBox={`0 0 ${WIDTH} 28`} role="img" aria-label={`${label}: ${mid.text}, between ${low.text} and ${high.text}`}>
        <line className="axis" x1={EDGE} x2={WIDTH - EDGE} y1="14" y2="14" />
        <line className="axis" x1={EDGE} x2={EDGE} y1="9" y2="19" />
        <rect className="range" x={x(low)} width={Math.max(x(high) - x(low), 1)} y="9" height="10" rx="5" />
        <line className="mid" x1={x(mid)} x2={x(mid)} y1="4" y2="24" />
      </svg>
      <p className="interval-ends">between <Figure of={low} roots={roots} /> and <Figure of={high} roots={roots} /></p>
    </figure>
  );
}

interface Share { label: string; figure: FigureValue; tone: string }

/** Parts of a whole as one bar. */
export function Shares({ label, total, shares, roots }: { label: string; total: FigureValue; shares: Share[]; roots: Roots }) {
  const whole = Math.max(numberOf(total), shares.reduce((sum, share) => sum + numberOf(share.figure), 0), 1e-9);
  let start = 0;
  return (
    <div className="shares">
      <svg viewBox="0 0 100 5" preserveAspectRatio="none" role="img" aria-label={`${label}: ${shares.map((share) => `${share.label} ${share.figure.text}`).join(", ")}`}>
        {shares.map((share) => {
          const width = (Math.max(numberOf(share.figure), 0) / whole) * 100;
          const bar = <rect key={share.label} className={share.tone} x={start} y="0" width={Math.max(width, 0.4)} height="5" />;
          start += width;
          return bar;
        })}
      </svg>
      <dl>
        {shares.map((share) => (
          <div key={share.label}>
            <dt><span className={`swatch ${share.tone}`} aria-hidden="true" />{share.label}</dt>
            <dd><Figure of={share.figure} roots={roots} /></dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
