import { describe, expect, it } from "vitest";
import { encodeDocument, encodeMessage, layoutOf, printMessage } from "@alerion/schema";
import {
  hasConformanceData,
  readOfficialIr,
  readVectors,
  vectorSchemaNames,
  viewOfHex,
  type Vector,
} from "../support/conformance-data.js";

/** Kinds whose bytes hold nothing that the schema does not know. */
const REPRODUCIBLE: ReadonlySet<Vector["kind"]> = new Set([
  "zero",
  "min",
  "max",
  "null",
  "random",
  "unknown_enum",
]);

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

describe.skipIf(!hasConformanceData)("encoding the official vectors on the fly", () => {
  it.each(vectorSchemaNames())("%s: the stated values give the official bytes", (name) => {
    const layout = layoutOf(readOfficialIr(name));
    for (const [index, vector] of readVectors(name).entries()) {
      if (!REPRODUCIBLE.has(vector.kind)) continue;
      const bytes = encodeMessage(layout, vector.message, vector.values);
      expect(hexOf(bytes), `vector ${index}, ${vector.message} ${vector.kind}`).toBe(vector.hex);
    }
  });

  it.each(vectorSchemaNames())("%s: a lossless document gives its bytes back", (name) => {
    const layout = layoutOf(readOfficialIr(name));
    for (const [index, vector] of readVectors(name).entries()) {
      if (vector.kind === "extended") continue;
      const view = viewOfHex(vector.hex);
      let text = "";
      const sink = (piece: string): void => {
        text += piece;
      };
      printMessage(layout, view, 0, view.byteLength, sink, { lossless: true });
      const bytes = encodeDocument(layout, undefined, JSON.parse(text));
      expect(hexOf(bytes), `vector ${index}, ${vector.message} ${vector.kind}`).toBe(vector.hex);
    }
  });
});
