/** Values of a message as interop/java/SbeCodecs.java writes them: `path=value`, joined by `;`. */
import type {
  BlockLayout,
  JsonValue,
  MessageLayout,
  PrimitiveLayout,
  TypeLayout,
} from "@alerion/schema";

type Values = { readonly [name: string]: JsonValue };

/** @param values of the message's own version, in the typed form */
export function flatValues(message: MessageLayout, values: Values): string {
  return [message.name, ...blockValues(message, values, "")].join(";");
}

function* blockValues(block: BlockLayout, values: Values, path: string): Generator<string> {
  for (const { name, type, constant } of block.fields) {
    if (constant === undefined) yield* typeValues(type, values[name], path + name);
  }
  for (const group of block.groups) {
    const entries = values[group.name] as readonly Values[];
    yield `${path}${group.name}#=${entries.length}`;
    for (const [index, entry] of entries.entries()) {
      yield* blockValues(group, entry, `${path}${group.name}[${index}].`);
    }
  }
  for (const { name } of block.data) {
    yield `${path}${name}=x:${(values[name] as { $data: string }).$data}`;
  }
}

function* typeValues(
  type: TypeLayout,
  value: JsonValue | undefined,
  path: string,
): Generator<string> {
  switch (type.kind) {
    case "composite":
      for (const member of type.members) {
        yield* typeValues(member.type, (value as Values)[member.name], `${path}.${member.name}`);
      }
      return;
    case "enum":
    case "set":
      yield `${path}=${String((value as { $raw: number | string }).$raw)}`;
      return;
    case "primitive":
      if (type.constant === undefined) yield `${path}=${primitiveText(type, value)}`;
  }
}

function primitiveText(type: PrimitiveLayout, value: JsonValue | undefined): string {
  if (!type.isArray) return scalarText(type, value);
  if (type.primitive === "char") return `x:${(value as { $hex: string }).$hex}`;
  return (value as readonly JsonValue[]).map((each) => scalarText(type, each)).join(",");
}

/** Floating point numbers as their bits: every language writes decimals in its own way. */
function scalarText({ primitive }: PrimitiveLayout, value: JsonValue | undefined): string {
  const view = new DataView(new ArrayBuffer(8));
  switch (primitive) {
    case "float":
      view.setFloat32(0, Number(value));
      return view.getUint32(0).toString(16);
    case "double":
      view.setFloat64(0, Number(value));
      return view.getBigUint64(0).toString(16);
    default:
      return typeof value === "string" ? value : JSON.stringify(value);
  }
}
