import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  IR_JSON_SCHEMA,
  irFromJson,
  IrError,
  irToJson,
  type Ir,
  type IrToken,
} from "@alerion/schema";

const token: IrToken = {
  signal: "ENCODING",
  name: "price",
  id: -1,
  version: 0,
  deprecated: 0,
  size: 8,
  offset: 0,
  componentTokenCount: 1,
  encoding: {
    primitiveType: "int64",
    presence: "OPTIONAL",
    byteOrder: "LITTLE_ENDIAN",
    nullValue: { rep: "long", value: "-9223372036854775808", size: 8 },
  },
};

const ir: Ir = {
  package: "own",
  id: 7,
  version: 2,
  description: null,
  semanticVersion: "1.0",
  byteOrder: "LITTLE_ENDIAN",
  headerType: "messageHeader",
  header: [token],
  messages: [{ name: "Order", id: 1, tokens: [token, token] }],
};

async function faultOf(document: unknown): Promise<string> {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const error: unknown = await irFromJson(text).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(IrError);
  return error instanceof IrError ? `${error.code}: ${error.message}` : "";
}

function withEncoding(encoding: object): object {
  return { ...ir, header: [{ ...token, encoding: { ...token.encoding, ...encoding } }] };
}

describe("IR JSON", () => {
  it("writes one token a line and reads it back", async () => {
    const text = irToJson(ir);
    expect(text.split("\n").filter((line) => line.startsWith('{"signal"'))).toHaveLength(3);
    expect(text.endsWith("}\n")).toBe(true);
    expect(await irFromJson(text)).toStrictEqual(ir);
  });

  it("writes keys in one order, wherever the token came from", () => {
    const { encoding, name, ...others } = token;
    const shuffled: Ir = { ...ir, header: [{ encoding, ...others, name }] };
    expect(irToJson(shuffled)).toBe(irToJson(ir));
  });

  it("names the place of what is wrong", async () => {
    expect(
      await faultOf({
        ...ir,
        messages: [{ ...ir.messages[0], tokens: [{ ...token, size: "8" }] }],
      }),
    ).toBe("IR_INVALID: IR JSON must be valid: at=/messages/0/tokens/0/size must be integer");
    expect(
      await faultOf(withEncoding({ nullValue: { rep: "long", value: "0x1", size: 8 } })),
    ).toContain("at=/header/0/encoding/nullValue/value must match pattern");
    expect(await faultOf(withEncoding({ color: "red" }))).toContain(
      "at=/header/0/encoding must NOT have additional properties property=color",
    );
  });

  it("refuses integers of more than 64 bits", async () => {
    const nullValue = { rep: "long", value: "9999999999999999999", size: 8 };
    expect(await faultOf(withEncoding({ nullValue }))).toBe(
      "IR_INVALID: IR JSON must be valid: at=/header/0/encoding/nullValue/value must be a 64-bit integer",
    );
  });

  it.each(["", "{", "[]", "null", "1", '"ir"', "{}"])("refuses %j", async (text) => {
    expect(await faultOf(text)).toMatch(/^IR_INVALID: IR (JSON )?must be/);
  });

  it("ships its JSON Schema as a file", () => {
    const file = readFileSync(new URL("../ir.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(file)).toStrictEqual(JSON.parse(JSON.stringify(IR_JSON_SCHEMA)));
  });

  it("lists every key of the document in its JSON Schema", () => {
    const known = Object.keys(IR_JSON_SCHEMA.properties);
    expect(known).toEqual(expect.arrayContaining(Object.keys(ir)));
  });
});
