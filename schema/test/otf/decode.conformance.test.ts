import { describe, expect, it } from "vitest";
import { decodeMessage, layoutOf, measureMessage, printMessage } from "@alerion/schema";
import {
  hasConformanceData,
  readOfficialIr,
  readVectors,
  vectorSchemaNames,
  viewOfHex,
} from "../support/conformance-data.js";

describe.skipIf(!hasConformanceData)("decoding the official vectors on the fly", () => {
  it.each(vectorSchemaNames())("%s: values and length are those of the official tool", (name) => {
    const layout = layoutOf(readOfficialIr(name));
    for (const [index, vector] of readVectors(name).entries()) {
      const view = viewOfHex(vector.hex);
      const hint = `vector ${index}, ${vector.message} ${vector.kind}`;
      const decoded = decodeMessage(layout, view, 0, view.byteLength, { lossless: true });
      expect(decoded.message, hint).toBe(vector.message);
      expect(decoded.templateId, hint).toBe(vector.templateId);
      expect(decoded.version, hint).toBe(vector.actingVersion);
      expect(decoded.values, hint).toStrictEqual(vector.values);
      expect(decoded.length, hint).toBe(view.byteLength);
      expect(measureMessage(layout, view), hint).toBe(view.byteLength);
    }
  });

  it.each(vectorSchemaNames())("%s: printed text reads back to the decoded values", (name) => {
    const layout = layoutOf(readOfficialIr(name));
    for (const vector of readVectors(name)) {
      const view = viewOfHex(vector.hex);
      for (const lossless of [false, true]) {
        let text = "";
        const sink = (piece: string): void => {
          text += piece;
        };
        const length = printMessage(layout, view, 0, view.byteLength, sink, { lossless });
        const decoded = decodeMessage(layout, view, 0, view.byteLength, { lossless });
        expect(length).toBe(view.byteLength);
        expect(JSON.parse(text)).toStrictEqual(lossless ? decoded : decoded.values);
      }
    }
  });
});
