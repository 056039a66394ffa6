import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  compileSchema,
  decodeMessage,
  encodeMessage,
  layoutOf,
  measureMessage,
  type SchemaLayout,
} from "@alerion/schema";
import { viewOfHex } from "../support/conformance-data.js";
import { printerForm, rounded } from "../support/printer-form.js";

const folder = fileURLToPath(
  new URL("../../../../shared/conformance/real-world/", import.meta.url),
);

/** A message out of a sample, and what the official JsonTokenListener prints for it. */
interface Expected {
  readonly sample: string;
  readonly schema: string;
  readonly name: string;
  readonly templateId: number;
  readonly version: number;
  readonly length: number;
  readonly hex: string;
  readonly decoded: unknown;
}

const VENUES = [
  "aeron",
  "b3-entrypoint",
  "binance",
  "cme-ilink3",
  "cme-mdp3",
  "deribit-multicast",
  "fix-community",
];

function readExpected(venue: string): readonly Expected[] {
  const path = `${folder}${venue}/samples/expected-sbe-tool`;
  if (existsSync(`${path}.json`)) {
    return JSON.parse(readFileSync(`${path}.json`, "utf8")) as Expected[];
  }
  const lines = gunzipSync(readFileSync(`${path}.ndjson.gz`))
    .toString("utf8")
    .split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Expected);
}

const layouts = new Map<string, SchemaLayout>();

function layoutAt(path: string): SchemaLayout {
  let layout = layouts.get(path);
  if (layout === undefined) {
    const { ir } = compileSchema(readFileSync(folder + path), { file: path });
    if (ir === undefined) throw new Error(`schema must compile: path=${path}`);
    layout = layoutOf(ir);
    layouts.set(path, layout);
  }
  return layout;
}

/**
 * Long integers are text and NaN is a word, as the README of the data says; runs of spaces were
 * collapsed when the data was written.
 */
function comparable(value: unknown): unknown {
  if (value === "0/0") return "NaN";
  if (typeof value === "string") return value.replace(/ {2,}/g, " ");
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) >= 1e15)
    return String(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, comparable(member)]),
  );
}

/** Of what an older message does not have the listener prints null values: those are left out. */
function present(decoded: unknown, values: unknown): unknown {
  if (Array.isArray(decoded) && Array.isArray(values)) {
    return decoded.map((entry, index) => present(entry, values[index]));
  }
  if (!isObject(decoded) || !isObject(values)) return decoded;
  const kept = Object.entries(decoded).filter(([key]) => {
    const value = values[key];
    return !(isObject(value) && value["$absent"] === true);
  });
  return Object.fromEntries(kept.map(([key, member]) => [key, present(member, values[key])]));
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

describe.skipIf(!existsSync(folder))("messages of real venues", () => {
  it.each(VENUES)(
    "%s: every sample decodes to the stated values and its stated length",
    (venue) => {
      for (const expected of readExpected(venue)) {
        const layout = layoutAt(`${venue}/${expected.schema}`);
        const view = viewOfHex(expected.hex);
        const decoded = decodeMessage(layout, view, 0, view.byteLength, { lossless: true });
        const hint = `${expected.sample}, ${expected.name}`;
        expect(decoded, hint).toMatchObject({
          message: expected.name,
          templateId: expected.templateId,
          version: expected.version,
        });
        expect(measureMessage(layout, view), hint).toBe(decoded.length);
        expect(decoded.length, hint).toBeLessThanOrEqual(expected.length);
        const message = layout.messages.find(({ id }) => id === expected.templateId);
        if (message === undefined) throw new Error(`message must be in the layout: ${hint}`);
        expect(rounded(comparable(printerForm(message, decoded.values))), hint).toStrictEqual(
          rounded(comparable(present(expected.decoded, decoded.values))),
        );
      }
    },
  );

  it("binance: lossless values of the schema's own version give the bytes back", () => {
    for (const expected of readExpected("binance")) {
      const layout = layoutAt(`binance/${expected.schema}`);
      const view = viewOfHex(expected.hex);
      const { values, message, version } = decodeMessage(layout, view, 0, view.byteLength, {
        lossless: true,
      });
      if (version !== layout.version) continue;
      const bytes = encodeMessage(layout, message, values);
      expect(Buffer.from(bytes).toString("hex"), expected.name).toBe(expected.hex);
    }
  });
});
