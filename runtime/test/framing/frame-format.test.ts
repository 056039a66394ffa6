import { describe, expect, it } from "vitest";
import {
  B3_FRAME,
  DERIBIT_PACKET,
  FRAME_INCOMPLETE,
  FRAME_MARKER_UNKNOWN,
  FRAME_TOO_LONG,
  FRAME_TOO_SHORT,
  FrameFormat,
  ILINK3_FRAME,
  lengthPrefix,
  MDP3_MESSAGE,
  MDP3_TCP_FRAME,
  SOFH,
  sofh,
} from "@alerion/runtime/framing";
import { bytesOf, codeOf, viewOf } from "./support.js";

function lengthIn(format: FrameFormat, hex: string): number {
  const bytes = bytesOf(hex);
  return format.frameLength(viewOf(bytes), 0, bytes.length);
}

describe("frame formats", () => {
  it.each([
    ["standard SOFH", SOFH, "00000044 eb50", 68],
    ["standard SOFH of a big-endian body", SOFH, "00000044 5be0", 68],
    ["little-endian SOFH", sofh({ littleEndian: true }), "44000000 50eb", 68],
    ["short SOFH", sofh({ lengthSize: 2 }), "0044 eb50", 68],
    ["iLink 3", ILINK3_FRAME, "1a00 feca", 26],
    ["B3", B3_FRAME, "cd00 50eb", 205],
    ["MDP 3.0 message", MDP3_MESSAGE, "5800", 88],
    ["MDP 3.0 over TCP", MDP3_TCP_FRAME, "feca 08000000 77ecc57ee7c2a216 1801", 294],
    ["Deribit datagram", DERIBIT_PACKET, "2200 0100 3b000000", 42],
    ["one byte", lengthPrefix({ lengthSize: 1 }), "05", 6],
    ["one byte with itself", lengthPrefix({ lengthSize: 1, countsItself: true }), "05", 5],
    ["two bytes", lengthPrefix({ lengthSize: 2 }), "0105", 263],
    ["two bytes, little endian", lengthPrefix({ lengthSize: 2, littleEndian: true }), "0501", 263],
    ["four bytes", lengthPrefix({ lengthSize: 4 }), "00000105", 265],
    [
      "four bytes with themselves",
      lengthPrefix({ lengthSize: 4, countsItself: true, littleEndian: true }),
      "05010000",
      261,
    ],
  ])("%s: reads the length of the whole frame", (_, format, hex, expected) => {
    expect(lengthIn(format, hex)).toBe(expected);
  });

  it("a header that is not all there is incomplete", () => {
    expect(lengthIn(SOFH, "00000044 eb")).toBe(FRAME_INCOMPLETE);
    expect(lengthIn(MDP3_MESSAGE, "58")).toBe(FRAME_INCOMPLETE);
  });

  it("a length below that of the header is a fault", () => {
    expect(lengthIn(SOFH, "00000005 eb50")).toBe(FRAME_TOO_SHORT);
    expect(lengthIn(MDP3_MESSAGE, "0100")).toBe(FRAME_TOO_SHORT);
    expect(lengthIn(lengthPrefix({ lengthSize: 4, countsItself: true }), "00000000")).toBe(
      FRAME_TOO_SHORT,
    );
  });

  it("a length above the greatest is a fault", () => {
    expect(lengthIn(SOFH, "ffffffff eb50")).toBe(FRAME_TOO_LONG);
    expect(lengthIn(sofh({ frameLengthMax: 68 }), "00000044 eb50")).toBe(68);
    expect(lengthIn(sofh({ frameLengthMax: 67 }), "00000044 eb50")).toBe(FRAME_TOO_LONG);
  });

  it("another marker is a fault, before the length is believed", () => {
    expect(lengthIn(SOFH, "ffffffff f500")).toBe(FRAME_MARKER_UNKNOWN);
    expect(lengthIn(B3_FRAME, "cd00 feca")).toBe(FRAME_MARKER_UNKNOWN);
  });

  it("write headers that they read", () => {
    const view = new DataView(new ArrayBuffer(70_000));
    for (const [format, markers] of [
      [SOFH, [0x5be0, 0xeb50]],
      [ILINK3_FRAME, [0xcafe]],
      [B3_FRAME, [0xeb50]],
      [MDP3_MESSAGE, [undefined]],
      [MDP3_TCP_FRAME, [0xcafe]],
      [DERIBIT_PACKET, [undefined]],
      [lengthPrefix({ lengthSize: 1 }), [undefined]],
      [lengthPrefix({ lengthSize: 4, littleEndian: true, countsItself: true }), [undefined]],
    ] as const) {
      for (const marker of [...markers, undefined]) {
        format.writeHeader(view, 5, 100, marker);
        expect(format.frameLength(view, 5, view.byteLength)).toBe(format.headerLength + 100);
      }
    }
  });

  it("write only what fits", () => {
    const view = new DataView(new ArrayBuffer(70_000));
    const fault = (format: FrameFormat, payloadLength: number, marker?: number): string =>
      codeOf(() => format.writeHeader(view, 0, payloadLength, marker));
    expect(fault(MDP3_MESSAGE, 65_533)).toBe("no error");
    expect(fault(MDP3_MESSAGE, 65_534)).toBe("FRAME_TOO_LONG");
    expect(fault(lengthPrefix({ lengthSize: 1 }), 255)).toBe("no error");
    expect(fault(lengthPrefix({ lengthSize: 1 }), 256)).toBe("FRAME_TOO_LONG");
    expect(fault(sofh({ frameLengthMax: 10 }), 5)).toBe("FRAME_TOO_LONG");
    expect(fault(SOFH, 5, 0xcafe)).toBe("FRAME_MARKER_UNKNOWN");
    expect(fault(SOFH, 70_000)).toBe("FRAMING_RANGE_INVALID");
    expect(fault(SOFH, -7)).toBe("FRAMING_RANGE_INVALID");
  });

  it("options out of range are refused", () => {
    const base = { headerLength: 4, lengthSize: 2, littleEndian: true } as const;
    const marker = { offset: 2, size: 2, littleEndian: true, values: [1] } as const;
    for (const options of [
      { ...base, headerLength: 0 },
      { ...base, headerLength: 1 },
      { ...base, headerLength: 1.5 },
      { ...base, headerLength: 65_536 },
      { ...base, lengthOffset: 3 },
      { ...base, lengthOffset: -1 },
      { ...base, lengthSize: 3 as 2 },
      { ...base, uncountedLength: 5 },
      { ...base, frameLengthMax: 3 },
      { ...base, frameLengthMax: 2 ** 31 },
      { ...base, marker: { ...marker, offset: 3 } },
      { ...base, marker: { ...marker, size: 3 as 2 } },
      { ...base, marker: { ...marker, values: [] } },
      { ...base, marker: { ...marker, values: [1, 2, 3, 4, 5, 6, 7, 8, 9] } },
    ]) {
      expect(
        codeOf(() => new FrameFormat(options)),
        JSON.stringify(options),
      ).toBe("FRAMING_OPTION_INVALID");
    }
    expect(codeOf(() => new FrameFormat({ ...base, marker }))).toBe("no error");
  });

  it("its errors say which fault", () => {
    expect(SOFH.errorOf(FRAME_TOO_SHORT, 7)).toMatchObject({
      code: "FRAME_TOO_SHORT",
      message: "frame must not be shorter than its header: headerLength=6 offset=7",
    });
    expect(SOFH.errorOf(FRAME_TOO_LONG, 7).code).toBe("FRAME_TOO_LONG");
    expect(SOFH.errorOf(FRAME_MARKER_UNKNOWN, 7).code).toBe("FRAME_MARKER_UNKNOWN");
    expect(SOFH.errorOf(FRAME_INCOMPLETE, 7).code).toBe("FRAME_TRUNCATED");
  });
});
