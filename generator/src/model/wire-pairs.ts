/**
 * Headers and dimensions are pairs of uint16 side by side nearly everywhere. One access to both costs half of the time
 * and of the bytecode of two, of which V8 inlines no more than a set amount into the code of a user.
 */
import type { PrimitiveLayout } from "@alerion/schema";
import { plus } from "./primitive.js";
import { constantOf, writeMember, type Wire } from "./wire-members.js";

/** A member of a header or dimension with its value: a number, or an expression that is one. */
export interface MemberValue {
  readonly offset: number;
  readonly type: PrimitiveLayout;
  readonly value: number | string;
}

/** Whether the members are uint16 on the wire, `second` right behind `first`, in one byte order. */
export function isPair(first: MemberValue | undefined, second: MemberValue | undefined): boolean {
  return (
    first !== undefined &&
    second !== undefined &&
    isUint16(first) &&
    isUint16(second) &&
    second.offset === first.offset + 2 &&
    second.type.littleEndian === first.type.littleEndian
  );
}

function isUint16({ type }: MemberValue): boolean {
  return type.primitive === "uint16" && constantOf(type) === undefined;
}

/** Both values as the uint32 that a pair is: a number, or an expression. */
export function pairValue(first: MemberValue, second: MemberValue): string {
  const [low, high] = first.type.littleEndian ? [first, second] : [second, first];
  if (typeof low.value === "number" && typeof high.value === "number") {
    return String(high.value * 65_536 + low.value);
  }
  return `${low.value} | (${high.value} << 16)`;
}

/** Reads a pair as one number. */
export function readPair(first: MemberValue, wire: Wire): string {
  return `${wire.view}.getUint32(${plus(wire.base, first.offset)}, ${first.type.littleEndian})`;
}

/** Statements that write the members, pairs of them at once. */
export function writeMembers(members: readonly MemberValue[], wire: Wire): readonly string[] {
  const sorted = members.toSorted((a, b) => a.offset - b.offset);
  const statements: string[] = [];
  for (let index = 0; index < sorted.length; index++) {
    const first = sorted[index];
    const second = sorted[index + 1];
    if (first === undefined) continue;
    if (second !== undefined && isPair(first, second)) {
      const { littleEndian } = first.type;
      const value = pairValue(first, second);
      statements.push(
        `// ${first.type.name} ${first.value}, ${second.type.name} ${second.value}`,
        `${wire.view}.setUint32(${plus(wire.base, first.offset)}, ${value}, ${littleEndian});`,
      );
      index++;
    } else {
      statements.push(...writeMember(first, wire, String(first.value)));
    }
  }
  return statements;
}
