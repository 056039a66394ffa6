import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { assert, integer, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  claimedLength,
  INVALID_DATAGRAM,
  isSetup,
} from "../../../../src/driver/network/receive/received-frames.js";
import {
  dataFrame,
  heartbeatFrame,
  padFrame,
  setupFrame,
  STREAM,
  together,
} from "../../../support/wire-frames.js";

const buffer = new AtomicBuffer(new ArrayBuffer(64 * 1024));

function claimed(bytes: Uint8Array, offset: number = 64): number {
  buffer.u8.fill(0xee);
  buffer.u8.set(bytes, offset);
  return claimedLength(buffer, offset, bytes.length);
}

const payload = new Uint8Array(70).fill(1);

/** A frame with an int32 of it changed. */
function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setInt32(at, value, true);
  return copy;
}

describe("a data datagram", () => {
  it("claims its length, nothing for a heartbeat, the whole padding for a PAD", () => {
    expect(claimed(dataFrame(STREAM, 0, payload))).toBe(128);
    expect(claimed(heartbeatFrame(STREAM, 96))).toBe(0);
    expect(claimed(padFrame(STREAM, 0, 4096))).toBe(4096);
    const three = together(
      dataFrame(STREAM, 0, payload),
      dataFrame(STREAM, 128, payload),
      padFrame(STREAM, 256, 1000),
    );
    expect(claimed(three)).toBe(256 + 1024);
  });

  const frame = dataFrame(STREAM, 128, payload);
  const first = dataFrame(STREAM, 0, payload);
  const cases: [name: string, bytes: Uint8Array][] = [
    ["is shorter than a header", frame.slice(0, 31)],
    ["is no multiple of 32", together(frame, new Uint8Array(8))],
    ["has a frame shorter than a header", changed(frame, 0, 31)],
    ["has a negative frame length", changed(frame, 0, -64)],
    ["has a frame longer than itself", changed(frame, 0, 129)],
    ["has a frame of nearly 2 GiB", changed(frame, 0, 0x7fffffff)],
    ["has a PAD of nearly 2 GiB", changed(padFrame(STREAM, 0, 64), 0, 0x7fffffff)],
    ["has a negative term offset", changed(frame, 8, -32)],
    ["has a term offset between frames", changed(frame, 8, 16)],
    ["has frames that do not follow each other", together(first, changed(frame, 8, 160))],
    ["has frames of two sessions", together(first, changed(frame, 12, 1))],
    ["has frames of two streams", together(first, changed(frame, 16, 1))],
    ["has frames of two terms", together(first, changed(frame, 20, 1))],
    ["has a frame of another kind behind", together(first, changed(frame, 4, 0x0003c000))],
    ["has a frame of another version behind", together(first, changed(frame, 4, 0x0001c001))],
    ["has a PAD before its end", together(changed(padFrame(STREAM, 0, 0), 0, 64), frame)],
    ["has bytes behind its frames", together(first, new Uint8Array(32))],
    ["is a heartbeat with something behind", together(heartbeatFrame(STREAM, 0), frame)],
  ];
  it.each(cases)("is refused if it %s", (_, bytes) => {
    expect(claimed(bytes)).toBe(INVALID_DATAGRAM);
  });

  it("never claims less than it is long, nor anything from bytes beyond it, whatever it holds", () => {
    assert(
      property(
        uint8Array({ minLength: 0, maxLength: 256 }),
        integer({ min: 0, max: 8 }),
        (noise, start) => {
          const bytes = together(frame, frame).slice(0, 256);
          bytes.set(noise.slice(0, 256 - start * 4), start * 4);
          const result = claimed(bytes);
          expect(result === INVALID_DATAGRAM || result >= bytes.length).toBe(true);
        },
      ),
    );
  });
});

describe("a SETUP", () => {
  function judge(bytes: Uint8Array): boolean {
    buffer.u8.set(bytes, 64);
    return isSetup(buffer, 64);
  }
  const setup = setupFrame(STREAM, 3 * STREAM.termLength + 64);

  it("is taken if it describes a stream that can be", () => {
    expect(judge(setup)).toBe(true);
    expect(judge(changed(setup, 8, STREAM.termLength))).toBe(true);
  });

  const cases: [name: string, at: number, value: number][] = [
    ["term offset beyond the term", 8, STREAM.termLength + 32],
    ["negative term offset", 8, -32],
    ["term offset between frames", 8, 8],
    ["active term before the initial one", 24, STREAM.initialTermId - 1],
    ["term length that is no power of two", 28, 100_000],
    ["term length that is too short", 28, 32 * 1024],
    ["negative term length", 28, -0x80000000],
    ["MTU that holds no payload", 32, 32],
    ["MTU between frames", 32, 1400],
    ["MTU that no datagram has", 32, 65_536],
  ];
  it.each(cases)("is refused with a %s", (_, at, value) => {
    expect(judge(changed(setup, at, value))).toBe(false);
  });

  it("is refused where positions would no longer be exact", () => {
    const far = changed(setup, 28, 1024 * 1024 * 1024);
    expect(judge(changed(far, 24, (STREAM.initialTermId + 0x7fffffff) | 0))).toBe(false);
  });
});
