// Values that open their source: a figure, and prose with figures in it.

import type { KeyboardEvent } from "react";
import type { Figure as FigureValue, Text } from "../api";
import { alone, capital, piecesOf, references, rootOf, slotPieces, type Roots } from "../sources";
import { useOpen } from "./open";

interface ValueProps { text: string; expression: string; roots: Roots; className?: string }

/** One value as a button; a span, since the text of a real button does not break across lines. */
export function Value({ text, expression, roots, className = "" }: ValueProps) {
  const open = useOpen();
  const show = () => open({ kind: "source", value: text, expression, roots });
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show();
  };
  return (
    <span role="button" tabIndex={0} className={`figure ${className}`} title="Show the source" onClick={show} onKeyDown={onKey}>
      {text}
      {className === SENTENCE && <span className="mark-root" aria-hidden="true">{rootOf(references(expression)[0] ?? "")}</span>}
    </span>
  );
}

export function Figure({ of, roots, className }: { of: FigureValue; roots: Roots; className?: string }) {
  return <Value text={of.text} expression={of.source} roots={roots} className={className} />;
}

/** Prose whose values are buttons; as a sentence of its own it begins with a capital. */
export function Prose({ of, roots, sentence = false }: { of: Text; roots: Roots; sentence?: boolean }) {
  return (
    <>
      {piecesOf(of).map((piece, place) => {
        const text = sentence && place === 0 ? capital(piece.text) : piece.text;
        return piece.reference
          ? <Value key={place} text={text} expression={alone(piece.reference)} roots={roots} className={longer(text)} />
          : <span key={place}>{text}</span>;
      })}
    </>
  );
}

/** Copy whose slots are buttons; a slot that is filled at sending time stays visible as such. */
export function CopyText({ of, slots, roots }: { of: Text; slots: Record<string, FigureValue>; roots: Roots }) {
  return (
    <>
      {slotPieces(of).map((piece, place) => {
        const fact = piece.reference ? slots[piece.reference] : undefined;
        if (fact) return <Value key={place} text={piece.text} expression={fact.source} roots={roots} />;
        if (piece.reference) return <span key={place} className="placeholder">{piece.text}</span>;
        return <span key={place}>{piece.text}</span>;
      })}
    </>
  );
}

const SENTENCE = "sentence";

/** Whole sentences quoted from evidence are marked at their end, not under every word. */
const longer = (text: string): string => (text.length > 48 ? SENTENCE : "");
