/** What all panes of the page share: the message that is shown, and which of its spans and bytes is meant. */
import type { SchemaLayout } from "@alerion/schema";
import type { Span } from "@alerion/schema/explain";
import type { Item } from "./input.js";

/** The message that is shown. */
export interface Shown {
  readonly layout: SchemaLayout;
  readonly item: Item;
}

/** What panes ask of the page. */
export interface Host {
  /** A byte was chosen: the panes follow. `origin` keeps the focus. */
  select(at: number, origin: "map" | "fields"): void;
  /** The mouse is on a span, or on none. */
  hover(span: number | undefined): void;
  /** A byte was typed over. */
  typeByte(at: number, byte: number): void;
  /** The field's value is to be edited. */
  startEditing(): void;
}

/** Index of the span that holds a byte, or -1. */
export function spanIndexAt(spans: readonly Span[], at: number): number {
  return spans.findIndex(({ start, end }) => at >= start && at < end);
}

/** What stands for a span without a name. */
export function spanName({ path, kind }: Span): string {
  if (path !== "") return path;
  return kind === "gap" ? "padding" : kind === "extension" ? "newer version" : "unknown bytes";
}

/** The end of a path, that fits below a byte: `price.mantissa`, `note length`. */
export function shortName(span: Span): string {
  const parts = spanName(span).split(".");
  const last = parts.at(-1) ?? "";
  const owner = parts.at(-2);
  if (owner === undefined || owner.endsWith("]")) return last;
  if (span.kind === "field") return `${owner}.${last}`;
  return span.kind === "length" ? `${owner} ${last}` : last;
}

/** A span in a sentence, for tooltips and screen readers. */
export function spanSentence(span: Span): string {
  const meaning = span.meaning === undefined ? "" : `, that is ${span.meaning}`;
  return `${spanName(span)}: ${span.text}${meaning}`;
}
