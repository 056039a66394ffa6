/**
 * Compares two versions of a schema and says what breaks readers or writers of the other one.
 *
 * The comparison runs over the layout trees, so both sides may come from XML, IR JSON or `.sbeir`.
 * What the findings stand on: blocks may grow at their end (readers know the length that the writer
 * used), groups and data may be added at the end of a message, and nothing else may change on the
 * wire. Source: as rules.ts.
 */
import type { MessageLayout, SchemaLayout } from "../layout.js";
import { compareBlock, shareElements } from "./compare-blocks.js";
import { compareSemanticType } from "./compare-elements.js";
import { TypeComparer } from "./compare-types.js";
import type { Comparison } from "./comparison.js";
import { FindingList, SCHEMA_PLACE, type CompatFinding, type Place } from "./finding.js";
import { matchElements } from "./match.js";
import { VersionStep } from "./version-step.js";
import { sameWire } from "./wire.js";

/** Lists what changed between two versions: schema, header, then messages by template id. */
export function compareSchemas(
  oldSchema: SchemaLayout,
  newSchema: SchemaLayout,
): readonly CompatFinding[] {
  const versions = new VersionStep(oldSchema, newSchema);
  const findings = new FindingList();
  const comparison: Comparison = {
    versions,
    findings,
    types: new TypeComparer(oldSchema, newSchema, versions, findings),
  };
  compareSchemaElement(oldSchema, newSchema, comparison);
  compareHeader(oldSchema, newSchema, comparison);
  compareMessages(oldSchema, newSchema, comparison);
  return findings.findings;
}

function compareSchemaElement(
  before: SchemaLayout,
  now: SchemaLayout,
  { findings, versions }: Comparison,
): void {
  if (before.id !== now.id) {
    findings.report("schema-id-changed", `schema id ${before.id} became ${now.id}`, SCHEMA_PLACE);
  }
  if (before.littleEndian !== now.littleEndian) {
    const name = (little: boolean): string => (little ? "littleEndian" : "bigEndian");
    findings.report(
      "byte-order-changed",
      `byte order ${name(before.littleEndian)} became ${name(now.littleEndian)}`,
      SCHEMA_PLACE,
    );
  }
  if (versions.isComparable && now.version < before.version) {
    findings.report(
      "version-decreased",
      `schema version ${before.version} became ${now.version}`,
      SCHEMA_PLACE,
    );
  }
  if (before.package !== now.package) {
    findings.report(
      "package-changed",
      `package "${before.package}" became "${now.package}"`,
      SCHEMA_PLACE,
    );
  }
}

function compareHeader(
  before: SchemaLayout,
  now: SchemaLayout,
  { findings, types }: Comparison,
): void {
  if (sameWire(before.header, now.header)) {
    types.compareComposite(before.header, now.header);
    return;
  }
  findings.report(
    "header-changed",
    `message header "${now.header.typeName}" has another layout: it had ${before.header.size} bytes and has ${now.header.size}`,
    {
      label: "message header",
      oldPath: `type:${before.header.typeName}`,
      newPath: `type:${now.header.typeName}`,
    },
  );
}

function compareMessages(before: SchemaLayout, now: SchemaLayout, comparison: Comparison): void {
  const { findings, versions } = comparison;
  const matched = matchElements(before.messages, now.messages, shareElements);
  const renamed = new Map(matched.pairs.map(([old, message]) => [old, message]));
  const oldById = new Map(before.messages.map((message) => [message.id, message]));
  for (const [old, message] of matched.pairs) compareMessage(old, message, now, comparison);
  for (const message of now.messages) {
    const owner = oldById.get(message.id);
    const isSame = owner !== undefined && renamed.get(owner) === message;
    if (owner !== undefined && !isSame) {
      findings.report(
        "template-id-reused",
        `template id ${message.id} was "${owner.name}" and is now "${message.name}"`,
        messagePlace(owner, message),
      );
    }
  }
  for (const message of matched.added) {
    if (!versions.isComparable || versions.now > versions.before) continue;
    findings.report(
      "message-added",
      `message "${message.name}" (template id ${message.id}) is new, but the schema version is still ${versions.now}`,
      { ...messagePlace(message, message), oldPath: undefined },
    );
  }
  for (const old of matched.removed) {
    findings.report("message-removed", `message "${old.name}" (template id ${old.id}) is gone`, {
      label: old.name,
      oldPath: `message:${old.name}`,
      newPath: "schema",
    });
  }
}

function messagePlace(before: MessageLayout, now: MessageLayout): Place {
  return {
    label: `message "${now.name}"`,
    oldPath: `message:${before.name}`,
    newPath: `message:${now.name}`,
  };
}

function compareMessage(
  before: MessageLayout,
  now: MessageLayout,
  schema: SchemaLayout,
  comparison: Comparison,
): void {
  const { findings } = comparison;
  const place = messagePlace(before, now);
  if (before.id !== now.id) {
    findings.report(
      "template-id-changed",
      `message "${now.name}" had template id ${before.id} and has ${now.id}`,
      place,
    );
  }
  if (before.name !== now.name) {
    findings.report("renamed", `message "${before.name}" is now "${now.name}"`, place);
  }
  compareSemanticType("message", before, now, place, comparison);
  compareBlock(before, now, { place, announcedBy: schema.header, isInGroup: false }, comparison);
}
