import { describe, expect, it } from "vitest";
import {
  compileSchema,
  DecodeError,
  decodeMessage,
  layoutOf,
  measureMessage,
  printMessage,
  type SchemaLayout,
} from "@alerion/schema";
import { GuardedView } from "../support/guarded-view.js";

/** Groups whose entries take bytes, take none, or take none but for what is in them. */
const SCHEMA = `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="hostile" id="1" version="0">
<types>
<composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/>
<type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/>
<type name="version" primitiveType="uint16"/>
</composite>
<composite name="wide">
<type name="blockLength" primitiveType="uint32" maxValue="65534"/>
<type name="numInGroup" primitiveType="uint32" maxValue="65534"/>
</composite>
<composite name="blob">
<type name="length" primitiveType="uint32" maxValue="1073741824"/>
<type name="varData" primitiveType="uint8" length="0"/>
</composite>
<type name="Seven" primitiveType="uint8" presence="constant">7</type>
</types>
<sbe:message name="Solid" id="1">
<group name="entries" id="1" dimensionType="wide"><field name="a" id="2" type="uint32"/></group>
</sbe:message>
<sbe:message name="Hollow" id="2">
<group name="entries" id="1" dimensionType="wide"><field name="seven" id="2" type="Seven"/></group>
</sbe:message>
<sbe:message name="Nested" id="3">
<group name="outer" id="1" dimensionType="wide">
<group name="inner" id="2" dimensionType="wide"><field name="seven" id="3" type="Seven"/></group>
</group>
</sbe:message>
<sbe:message name="Data" id="4"><data name="blob" id="1" type="blob"/></sbe:message>
</sbe:messageSchema>`;

function hostileLayout(): SchemaLayout {
  const { ir, diagnostics } = compileSchema(SCHEMA, { file: "hostile.xml" });
  if (ir === undefined) throw new Error(`schema must compile: ${JSON.stringify(diagnostics)}`);
  return layoutOf(ir);
}

const layout = hostileLayout();

/** A message of a template with an empty block and 32-bit numbers behind the header. */
function message(templateId: number, ...numbers: number[]): GuardedView {
  const view = new DataView(new ArrayBuffer(8 + numbers.length * 4));
  view.setUint16(2, templateId, true);
  view.setUint16(4, 1, true);
  for (const [index, number] of numbers.entries()) view.setUint32(8 + index * 4, number, true);
  return new GuardedView(new Uint8Array(view.buffer), 0xa5);
}

/** The error code of every way to read the message, which must be one. */
function codeOf(view: GuardedView): string {
  const { start, limit } = view;
  const ways = [
    () => decodeMessage(layout, view, start, limit),
    () => decodeMessage(layout, view, start, limit, { lossless: true }),
    () => measureMessage(layout, view, start, limit),
    () => printMessage(layout, view, start, limit, () => undefined),
  ];
  const codes = new Set(
    ways.map((way) => {
      try {
        way();
        return "none";
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        return error.code;
      }
    }),
  );
  return [...codes].join(" ");
}

const MOST = 0xffffffff;
const MEBIBYTE = 1 << 20;

describe("messages made to hurt", () => {
  it("refuses a group of 2^32-1 entries that take no bytes, at once", () => {
    const started = performance.now();
    expect(codeOf(message(2, 0, MOST))).toBe("GROUP_COUNT");
    expect(performance.now() - started).toBeLessThan(200);
  });

  it("allows entries without bytes as many as a 16-bit count can say", () => {
    const view = message(2, 0, 65_534);
    const { values, length } = decodeMessage(layout, view, view.start, view.limit);
    expect(values["entries"]).toHaveLength(65_534);
    expect(length).toBe(16);
    expect(codeOf(message(2, 0, 65_536))).toBe("GROUP_COUNT");
  });

  it("refuses entries without bytes that groups in groups multiply", () => {
    const inner = Array.from({ length: 40 }, () => [0, 65_535]).flat();
    const started = performance.now();
    const view = message(3, 0, 40, ...inner);
    expect(() => decodeMessage(layout, view, view.start, view.limit)).toThrow(
      "entries without bytes must not be more than 65535: group=inner numInGroup=65535",
    );
    let printed = "";
    const sink = (text: string): void => {
      printed += text;
    };
    expect(() => printMessage(layout, view, view.start, view.limit, sink)).toThrow(DecodeError);
    // What is faulty prints nothing, not even its beginning.
    expect(printed).toBe("");
    // Measuring makes nothing of them.
    expect(measureMessage(layout, view, view.start, view.limit)).toBe(8 + 8 + 40 * 8);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("ends with the bytes when 2^32-1 entries hold groups that take some", () => {
    expect(codeOf(message(3, 0, MOST, 0, 0, 0, 0))).toBe("OUT_OF_BOUNDS");
  });

  it.each([
    ["a group with more entries than bytes are left", message(1, 4, 2, 1)],
    ["a group whose size overflows 32 bits", message(1, 0x10000, 0x10000, 1)],
    ["a group whose size overflows 53 bits", message(1, MOST, MOST, 1)],
    ["data longer than what is left", message(4, 5, 0)],
    ["data of 4 GiB", message(4, MOST)],
    ["a dimension that is cut off", message(1, 4)],
    ["a data length that is cut off", message(4)],
  ])("refuses %s", (_what, view) => {
    expect(codeOf(view)).toBe("OUT_OF_BOUNDS");
  });

  it("refuses entries that are shorter than their fields", () => {
    expect(codeOf(message(1, 3, 1, 0))).toBe("BLOCK_TOO_SHORT");
    expect(codeOf(message(1, 0, 1))).toBe("BLOCK_TOO_SHORT");
    expect(codeOf(message(1, 0, 0))).toBe("none");
  });

  it.each([
    [-1, 8],
    [0, 9],
    [5, 4],
    [0.5, 8],
    [0, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])("refuses the bounds %d to %d of a view of 8 bytes", (offset, limit) => {
    const view = new DataView(new ArrayBuffer(8));
    expect(() => measureMessage(layout, view, offset, limit)).toThrow(
      "offset and limit must lie in the view",
    );
  });

  it.each([
    ["data", 4, [8 * MEBIBYTE], 8 * MEBIBYTE],
    ["small entries", 1, [4, 2 * MEBIBYTE], 8 * MEBIBYTE],
  ])(
    "prints 8 MiB of %s in a heap of less than four times that",
    (_what, templateId, numbers, rest) => {
      const view = new DataView(new ArrayBuffer(8 + numbers.length * 4 + rest));
      view.setUint16(2, templateId, true);
      view.setUint16(4, 1, true);
      for (const [index, number] of numbers.entries()) view.setUint32(8 + index * 4, number, true);
      const before = process.memoryUsage().heapUsed;
      let peak = before;
      let printed = 0;
      printMessage(layout, view, 0, view.byteLength, (text) => {
        printed += text.length;
        peak = Math.max(peak, process.memoryUsage().heapUsed);
      });
      expect(printed).toBeGreaterThan(2 * rest);
      expect(peak - before).toBeLessThan(4 * rest);
    },
    60_000,
  );

  it("says how much more it needs to a reader of a stream", () => {
    const whole = message(1, 4, 3, 10, 11, 12);
    const neededAt = (limit: number): number | undefined => {
      try {
        measureMessage(layout, whole, whole.start, whole.start + limit);
        return undefined;
      } catch (error) {
        if (error instanceof DecodeError) return (error.neededLimit ?? Number.NaN) - whole.start;
        throw error;
      }
    };
    expect([0, 7, 8, 15, 16, 27, 28].map(neededAt)).toStrictEqual([
      8,
      8,
      16,
      16,
      28,
      28,
      undefined,
    ]);
  });
});
