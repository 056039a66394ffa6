/** Members of headers, dimensions and length composites, as expressions and statements. */
import type { CompositeLayout, PrimitiveLayout } from "@alerion/schema";
import { GenerateError } from "../errors.js";
import { readCount, writeCount } from "./primitive.js";

/** Where a count or length stands: a view and a base offset, as expressions. */
export interface Wire {
  readonly view: string;
  readonly base: string;
}

interface Member {
  readonly offset: number;
  readonly type: PrimitiveLayout;
}

/** An expression for a member of a header, dimension or length composite. */
export function readMember({ offset, type }: Member, wire: Wire): string {
  const constant = constantOf(type);
  if (constant !== undefined) return String(constant);
  return readCount(type.primitive, type.littleEndian, wire.view, wire.base, offset);
}

/** Statements that write such a member; none for a constant. */
export function writeMember(
  { offset, type }: Member,
  wire: Wire,
  value: string,
): readonly string[] {
  if (constantOf(type) !== undefined) return [];
  return writeCount(type.primitive, type.littleEndian, wire.view, wire.base, offset, value);
}

/** The value of a constant member. @throws {GenerateError} if the member is no integer */
export function constantOf(type: PrimitiveLayout): number | undefined {
  if (type.isArray || type.primitive === "float" || type.primitive === "double") {
    throw new GenerateError("LAYOUT_UNSUPPORTED", `member must be an integer: name=${type.name}`);
  }
  return type.constant?.kind === "scalar" ? Number(type.constant.value) : undefined;
}

/** Longest gap that is written byte by byte; a longer one is a loop, so that no size makes the code long. */
const UNROLLED_GAP_BYTES = 16;

/** Statements that set every byte to zero which none of the named members covers. */
export function gapWrites(
  composite: CompositeLayout,
  size: number,
  written: readonly string[],
  wire: Wire,
): readonly string[] {
  const covered = composite.members
    .filter((member) => written.includes(member.name) && member.type.size > 0)
    .toSorted((one, other) => one.offset - other.offset);
  const statements: string[] = [];
  let end = 0;
  for (const { offset, type } of covered) {
    statements.push(...zeroWrites(end, Math.min(offset, size), wire));
    end = Math.max(end, offset + type.size);
  }
  return [...statements, ...zeroWrites(end, size, wire)];
}

function zeroWrites(start: number, end: number, { view, base }: Wire): readonly string[] {
  const length = end - start;
  if (length > UNROLLED_GAP_BYTES) {
    return [`for (let gap = ${start}; gap < ${end}; gap++) ${view}.setUint8(${base} + gap, 0);`];
  }
  return Array.from({ length: Math.max(length, 0) }, (_, index) => {
    const offset = start + index;
    return `${view}.setUint8(${base}${offset === 0 ? "" : ` + ${offset}`}, 0);`;
  });
}
