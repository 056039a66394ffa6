/** Nothing may be newer than the schema itself. */
import { help, quoted, type DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import { attributeOf, attributeSpan, type XmlElement } from "../xml/xml-element.js";
import type { BlockMember, MessageModel } from "./message-model.js";
import type { TypeModel } from "./type-model.js";

/** Reports every `sinceVersion` above the schema version. */
export function checkSinceVersions(
  root: XmlElement,
  version: number,
  types: readonly TypeModel[],
  messages: readonly MessageModel[],
  sink: DiagnosticSink,
): void {
  const check = (element: XmlElement | undefined, name: string, sinceVersion: number): void => {
    if (element === undefined || sinceVersion <= version) return;
    const stated = attributeOf(root, "version") !== undefined;
    sink.report(
      "since-version-too-high",
      attributeSpan(element, "sinceVersion"),
      `sinceVersion of ${quoted(name)} must be at most the schema version ${version}: sinceVersion=${sinceVersion}`,
      [
        help(
          stated
            ? `set version="${sinceVersion}" on messageSchema`
            : `add version="${sinceVersion}" to messageSchema: without it the version is 0`,
        ),
      ],
    );
  };
  const seen = new Set<TypeModel>();
  const checkType = (type: TypeModel): void => {
    if (seen.has(type)) return; // refs share their targets
    seen.add(type);
    if (type.kind === "enum")
      for (const value of type.values) check(value.element, value.name, value.sinceVersion);
    if (type.kind === "set")
      for (const choice of type.choices) check(choice.element, choice.name, choice.sinceVersion);
    if (type.kind !== "composite") return;
    for (const member of type.members) {
      check(member.element, member.name, member.sinceVersion);
      checkType(member.type);
    }
  };
  for (const type of types) {
    check(type.element, type.name, type.sinceVersion);
    checkType(type);
  }
  const checkMembers = (members: readonly BlockMember[]): void => {
    for (const member of members) {
      check(member.element, member.name, member.sinceVersion);
      if (member.kind === "group") checkMembers(member.members);
    }
  };
  for (const message of messages) {
    check(message.element, message.name, message.sinceVersion);
    checkMembers(message.members);
  }
}
