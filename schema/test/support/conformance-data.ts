/** The conformance data beside the project; tests skip where the folder is absent. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Ir } from "@alerion/schema";

const folder = fileURLToPath(new URL("../../../../shared/conformance/sbe/", import.meta.url));

/** False where the data is not at hand. */
export const hasConformanceData = existsSync(folder);

/** Absolute path of a file of the data. */
export function conformancePath(path: string): string {
  return folder + path;
}

/** The official IR of a schema with the notes that came with it. */
export interface OfficialIr extends Ir {
  /** WARNING lines of the official parser. */
  readonly warnings: readonly string[];
  readonly schema: string;
}

/** A message made by the official tool; see the README of the data. */
export interface Vector {
  readonly message: string;
  readonly templateId: number;
  readonly kind: "zero" | "min" | "max" | "null" | "random" | "extended" | "older" | "unknown_enum";
  readonly actingVersion: number;
  readonly actingBlockLength: number;
  readonly hex: string;
  readonly values: unknown;
  readonly json?: string;
  readonly jsonPadded?: boolean;
  readonly jsonError?: string;
  readonly jsonUnreliable?: readonly string[];
}

/** Names of all schemas that the official tool accepted. */
export function schemaNames(): readonly string[] {
  if (!hasConformanceData) return [];
  return readdirSync(`${folder}ir`)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length));
}

/** Names of all schemas that have vectors. */
export function vectorSchemaNames(): readonly string[] {
  const names = new Set(hasConformanceData ? readdirSync(`${folder}messages`) : []);
  return schemaNames().filter((name) => names.has(`${name}.json`));
}

/** The official IR of a schema. */
export function readOfficialIr(name: string): OfficialIr {
  return JSON.parse(readFileSync(`${folder}ir/${name}.json`, "utf8")) as OfficialIr;
}

/** The official `.sbeir` bytes of a schema. */
export function readOfficialSbeir(name: string): Uint8Array {
  return readFileSync(`${folder}ir/${name}.sbeir`);
}

/** All vectors of a schema. */
export function readVectors(name: string): readonly Vector[] {
  const file = JSON.parse(readFileSync(`${folder}messages/${name}.json`, "utf8")) as {
    vectors: Vector[];
  };
  return file.vectors;
}

/** A view over the bytes of hex digits; the buffer holds nothing else. */
export function viewOfHex(hex: string): DataView {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
