/**
 * The schema as it was in an older version: without the messages, fields, groups and data that came
 * later. Types stay whole, also enum values and choices of later versions: a reader of the old
 * version meets them only in messages of a newer writer.
 *
 * Source: conformance/sbe/transform. The official tool loses size and offset of every group that
 * has members; here they are right.
 */
import { help, type DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import { attributeSpan } from "../xml/xml-element.js";
import { javaHashOrder } from "./java-hash-order.js";
import type { BlockMember, MessageModel, SchemaModel } from "./message-model.js";
import { rootBlockLength } from "./place-block.js";
import { encodedLength, VARIABLE_LENGTH } from "./type-model.js";

/** Yields the model of that version; reports a version that the schema never had. */
export function atVersion(
  model: SchemaModel,
  version: number,
  sink: DiagnosticSink,
): SchemaModel | undefined {
  const span = attributeSpan(model.element, "version");
  if (!Number.isInteger(version) || version < 0 || version > model.version) {
    sink.report(
      "at-version",
      span,
      `the wanted version must be in 0..${model.version}: version=${version}`,
    );
    return undefined;
  }
  if (model.header.sinceVersion > version) {
    sink.report(
      "at-version",
      span,
      `the message header must exist in the wanted version: version=${version}`,
      [help(`the header came with version ${model.header.sinceVersion}`)],
    );
    return undefined;
  }
  const messages = model.messages
    .filter(({ sinceVersion }) => sinceVersion <= version)
    .map((message) => messageAt(message, version));
  // The official tool puts what is left into a new map.
  return { ...model, version, messages: javaHashOrder(messages, (message) => message.id) };
}

function messageAt(message: MessageModel, version: number): MessageModel {
  const members = membersAt(message.members, version);
  return {
    ...message,
    members,
    blockLength: Math.max(message.statedBlockLength, rootBlockLength(members)),
  };
}

// Offsets stay: what came later stands behind what was there before.
function membersAt(members: readonly BlockMember[], version: number): BlockMember[] {
  const kept: BlockMember[] = [];
  for (const member of members) {
    if (member.sinceVersion > version) continue;
    if (member.kind !== "group" || member.members.length === 0) {
      kept.push(member);
      continue;
    }
    const inner = membersAt(member.members, version);
    kept.push({
      ...member,
      members: inner,
      blockLength: Math.max(member.statedBlockLength, fixedLength(inner)),
    });
  }
  return kept;
}

/** End of the last field of fixed length in a group. */
function fixedLength(members: readonly BlockMember[]): number {
  let length = 0;
  for (const member of members) {
    if (member.kind !== "field" || member.offset === VARIABLE_LENGTH) continue;
    const size = member.presence === "constant" ? 0 : encodedLength(member.type);
    if (size !== VARIABLE_LENGTH) length = member.offset + size;
  }
  return length;
}
