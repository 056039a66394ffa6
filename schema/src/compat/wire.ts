/** Which types have the same bytes. */
import type { CompositeLayout, CompositeMemberLayout, TypeLayout } from "../layout.js";

/**
 * True when a reader of either type takes the same numbers from the same bytes. Byte order is left
 * out: it belongs to the schema as a whole.
 */
export function sameWire(before: TypeLayout, now: TypeLayout): boolean {
  if (before.kind === "composite" || now.kind === "composite") {
    return (
      before.kind === "composite" &&
      now.kind === "composite" &&
      before.size === now.size &&
      firstDifference(before, now) === undefined
    );
  }
  // Bits are no values: an enum and a set over the same number say different things with it.
  const isEnumAgainstSet = before.kind !== now.kind && isNamed(before) && isNamed(now);
  if (isEnumAgainstSet || before.size !== now.size) return false;
  // The content of var data is bytes, whether the schema calls them char, int8 or uint8.
  if (before.size < 0) return elementSize(before) === elementSize(now);
  // The same size is not enough: char "1" and uint8 1 differ, and so do int8 -1 and uint8 255.
  return before.primitive === now.primitive || before.size === 0;
}

function isNamed(type: TypeLayout): boolean {
  return type.kind === "enum" || type.kind === "set";
}

function elementSize(type: TypeLayout): number {
  return type.kind === "primitive" ? type.elementSize : type.size;
}

/** The members where two composites part ways on the wire; either side may lack one. */
export interface MemberDifference {
  readonly before: CompositeMemberLayout | undefined;
  readonly now: CompositeMemberLayout | undefined;
}

/**
 * The first member with bytes of its own that differs, undefined where all agree. Constants are not
 * on the wire, and a member under another name is the same if nothing else changed.
 */
export function firstDifference(
  before: CompositeLayout,
  now: CompositeLayout,
): MemberDifference | undefined {
  const olds = before.members.filter((member) => member.type.size !== 0);
  const news = now.members.filter((member) => member.type.size !== 0);
  const oldNames = new Set(olds.map((member) => member.name));
  const newNames = new Set(news.map((member) => member.name));
  for (let index = 0; index < Math.max(olds.length, news.length); index++) {
    const old = olds[index];
    const item = news[index];
    if (old === undefined || item === undefined) return { before: old, now: item };
    const isSameName = old.name === item.name;
    const isRenamed = !newNames.has(old.name) && !oldNames.has(item.name);
    if (
      !(isSameName || isRenamed) ||
      old.offset !== item.offset ||
      !sameWire(old.type, item.type)
    ) {
      return { before: old, now: item };
    }
  }
  return undefined;
}

/** A type in a few words, as its declaration would say it. */
export function typeText(type: TypeLayout): string {
  switch (type.kind) {
    case "primitive":
      return type.isArray ? `${type.primitive}[${type.length}]` : type.primitive;
    case "composite":
      return `composite "${type.typeName}"`;
    default:
      return `${type.kind} "${type.typeName}" over ${type.primitive}`;
  }
}
