import * as fc from "fast-check";
import { expect, it } from "vitest";
import { FrameFormat, StreamFramer } from "@alerion/runtime/framing";
import { AlerionError } from "@alerion/runtime";
import { guardedView } from "../support/guarded-view.js";
import { Collector } from "./support.js";

/** Any format that can hold 64 bytes of payload. */
const formats = fc
  .record({
    lengthSize: fc.constantFrom<1 | 2 | 4>(1, 2, 4),
    lengthOffset: fc.integer({ min: 0, max: 8 }),
    more: fc.integer({ min: 0, max: 8 }),
    littleEndian: fc.boolean(),
    countsAll: fc.boolean(),
  })
  .map(({ lengthSize, lengthOffset, more, littleEndian, countsAll }) => {
    const headerLength = lengthOffset + lengthSize + more;
    const uncountedLength = countsAll ? 0 : headerLength;
    const options = { headerLength, lengthOffset, lengthSize, littleEndian, uncountedLength };
    return { options, format: new FrameFormat({ ...options, frameLengthMax: 200 }) };
  });

/** Cuts bytes into chunks at the given places. */
function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  places.sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

it("frames come out as they went in, however the stream is cut", () => {
  fc.assert(
    fc.property(
      formats,
      fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      ({ options, format }, payloads, cuts) => {
        const frames = payloads.map((payload) => {
          const frame = new Uint8Array(options.headerLength + payload.length);
          frame.set(payload, options.headerLength);
          format.writeHeader(new DataView(frame.buffer), 0, payload.length);
          return frame;
        });
        const collector = new Collector();
        const framer = new StreamFramer(format, collector, { bufferLength: options.headerLength });
        for (const chunk of chunksOf(Uint8Array.from(Buffer.concat(frames)), cuts)) {
          const { view, offset } = guardedView(chunk);
          framer.onBytes(view, offset, chunk.length);
        }
        framer.finish();
        expect(collector.messages).toStrictEqual(payloads);
      },
    ),
  );
});

it("any bytes give frames or a typed error, and nothing outside of a chunk is read", () => {
  fc.assert(
    fc.property(
      formats,
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.nat(), { maxLength: 10 }),
      ({ format }, bytes, cuts) => {
        const collector = new Collector();
        const framer = new StreamFramer(format, collector);
        try {
          for (const chunk of chunksOf(bytes, cuts)) {
            const { view, offset } = guardedView(chunk);
            framer.onBytes(view, offset, chunk.length);
            expect(framer.pendingLength).toBeLessThan(format.frameLengthMax);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(AlerionError);
        }
        const handed = collector.messages.reduce((sum, message) => sum + message.length, 0);
        expect(
          handed + collector.messages.length * format.headerLength + framer.pendingLength,
        ).toBeLessThanOrEqual(bytes.length);
      },
    ),
  );
});
