/** Messages from JSON values of either form (see form.ts), encoded on the fly. */
import type { SchemaLayout } from "../layout.js";
import { ByteWriter } from "./byte-writer.js";
import { MessageNameError, type EncodeError } from "./errors.js";
import { inputError, isInputObject, memberOf, type InputObject, type Place } from "./json-input.js";
import {
  checkConstant,
  dataFrom,
  enumFrom,
  numberFrom,
  scalarFrom,
  setFrom,
  textFrom,
} from "./leaf-input.js";
import {
  planOf,
  type BlockPlan,
  type CompositeNode,
  type CountPlan,
  type DataPlan,
  type FieldPlan,
  type GroupPlan,
  type MessagePlan,
  type PlanNode,
  type SchemaPlan,
} from "./plan.js";

/** What is encoded besides the values. */
export interface EncodeOptions {
  /**
   * Write the message as this version of the schema did: newer parts are left out and the block is
   * as long as its older fields need. Default, and greatest: the schema's version.
   */
  readonly version?: number;
}

/**
 * Encodes one message with its header.
 *
 * @param messageName  name of the message in the schema
 * @param values  an object of JSON in either form; 64-bit integers may be strings
 * @throws {MessageNameError} if the schema has no such message
 * @throws {EncodeError} if the values are not such a message; its `path` says where
 */
export function encodeMessage(
  layout: SchemaLayout,
  messageName: string,
  values: unknown,
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const plan = planOf(layout);
  const message = messageNamed(plan, messageName);
  const version = Math.min(options.version ?? plan.version, plan.version);
  if (!Number.isSafeInteger(version) || version < 0) {
    throw inputError({ parent: undefined, step: "version" }, "must be a version", options.version);
  }
  return new Encoder(plan, version).encode(message, values);
}

/**
 * Encodes one document as `sbe decode` prints them: the values of a message in the plain form, or
 * `{"message","templateId","version","length","values"}` of the typed form.
 *
 * @param messageName  the message of a plain document; may be left out where the document names it
 * @throws {MessageNameError} if the message is not named, or named differently in both places
 * @throws {EncodeError} if the values are not such a message; its `path` says where
 */
export function encodeDocument(
  layout: SchemaLayout,
  messageName: string | undefined,
  document: unknown,
): Uint8Array<ArrayBuffer> {
  if (!isLosslessDocument(document, layout, messageName)) {
    if (messageName === undefined) {
      throw new MessageNameError("message must be named: the document does not say which it is");
    }
    return encodeMessage(layout, messageName, document);
  }
  const { message, version, values } = document;
  if (typeof message !== "string" || (messageName ?? message) !== message) {
    throw new MessageNameError(
      `document must be of the message: message=${JSON.stringify(message)} expected=${messageName}`,
    );
  }
  if (typeof version !== "number") {
    throw inputError({ parent: undefined, step: "version" }, "must be a version", version);
  }
  return encodeMessage(layout, message, values, { version });
}

const LOSSLESS_KEYS = ["message", "templateId", "version", "length", "values"];

/** A document of the typed form, unless the message has just these members itself. */
export function isLosslessDocument(
  document: unknown,
  layout: SchemaLayout,
  messageName: string | undefined,
): document is InputObject {
  if (!isInputObject(document) || !isInputObject(memberOf(document, "values"))) return false;
  const plan = planOf(layout);
  const message = messageName === undefined ? undefined : plan.byName.get(messageName);
  const isOwnMember = message !== undefined && message.names.has("values");
  return !isOwnMember && LOSSLESS_KEYS.every((key) => Object.hasOwn(document, key));
}

function messageNamed(plan: SchemaPlan, name: string): MessagePlan {
  const message = plan.byName.get(name);
  if (message === undefined) {
    throw new MessageNameError(`schema must have the message: message=${JSON.stringify(name)}`);
  }
  return message;
}

/** Bytes of a block as `version` of the schema wrote it: up to its last field of that time. */
function blockLengthAt(block: BlockPlan, version: number): number {
  if (block.fields.every((field) => field.sinceVersion <= version)) return block.blockLength;
  return block.fields.reduce(
    (length, field) => (field.sinceVersion <= version ? Math.max(length, field.end) : length),
    0,
  );
}

class Encoder {
  readonly #plan: SchemaPlan;
  readonly #version: number;
  readonly #writer = new ByteWriter();

  constructor(plan: SchemaPlan, version: number) {
    this.#plan = plan;
    this.#version = version;
  }

  encode(message: MessagePlan, values: unknown): Uint8Array<ArrayBuffer> {
    const { header, id } = this.#plan;
    const start = this.#writer.reserve(header.size);
    const blockLength = blockLengthAt(message, this.#version);
    this.#count(header.blockLength, start, blockLength, "block length", undefined);
    this.#count(header.templateId, start, message.id, "template id", undefined);
    this.#count(header.schemaId, start, id, "schema id", undefined);
    this.#count(header.version, start, this.#version, "version", undefined);
    this.#block(message, blockLength, values, undefined);
    return this.#writer.toBytes();
  }

  #block(block: BlockPlan, blockLength: number, values: unknown, place: Place | undefined): void {
    if (!isInputObject(values)) throw inputError(place, "must be an object", values);
    checkMembers(block.names, values, place);
    const at = this.#writer.reserve(blockLength);
    for (const field of block.fields) {
      const input = memberOf(values, field.name);
      const fieldPlace = { parent: place, step: field.name };
      if (this.#isPresent(field, input, fieldPlace)) {
        this.#field(field, at + field.offset, input, fieldPlace);
      }
    }
    for (const group of block.groups) {
      const input = memberOf(values, group.name);
      const groupPlace = { parent: place, step: group.name };
      if (this.#isPresent(group, input, groupPlace)) this.#group(group, input, groupPlace);
    }
    for (const data of block.data) {
      const input = memberOf(values, data.name);
      const dataPlace = { parent: place, step: data.name };
      if (this.#isPresent(data, input, dataPlace)) this.#data(data, input, dataPlace);
    }
  }

  /** Parts newer than the version that is written must be absent from the document too. */
  #isPresent(part: FieldPlan | GroupPlan | DataPlan, input: unknown, place: Place): boolean {
    if (part.sinceVersion <= this.#version) return true;
    const isConstant = "node" in part && part.node.kind === "constant";
    if (input !== undefined && !isConstant && !isAbsentMark(input)) {
      throw inputError(
        place,
        `must be absent before version ${part.sinceVersion}: version=${this.#version}`,
        input,
      );
    }
    return false;
  }

  #field(field: FieldPlan, at: number, input: unknown, place: Place): void {
    // What an older message did not have is null or zero in a newer one.
    if (field.sinceVersion > 0 && isMissing(input)) this.#clear(field.node, at);
    else this.#node(field.node, at, input, place);
  }

  #node(node: PlanNode, at: number, input: unknown, place: Place): void {
    if (input === undefined && node.kind !== "constant" && !isNullable(node)) {
      throw inputError(place, "must be given", input);
    }
    const { view } = this.#writer;
    switch (node.kind) {
      case "scalar":
        node.write(view, at, scalarFrom(node, input ?? null, place), node.littleEndian);
        return;
      case "enum":
        node.write(view, at, enumFrom(node, input ?? null, place), node.littleEndian);
        return;
      case "set":
        node.write(view, at, setFrom(node, input, place), node.littleEndian);
        return;
      case "constant":
        checkConstant(node, input, place);
        return;
      case "text":
        this.#writer.put(at, textFrom(node, input ?? null, place));
        return;
      case "array": {
        if (!Array.isArray(input) || input.length !== node.length) {
          throw inputError(place, `must be an array of ${node.length} numbers`, input);
        }
        const elements: readonly unknown[] = input;
        for (const [index, element] of elements.entries()) {
          const value = numberFrom(node.primitive, element, { parent: place, step: index });
          node.write(view, at + index * node.elementSize, value, node.littleEndian);
        }
        return;
      }
      case "composite":
        this.#composite(node, at, input, place);
        return;
    }
  }

  #composite(node: CompositeNode, at: number, input: unknown, place: Place): void {
    if (!isInputObject(input)) throw inputError(place, "must be an object", input);
    checkMembers(node.names, input, place);
    for (const member of node.members) {
      this.#node(member.node, at + member.offset, memberOf(input, member.name), {
        parent: place,
        step: member.name,
      });
    }
  }

  #clear(node: PlanNode, at: number): void {
    const { view } = this.#writer;
    switch (node.kind) {
      case "scalar":
        node.write(view, at, node.clearValue, node.littleEndian);
        return;
      case "enum":
        node.write(view, at, node.nullValue, node.littleEndian);
        return;
      case "array":
        for (let index = 0; index < node.length; index++) {
          node.write(view, at + index * node.elementSize, node.clearValue, node.littleEndian);
        }
        return;
      case "composite":
        for (const member of node.members) this.#clear(member.node, at + member.offset);
        return;
      default:
        // Sets, text and constants: zero bytes, as reserved.
        return;
    }
  }

  #group(group: GroupPlan, input: unknown, place: Place): void {
    const entries: unknown = group.sinceVersion > 0 && isMissing(input) ? [] : input;
    if (!Array.isArray(entries)) throw inputError(place, "must be an array of objects", input);
    const at = this.#writer.reserve(group.dimensionSize);
    const blockLength = blockLengthAt(group, this.#version);
    this.#count(group.blockLengthField, at, blockLength, "block length", place);
    this.#count(group.numInGroupField, at, entries.length, "number of entries", place);
    for (let index = 0; index < entries.length; index++) {
      this.#block(group, blockLength, entries[index], { parent: place, step: index });
    }
  }

  #data(data: DataPlan, input: unknown, place: Place): void {
    const isSkipped = data.sinceVersion > 0 && isMissing(input);
    const bytes = isSkipped ? new Uint8Array(0) : dataFrom(data, input, place);
    const at = this.#writer.reserve(data.headerSize);
    this.#count(data.lengthField, at, bytes.length, "length in bytes", place);
    this.#writer.put(this.#writer.reserve(bytes.length), bytes);
  }

  #count(
    count: CountPlan,
    at: number,
    value: number,
    what: string,
    place: Place | undefined,
  ): void {
    if (count.constant !== undefined) return;
    if (value > count.maxValue) {
      throw inputError(place, `must have a ${what} of at most ${count.maxValue}`, value);
    }
    const big = count.size === 8;
    count.write(
      this.#writer.view,
      at + count.offset,
      big ? BigInt(value) : value,
      count.littleEndian,
    );
  }
}

function isAbsentMark(input: unknown): boolean {
  return isInputObject(input) && memberOf(input, "$absent") === true;
}

function isMissing(input: unknown): boolean {
  return input === undefined || isAbsentMark(input);
}

/** An optional value may be left out instead of being null. */
function isNullable(node: PlanNode): boolean {
  return node.kind === "text"
    ? node.isOptional
    : node.kind === "scalar" && node.nullValue !== undefined;
}

function checkMembers(
  names: ReadonlySet<string>,
  values: InputObject,
  place: Place | undefined,
): void {
  for (const key of Object.keys(values)) {
    if (!names.has(key)) throw unknownMember(place, key, names);
  }
}

function unknownMember(
  place: Place | undefined,
  key: string,
  names: ReadonlySet<string>,
): EncodeError {
  const known = [...names].map((name) => JSON.stringify(name)).slice(0, 12);
  return inputError({ parent: place, step: key }, `must be one of ${known.join(", ")}`, key);
}
