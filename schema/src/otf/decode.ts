/** Messages as JavaScript values, decoded on the fly. Allocates what the values need. */
import type { SchemaLayout } from "../layout.js";
import { plainForm, typedForm, type Form } from "./form.js";
import { setMember, type JsonValue } from "./json-text.js";
import { planOf, type DataPlan, type FieldPlan, type GroupPlan, type PlanNode } from "./plan.js";
import { readHeader, walkMessage, type Visitor } from "./walk.js";

/** The values of a block: field, group and data names of the schema. */
export interface MessageValues {
  readonly [name: string]: JsonValue;
}

/** One decoded message. */
export interface DecodedMessage {
  /** Name of the message in the schema. */
  readonly message: string;
  readonly templateId: number;
  /** The acting version: of the schema that wrote the message. */
  readonly version: number;
  /** Bytes with the header. The next message starts here where they stand back to back. */
  readonly length: number;
  readonly values: MessageValues;
}

/** How the values look; see form.ts. */
export interface DecodeOptions {
  /** The typed form that loses nothing instead of the plain one. Default false. */
  readonly lossless?: boolean;
}

/**
 * Decodes the message at `offset`.
 *
 * @param limit  absolute exclusive end in the view; nothing at or beyond it is read
 * @throws {DecodeError} if the bytes do not hold a message of the schema
 * @throws {IrError} if the layout cannot be read
 */
export function decodeMessage(
  layout: SchemaLayout,
  view: DataView,
  offset = 0,
  limit: number = view.byteLength,
  options: DecodeOptions = {},
): DecodedMessage {
  const plan = planOf(layout);
  const header = readHeader(plan, view, offset, limit);
  const builder = new Builder(options.lossless === true ? typedForm : plainForm);
  const end = walkMessage(plan, header, view, offset, limit, builder);
  return {
    message: header.message.name,
    templateId: header.message.id,
    version: header.version,
    length: end - offset,
    values: builder.values,
  };
}

/**
 * Bytes of the message at `offset` with its header, without decoding it; allocates next to nothing.
 *
 * @throws {DecodeError} as {@link decodeMessage}
 */
export function measureMessage(
  layout: SchemaLayout,
  view: DataView,
  offset = 0,
  limit: number = view.byteLength,
): number {
  const plan = planOf(layout);
  const header = readHeader(plan, view, offset, limit);
  return walkMessage(plan, header, view, offset, limit) - offset;
}

type MutableValues = { [name: string]: JsonValue };

/** Gathers what the walk meets into objects. */
class Builder implements Visitor {
  readonly #form: Form;
  readonly #outer: MutableValues[] = [];
  readonly #entries: MutableValues[][] = [];
  values: MutableValues = {};

  constructor(form: Form) {
    this.#form = form;
  }

  field(field: FieldPlan, view: DataView, at: number, present: boolean): void {
    if (present) setMember(this.values, field.name, this.#valueOf(field.node, view, at));
    else this.#absent(field.name);
  }

  absentGroup(group: GroupPlan): void {
    this.#absent(group.name);
  }

  beginGroup(group: GroupPlan): void {
    const entries: MutableValues[] = [];
    setMember(this.values, group.name, entries);
    this.#entries.push(entries);
    this.#outer.push(this.values);
  }

  beginEntry(): void {
    this.values = {};
    this.#entries.at(-1)?.push(this.values);
  }

  endEntry(): void {
    // The next entry brings its own object.
  }

  endGroup(): void {
    this.#entries.pop();
    this.values = this.#outer.pop() ?? this.values;
  }

  data(data: DataPlan, view: DataView, at: number, length: number): void {
    setMember(this.values, data.name, this.#form.data(data, view, at, length));
  }

  absentData(data: DataPlan): void {
    this.#absent(data.name);
  }

  #absent(name: string): void {
    const { absent } = this.#form;
    if (absent !== undefined) setMember(this.values, name, absent);
  }

  #valueOf(node: PlanNode, view: DataView, at: number): JsonValue {
    const form = this.#form;
    switch (node.kind) {
      case "scalar":
        return form.scalar(node, view, at);
      case "enum":
        return form.enumeration(node, view, at);
      case "set":
        return form.set(node, view, at);
      case "constant":
        return form.constant(node);
      case "text":
        return form.text(node, view, at);
      case "array":
        return Array.from({ length: node.length }, (_, index) =>
          form.element(node, view, at + index * node.elementSize),
        );
      case "composite": {
        const values: MutableValues = {};
        for (const member of node.members) {
          setMember(values, member.name, this.#valueOf(member.node, view, at + member.offset));
        }
        return values;
      }
    }
  }
}
