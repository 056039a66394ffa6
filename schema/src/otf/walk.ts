/**
 * The one walk over the bytes of a message. It knows where things lie and what may not be believed;
 * what is done with them is the visitor's business. Nothing is allocated.
 *
 *   header | block | group: dimension, entries … | data: length, bytes | …
 *
 * Bounds: a length or count is checked against what is left before anything behind it is read, so a
 * walk reads no byte at or beyond `limit` and takes no more steps than the message has bytes. Entries
 * that take no bytes are the exception, and limited by number; see EMPTY_ENTRIES_MAX.
 */
import { EMPTY_ENTRIES_MAX } from "@alerion/runtime/codegen";
import { DecodeError } from "./errors.js";
import type {
  BlockPlan,
  CountPlan,
  DataPlan,
  FieldPlan,
  GroupPlan,
  MessagePlan,
  SchemaPlan,
} from "./plan.js";

/** What meets the parts of a message, in wire order. `at` is the offset in the view. */
export interface Visitor {
  /** `present` is false for a field newer than the message. */
  field(field: FieldPlan, view: DataView, at: number, present: boolean): void;
  absentGroup(group: GroupPlan): void;
  /** `at` is the offset of the dimension; `blockLength` is that of the entries. */
  beginGroup(group: GroupPlan, count: number, at: number, blockLength: number): void;
  /** `at` is the offset of the entry's block. */
  beginEntry(at: number): void;
  endEntry(): void;
  endGroup(): void;
  data(data: DataPlan, view: DataView, at: number, length: number): void;
  absentData(data: DataPlan): void;
}

/** What the message header says. */
export interface MessageHeader {
  readonly message: MessagePlan;
  readonly blockLength: number;
  readonly version: number;
}

/**
 * Reads the header of the message at `offset`.
 *
 * @throws {DecodeError} OUT_OF_BOUNDS, SCHEMA_ID_MISMATCH, TEMPLATE_ID_UNKNOWN
 */
export function readHeader(
  plan: SchemaPlan,
  view: DataView,
  offset: number,
  limit: number,
): MessageHeader {
  checkBounds(view, offset, limit);
  const { header } = plan;
  if (header.size > limit - offset) {
    throw new DecodeError(
      "OUT_OF_BOUNDS",
      `message header must lie before the limit: size=${header.size} limit=${limit}`,
      offset,
      offset + header.size,
    );
  }
  const schemaId = readCount(header.schemaId, view, offset);
  // A constant is not on the wire and says nothing about the sender.
  if (schemaId !== plan.id && header.schemaId.constant === undefined) {
    throw new DecodeError(
      "SCHEMA_ID_MISMATCH",
      `message must be of the schema: schemaId=${schemaId} expected=${plan.id}`,
      offset,
    );
  }
  const templateId = readCount(header.templateId, view, offset);
  const message = plan.byId.get(templateId);
  if (message === undefined) {
    throw new DecodeError(
      "TEMPLATE_ID_UNKNOWN",
      `schema must have the template: templateId=${templateId}`,
      offset,
    );
  }
  return {
    message,
    blockLength: readCount(header.blockLength, view, offset),
    version: readCount(header.version, view, offset),
  };
}

/**
 * Walks the message whose header was read at `offset`; without a visitor it only checks.
 *
 * @param makesEntries whether something is made of each entry, now or in a later walk, so that entries without
 *   bytes are bounded over the message
 * @returns the offset behind the message
 * @throws {DecodeError} if the bytes before `limit` do not hold the message
 */
export function walkMessage(
  plan: SchemaPlan,
  header: MessageHeader,
  view: DataView,
  offset: number,
  limit: number,
  visitor?: Visitor,
  makesEntries: boolean = visitor !== undefined,
): number {
  const start = offset + plan.header.size;
  return new Walk(view, limit, header.version, visitor, makesEntries).block(
    header.message,
    start,
    header.blockLength,
    header.message.name,
  );
}

class Walk {
  readonly #view: DataView;
  readonly #limit: number;
  readonly #version: number;
  readonly #visitor: Visitor | undefined;
  readonly #makesEntries: boolean;
  #emptyEntries = 0;

  constructor(
    view: DataView,
    limit: number,
    version: number,
    visitor: Visitor | undefined,
    makesEntries: boolean,
  ) {
    this.#view = view;
    this.#limit = limit;
    this.#version = version;
    this.#visitor = visitor;
    this.#makesEntries = makesEntries;
  }

  /** Walks one message block or group entry at `at`; returns the offset behind it. */
  block(block: BlockPlan, at: number, blockLength: number, name: string): number {
    const view = this.#view;
    const version = this.#version;
    const visitor = this.#visitor;
    if (blockLength > this.#limit - at) {
      throw new DecodeError(
        "OUT_OF_BOUNDS",
        `block must lie before the limit: name=${name} blockLength=${blockLength} limit=${this.#limit}`,
        at,
        at + blockLength,
      );
    }
    if (blockLength < block.blockLength) checkExtent(block, at, blockLength, version, name);
    if (visitor !== undefined) {
      for (const field of block.fields) {
        const present = field.sinceVersion <= version || field.node.kind === "constant";
        visitor.field(field, view, at + field.offset, present);
      }
    }
    let position = at + blockLength;
    for (const group of block.groups) {
      if (group.sinceVersion <= version) position = this.#group(group, position);
      else visitor?.absentGroup(group);
    }
    for (const data of block.data) {
      if (data.sinceVersion <= version) position = this.#data(data, position);
      else visitor?.absentData(data);
    }
    return position;
  }

  #group(group: GroupPlan, at: number): number {
    const visitor = this.#visitor;
    if (group.dimensionSize > this.#limit - at) {
      throw new DecodeError(
        "OUT_OF_BOUNDS",
        `group dimension must lie before the limit: group=${group.name} limit=${this.#limit}`,
        at,
        at + group.dimensionSize,
      );
    }
    const blockLength = readCount(group.blockLengthField, this.#view, at);
    const count = readCount(group.numInGroupField, this.#view, at);
    let position = at + group.dimensionSize;
    // The product of two 64-bit counts is inexact, never small: the comparison holds.
    if (count * blockLength > this.#limit - position) {
      throw new DecodeError(
        "OUT_OF_BOUNDS",
        `group must lie before the limit: group=${group.name} numInGroup=${count} blockLength=${blockLength} limit=${this.#limit}`,
        at,
        position + count * blockLength,
      );
    }
    const isFlat = this.#isFlat(group);
    if (isFlat && blockLength === 0) this.#checkEmptyEntries(group, count, at);
    if (isFlat && visitor === undefined) {
      // All entries are alike and nobody looks at them: the first one speaks for the rest.
      if (count > 0) this.block(group, position, blockLength, group.name);
      return position + count * blockLength;
    }
    visitor?.beginGroup(group, count, at, blockLength);
    for (let index = 0; index < count; index++) {
      visitor?.beginEntry(position);
      position = this.block(group, position, blockLength, group.name);
      visitor?.endEntry();
    }
    visitor?.endGroup();
    return position;
  }

  /** True where entries are their block and nothing else. */
  #isFlat(group: GroupPlan): boolean {
    return (
      !group.groups.some((inner) => inner.sinceVersion <= this.#version) &&
      !group.data.some((data) => data.sinceVersion <= this.#version)
    );
  }

  /** Each group is bounded; all together are where something is made of the entries. */
  #checkEmptyEntries(group: GroupPlan, count: number, at: number): void {
    if (this.#makesEntries) this.#emptyEntries += count;
    if (count > EMPTY_ENTRIES_MAX || this.#emptyEntries > EMPTY_ENTRIES_MAX) {
      throw new DecodeError(
        "GROUP_COUNT",
        `entries without bytes must not be more than ${EMPTY_ENTRIES_MAX}: group=${group.name} numInGroup=${count}`,
        at,
      );
    }
  }

  #data(data: DataPlan, at: number): number {
    if (data.headerSize > this.#limit - at) {
      throw new DecodeError(
        "OUT_OF_BOUNDS",
        `data length must lie before the limit: data=${data.name} limit=${this.#limit}`,
        at,
        at + data.headerSize,
      );
    }
    const length = readCount(data.lengthField, this.#view, at);
    const start = at + data.headerSize;
    if (length > this.#limit - start) {
      throw new DecodeError(
        "OUT_OF_BOUNDS",
        `data must lie before the limit: data=${data.name} length=${length} limit=${this.#limit}`,
        at,
        start + length,
      );
    }
    this.#visitor?.data(data, this.#view, start, length);
    return start + length;
  }
}

/** Fields of the message's version must lie in its block, or they would be read from behind it. */
function checkExtent(
  block: BlockPlan,
  at: number,
  blockLength: number,
  version: number,
  name: string,
): void {
  for (const field of block.fields) {
    if (field.sinceVersion <= version && field.end > blockLength) {
      throw new DecodeError(
        "BLOCK_TOO_SHORT",
        `block must hold the fields of its version: name=${name} field=${field.name} blockLength=${blockLength} version=${version}`,
        at,
      );
    }
  }
}

function readCount(count: CountPlan, view: DataView, at: number): number {
  if (count.constant !== undefined) return count.constant;
  const value = Number(count.read(view, at + count.offset, count.littleEndian));
  if (value < 0) {
    throw new DecodeError(
      "OUT_OF_BOUNDS",
      `count must not be negative: count=${value}`,
      at + count.offset,
    );
  }
  return value;
}

function checkBounds(view: DataView, offset: number, limit: number): void {
  const isOrdered = Number.isSafeInteger(offset) && Number.isSafeInteger(limit) && offset >= 0;
  if (!isOrdered || offset > limit || limit > view.byteLength) {
    throw new DecodeError(
      "OUT_OF_BOUNDS",
      `offset and limit must lie in the view: limit=${limit} byteLength=${view.byteLength}`,
      offset,
    );
  }
}
