/** Checks of messages and groups: what stands in a block, and in which order. */
import { scalarMember } from "../layout.js";
import type {
  BlockLayout,
  CompositeLayout,
  Described,
  FieldLayout,
  TypeLayout,
} from "../layout.js";
import type { LintContext } from "./finding.js";

/** Checks all messages. */
export function checkBlocks(context: LintContext): void {
  const { schema } = context;
  for (const message of schema.messages) {
    const path = `message:${message.name}`;
    if (message.description === undefined) {
      context.report("missing-description", path, `message "${message.name}" has no description`);
    }
    const label = `message "${message.name}"`;
    checkBlock(message, schema.header, path, label, message.sinceVersion, context);
  }
}

/** @param ownerSince  version that the message or group came with: nothing in it is older */
function checkBlock(
  block: BlockLayout,
  announcedBy: CompositeLayout,
  path: string,
  label: string,
  ownerSince: number,
  context: LintContext,
): void {
  checkRoom(block, announcedBy, path, label, context);
  checkAlignment(block, path, label, context);
  checkSinceOrder(block, path, ownerSince, context);
  checkIdOrder(block, path, context);
  for (const field of block.fields) {
    checkField(field, `${path}/${field.name}`, ownerSince, context);
  }
  for (const element of [...block.groups, ...block.data]) {
    if (element.description !== undefined) continue;
    const kind = "dimension" in element ? "group" : "data";
    context.report(
      "missing-field-description",
      `${path}/${element.name}`,
      `${kind} "${element.name}" has no description`,
    );
  }
  for (const group of block.groups) {
    const since = Math.max(ownerSince, group.sinceVersion);
    const groupLabel = `group "${group.name}"`;
    checkBlock(group, group.dimension, `${path}/${group.name}`, groupLabel, since, context);
  }
}

function checkRoom(
  block: BlockLayout,
  announcedBy: CompositeLayout,
  path: string,
  label: string,
  context: LintContext,
): void {
  const { type } = scalarMember(announcedBy, "blockLength");
  const lengthMax = Number(type.maxValue);
  if (type.constant !== undefined) {
    context.report(
      "block-cannot-grow",
      path,
      `${label} cannot grow: blockLength of "${announcedBy.typeName}" is constant`,
    );
  } else if (block.blockLength * 2 > lengthMax) {
    context.report(
      "block-cannot-grow",
      path,
      `${label} takes ${block.blockLength} of the ${lengthMax} bytes that blockLength of "${announcedBy.typeName}" can say`,
    );
  }
}

/** One finding a block: what lies behind the first unaligned field is mostly unaligned by it. */
function checkAlignment(
  block: BlockLayout,
  path: string,
  label: string,
  context: LintContext,
): void {
  const unaligned = block.fields.filter(
    (field) => field.presence !== "constant" && hasUnaligned(field.type, field.offset),
  );
  const [first, ...others] = unaligned;
  if (first === undefined) return;
  const more = others.length === 0 ? "" : `, and ${others.length} more of ${label}`;
  context.report(
    "unaligned-field",
    `${path}/${first.name}`,
    `8-byte field "${first.name}" lies at byte ${first.offset}${more}`,
  );
}

function hasUnaligned(type: TypeLayout, offset: number): boolean {
  if (type.kind === "composite") {
    return type.members.some((member) => hasUnaligned(member.type, offset + member.offset));
  }
  const elementSize = type.kind === "primitive" ? type.elementSize : type.size;
  return elementSize === 8 && type.size > 0 && offset % 8 !== 0;
}

/** One finding for each element that stands in front of older ones. */
function checkSinceOrder(
  block: BlockLayout,
  path: string,
  ownerSince: number,
  context: LintContext,
): void {
  // Fields by offset: an explicit offset can put a later one into a gap. Groups and data as they come.
  const fields = block.fields
    .filter((field) => field.presence !== "constant")
    .toSorted((a, b) => a.offset - b.offset);
  const since = (element: Described): number => Math.max(element.sinceVersion, ownerSince);
  for (const elements of [fields, [...block.groups, ...block.data]]) {
    // From the end: the oldest element behind each.
    let oldest: Described | undefined;
    const findings: (readonly [Described, Described])[] = [];
    for (const element of elements.toReversed()) {
      if (oldest !== undefined && since(oldest) < since(element)) findings.push([element, oldest]);
      if (oldest === undefined || since(element) <= since(oldest)) oldest = element;
    }
    for (const [element, older] of findings.toReversed()) {
      context.report(
        "since-version-order",
        `${path}/${element.name}`,
        `"${element.name}" of version ${since(element)} stands in front of "${older.name}" of version ${since(older)}`,
      );
    }
  }
}

function checkIdOrder(block: BlockLayout, path: string, context: LintContext): void {
  const elements = [...block.fields, ...block.groups, ...block.data];
  for (const [index, element] of elements.entries()) {
    const before = elements[index - 1];
    if (before === undefined || before.id < element.id) continue;
    context.report(
      "id-order",
      `${path}/${element.name}`,
      `id ${element.id} of "${element.name}" stands behind id ${before.id} of "${before.name}"`,
    );
  }
}

function checkField(
  field: FieldLayout,
  path: string,
  ownerSince: number,
  context: LintContext,
): void {
  const hasNull =
    field.type.kind === "primitive" ? !field.type.isArray : field.type.kind === "enum";
  if (field.sinceVersion > ownerSince && field.presence === "required" && hasNull) {
    context.report(
      "added-field-required",
      path,
      `field "${field.name}" (id ${field.id}) came with version ${field.sinceVersion}, but is required`,
    );
  }
  if (field.description === undefined && field.type.description === undefined) {
    context.report(
      "missing-field-description",
      path,
      `field "${field.name}" (id ${field.id}) has no description, and neither has its type`,
    );
  }
}
