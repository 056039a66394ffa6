/** Changing a message: by a field's value, by a byte, or all of it as JSON. */
import {
  decodeMessage,
  encodeDocument,
  type CompositeLayout,
  type Described,
  type SchemaLayout,
  type TypeLayout,
} from "@alerion/schema";
import { explainMessage, type Span } from "@alerion/schema/explain";
import { explainAgain, viewOf, type Block, type Item } from "./input.js";

/** What the schema says of the bytes of a span. */
export interface Leaf {
  readonly type: TypeLayout;
  /** The field or member, with its description. */
  readonly described: Described;
  readonly isOptional: boolean;
  /** For var data. */
  readonly isData: boolean;
}

type Step = string | number;

/** `legs[1].price.mantissa` as steps. */
export function stepsOf(path: string): Step[] {
  return path.split(".").flatMap((name) => {
    const match = /^(.*?)\[(\d+)\]$/.exec(name);
    return match === null ? [name] : [match[1] ?? "", Number(match[2])];
  });
}

/** What the schema knows of a path of a message; undefined for headers of frames and the like. */
export function leafAt(
  layout: SchemaLayout,
  message: string | undefined,
  path: string,
): Leaf | undefined {
  const steps = stepsOf(path).filter((step) => typeof step === "string");
  const [first = "", ...rest] = steps;
  if (first === layout.header.name && rest.length > 0) return memberLeaf(layout.header, rest);
  let block = layout.messages.find(({ name }) => name === message);
  for (const [index, name] of steps.entries()) {
    if (block === undefined) return undefined;
    const left = steps.slice(index + 1);
    const group = block.groups.find((each) => each.name === name);
    if (group !== undefined) {
      const inner = memberLeaf(group.dimension, left);
      if (inner !== undefined && left.length === 1) return inner;
      block = { ...group, id: 0 };
      continue;
    }
    const data = block.data.find((each) => each.name === name);
    if (data !== undefined) {
      return left.length > 0
        ? memberLeaf(data.encoding, left)
        : { type: data.encoding, described: data, isOptional: false, isData: true };
    }
    const field = block.fields.find((each) => each.name === name);
    if (field === undefined) return undefined;
    const isOptional = field.presence === "optional";
    if (left.length === 0) return { type: field.type, described: field, isOptional, isData: false };
    return field.type.kind === "composite" ? memberLeaf(field.type, left) : undefined;
  }
  return undefined;
}

function memberLeaf(composite: CompositeLayout, names: readonly string[]): Leaf | undefined {
  const [name, ...rest] = names;
  const member = composite.members.find((each) => each.name === name);
  if (member === undefined) return undefined;
  if (rest.length > 0) {
    return member.type.kind === "composite" ? memberLeaf(member.type, rest) : undefined;
  }
  const { type } = member;
  const isOptional = type.kind === "primitive" && type.presence === "optional";
  return { type, described: { ...type, name: member.name }, isOptional, isData: false };
}

/** The plain value at a path: what `sbe decode` prints for it; undefined for headers. */
export function valueAt(layout: SchemaLayout, item: Item, path: string): unknown {
  const start = messageStart(item);
  if (start === undefined) return undefined;
  const decoded = decodeMessage(layout, viewOf(item.block.bytes), start, item.end);
  let value: unknown = decoded.values;
  for (const step of stepsOf(path)) value = memberOf(value, step);
  return value;
}

function memberOf(value: unknown, step: Step): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<Step, unknown>>)[step]
    : undefined;
}

function messageStart({ message }: Item): number | undefined {
  return message?.error === undefined ? message?.spans[0]?.start : undefined;
}

/** The whole message as lossless JSON, as `sbe decode --lossless` prints it. */
export function documentOf(layout: SchemaLayout, item: Item): object | undefined {
  const start = messageStart(item);
  if (start === undefined) return undefined;
  return decodeMessage(layout, viewOf(item.block.bytes), start, item.end, { lossless: true });
}

/**
 * Writes a value to the bytes of a span: those and no others change, except for the length before var data.
 *
 * @throws {EncodeError} if the value does not fit
 */
export function setValue(layout: SchemaLayout, item: Item, path: string, value: unknown): void {
  const document = structuredClone(documentOf(layout, item)) as { values: unknown } | undefined;
  if (document === undefined) throw new RangeError("message must be whole to be edited by value");
  const steps = stepsOf(path);
  const last = steps.pop() ?? "";
  let owner: unknown = document.values;
  for (const step of steps) owner = memberOf(owner, step);
  (owner as Record<Step, unknown>)[last] = value;
  const encoded = encodeDocument(layout, undefined, document);
  const made = explainMessage(layout, viewOf(encoded));
  const [oldSpans, newSpans] = [spansAt(item.spans, path), spansAt(made.spans, path)];
  const [from, to] = extentOf(oldSpans);
  const [newFrom, newTo] = extentOf(newSpans);
  splice(item, from, to, encoded.subarray(newFrom, newTo), layout);
}

/** The spans of a path: one, or for var data its length and its content. */
function spansAt(spans: readonly Span[], path: string): Span[] {
  return spans.filter(
    (span) => span.path === path || (span.kind === "length" && span.path.startsWith(`${path}.`)),
  );
}

function extentOf(spans: readonly Span[]): [number, number] {
  return [spans[0]?.start ?? 0, spans.at(-1)?.end ?? 0];
}

/** Makes the message anew from its JSON. @throws {EncodeError} if it is no such message */
export function setDocument(layout: SchemaLayout, item: Item, text: string): void {
  const encoded = encodeDocument(layout, item.message?.message, JSON.parse(text) as unknown);
  const start = item.message?.spans[0]?.start ?? item.start;
  splice(item, start, item.end, encoded, layout);
}

/** Overwrites one byte. */
export function setByte(layout: SchemaLayout, { block }: Item, at: number, byte: number): void {
  const bytes = block.bytes.slice();
  bytes[at] = byte;
  block.bytes = bytes;
  explainAgain(block, layout);
}

/** Puts other bytes in place; the length in the header of its frame follows. */
function splice(
  { block, spans }: Item,
  from: number,
  to: number,
  replacement: Uint8Array,
  layout: SchemaLayout,
): void {
  const delta = replacement.length - (to - from);
  const bytes = new Uint8Array(block.bytes.length + delta);
  bytes.set(block.bytes.subarray(0, from));
  bytes.set(replacement, from);
  bytes.set(block.bytes.subarray(to), from + replacement.length);
  if (delta !== 0) adaptFrame(block, spans, bytes, delta);
  block.bytes = bytes;
  explainAgain(block, layout);
}

function adaptFrame(block: Block, spans: readonly Span[], bytes: Uint8Array, delta: number): void {
  const span = spans.find(({ path }) => path === "frame.length" || path === "frame.size");
  const field = block.framing.frameFields.find(({ name }) => name === "length" || name === "size");
  if (span === undefined || field === undefined) return;
  const view = viewOf(bytes);
  const { size, littleEndian } = field;
  if (size === 1) view.setUint8(span.start, view.getUint8(span.start) + delta);
  if (size === 2) {
    view.setUint16(span.start, view.getUint16(span.start, littleEndian) + delta, littleEndian);
  }
  if (size === 4) {
    view.setUint32(span.start, view.getUint32(span.start, littleEndian) + delta, littleEndian);
  }
}

/** What the user typed into the field of a span, as a value for {@link setValue}. @throws {SyntaxError} */
export function valueOfText(leaf: Leaf, text: string): unknown {
  const { type } = leaf;
  const word = text.trim();
  if (leaf.isData) {
    return word.startsWith("0x") ? { $data: word.slice(2) } : text;
  }
  if (type.kind === "primitive") {
    if (type.isArray) return type.primitive === "char" ? text : (JSON.parse(word) as unknown);
    if (leaf.isOptional && word === "null") return null;
    if (type.primitive === "char") return /^\d{2,3}$/.test(word) ? Number(word) : text;
    if (type.primitive === "int64" || type.primitive === "uint64") return word;
  }
  if (word === "" || Number.isNaN(Number(word))) return word;
  return Number(word);
}
