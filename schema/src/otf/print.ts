/** Messages as JSON text, decoded on the fly and handed on in pieces: memory does not grow with them. */
import type { SchemaLayout } from "../layout.js";
import { readText, type Charset } from "@alerion/runtime/codegen";
import type { DecodeOptions } from "./decode.js";
import { plainForm, typedForm, type Form } from "./form.js";
import { hexOf, JsonWriter, type TextSink } from "./json-text.js";
import { planOf, type DataPlan, type FieldPlan, type GroupPlan, type PlanNode } from "./plan.js";
import { readHeader, walkMessage, type Visitor } from "./walk.js";

/** Data longer than this is printed in pieces of this length. */
const DATA_PIECE_LENGTH = 8192;

/**
 * Prints the message at `offset` as one line of JSON without its line end.
 *
 * The whole message is checked before the first piece of text goes to `sink`, so a faulty message
 * prints nothing.
 *
 * @param limit  absolute exclusive end in the view; nothing at or beyond it is read
 * @returns bytes of the message with its header
 * @throws {DecodeError} if the bytes do not hold a message of the schema
 */
export function printMessage(
  layout: SchemaLayout,
  view: DataView,
  offset: number,
  limit: number,
  sink: TextSink,
  options: DecodeOptions = {},
): number {
  const plan = planOf(layout);
  const header = readHeader(plan, view, offset, limit);
  const end = walkMessage(plan, header, view, offset, limit, undefined, true);
  const lossless = options.lossless === true;
  const writer = new JsonWriter(sink);
  if (lossless) {
    const { name, id } = header.message;
    writer.raw(
      `{"message":${JSON.stringify(name)},"templateId":${id},"version":${header.version},"length":${end - offset},"values":`,
    );
  }
  const printer = new Printer(writer, lossless ? typedForm : plainForm);
  walkMessage(plan, header, view, offset, limit, printer);
  printer.end();
  if (lossless) writer.raw("}");
  writer.flush();
  return end - offset;
}

class Printer implements Visitor {
  readonly #writer: JsonWriter;
  readonly #form: Form;
  /** What stands before the next member or entry. */
  #separator = "{";

  constructor(writer: JsonWriter, form: Form) {
    this.#writer = writer;
    this.#form = form;
  }

  field(field: FieldPlan, view: DataView, at: number, present: boolean): void {
    if (!present) {
      this.#absent(field.key);
      return;
    }
    this.#begin(field.key);
    this.#node(field.node, view, at);
  }

  absentGroup(group: GroupPlan): void {
    this.#absent(group.key);
  }

  beginGroup(group: GroupPlan): void {
    this.#begin(group.key);
    this.#separator = "[";
  }

  beginEntry(): void {
    this.#writer.raw(this.#separator);
    this.#separator = "{";
  }

  endEntry(): void {
    this.#writer.raw(this.#separator === "{" ? "{}" : "}");
    this.#separator = ",";
  }

  endGroup(): void {
    this.#writer.raw(this.#separator === "[" ? "[]" : "]");
    this.#separator = ",";
  }

  data(data: DataPlan, view: DataView, at: number, length: number): void {
    this.#begin(data.key);
    if (length > DATA_PIECE_LENGTH) this.#longData(data, view, at, length);
    else this.#writer.value(this.#form.data(data, view, at, length));
  }

  absentData(data: DataPlan): void {
    this.#absent(data.key);
  }

  /** Ends the message: closes the object, which may not have been opened. */
  end(): void {
    this.#writer.raw(this.#separator === "{" ? "{}" : "}");
  }

  #begin(key: string): void {
    this.#writer.raw(this.#separator);
    this.#writer.raw(key);
    this.#separator = ",";
  }

  #absent(key: string): void {
    const { absent } = this.#form;
    if (absent === undefined) return;
    this.#begin(key);
    this.#writer.value(absent);
  }

  #node(node: PlanNode, view: DataView, at: number): void {
    const form = this.#form;
    const writer = this.#writer;
    switch (node.kind) {
      case "scalar":
        writer.value(form.scalar(node, view, at));
        return;
      case "enum":
        writer.value(form.enumeration(node, view, at));
        return;
      case "set":
        writer.value(form.set(node, view, at));
        return;
      case "constant":
        writer.value(form.constant(node));
        return;
      case "text":
        writer.value(form.text(node, view, at));
        return;
      case "array":
        writer.raw("[");
        for (let index = 0; index < node.length; index++) {
          if (index > 0) writer.raw(",");
          writer.value(form.element(node, view, at + index * node.elementSize));
        }
        writer.raw("]");
        return;
      case "composite":
        writer.raw("{");
        for (const [index, member] of node.members.entries()) {
          if (index > 0) writer.raw(",");
          writer.raw(member.key);
          this.#node(member.node, view, at + member.offset);
        }
        writer.raw("}");
        return;
    }
  }

  /** The same text as `form.data`, without the whole of it in memory. */
  #longData(data: DataPlan, view: DataView, at: number, length: number): void {
    const writer = this.#writer;
    const typed = this.#form === typedForm;
    const { charset } = data;
    if (typed || charset === undefined) {
      writer.raw(typed ? '{"$data":"' : '"0x');
      for (let done = 0; done < length; done += DATA_PIECE_LENGTH) {
        writer.raw(hexOf(view, at + done, Math.min(DATA_PIECE_LENGTH, length - done)));
      }
      writer.raw('"');
    }
    if (charset !== undefined) {
      writer.raw(typed ? ',"$text":"' : '"');
      for (const text of textPieces(view, at, length, charset)) {
        writer.raw(JSON.stringify(text).slice(1, -1));
      }
      writer.raw('"');
    }
    if (typed) writer.raw("}");
  }
}

/** The text of long data: in pieces where a piece ends at a character by nature or by a stream. */
function* textPieces(
  view: DataView,
  at: number,
  length: number,
  charset: Charset,
): Generator<string> {
  const isSingleByte = charset === "ascii" || charset === "latin1";
  if (!isSingleByte && charset !== "utf-8") {
    yield readText(view, at, length, charset);
    return;
  }
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let done = 0; done < length; done += DATA_PIECE_LENGTH) {
    const size = Math.min(DATA_PIECE_LENGTH, length - done);
    if (isSingleByte) {
      yield readText(view, at + done, size, charset);
    } else {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + at + done, size);
      yield decoder.decode(bytes, { stream: done + size < length });
    }
  }
}
