/** A Wireshark dissector for a schema, in Lua: its tables, then the code that reads them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SchemaLayout } from "@alerion/schema";
import { GENERATOR_VERSION } from "../version.js";
import { luaLiteral } from "./lua-literal.js";
import { luaFramings, luaSchema } from "./lua-schema.js";

/** The path holds from sources, from built modules and from the bundled command. */
const READER = fileURLToPath(new URL("../../lua/dissector.lua", import.meta.url));

/** How the dissector is set up; users change all but the name in Wireshark's preferences. */
export interface DissectorOptions {
  /** Name of the protocol, lower case: filters begin with it. */
  readonly name: string;
  /** Name of a framing, or `auto`. */
  readonly framing: string;
  /** Ports as Wireshark writes ranges, e.g. `9000-9010,9100`; empty for none. */
  readonly udp: string;
  readonly tcp: string;
}

/** The source of the dissector; the same schema and options give the same text. */
export function dissectorOf(layout: SchemaLayout, options: DissectorOptions): string {
  const { name, framing, udp, tcp } = options;
  return [
    `-- Wireshark dissector for schema package ${JSON.stringify(layout.package)}, id ${layout.id}, version ${layout.version}.`,
    `-- Written by @alerion/generator ${GENERATOR_VERSION}. Put it into Wireshark's folder of personal Lua plugins`,
    "-- (Help, About, Folders), or try it: tshark -X lua_script:FILE -r CAPTURE",
    "",
    `local options = ${luaLiteral({ name, framing, udp, tcp })}`,
    "",
    `local schema = ${luaLiteral(luaSchema(layout))}`,
    "",
    `local framings = ${luaLiteral(luaFramings())}`,
    "",
    readFileSync(READER, "utf8"),
  ].join("\n");
}

/** A name for a protocol: what Wireshark takes, from the schema's package. */
export function protocolName(layout: SchemaLayout): string {
  const name = layout.package.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
  return `sbe_${name === "" ? layout.id : name}`;
}
