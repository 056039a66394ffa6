import { describe, expect, it } from "vitest";
import { compareSchemas, compileSchema, layoutOf, type SchemaLayout } from "@alerion/schema";
import { loadGenerated } from "./support/generated-codecs.js";

const OLD_TYPES = `<composite name="messageHeader"><type name="blockLength" primitiveType="uint16"/>
<type name="templateId" primitiveType="uint16"/><type name="schemaId" primitiveType="uint16"/>
<type name="version" primitiveType="uint16"/></composite>
<composite name="groupSizeEncoding"><type name="blockLength" primitiveType="uint16"/>
<type name="numInGroup" primitiveType="uint8"/></composite>
<composite name="text"><type name="length" primitiveType="uint16"/>
<type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/></composite>
<enum name="Side" encodingType="uint8"><validValue name="Buy">1</validValue>
<validValue name="Sell">2</validValue></enum>`;

const ID = '<field name="id" id="1" type="uint32"/>';
const QUANTITY = '<field name="quantity" id="2" type="uint8"/>';
const SIDE = '<field name="side" id="3" type="Side"/>';
const RATIO = '<field name="ratio" id="11" type="uint16"/>';
const NOTE = '<data name="note" id="20" type="text"/>';
const SINCE = 'sinceVersion="1"';

function group(content: string): string {
  return `<group name="legs" id="10" dimensionType="groupSizeEncoding">${content}</group>`;
}

function layout(version: number, content: string, types = OLD_TYPES, id = 1): SchemaLayout {
  const { ir, diagnostics } = compileSchema(
    `<messageSchema package="p" id="7" version="${version}"><types>${types}</types>
<message name="Order" id="${id}">${content}</message></messageSchema>`,
    { file: "order.xml" },
  );
  if (ir === undefined) throw new Error(`schema must compile: ${JSON.stringify(diagnostics)}`);
  return layoutOf(ir);
}

const OLD = layout(0, ID + QUANTITY + SIDE + group(RATIO) + NOTE);
const OLD_ORDER = {
  id: 70_000,
  quantity: 200,
  side: 2,
  legs: [{ ratio: 3 }, { ratio: 4 }],
  note: "n",
};

interface Case {
  readonly title: string;
  readonly now: SchemaLayout;
  /** What the new writer sends. */
  readonly order: object;
  /** What new readers make of the old order: what is read, or the code of the error. */
  readonly newReaders: object | string;
  /** What old readers make of the new order. */
  readonly oldReaders: object | string;
}

const cases: readonly Case[] = [
  {
    title: "a field at the end of the block hurts nobody",
    now: layout(
      1,
      `${ID + QUANTITY + SIDE}<field name="price" id="4" type="int64" presence="optional" ${SINCE}/>${group(RATIO)}${NOTE}`,
    ),
    order: { ...OLD_ORDER, price: 5n },
    newReaders: OLD_ORDER,
    oldReaders: OLD_ORDER,
  },
  {
    title: "a field at the end of an entry, and data at the end, hurt nobody",
    now: layout(
      1,
      `${ID + QUANTITY + SIDE}${group(`${RATIO}<field name="extra" id="12" type="uint8" presence="optional" ${SINCE}/>`)}${NOTE}<data name="more" id="21" type="text" ${SINCE}/>`,
    ),
    order: {
      ...OLD_ORDER,
      legs: [
        { ratio: 3, extra: 1 },
        { ratio: 4, extra: 2 },
      ],
      more: "m",
    },
    newReaders: OLD_ORDER,
    oldReaders: OLD_ORDER,
  },
  {
    title: "a field that moved is misread both ways",
    now: layout(1, SIDE + QUANTITY + ID + group(RATIO) + NOTE),
    order: OLD_ORDER,
    newReaders: { ...OLD_ORDER, side: 112, quantity: 17, id: 0x02_c8_00_01 },
    oldReaders: { ...OLD_ORDER, id: 0x11_70_c8_02, quantity: 1, side: 0 },
  },
  {
    title: "a block that lost its last field is refused by old readers",
    now: layout(1, ID + QUANTITY + group(RATIO) + NOTE),
    order: { id: 70_000, quantity: 200, legs: OLD_ORDER.legs, note: "n" },
    newReaders: { id: 70_000, quantity: 200, legs: OLD_ORDER.legs, note: "n" },
    oldReaders: "BLOCK_TOO_SHORT",
  },
  {
    title: "a new field without sinceVersion is refused by new readers",
    now: layout(
      1,
      `${ID + QUANTITY + SIDE}<field name="price" id="4" type="int64"/>${group(RATIO)}${NOTE}`,
    ),
    order: { ...OLD_ORDER, price: 5n },
    newReaders: "BLOCK_TOO_SHORT",
    oldReaders: OLD_ORDER,
  },
  {
    title: "an enum name that stands for another value means something else both ways",
    now: layout(
      1,
      ID + QUANTITY + SIDE + group(RATIO) + NOTE,
      OLD_TYPES.replace(">1<", ">9<").replace(">2<", ">1<").replace(">9<", ">2<"),
    ),
    order: { ...OLD_ORDER, side: 1 },
    newReaders: OLD_ORDER,
    oldReaders: { ...OLD_ORDER, side: 1 },
  },
  {
    title: "a template id that changed is refused both ways",
    now: layout(1, ID + QUANTITY + SIDE + group(RATIO) + NOTE, OLD_TYPES, 2),
    order: OLD_ORDER,
    newReaders: "TEMPLATE_ID_MISMATCH",
    oldReaders: "TEMPLATE_ID_MISMATCH",
  },
];

/** What a decoder makes of bytes: values, or the code of its error. */
function read(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof Error && "code" in error) return error.code;
    throw error;
  }
}

describe("what sbe compat says holds for generated codecs", { timeout: 60_000 }, () => {
  it.each(cases)("$title", async ({ title, now, order, newReaders, oldReaders }) => {
    const folder = `evolution-${title.replaceAll(/[^a-z]+/g, "-")}`;
    const before = (await loadGenerated(OLD, folder, { baseName: "before" })).classes("Order");
    const after = (await loadGenerated(now, folder, { baseName: "now" })).classes("Order");
    const oldBytes = before.encoder.encode(OLD_ORDER);
    const newBytes = after.encoder.encode({ ...order });
    expect(read((bytes) => after.decoder.decode(bytes), oldBytes)).toEqual(newReaders);
    expect(read((bytes) => before.decoder.decode(bytes), newBytes)).toEqual(oldReaders);

    const hurt = new Set(compareSchemas(OLD, now).map(({ breaks }) => breaks));
    const isHurt = (readers: "old-readers" | "new-readers"): boolean =>
      hurt.has(readers) || hurt.has("both");
    const isNewRight = typeof newReaders !== "string" && !isHurt("new-readers");
    const isOldRight = typeof oldReaders !== "string" && !isHurt("old-readers");
    // What reads right was not reported; what is refused was.
    if (typeof newReaders === "string") expect(isHurt("new-readers")).toBe(true);
    if (typeof oldReaders === "string") expect(isHurt("old-readers")).toBe(true);
    if (title.includes("nobody")) expect([isNewRight, isOldRight]).toEqual([true, true]);
  });
});
