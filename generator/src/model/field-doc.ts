import type {
  ConstantValue,
  DataLayout,
  Described,
  GroupLayout,
  MessageLayout,
  Presence,
  PrimitiveLayout,
  TypeLayout,
} from "@alerion/schema";
import { PRIMITIVES } from "@alerion/schema/compile";
import { commentName, commentText } from "../print/literals.js";

const LINE_WIDTH = 96;

interface FieldFacts extends Described {
  readonly id: number | undefined;
  readonly presence: Presence;
  readonly constant: ConstantValue | undefined;
  readonly semanticType?: string | undefined;
  readonly timeUnit?: string | undefined;
  readonly epoch?: string | undefined;
}

/** The comment of a field: what it is, where it lies, when it came, what null is; then the schema's words. */
export function fieldDoc(field: FieldFacts, type: TypeLayout, offset: number): readonly string[] {
  const facts = [typeText(type)];
  if (field.constant !== undefined)
    facts[0] += `, always ${constantText(field.constant)}, not on the wire`;
  else facts[0] += ` at byte ${offset}`;
  if (field.constant === undefined && field.presence === "optional") facts.push(nullText(type));
  if (type.kind === "primitive" && field.constant === undefined) facts.push(rangeText(type));
  return docLines(field, field.id, facts.filter(Boolean).join(", "), unitText(field));
}

/** The comment of a group. */
export function groupDoc(group: GroupLayout): readonly string[] {
  const more = group.groups.length + group.data.length > 0 ? " with groups or var data" : "";
  return docLines(group, group.id, `group, entries of ${group.blockLength} bytes${more}`, "");
}

/** The comment of var data. */
export function dataDoc(data: DataLayout): readonly string[] {
  const charset = data.characterEncoding;
  return docLines(
    data,
    data.id,
    charset === undefined ? "var data" : `var data, text in ${charset}`,
    "",
  );
}

/** The comment of a message. */
export function messageDoc(message: MessageLayout): readonly string[] {
  const facts = `message of ${message.blockLength} bytes${
    message.groups.length + message.data.length > 0 ? " with groups or var data" : ""
  }`;
  return docLines(message, message.id, facts, unitText(message));
}

/** The comment of a type where it is defined. */
export function typeDoc(type: TypeLayout): readonly string[] {
  const described = { ...type, name: type.typeName, sinceVersion: 0, deprecated: 0 };
  return docLines(described, undefined, typeText(type), "");
}

/** The comment of anything else that has a name: a value, a choice, a schema. */
export function valueDoc(value: Described, facts: string): readonly string[] {
  return docLines(value, undefined, facts, "");
}

function docLines(
  thing: Described,
  id: number | undefined,
  facts: string,
  more: string,
): readonly string[] {
  const name = commentName(thing.name);
  const since = thing.sinceVersion > 0 ? `, since version ${thing.sinceVersion}` : "";
  const head = `\`${name}\`${id === undefined || id < 0 ? "" : ` (id ${id})`}: ${facts}${since}.`;
  const lines = wrap(head);
  for (const line of (thing.description ?? "").split(/[\n\r]+/u))
    lines.push(...wrap(commentText(line)));
  lines.push(...wrap(more));
  if (thing.deprecated > 0) lines.push("", `@deprecated since version ${thing.deprecated}`);
  return lines;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").filter(Boolean)) {
    if (line !== "" && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}

function typeText(type: TypeLayout): string {
  const name = commentName(type.typeName);
  switch (type.kind) {
    case "enum":
      return `enum ${name} (${type.primitive})`;
    case "set":
      return `set ${name} (${type.primitive})`;
    case "composite":
      return `composite ${name} of ${type.size} bytes`;
    case "primitive":
      if (!type.isArray) return type.primitive;
      if (type.primitive !== "char" || type.constant !== undefined)
        return `${type.primitive}[${type.length}]`;
      return `char[${type.length}] in ${commentText(type.characterEncoding ?? "US-ASCII")}`;
  }
}

function constantText(constant: ConstantValue): string {
  switch (constant.kind) {
    case "enum":
      return commentText(constant.valueRef);
    case "text":
      return `"${commentText(constant.text)}"`;
    case "scalar":
      return String(constant.value);
  }
}

function nullText(type: TypeLayout): string {
  if (type.kind === "primitive") {
    return type.isArray && type.primitive === "char" ? "optional" : `null ${type.nullValue}`;
  }
  return type.kind === "enum" ? `null ${type.nullValue}` : "optional";
}

function rangeText(type: PrimitiveLayout): string {
  const { minValue, maxValue } = PRIMITIVES[type.primitive];
  if (type.minValue === minValue && type.maxValue === maxValue) return "";
  return `valid ${type.minValue}..${type.maxValue}`;
}

function unitText(field: {
  readonly semanticType?: string | undefined;
  readonly timeUnit?: string | undefined;
  readonly epoch?: string | undefined;
}): string {
  const parts = [
    field.semanticType === undefined ? "" : `Semantic type ${field.semanticType}`,
    field.timeUnit === undefined ? "" : `Unit ${field.timeUnit}`,
    field.epoch === undefined || field.timeUnit === undefined ? "" : `epoch ${field.epoch}`,
  ].filter(Boolean);
  return parts.length === 0 ? "" : commentText(`${parts.join(". ")}.`);
}
