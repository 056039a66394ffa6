/** Spans as rows of a terminal: offset, bytes, field, value. */
import type { ExplainedMessage, Span, SpanKind } from "@alerion/schema/explain";

/** How rows look. */
export interface HexStyle {
  readonly hasColors: boolean;
  /** Rows of one span; what is left is counted. */
  readonly rowCountMax: number;
}

const BYTES_PER_ROW = 8;
const BYTES_WIDTH = BYTES_PER_ROW * 3 - 1;
/** Longer names push their value to the right instead of all values. */
const PATH_WIDTH_MAX = 40;

/** ANSI colours (SGR parameters) by kind of span. */
const COLORS: { readonly [kind in SpanKind]: string } = {
  frame: "35",
  header: "36",
  field: "",
  group: "33",
  length: "90",
  data: "32",
  gap: "90",
  extension: "34",
  unknown: "31",
};
const TITLE_COLOR = "1";

/** Names of kinds that have no path of their own. */
const UNNAMED: { readonly [kind in SpanKind]?: string } = {
  gap: "(gap)",
  extension: "(newer)",
  unknown: "(unknown)",
};

/** A line on a message, e.g. `Order (template 1, version 2)`. */
export function messageTitle({ message, templateId, version }: ExplainedMessage): string {
  return message === undefined
    ? "no message of the schema"
    : `${message} (template ${templateId}, version ${version})`;
}

/** A title line. */
export function titleRow(text: string, { hasColors }: HexStyle): string {
  return `${colored(visible(text), TITLE_COLOR, hasColors)}\n`;
}

/**
 * The rows of spans, each ending in a line end.
 *
 * @param bytes  what the offsets of the spans are in
 */
export function spanRows(spans: readonly Span[], bytes: Uint8Array, style: HexStyle): string {
  const width = Math.min(
    PATH_WIDTH_MAX,
    spans.reduce((most, span) => Math.max(most, nameOf(span).length), 0),
  );
  return spans.map((span) => rowsOf(span, bytes, width, style)).join("");
}

function rowsOf(
  span: Span,
  bytes: Uint8Array,
  width: number,
  { hasColors, rowCountMax }: HexStyle,
): string {
  const { start, end, kind, text, meaning } = span;
  const color = COLORS[kind];
  const rowCount = Math.ceil((end - start) / BYTES_PER_ROW);
  // One row more is no longer than the line that counts what is left.
  const shownCount = rowCount <= rowCountMax + 1 ? rowCount : rowCountMax;
  let rows = "";
  for (let row = 0; row < shownCount; row++) {
    const from = start + row * BYTES_PER_ROW;
    const hex = hexOf(bytes.subarray(from, Math.min(from + BYTES_PER_ROW, end)));
    const offset = from.toString(16).padStart(8, "0");
    const said = row > 0 ? "" : `  ${nameOf(span).padEnd(width)}  ${visible(text)}`;
    const more = row > 0 || meaning === undefined ? "" : `  = ${visible(meaning)}`;
    const line = `${hex.padEnd(said === "" ? 0 : BYTES_WIDTH)}${said}${more}`;
    rows += `  ${offset}  ${colored(line, color, hasColors)}\n`;
  }
  if (shownCount < rowCount) {
    const left = end - start - shownCount * BYTES_PER_ROW;
    rows += `            ${colored(`… ${left} more bytes`, color, hasColors)}\n`;
  }
  return rows;
}

function nameOf({ path, kind }: Span): string {
  return path === "" ? (UNNAMED[kind] ?? "") : visible(path);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function colored(text: string, color: string, hasColors: boolean): string {
  return hasColors && color !== "" ? `\u001B[${color}m${text}\u001B[0m` : text;
}

/** What moves the cursor, rings, or turns the direction of text; names and values come from anyone. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

function visible(text: string): string {
  return text.replaceAll(
    INVISIBLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
