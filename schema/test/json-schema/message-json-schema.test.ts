import { describe, expect, it } from "vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import {
  checkDocument,
  checkValues,
  compileSchema,
  layoutOf,
  messageJsonSchema,
  messagesJsonSchema,
  type SchemaLayout,
} from "@alerion/schema";

const SCHEMA = `<?xml version="1.0" encoding="UTF-8"?>
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="shop" id="9" version="2" description="A shop">
<types>
<composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/>
<type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/>
<type name="version" primitiveType="uint16"/>
</composite>
<composite name="groupSizeEncoding">
<type name="blockLength" primitiveType="uint16"/>
<type name="numInGroup" primitiveType="uint8"/>
</composite>
<composite name="text">
<type name="length" primitiveType="uint16"/>
<type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
</composite>
<composite name="blob">
<type name="length" primitiveType="uint8" maxValue="10"/>
<type name="varData" primitiveType="uint8" length="0"/>
</composite>
<composite name="Price" description="what it costs">
<type name="mantissa" primitiveType="int64" presence="optional"/>
<type name="exponent" primitiveType="int8" presence="constant">-2</type>
</composite>
<type name="Code" primitiveType="char" length="4"/>
<type name="Triple" primitiveType="int16" length="3"/>
<type name="OptionalCount" primitiveType="uint32" presence="optional"/>
<type name="OptionalRatio" primitiveType="double" presence="optional"/>
<enum name="Size" encodingType="char">
<validValue name="Small">S</validValue>
<validValue name="Large">L</validValue>
</enum>
<set name="Flags" encodingType="uint8">
<choice name="Gift">0</choice>
<choice name="Fragile">3</choice>
</set>
</types>
<sbe:message name="Order" id="1" description="An order">
<field name="orderId" id="1" type="uint64" description="whose"/>
<field name="code" id="2" type="Code"/>
<field name="size" id="3" type="Size"/>
<field name="flags" id="4" type="Flags"/>
<field name="total" id="5" type="Price"/>
<field name="count" id="6" type="OptionalCount"/>
<field name="ratio" id="7" type="OptionalRatio"/>
<field name="triple" id="8" type="Triple"/>
<field name="mark" id="9" type="char"/>
<field name="kind" id="12" type="Size" presence="constant" valueRef="Size.Small"/>
<field name="discount" id="13" type="uint8" sinceVersion="1" deprecated="2"/>
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
  orderId: "1",
  code: "AB",
  size: "Large",
  flags: ["Gift"],
  total: { mantissa: "5", exponent: -2 },
  count: null,
  ratio: 0.5,
  triple: [1, 2, 3],
  mark: "x",
  kind: "Small",
  lines: [{ quantity: 7 }, { quantity: 8 }],
  note: "",
  label: "0xff",
};

async function faultTexts(document: unknown): Promise<string[]> {
  const faults = await checkValues(layout, "Order", document);
  return faults.map(({ pointer, isKey, text }) => `${pointer}${isKey ? " (key)" : ""}: ${text}`);
}

describe("the JSON Schema of a message", () => {
  it("is one of draft 2020-12, with what the schema says of each part", () => {
    const json = messageJsonSchema(layout, "Order");
    expect(new Ajv2020({ allowUnionTypes: true }).validateSchema(json)).toBe(true);
    expect(json).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Order",
      description: "An order",
      type: "object",
      additionalProperties: false,
      required: [
        "orderId",
        "code",
        "size",
        "flags",
        "total",
        "triple",
        "mark",
        "lines",
        "note",
        "label",
      ],
      properties: {
        orderId: {
          description: "whose",
          type: ["string", "integer"],
          pattern: "^[0-9]{1,20}$",
          minimum: 0,
        },
        code: { type: "string", maxLength: 4 },
        size: { $ref: "#/$defs/Size" },
        flags: { $ref: "#/$defs/Flags" },
        total: { $ref: "#/$defs/Price" },
        count: { type: ["integer", "null"], minimum: 0, maximum: 4294967295 },
        triple: { type: "array", minItems: 3, maxItems: 3 },
        kind: { enum: ["Small", "Size.Small", 83] },
        discount: { type: "integer", deprecated: true },
        lines: { type: "array", maxItems: 254 },
        note: { type: "string", maxLength: 65534 },
        label: { type: "string", maxLength: 22 },
      },
      $defs: {
        Size: { anyOf: [{ enum: ["Small", "Large"] }, { type: ["integer", "null"] }] },
        Flags: { type: "array", items: { enum: ["Gift", "Fragile"] } },
        Price: { description: "what it costs", type: "object" },
      },
    });
    expect(json.$defs?.["Price"]).not.toHaveProperty("required");
  });

  it("finds nothing in what is right", async () => {
    expect(await faultTexts(ORDER)).toStrictEqual([]);
    const sparse: Record<string, unknown> = { ...ORDER, total: {}, size: 65, orderId: 5 };
    delete sparse["count"];
    delete sparse["kind"];
    expect(await faultTexts(sparse)).toStrictEqual([]);
  });

  it("finds every fault, at its place, in words", async () => {
    const wrong: Record<string, unknown> = {
      ...ORDER,
      orderId: "12x",
      code: "ABCDE",
      size: "Medium",
      flags: ["Gift", "Red"],
      total: { mantissa: 1.5, exponent: -3 },
      count: -1,
      ratio: "half",
      triple: [1, 2],
      mark: "xy",
      lines: [{ quantity: 70_000 }, { quantity: 1, weight: 2 }, {}],
      label: "ff",
      lable: "0xff",
    };
    delete wrong["note"];
    expect(await faultTexts(wrong)).toStrictEqual([
      ": note must be given: value=nothing",
      '/lable (key): lable must be one of "orderId", "code", "size", "flags", "total", "count", "ratio", "triple", "mark", "kind", "discount", "lines", …: value="lable"',
      '/orderId: orderId must be an integer from 0 to 18446744073709551615 (in quotes beyond 2^53): value="12x"',
      '/code: code must not be longer than 4 bytes: value="ABCDE"',
      '/size: size must be one of "Small", "Large": value="Medium"',
      '/flags/1: flags[1] must be one of "Gift", "Fragile": value="Red"',
      "/total/mantissa: total.mantissa must be an integer from -9223372036854775808 to 9223372036854775807 (in quotes beyond 2^53): value=1.5",
      "/total/exponent: total.exponent must be the constant -2: value=-3",
      "/count: count must be an integer from 0 to 4294967295: value=-1",
      '/ratio: ratio must be a double, "NaN", "Infinity" or "-Infinity": value="half"',
      "/triple: triple must be an array of 3 numbers: value=[1,2]",
      '/mark: mark must be one ASCII character or an integer from 0 to 255: value="xy"',
      "/lines/0/quantity: lines[0].quantity must be an integer from 0 to 65535: value=70000",
      '/lines/1/weight (key): lines[1].weight must be one of "quantity": value="weight"',
      "/lines/2: lines[2].quantity must be given: value=nothing",
      '/label: label must be "0x" and hex digits: value="ff"',
    ]);
    expect(await faultTexts([])).toStrictEqual([": must be an object: value=[]"]);
  });

  it.each([
    [{ orderId: null }, "orderId must not be null: value=null"],
    [{ mark: null }, "mark must not be null: value=null"],
    [{ lines: null }, "lines must be an array of objects: value=null"],
    [{ flags: "Gift" }, 'flags must be an array of choices: value="Gift"'],
    [{ code: 5 }, "code must be text: value=5"],
    [{ size: 256 }, "size must be an integer from 0 to 255: value=256"],
    [
      { lines: Array.from({ length: 255 }, () => ({ quantity: 1 })) },
      "lines must have a number of entries of at most 254: value=255",
    ],
    [
      { label: `0x${"00".repeat(11)}` },
      'label must not be longer than 10 bytes: value="0x0000000000000000000000"',
    ],
    [{ triple: [1, 2, 32768] }, "triple[2] must be an integer from -32768 to 32767: value=32768"],
  ])("says what must hold in %j", async (change, text) => {
    const faults = await checkValues(layout, "Order", { ...ORDER, ...change });
    expect(faults.map((fault) => fault.text)).toStrictEqual([text]);
  });

  it("leaves documents of the typed form to the encoder", async () => {
    const typed = { message: "Order", templateId: 1, version: 2, length: 1, values: {} };
    expect(await checkDocument(layout, "Order", typed)).toStrictEqual([]);
    expect(await checkDocument(layout, "Order", { size: { $enum: "Huge" } })).toStrictEqual([]);
    expect(await checkDocument(layout, "Order", {})).not.toStrictEqual([]);
  });

  it("of all messages is one schema that any of them matches", () => {
    const json = messagesJsonSchema(layout);
    expect(json).toMatchObject({ title: "shop", description: "A shop" });
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(json);
    expect(validate(ORDER)).toBe(true);
    expect(validate({})).toBe(true);
    expect(validate({ orderId: 1 })).toBe(false);
  });

  it("bears any names and types of one name", () => {
    const odd = layoutOfText(
      SCHEMA.replace('name="orderId"', 'name="__proto__"').replace(
        '<sbe:message name="Ping"',
        '<sbe:message name="Size"',
      ),
    );
    const json = messagesJsonSchema(odd);
    expect(Object.keys(json.$defs ?? {})).toStrictEqual([
      "Size",
      "Flags",
      "Price",
      "Order",
      "Size2",
    ]);
    expect(Object.hasOwn(messageJsonSchema(odd, "Order").properties ?? {}, "__proto__")).toBe(true);
    expect(() => messageJsonSchema(odd, "Nothing")).toThrow('message="Nothing"');
  });
});
