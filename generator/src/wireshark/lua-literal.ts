/** Values as Lua source. */

/** What a table of the dissector may hold; undefined members are left out. */
export type LuaValue =
  | string
  | number
  | boolean
  | undefined
  | readonly LuaValue[]
  | ReadonlyMap<string | number, LuaValue>
  | { readonly [name: string]: LuaValue };

const INDENT = "  ";
/** Tables up to this long stand in one line. */
const LINE_WIDTH = 110;

/**
 * The source of a value. Keys of objects must be Lua names; keys of maps may be anything.
 */
export function luaLiteral(value: LuaValue, indent = ""): string {
  switch (typeof value) {
    case "string":
      return luaString(value);
    case "number":
    case "boolean":
      return String(value);
    case "undefined":
      return "nil";
    default:
      return luaTable(value, indent);
  }
}

function luaTable(
  value: Exclude<LuaValue, string | number | boolean | undefined>,
  indent: string,
): string {
  const inner = indent + INDENT;
  const parts = isList(value)
    ? value.map((each) => luaLiteral(each, inner))
    : value instanceof Map
      ? [...(value as ReadonlyMap<string | number, LuaValue>)].map(
          ([key, each]) => `[${luaLiteral(key)}] = ${luaLiteral(each, inner)}`,
        )
      : Object.entries(value as { readonly [name: string]: LuaValue })
          .filter(([, each]) => each !== undefined)
          .map(([key, each]) => `${key} = ${luaLiteral(each, inner)}`);
  if (parts.length === 0) return "{}";
  const line = `{ ${parts.join(", ")} }`;
  if (line.length + indent.length <= LINE_WIDTH && !line.includes("\n")) return line;
  return `{\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}}`;
}

function isList(value: LuaValue): value is readonly LuaValue[] {
  return Array.isArray(value);
}

/** A string of any characters: what is not printable ASCII goes in as its UTF-8 bytes. */
function luaString(text: string): string {
  let literal = "";
  for (const byte of new TextEncoder().encode(text)) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    literal += isPlain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`;
  }
  return `"${literal}"`;
}
