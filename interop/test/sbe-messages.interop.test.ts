/** Messages both ways: the codecs that the official tool generates against ours, for the project's own schemas. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compileSchema,
  decodeMessage,
  encodeMessage,
  layoutOf,
  printMessage,
  type MessageLayout,
  type SchemaLayout,
} from "@alerion/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadGenerated, type LoadedSchema } from "../../generator/test/support/generated-codecs.js";
import { encodeHot, toData } from "../../generator/test/support/vector-values.js";
import { randomValues } from "../../schema/test/support/random-values.js";
import { flatValues } from "./support/flat-values.js";
import { needsJava, runOfficialCodecs, runSbe } from "./support/java.js";

/** Messages of each template, each way. */
const MESSAGE_COUNT = 25;
const SEED = 11;

const SCHEMAS = [
  ["order-entry", "examples/schemas/order-entry.xml"],
  ["market-data", "examples/schemas/market-data.xml"],
  ["ir-codec", "schema/ir-codec.xml"],
] as const;

function layoutOfFile(schema: string): SchemaLayout {
  const { ir } = compileSchema(readFileSync(schema), { file: schema });
  if (ir === undefined) throw new Error(`schema must compile: ${schema}`);
  return layoutOf(ir);
}

/** The message and its values as SbeCodecs.java writes them. */
function decoded(layout: SchemaLayout, bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const {
    message: name,
    length,
    values,
  } = decodeMessage(layout, view, 0, view.byteLength, {
    lossless: true,
  });
  const message = layout.messages.find((each) => each.name === name);
  if (message === undefined) throw new Error(`message must be known: ${name}`);
  expect(length).toBe(bytes.length);
  return { message, values, flat: flatValues(message, values) };
}

/** The message once more, written by our generated code: fromObject, and a hot call per field. */
function generatedBytes(
  schema: LoadedSchema,
  message: MessageLayout,
  values: Parameters<typeof toData>[0],
): readonly Uint8Array[] {
  const model = schema.model.messages.find(({ id }) => id === message.id);
  if (model === undefined) throw new Error(`message must be generated: ${message.name}`);
  const { encoder: Encoder } = schema.classes(model.className);
  const data = toData(values, message, model, schema.model);
  const bytes = Encoder.encode(data);
  const target = new DataView(new ArrayBuffer(bytes.length));
  const hot = new Encoder();
  hot["wrapAndApplyHeader"]?.(target, 0);
  encodeHot(hot, data, message, model, schema.model);
  return [bytes, new Uint8Array(target.buffer)];
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Random messages as `sbe encode` writes them from the typed form. */
function encodedByCommand(layout: SchemaLayout, schema: string): readonly string[] {
  const messages = layout.messages.flatMap((message) =>
    fc
      .sample(randomValues(message), { seed: SEED, numRuns: MESSAGE_COUNT })
      .map((values) => encodeMessage(layout, message.name, values)),
  );
  const documents = messages.map((bytes) => {
    let text = "";
    const sink = (piece: string): void => {
      text += piece;
    };
    printMessage(layout, new DataView(bytes.buffer), 0, bytes.length, sink, { lossless: true });
    return text;
  });
  const encoded = runSbe(["encode", "--schema", schema, "--hex"], documents.join("\n"));
  const lines = encoded.trim().split("\n");
  expect(lines).toStrictEqual(messages.map(hexOf));
  return lines;
}

describe("codecs that the official sbe-tool generates", () => {
  needsJava();

  test.each(SCHEMAS)(
    "and ours read and write each other's messages of %s",
    async (name, schema) => {
      const layout = layoutOfFile(schema);
      const ours = await loadGenerated(layout, "interop", { baseName: name });
      const folder = mkdtempSync(join(tmpdir(), "alerion-interop-"));
      try {
        const official = runOfficialCodecs([
          "encode",
          schema,
          join(folder, "encode"),
          String(MESSAGE_COUNT),
          String(SEED),
        ]);
        const written: string[] = [];
        for (const line of official.trim().split("\n")) {
          const [hex = "", ...values] = line.split(" ");
          const bytes = new Uint8Array(Buffer.from(hex, "hex"));
          const message = decoded(layout, bytes);
          expect(message.flat).toBe(values.join(" "));
          // Ours from the same values: the same bytes.
          for (const again of generatedBytes(ours, message.message, message.values)) {
            expect(hexOf(again)).toBe(hex);
            written.push(hexOf(again));
          }
        }
        expect(written).toHaveLength(2 * layout.messages.length * MESSAGE_COUNT);

        const sent = [...written, ...encodedByCommand(layout, schema)];
        const read = runOfficialCodecs(
          ["decode", schema, join(folder, "decode")],
          `${sent.join("\n")}\n`,
        );
        const seen = read.trim().split("\n");
        expect(seen).toHaveLength(sent.length);
        for (const [index, hex] of sent.entries()) {
          const { flat } = decoded(layout, new Uint8Array(Buffer.from(hex, "hex")));
          expect(seen[index]).toBe(flat);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    240_000,
  );
});
