import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  RECORD_HEADER_LENGTH,
  recordLength,
  writeRecordHeader,
} from "../../src/browser/gateway-frame.js";
import { GatewayProtocolError, GatewayReader } from "../../src/browser/gateway-reader.js";

/** A reader of two streams, and what it handed out. */
function reader() {
  const lengths: number[] = [];
  const stream = {
    handler: {
      onMessage: (view: DataView, offset: number, length: number) => {
        // Whatever is handed out lies in what came.
        expect(offset + length).toBeLessThanOrEqual(view.byteLength);
        lengths.push(length);
      },
    },
  };
  return { reader: new GatewayReader([stream, stream]), lengths };
}

describe("what a gateway's client is given", () => {
  it("any bytes end in messages within them or in a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          reader().reader.onBytes(bytes.slice().buffer);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("records that claim any length are taken whole or not at all", () => {
    const record = fc.record({
      type: fc.constantFrom(1, 2, 3, 4, 5, 6),
      stream: fc.integer({ min: 0, max: 3 }),
      claimed: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 0xffff_ffff })),
      left: fc.integer({ min: 0, max: 120 }),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const bytes = new Uint8Array(
          records.reduce((sum, { left }) => sum + RECORD_HEADER_LENGTH + left, 0),
        );
        const view = new DataView(bytes.buffer);
        let at = 0;
        for (const { type, stream, claimed, left } of records) {
          writeRecordHeader(view, at, type, stream, 7, 64, 0, claimed);
          at += RECORD_HEADER_LENGTH + left;
        }
        const { reader: taken, lengths } = reader();
        try {
          taken.onBytes(bytes.buffer);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayProtocolError);
        }
        for (const length of lengths) expect(length).toBeLessThan(bytes.length);
      }),
    );
  });

  it("a record's length is exact for every payload", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (length) => {
        const whole = recordLength(length);
        expect(whole % 8).toBe(0);
        expect(whole - RECORD_HEADER_LENGTH - length).toBeGreaterThanOrEqual(0);
        expect(whole - RECORD_HEADER_LENGTH - length).toBeLessThan(8);
      }),
    );
  });
});
