import { describe, expect, it } from "vitest";
import { decodeMessage, layoutOf } from "@alerion/schema";
import {
  hasConformanceData,
  readOfficialIr,
  readVectors,
  vectorSchemaNames,
  viewOfHex,
} from "../support/conformance-data.js";
import { parsePrinted, printerForm, rounded } from "../support/printer-form.js";

describe.skipIf(!hasConformanceData)("values against the official JsonPrinter", () => {
  it.each(vectorSchemaNames())("%s: agree where the printer is right", (name) => {
    const layout = layoutOf(readOfficialIr(name));
    for (const [index, vector] of readVectors(name).entries()) {
      // Of what an older message does not have the printer shows null values, or what lies behind.
      if (vector.json === undefined || vector.kind === "older") continue;
      const view = viewOfHex(vector.hex);
      const { values } = decodeMessage(layout, view, 0, view.byteLength, { lossless: true });
      const message = layout.messages.find(({ id }) => id === vector.templateId);
      if (message === undefined)
        throw new Error(`message must be in the layout: ${vector.message}`);
      const hint = `vector ${index}, ${vector.message} ${vector.kind}`;
      expect(rounded(printerForm(message, values)), hint).toStrictEqual(
        rounded(parsePrinted(vector.json)),
      );
    }
  });
});
