import { describe, expect, it } from "vitest";
import type { MessageHandler } from "@alerion/runtime/codegen";
import {
  BackToBackFramer,
  DatagramFramer,
  LineArbiter,
  lengthPrefix,
  MDP3_MESSAGE,
  MDP3_SEQUENCE,
  SOFH,
  StreamFramer,
} from "@alerion/runtime/framing";
import { bytesPerCall } from "../support/allocation.js";
import { bytesOf, viewOf } from "./support.js";

class Summer implements MessageHandler {
  sum = 0;
  onMessage(view: DataView, offset: number, length: number): void {
    this.sum = (this.sum + view.getUint8(offset) + length) | 0;
  }
}

describe("framing allocates nothing", () => {
  it("in a stream whose frames are cut by its chunks", () => {
    const summer = new Summer();
    const framer = new StreamFramer(SOFH, summer);
    // Three frames of 10 bytes, in chunks of 7, 14 and 9 bytes.
    const view = viewOf(bytesOf("0000000aeb50 01020304".repeat(3)));
    const bytes = bytesPerCall(() => {
      framer.onBytes(view, 0, 7);
      framer.onBytes(view, 7, 14);
      framer.onBytes(view, 21, 9);
    });
    expect(bytes).toBe(0);
    expect(framer.pendingLength).toBe(0);
  });

  it("in a stream of whole frames", () => {
    const framer = new StreamFramer(lengthPrefix({ lengthSize: 2 }), new Summer());
    const view = viewOf(bytesOf("0002 0102 0001 03"));
    expect(bytesPerCall(() => framer.onBytes(view, 0, view.byteLength))).toBe(0);
  });

  it("in datagrams of one feed from two lines, with packets lost and waiting, beyond 2^31", () => {
    const summer = new Summer();
    const arbiter = new LineArbiter(
      new DatagramFramer(MDP3_MESSAGE, summer, { packetHeaderLength: 12 }),
      { initialSequence: 0xf000_0000 },
    );
    const lineA = arbiter.line(0, MDP3_SEQUENCE);
    const lineB = arbiter.line(1, MDP3_SEQUENCE);
    const view = viewOf(bytesOf("00000000 0102030405060708 0300 07 0400 0809"));
    let sequence = 0xf000_0000 | 0;
    const send = (line: MessageHandler, ahead: number): void => {
      view.setInt32(0, (sequence + ahead) | 0, true);
      line.onMessage(view, 0, view.byteLength);
    };
    const bytes = bytesPerCall(() => {
      send(lineA, 0);
      send(lineB, 0);
      send(lineA, 2);
      send(lineB, 1);
      send(lineB, 2);
      send(lineB, 4);
      send(lineA, 5);
      send(lineB, 5);
      sequence = (sequence + 6) | 0;
    });
    expect(bytes).toBe(0);
    expect(arbiter.packetCount).toBe(5 * arbiter.gapCount);
    expect(arbiter.gapCount).toBeGreaterThan(0);
  });

  it("in messages back to back", () => {
    const framer = new BackToBackFramer((view, offset) => view.getUint8(offset), new Summer());
    const view = viewOf(bytesOf("01 0202 030303"));
    expect(bytesPerCall(() => framer.onMessage(view, 0, view.byteLength))).toBe(0);
  });
});

it("the measure notices an allocation", () => {
  let kept: unknown;
  const bytes = bytesPerCall(() => {
    kept = { value: 1 };
  });
  expect(bytes).toBeGreaterThanOrEqual(12);
  expect(bytes).toBeLessThanOrEqual(64);
  expect(kept).toBeDefined();
});
