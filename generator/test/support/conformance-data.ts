/** The conformance data beside the project; tests skip where the folder is absent. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { layoutOf, type Ir, type SchemaLayout } from "@alerion/schema";

const folder = fileURLToPath(new URL("../../../../shared/conformance/sbe/", import.meta.url));

/** False where the data is not at hand. */
export const hasConformanceData = existsSync(folder);

/** A message made by the official tool; see the README of the data. */
export interface Vector {
  readonly message: string;
  readonly templateId: number;
  readonly kind: "zero" | "min" | "max" | "null" | "random" | "extended" | "older" | "unknown_enum";
  readonly actingVersion: number;
  readonly actingBlockLength: number;
  readonly hex: string;
  readonly values: Values;
}

/** Values of a block by the names of the schema, in the typed form. */
export interface Values {
  readonly [name: string]: unknown;
}

/** Names of all schemas that the official tool accepted. */
export function schemaNames(): readonly string[] {
  if (!hasConformanceData) return [];
  return readdirSync(`${folder}ir`)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length));
}

/** The layout of a schema, from its official IR. */
export function officialLayout(name: string): SchemaLayout {
  return layoutOf(readJson(`ir/${name}.json`) as Ir);
}

/** The vectors of a schema; none where it has no messages. */
export function vectorsOf(name: string): readonly Vector[] {
  if (!existsSync(`${folder}messages/${name}.json`)) return [];
  return (readJson(`messages/${name}.json`) as { vectors: Vector[] }).vectors;
}

/** Any other JSON file of the data. */
export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(folder + path, "utf8"));
}

/** Bytes from hex digits. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** Hex digits of bytes. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
