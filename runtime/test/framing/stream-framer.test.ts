import { describe, expect, it } from "vitest";
import { B3_FRAME, lengthPrefix, SOFH, StreamFramer } from "@alerion/runtime/framing";
import { Collector, bytesOf, codeOf, viewOf } from "./support.js";

const PREFIX = lengthPrefix({ lengthSize: 2 });

function push(framer: StreamFramer, hex: string): void {
  const bytes = bytesOf(hex);
  framer.onBytes(viewOf(bytes), 0, bytes.length);
}

describe("a stream framer", () => {
  it("hands on the frames of a chunk where they lie", () => {
    const views: DataView[] = [];
    const offsets: number[] = [];
    const framer = new StreamFramer(PREFIX, {
      onMessage(view, offset) {
        views.push(view);
        offsets.push(offset);
      },
    });
    const bytes = bytesOf("ff 0002 0102 0000 0001 03 ff");
    const view = viewOf(bytes);
    framer.onBytes(view, 1, bytes.length - 2);
    expect(views).toStrictEqual([view, view, view]);
    expect(offsets).toStrictEqual([3, 7, 9]);
    expect(framer.frameCount).toBe(3);
    expect(framer.pendingLength).toBe(0);
  });

  it("gathers a frame that comes byte by byte, header included", () => {
    const collector = new Collector();
    const framer = new StreamFramer(B3_FRAME, collector);
    for (const byte of bytesOf("0600 50eb 0102 0400 50eb 0500 50eb 09")) {
      framer.onBytes(viewOf(Uint8Array.of(byte)), 0, 1);
    }
    expect(collector.hex).toStrictEqual(["0102", "", "09"]);
    framer.finish();
  });

  it("grows its buffer with the bytes that arrive, not with what a header claims", () => {
    const collector = new Collector();
    const framer = new StreamFramer(SOFH, collector, { bufferLength: 8 });
    push(framer, "00010000 eb50");
    expect(framer.pendingLength).toBe(6);
    const rest = new Uint8Array(0x10000 - 6).fill(7);
    for (let at = 0; at < rest.length; at += 1000) {
      const piece = rest.subarray(at, at + 1000);
      framer.onBytes(viewOf(piece), 0, piece.length);
    }
    expect(collector.messages).toHaveLength(1);
    expect(collector.messages[0]).toStrictEqual(rest);
  });

  it("throws on a frame that is too short or too long and stays so until it is reset", () => {
    const collector = new Collector();
    const framer = new StreamFramer(B3_FRAME, collector);
    expect(codeOf(() => push(framer, "0500 50eb 01 0300 50eb"))).toBe("FRAME_TOO_SHORT");
    expect(collector.hex).toStrictEqual(["01"]);
    expect(codeOf(() => push(framer, "0500 50eb 01"))).toBe("FRAMER_BUSY");
    framer.reset();
    push(framer, "0500 50eb 02");
    expect(collector.hex).toStrictEqual(["01", "02"]);
    const limited = new StreamFramer(
      lengthPrefix({ lengthSize: 4, frameLengthMax: 20 }),
      collector,
    );
    expect(codeOf(() => push(limited, "00000011"))).toBe("FRAME_TOO_LONG");
  });

  it("says where in the stream a bad frame lies, also when its header came in pieces", () => {
    const framer = new StreamFramer(B3_FRAME, new Collector());
    push(framer, "0500 50eb 01 0300");
    expect(() => push(framer, "feca")).toThrow(
      "frame must have a marker of the format: markers=60240 offset=5",
    );
  });

  it("a stream that ends within a frame is truncated", () => {
    const framer = new StreamFramer(PREFIX, new Collector());
    push(framer, "0002 01");
    expect(codeOf(() => framer.finish())).toBe("FRAME_TRUNCATED");
    push(framer, "02");
    expect(codeOf(() => framer.finish())).toBe("no error");
  });

  it("does not let its handler call it, and needs a reset when the handler threw", () => {
    const codes: string[] = [];
    const framer: StreamFramer = new StreamFramer(PREFIX, {
      onMessage(view) {
        codes.push(codeOf(() => framer.onBytes(view, 0, 0)));
        throw new Error("handler");
      },
    });
    expect(() => push(framer, "0000 0000")).toThrow("handler");
    expect(codes).toStrictEqual(["FRAMER_BUSY"]);
    expect(codeOf(() => push(framer, "0000"))).toBe("FRAMER_BUSY");
  });

  it("refuses bytes outside of the view and a buffer out of range", () => {
    const framer = new StreamFramer(PREFIX, new Collector());
    const view = viewOf(new Uint8Array(4));
    for (const [offset, length] of [
      [-1, 2],
      [0, 5],
      [4, 1],
      [0, -1],
      [Number.NaN, 1],
    ] as const) {
      expect(codeOf(() => framer.onBytes(view, offset, length))).toBe("FRAMING_RANGE_INVALID");
    }
    expect(codeOf(() => new StreamFramer(PREFIX, new Collector(), { bufferLength: 1 }))).toBe(
      "FRAMING_OPTION_INVALID",
    );
  });
});
