import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CncFileError, readCncLayout } from "../../src/protocol/cnc-file-descriptor.js";
import { ErrorResponse } from "../../src/protocol/events/error-response.js";
import { ImageBuffersReady } from "../../src/protocol/events/image-buffers-ready.js";
import { PublicationBuffersReady } from "../../src/protocol/events/publication-buffers-ready.js";
import { PublicationErrorEvent } from "../../src/protocol/events/publication-error.js";
import { UnavailableImage } from "../../src/protocol/events/unavailable-image.js";
import { readLossReport } from "../../src/protocol/loss-report.js";
import { MalformedMessageError } from "../../src/protocol/malformed-message-error.js";
import { commandCases } from "../support/command-fixtures.js";
import { viewOf } from "../support/shared-data.js";

/** Bytes whose aligned words are often small, so that inner lengths are near misses and not just absurd. */
const hostileBytes = fc
  .array(fc.oneof(fc.integer({ min: -2, max: 80 }), fc.integer()), { maxLength: 40 })
  .map((words) => new Uint8Array(Int32Array.from(words).buffer));

const FENCE = 0xa5;

/** The bytes in the middle of a larger buffer: an over-read would bring fence bytes out. */
function fenced(bytes: Uint8Array): { view: DataView; offset: number } {
  const whole = new Uint8Array(bytes.length + 128).fill(FENCE);
  whole.set(bytes, 64);
  return { view: viewOf(whole), offset: 64 };
}

describe("hostile messages", () => {
  it.each(Object.keys(commandCases))("%s is refused or stays inside its record", (command) => {
    const kind = commandCases[command];
    if (kind === undefined) throw new Error(command);
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const { view, offset } = fenced(bytes);
        const message = kind.create().wrap(view, offset, bytes.length);
        try {
          message.check();
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessageError);
          return;
        }
        const values = kind.read(message);
        for (const value of Object.values(values)) {
          if (typeof value === "string")
            expect(value.length).toBeLessThanOrEqual(2 * bytes.length + 20);
        }
      }),
    );
  });

  it.each([
    ["ON_ERROR", () => new ErrorResponse(), (e: ErrorResponse) => e.message()],
    [
      "ON_AVAILABLE_IMAGE",
      () => new ImageBuffersReady(),
      (e: ImageBuffersReady) => e.logFileName() + e.sourceIdentity(),
    ],
    [
      "ON_PUBLICATION_READY",
      () => new PublicationBuffersReady(),
      (e: PublicationBuffersReady) => e.logFileName(),
    ],
    ["ON_UNAVAILABLE_IMAGE", () => new UnavailableImage(), (e: UnavailableImage) => e.channel()],
    [
      "ON_PUBLICATION_ERROR",
      () => new PublicationErrorEvent(),
      (e: PublicationErrorEvent) => e.message() + String.fromCharCode(...e.address()),
    ],
  ] as const)("%s is refused or stays inside its record", (_, create, read) => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const { view, offset } = fenced(bytes);
        const event = create().wrap(view, offset, bytes.length);
        try {
          event.check();
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessageError);
          return;
        }
        expect((read as (e: unknown) => string)(event).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it("cnc metadata is refused or describes sections inside the file", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(512, 1024 + 768, 1024 + 128, 4096, 1024), fc.integer()), {
          minLength: 0,
          maxLength: 40,
        }),
        fc.nat({ max: 1 << 20 }),
        (words, fileLength) => {
          const bytes = new Uint8Array(Int32Array.from(words).buffer);
          try {
            const layout = readCncLayout(viewOf(bytes), fileLength);
            expect(layout.errorLog.offset + layout.errorLog.length).toBeLessThanOrEqual(fileLength);
          } catch (error) {
            expect(error).toBeInstanceOf(CncFileError);
          }
        },
      ),
    );
  });

  it("a loss report is read up to what is damaged", () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const report = readLossReport(viewOf(bytes));
        expect(report.entries.length).toBeLessThanOrEqual(bytes.length / 48);
      }),
    );
  });
});
