/**
 * A message as a list of spans: every byte of it is in exactly one, in the order of the wire. What tools
 * show, in a terminal or elsewhere, is made from it.
 */
import type { BlockLayout, CompositeLayout, SchemaLayout } from "../layout.js";
import { DecodeError } from "../otf/errors.js";
import {
  planOf,
  type DataPlan,
  type FieldPlan,
  type GroupPlan,
  type SchemaPlan,
} from "../otf/plan.js";
import { readHeader, walkMessage, type MessageHeader, type Visitor } from "../otf/walk.js";
import { LeafReader, textOf, type SpanSink } from "./leaves.js";
import type { Span, SpanKind } from "./span.js";

/** A message, explained as far as it could be understood. */
export interface ExplainedMessage {
  /** Name of the message; undefined when its header could not be read or names none. */
  readonly message: string | undefined;
  readonly templateId: number | undefined;
  /** The acting version. */
  readonly version: number | undefined;
  /** Where the message ends; `limit` when it could not be understood. */
  readonly end: number;
  /** In the order of the wire, without holes between `offset` and `end`. */
  readonly spans: readonly Span[];
  /** What is wrong with the bytes; the last span is of unknown bytes then. */
  readonly error: DecodeError | undefined;
}

/**
 * Explains the message at `offset`. Bytes that are none give what can be said of them, and the error.
 *
 * @param limit  absolute exclusive end in the view; nothing at or beyond it is read
 * @throws {IrError} if the layout cannot be read
 */
export function explainMessage(
  layout: SchemaLayout,
  view: DataView,
  offset = 0,
  limit: number = view.byteLength,
): ExplainedMessage {
  const plan = planOf(layout);
  const explainer = new Explainer(layout, view, offset, limit);
  let header: MessageHeader | undefined;
  let end = limit;
  let error: DecodeError | undefined;
  try {
    explainer.header(plan);
    header = readHeader(plan, view, offset, limit);
    explainer.startBlock(layout, header);
    end = walkMessage(plan, header, view, offset, limit, explainer);
    explainer.finish();
  } catch (fault) {
    if (!(fault instanceof DecodeError)) throw fault;
    error = fault;
    explainer.fail(fault);
  }
  return {
    message: header?.message.name,
    templateId: header?.message.id,
    version: header?.version,
    end,
    spans: explainer.spans,
    error,
  };
}

/** A block that is being explained: what the schema knows of it, and where it lies. */
interface OpenBlock {
  readonly layout: BlockLayout;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Leaves of its fields, not yet in the order of their offsets. */
  readonly leaves: Span[];
  isClosed: boolean;
  /** Parts that the walk has met; it meets them in the order of the layout. */
  fieldCount: number;
  groupCount: number;
  dataCount: number;
}

interface OpenGroup {
  readonly block: OpenBlock;
  readonly path: string;
  readonly layout: BlockLayout;
  readonly blockLength: number;
  index: number;
}

/** Turns what the walk meets into spans. */
class Explainer implements Visitor {
  readonly spans: Span[] = [];
  readonly #layout: SchemaLayout;
  readonly #limit: number;
  readonly #leaves: LeafReader;
  readonly #groups: OpenGroup[] = [];
  /** Gathers the leaves of what is being read. */
  #gathered: Span[] = [];
  #block: OpenBlock | undefined;
  /** Everything before it is in a span. */
  #position: number;

  constructor(layout: SchemaLayout, view: DataView, offset: number, limit: number) {
    this.#layout = layout;
    this.#limit = Math.min(limit, view.byteLength);
    this.#position = offset;
    const sink: SpanSink = (span) => this.#gathered.push(span);
    this.#leaves = new LeafReader(view, sink);
  }

  /** The message header, if it is there. */
  header(plan: SchemaPlan): void {
    const { header, messages } = this.#layout;
    if (!(this.#position >= 0 && this.#limit - this.#position >= plan.header.size)) return;
    this.#composite(header, header.name, this.#position, plan.header.size, "header");
    const at = this.spans.findIndex(({ path }) => path === `${header.name}.templateId`);
    const span = this.spans[at];
    const message = messages.find(({ id }) => String(id) === span?.text);
    if (span !== undefined && message !== undefined) {
      this.spans[at] = { ...span, meaning: message.name };
    }
  }

  startBlock(layout: SchemaLayout, { message, blockLength }: MessageHeader): void {
    const found = layout.messages.find(({ id }) => id === message.id);
    if (found !== undefined) this.#openBlock(found, "", this.#position, blockLength);
  }

  field(field: FieldPlan, _view: DataView, at: number, present: boolean): void {
    const block = this.#block;
    const known = block?.layout.fields[block.fieldCount++];
    if (block === undefined || known === undefined || !present) return;
    this.#gathered = block.leaves;
    this.#leaves.field(known, joined(block.path, field.name), at);
  }

  beginGroup(group: GroupPlan, _count: number, at: number, blockLength: number): void {
    const block = this.#closeBlock();
    const layout = block?.layout.groups[block.groupCount++];
    if (block === undefined || layout === undefined) return;
    const path = joined(block.path, group.name);
    this.#composite(layout.dimension, path, at, group.dimensionSize, "group");
    this.#groups.push({ block, path, layout, blockLength, index: 0 });
  }

  beginEntry(at: number): void {
    const group = this.#groups.at(-1);
    if (group === undefined) return;
    this.#openBlock(group.layout, `${group.path}[${group.index++}]`, at, group.blockLength);
  }

  endEntry(): void {
    this.#closeBlock();
  }

  endGroup(): void {
    this.#block = this.#groups.pop()?.block;
  }

  absentGroup(): void {
    if (this.#block !== undefined) this.#block.groupCount++;
  }

  data(data: DataPlan, view: DataView, at: number, length: number): void {
    const block = this.#closeBlock();
    const layout = block?.layout.data[block.dataCount++];
    if (block === undefined || layout === undefined) return;
    const path = joined(block.path, data.name);
    this.#composite(layout.encoding, path, at - data.headerSize, data.headerSize, "length");
    if (length === 0) return;
    const text = textOf(view, at, length, data.characterEncoding, false);
    this.#add({ start: at, end: at + length, path, kind: "data", text });
  }

  absentData(): void {
    if (this.#block !== undefined) this.#block.dataCount++;
  }

  /** The message was read to its end. */
  finish(): void {
    this.#closeBlock();
  }

  /** The walk met a fault: what was read is kept, the rest is unknown. */
  fail(error: DecodeError): void {
    const block = this.#block;
    const isRead = block !== undefined && block.fieldCount === block.layout.fields.length;
    if (isRead && block.end <= this.#limit) this.#closeBlock();
    if (this.#position < this.#limit) {
      const { message } = error;
      const [start, end] = [this.#position, this.#limit];
      this.#add({ start, end, path: "", kind: "unknown", text: message });
    }
  }

  #openBlock(layout: BlockLayout, path: string, start: number, blockLength: number): void {
    this.#block = {
      layout,
      path,
      start,
      end: start + blockLength,
      leaves: [],
      isClosed: false,
      fieldCount: 0,
      groupCount: 0,
      dataCount: 0,
    };
  }

  /** Puts the fields of the open block into place, once they are all known. */
  #closeBlock(): OpenBlock | undefined {
    const block = this.#block;
    if (block === undefined || block.isClosed) return block;
    block.isClosed = true;
    this.#place(block.leaves, block.end);
    const known = block.start + block.layout.blockLength;
    if (block.end > known) this.#gap(known);
    if (this.#position < block.end) {
      this.#unnamed(block.end, block.end > known ? "extension" : "gap");
    }
    return block;
  }

  #composite(
    composite: CompositeLayout,
    path: string,
    at: number,
    size: number,
    kind: SpanKind,
  ): void {
    this.#gathered = [];
    this.#leaves.composite(composite, path, at, kind);
    this.#place(this.#gathered, at + size);
    this.#gap(at + size);
  }

  /** Adds leaves in the order of their offsets, with gaps between them. */
  #place(leaves: Span[], end: number): void {
    leaves.sort((a, b) => a.start - b.start);
    for (const leaf of leaves) {
      if (leaf.end > end) continue;
      this.#gap(Math.min(leaf.start, end));
      // Fields that overlap, as only IR from elsewhere has them: the first one counts.
      if (leaf.end > this.#position) this.#add({ ...leaf, start: this.#position });
    }
  }

  #gap(end: number): void {
    if (this.#position < end) this.#unnamed(end, "gap");
  }

  #unnamed(end: number, kind: "gap" | "extension"): void {
    const size = end - this.#position;
    const whose = kind === "gap" ? "of no field" : "of a newer version";
    const text = `${size} ${size === 1 ? "byte" : "bytes"} ${whose}`;
    this.#add({ start: this.#position, end, path: "", kind, text });
  }

  #add(span: Span): void {
    this.spans.push(span);
    this.#position = span.end;
  }
}

function joined(path: string, name: string): string {
  return path === "" || name === "" ? path + name : `${path}.${name}`;
}
