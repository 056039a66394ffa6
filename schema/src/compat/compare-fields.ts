/** Compares the fixed part of messages and group entries: the fields of a block. */
import { scalarMember } from "../layout.js";
import type { BlockLayout, CompositeLayout, FieldLayout } from "../layout.js";
import { checkAdded, compareIdentity } from "./compare-elements.js";
import type { Comparison } from "./comparison.js";
import type { FindingList, Place } from "./finding.js";
import { matchElements, type Matched } from "./match.js";
import { sameWire } from "./wire.js";

/**
 * Compares the fields of a block, and its length.
 *
 * @param announcedBy  the header or dimension of the new schema whose `blockLength` goes before it
 */
export function compareFields(
  before: BlockLayout,
  now: BlockLayout,
  announcedBy: CompositeLayout,
  place: Place,
  comparison: Comparison,
): Matched<FieldLayout> {
  const { findings } = comparison;
  const matched = matchElements(before.fields, now.fields, isRenamedField);
  const { pairs, removed, added } = matched;
  compareBlockLength(before, now, announcedBy, place, findings);
  for (const [old, field] of pairs) {
    compareField(old, field, fieldPlace(place, old, field), comparison);
  }
  reportMoves(pairs, place, findings);
  const oldBytes = new OldBytes(before);
  for (const field of added) addedField(field, oldBytes, place, comparison);
  for (const field of removed) removedField(field, place, findings);
  return matched;
}

/** A rename keeps all but the name; another field in the same place is not the same field. */
function isRenamedField(before: FieldLayout, now: FieldLayout): boolean {
  if (before.sinceVersion !== now.sinceVersion) return false;
  return before.presence === "constant"
    ? now.presence === "constant"
    : now.presence !== "constant" &&
        before.offset === now.offset &&
        sameWire(before.type, now.type);
}

function fieldPlace(block: Place, before: FieldLayout, now: FieldLayout): Place {
  return {
    label: fieldLabel(now),
    oldPath: `${block.oldPath}/${before.name}`,
    newPath: `${block.newPath}/${now.name}`,
  };
}

function fieldLabel(field: FieldLayout): string {
  return `field "${field.name}" (id ${field.id})`;
}

/** Bytes that the field takes in its block. */
function sizeOf(field: FieldLayout): number {
  return field.presence === "constant" ? 0 : Math.max(field.type.size, 0);
}

function compareBlockLength(
  before: BlockLayout,
  now: BlockLayout,
  announcedBy: CompositeLayout,
  place: Place,
  findings: FindingList,
): void {
  // Unused bytes at the end may go: readers step over as many as the message says.
  const cut = before.fields.find((field) => field.offset + sizeOf(field) > now.blockLength);
  if (cut !== undefined && sizeOf(cut) > 0) {
    findings.report(
      "block-shrunk",
      `block of ${place.label} was ${before.blockLength} bytes and is ${now.blockLength}; old readers expect "${cut.name}" up to byte ${cut.offset + sizeOf(cut)}`,
      place,
      { was: `${before.blockLength} bytes` },
    );
  }
  const lengthMax = Number(scalarMember(announcedBy, "blockLength").type.maxValue);
  if (now.blockLength > lengthMax && before.blockLength <= lengthMax) {
    findings.report(
      "block-length-overflow",
      `block of ${place.label} is ${now.blockLength} bytes; blockLength of "${announcedBy.typeName}" says at most ${lengthMax}`,
      place,
      { was: `${before.blockLength} bytes` },
    );
  }
}

function compareField(
  before: FieldLayout,
  now: FieldLayout,
  place: Place,
  comparison: Comparison,
): void {
  compareIdentity("field", before, now, place, comparison);
  if ((before.presence === "constant") !== (now.presence === "constant")) {
    comparison.findings.report(
      "presence-constant-changed",
      `${place.label} was ${before.presence} and is ${now.presence}`,
      place,
    );
    return;
  }
  if (before.presence !== now.presence) {
    // Only numbers and enums have a null of their own.
    const hasNull = now.type.kind === "primitive" || now.type.kind === "enum";
    comparison.findings.report(
      now.presence === "optional"
        ? "presence-required-to-optional"
        : "presence-optional-to-required",
      `${place.label} was ${before.presence} and is ${now.presence}`,
      place,
      hasNull ? {} : { breaks: "none" },
    );
  }
  comparison.types.compareField(before, now, place);
}

/** One finding for neighbours that moved together: they have one cause. */
function reportMoves(
  pairs: readonly (readonly [FieldLayout, FieldLayout])[],
  block: Place,
  findings: FindingList,
): void {
  const placed = pairs.filter(([before, now]) => sizeOf(before) > 0 && sizeOf(now) > 0);
  const runs: (readonly [FieldLayout, FieldLayout])[][] = [];
  let lastShift: number | undefined;
  for (const pair of placed) {
    const shift = pair[1].offset - pair[0].offset;
    if (shift === lastShift) runs.at(-1)?.push(pair);
    else runs.push([pair]);
    lastShift = shift;
  }
  for (const [first, ...others] of runs) {
    if (first === undefined || first[0].offset === first[1].offset) continue;
    const [before, now] = first;
    const and =
      others.length === 0
        ? ""
        : `, and ${others.length === 1 ? "the field" : `${others.length} fields`} behind it by as much`;
    findings.report(
      "field-offset-changed",
      `${fieldLabel(now)} moved from byte ${before.offset} to byte ${now.offset}${and}`,
      fieldPlace(block, before, now),
      { was: `byte ${before.offset}` },
    );
  }
}

function addedField(
  field: FieldLayout,
  oldBytes: OldBytes,
  block: Place,
  comparison: Comparison,
): void {
  const place: Place = {
    label: fieldLabel(field),
    oldPath: undefined,
    newPath: `${block.newPath}/${field.name}`,
  };
  if (field.presence === "constant") return;
  checkAdded(field, place, comparison);
  const end = field.offset + sizeOf(field);
  const clash = oldBytes.fieldIn(field.offset, end);
  if (clash === undefined) return;
  comparison.findings.report(
    "field-added-in-old-bytes",
    `new ${place.label} lies at ${bytesText(field.offset, end)}, where "${clash.name}" was`,
    { ...place, oldPath: `${block.oldPath}/${clash.name}` },
    { was: `byte ${clash.offset}` },
  );
}

/** Which field had which bytes of the old block. */
class OldBytes {
  readonly #fields: readonly FieldLayout[];

  constructor(block: BlockLayout) {
    this.#fields = block.fields
      .filter((field) => sizeOf(field) > 0)
      .toSorted((a, b) => a.offset - b.offset);
  }

  /** The first field with a byte from `start` up to `end`, which is not included. */
  fieldIn(start: number, end: number): FieldLayout | undefined {
    let low = 0;
    let high = this.#fields.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const field = this.#fields[middle];
      if (field !== undefined && field.offset + sizeOf(field) <= start) low = middle + 1;
      else high = middle;
    }
    const field = this.#fields[low];
    return field !== undefined && field.offset < end ? field : undefined;
  }
}

function bytesText(start: number, end: number): string {
  return end - start === 1 ? `byte ${start}` : `bytes ${start} to ${end - 1}`;
}

function removedField(field: FieldLayout, block: Place, findings: FindingList): void {
  const place = { ...block, oldPath: `${block.oldPath}/${field.name}` };
  if (field.presence === "constant") {
    findings.report("constant-removed", `constant ${fieldLabel(field)} is gone`, place);
    return;
  }
  findings.report("field-removed", `${fieldLabel(field)} is gone`, place, {
    was: `byte ${field.offset}`,
  });
}
