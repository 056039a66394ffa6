import { describe, expect, it } from "vitest";
import { decodeMessage, encodeDocument, measureMessage } from "@alerion/schema";
import { viewOfHex } from "../support/conformance-data.js";
import { expectedMessages, hasRealWorld, realWorldLayout } from "../support/real-world.js";
import { officialJson } from "./official-json.js";

const VENUES = [
  "aeron",
  "b3-entrypoint",
  "binance",
  "cme-ilink3",
  "cme-mdp3",
  "deribit-multicast",
  "fix-community",
];

describe.skipIf(!hasRealWorld)("messages of real venues", () => {
  it.each(VENUES)(
    "%s: decode to their last byte, to what the official tool prints",
    (venue) => {
      const messages = expectedMessages(venue);
      expect(messages.length).toBeGreaterThan(0);
      for (const [index, message] of messages.entries()) {
        const layout = realWorldLayout(message.schema);
        const view = viewOfHex(message.hex);
        const hint = `${message.sample}, message ${index}`;
        expect(measureMessage(layout, view), hint).toBe(view.byteLength);
        const decoded = decodeMessage(layout, view, 0, view.byteLength, { lossless: true });
        expect(decoded, hint).toMatchObject({
          message: message.name,
          templateId: message.templateId,
          version: message.version,
          length: message.length,
        });
        expect(officialJson(layout, message.templateId, decoded.values), hint).toStrictEqual(
          message.decoded,
        );
      }
    },
    60_000,
  );

  // Not the same bytes: gaps, counts of a 2.0 header and payloads of NaN are not part of the values.
  it.each(VENUES)(
    "%s: keep their values when they are encoded again",
    (venue) => {
      for (const [index, { sample, schema, hex }] of expectedMessages(venue).entries()) {
        const layout = realWorldLayout(schema);
        const view = viewOfHex(hex);
        const decoded = decodeMessage(layout, view, 0, view.byteLength, { lossless: true });
        const bytes = encodeDocument(layout, undefined, decoded);
        const again = decodeMessage(layout, new DataView(bytes.buffer), 0, bytes.length, {
          lossless: true,
        });
        expect(again.values, `${sample}, message ${index}`).toStrictEqual(decoded.values);
      }
    },
    60_000,
  );
});
