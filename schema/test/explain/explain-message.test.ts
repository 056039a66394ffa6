import { describe, expect, it } from "vitest";
import { compileSchema, encodeMessage, layoutOf, type SchemaLayout } from "@alerion/schema";
import { explainMessage, type Span } from "@alerion/schema/explain";

const SCHEMA = `<?xml version="1.0" encoding="UTF-8"?>
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="shop" id="9" version="2">
<types>
<composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/>
<type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/>
<type name="version" primitiveType="uint16"/>
</composite>
<composite name="groupSizeEncoding">
<type name="blockLength" primitiveType="uint16"/>
<type name="numInGroup" primitiveType="uint8" offset="3"/>
</composite>
<composite name="text">
<type name="length" primitiveType="uint16"/>
<type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
</composite>
<composite name="blob">
<type name="length" primitiveType="uint8"/>
<type name="varData" primitiveType="uint8" length="0"/>
</composite>
<composite name="Price">
<type name="mantissa" primitiveType="int64" presence="optional"/>
<type name="exponent" primitiveType="int8" presence="constant">-2</type>
</composite>
<composite name="Floating">
<type name="mantissa" primitiveType="int32"/>
<type name="exponent" primitiveType="int8"/>
</composite>
<composite name="Instant" semanticType="UTCTimestamp">
<type name="time" primitiveType="uint64"/>
<type name="unit" primitiveType="uint8"/>
</composite>
<type name="Code" primitiveType="char" length="4"/>
<type name="Pair" primitiveType="int16" length="2"/>
<type name="OptionalCount" primitiveType="uint32" presence="optional"/>
<enum name="Size" encodingType="char">
<validValue name="Small">S</validValue>
<validValue name="Large">L</validValue>
</enum>
<set name="Flags" encodingType="uint8">
<choice name="Gift">0</choice>
<choice name="Fragile">3</choice>
</set>
</types>
<sbe:message name="Order" id="1">
<field name="id" id="1" type="uint64"/>
<field name="code" id="2" type="Code"/>
<field name="size" id="3" type="Size"/>
<field name="flags" id="4" type="Flags"/>
<field name="total" id="5" type="Price"/>
<field name="count" id="6" type="OptionalCount" offset="24"/>
<field name="rate" id="7" type="Floating"/>
<field name="at" id="8" type="uint64" semanticType="UTCTimestamp"/>
<field name="made" id="9" type="Instant"/>
<field name="day" id="12" type="uint16" semanticType="LocalMktDate"/>
<field name="pair" id="13" type="Pair"/>
<field name="late" id="14" type="uint8" sinceVersion="2"/>
<group name="lines" id="10" dimensionType="groupSizeEncoding">
<field name="quantity" id="11" type="uint16"/>
</group>
<data name="note" id="20" type="text"/>
<data name="label" id="21" type="blob"/>
</sbe:message>
<sbe:message name="Ping" id="2"/>
</sbe:messageSchema>
`;

function layoutOfText(text: string): SchemaLayout {
  const { ir, diagnostics } = compileSchema(text, { file: "shop.xml" });
  if (ir === undefined) throw new Error(JSON.stringify(diagnostics));
  return layoutOf(ir);
}

const layout = layoutOfText(SCHEMA);

const ORDER = {
  id: "7",
  code: "AB",
  size: "Large",
  flags: ["Gift", "Fragile"],
  total: { mantissa: "451225" },
  count: null,
  rate: { mantissa: 15, exponent: -1 },
  at: "1700000000123456789",
  made: { time: "1700000000", unit: 0 },
  day: 15989,
  pair: [-1, 2],
  late: 5,
  lines: [{ quantity: 1 }, { quantity: 2 }],
  note: "h\u00e9",
  label: "0xbeef",
};

function shown({ start, end, path, kind, text, meaning }: Span): string {
  return `${start}-${end} ${kind} ${path}: ${text}${meaning === undefined ? "" : ` = ${meaning}`}`;
}

function explained(bytes: Uint8Array, limit = bytes.length): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return explainMessage(layout, view, 0, limit).spans.map(shown);
}

describe("a message explained", () => {
  it("is every byte of it, in order, with what it means", () => {
    expect(explained(encodeMessage(layout, "Order", ORDER))).toStrictEqual([
      "0-2 header messageHeader.blockLength: 57",
      "2-4 header messageHeader.templateId: 1 = Order",
      "4-6 header messageHeader.schemaId: 9",
      "6-8 header messageHeader.version: 2",
      "8-16 field id: 7",
      '16-20 field code: "AB"',
      "20-21 field size: Large ('L')",
      "21-22 field flags: Gift | Fragile (0x09)",
      "22-30 field total.mantissa: 451225 = 4512.25",
      "30-32 gap : 2 bytes of no field",
      "32-36 field count: null",
      "36-40 field rate.mantissa: 15 = 1.5",
      "40-41 field rate.exponent: -1",
      "41-49 field at: 1700000000123456789 = 2023-11-14T22:13:20.123456789Z",
      "49-57 field made.time: 1700000000 = 2023-11-14T22:13:20.000000000Z",
      "57-58 field made.unit: 0",
      "58-60 field day: 15989 = 2013-10-11",
      "60-64 field pair: [-1, 2]",
      "64-65 field late: 5",
      "65-67 group lines.blockLength: 2",
      "67-68 gap : 1 byte of no field",
      "68-69 group lines.numInGroup: 2",
      "69-71 field lines[0].quantity: 1",
      "71-73 field lines[1].quantity: 2",
      "73-75 length note.length: 3",
      '75-78 data note: "h\u00e9"',
      "78-79 length label.length: 2",
      "79-81 data label: 0xbeef",
    ]);
  });

  it("shows nulls, unknown values and bits, and characters that cannot be seen", () => {
    const bytes = encodeMessage(layout, "Order", {
      ...ORDER,
      size: null,
      flags: { $set: ["Gift"], $raw: "131" },
      total: { mantissa: null },
      day: 0,
    });
    const spans = explained(bytes);
    expect(spans).toContain("20-21 field size: null");
    expect(spans).toContain("21-22 field flags: Gift | unknown bits (0x83)");
    expect(spans).toContain("22-30 field total.mantissa: null");
    bytes[20] = 0x58;
    bytes[21] = 0;
    expect(explained(bytes)).toContain("20-21 field size: unknown value ('X')");
    expect(explained(bytes)).toContain("21-22 field flags: none (0x00)");
    bytes[20] = 7;
    expect(explained(bytes)).toContain("20-21 field size: unknown value (7)");
  });

  it("of an older version has no newer fields", () => {
    const { late: _late, ...older } = ORDER;
    const bytes = encodeMessage(layout, "Order", older, { version: 1 });
    const spans = explained(bytes);
    expect(spans).toContain("60-64 field pair: [-1, 2]");
    expect(spans).toContain("64-66 group lines.blockLength: 2");
  });

  it("of a newer version has bytes that it does not know", () => {
    const bytes = encodeMessage(layout, "Ping", {});
    const newer = Uint8Array.from([...bytes, 1, 2, 3]);
    newer[0] = 3;
    expect(explained(newer)).toContain("8-11 extension : 3 bytes of a newer version");
  });

  it("that is cut keeps what could be read, the rest is unknown", () => {
    const bytes = encodeMessage(layout, "Order", ORDER);
    const cut = explained(bytes, 72);
    expect(cut.slice(-2)).toStrictEqual([
      "64-65 field late: 5",
      "65-72 unknown : group must lie before the limit: group=lines numInGroup=2 blockLength=2 limit=72 offset=65",
    ]);
    expect(explained(bytes, 10).at(-1)).toMatch(/^8-10 unknown : block must lie before the limit/);
    expect(explained(bytes, 7)).toStrictEqual([
      expect.stringMatching(/^0-7 unknown : message header must lie before the limit/),
    ]);
    expect(explained(bytes, 77).at(-1)).toMatch(/^73-77 unknown : data must lie before the limit/);
  });

  it("of another schema or template shows the header at least", () => {
    const bytes = encodeMessage(layout, "Ping", {});
    bytes[2] = 99;
    expect(explained(bytes)).toStrictEqual([
      "0-2 header messageHeader.blockLength: 0",
      "2-4 header messageHeader.templateId: 99",
      "4-6 header messageHeader.schemaId: 9",
      "6-8 header messageHeader.version: 2",
    ]);
    const view = new DataView(bytes.buffer);
    const { message, error } = explainMessage(layout, view);
    expect(message).toBeUndefined();
    expect(error?.code).toBe("TEMPLATE_ID_UNKNOWN");
  });

  it("bears a range that does not lie in the view", () => {
    const view = new DataView(new ArrayBuffer(8));
    for (const [offset, limit] of [
      [-1, 8],
      [0, 9],
      [9, 8],
      [0.5, 8],
    ] as const) {
      expect(explainMessage(layout, view, offset, limit).error?.code).toBe("OUT_OF_BOUNDS");
    }
  });
});
