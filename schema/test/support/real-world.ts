/** Schemas and samples of real venues, from the folder beside the project; tests skip where it is absent. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { compileSchema, layoutOf, type SchemaLayout } from "@alerion/schema";

const folder = fileURLToPath(
  new URL("../../../../shared/conformance/real-world/", import.meta.url),
);

/** False where the data is not at hand. */
export const hasRealWorld = existsSync(folder);

/** A message cut out of a sample, with what the official tool prints for it. */
export interface ExpectedMessage {
  readonly sample: string;
  readonly schema: string;
  readonly name: string;
  readonly templateId: number;
  readonly version: number;
  readonly length: number;
  readonly hex: string;
  readonly decoded: unknown;
}

/** The bytes of a file, unpacked where its name ends with `.gz`. */
export function realWorldFile(path: string): Uint8Array {
  const bytes = readFileSync(folder + path);
  return Uint8Array.from(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

/** The text of a file. */
export function realWorldText(path: string): string {
  return new TextDecoder().decode(realWorldFile(path));
}

/** Paths, relative to the data, of the captures of a venue. */
export function capturesOf(venue: string): readonly string[] {
  if (!hasRealWorld) return [];
  return readdirSync(`${folder}${venue}/samples`, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.pcap(ng)?(\.gz)?$/.test(path))
    .map((path) => `${venue}/samples/${path}`)
    .sort();
}

const layouts = new Map<string, SchemaLayout>();

/** The layout of a schema, made once. */
export function realWorldLayout(path: string): SchemaLayout {
  let layout = layouts.get(path);
  if (layout === undefined) {
    const { ir, diagnostics } = compileSchema(realWorldFile(path), {
      file: path,
      resolver: {
        read: (file) => {
          const full = join(folder, file);
          return existsSync(full) ? readFileSync(full) : undefined;
        },
      },
      includeRoot: dirname(path),
    });
    if (ir === undefined) throw new Error(`${path}: ${JSON.stringify(diagnostics[0])}`);
    layout = layoutOf(ir);
    layouts.set(path, layout);
  }
  return layout;
}

/** The messages of a venue's samples. */
export function expectedMessages(venue: string): readonly ExpectedMessage[] {
  if (!hasRealWorld) return [];
  const samples = `${venue}/samples/`;
  const isLines = existsSync(`${folder}${samples}expected-sbe-tool.ndjson.gz`);
  const text = realWorldText(`${samples}expected-sbe-tool.${isLines ? "ndjson.gz" : "json"}`);
  const entries: unknown = isLines
    ? text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown)
    : JSON.parse(text);
  return (entries as ExpectedMessage[]).map((entry) => ({
    ...entry,
    schema: join(venue, entry.schema),
    sample: join(venue, entry.sample),
  }));
}
