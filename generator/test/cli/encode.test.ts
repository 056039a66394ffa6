import { describe, expect, it } from "vitest";
import {
  CliFolder,
  ORDER_HEX,
  ORDER_LOSSLESS,
  ORDER_PLAIN,
  PING_HEX,
  SHOP_SCHEMA,
} from "../support/cli.js";

function shop(): CliFolder {
  const folder = new CliFolder();
  folder.write("shop.xml", SHOP_SCHEMA);
  return folder;
}

const ORDER = ["encode", "--schema", "shop.xml", "--message", "Order"];

/** The Order as an object with one member replaced. */
function orderWith(change: object): string {
  return JSON.stringify({ ...(JSON.parse(ORDER_PLAIN) as object), ...change });
}

describe("sbe encode", () => {
  it.each([
    ["plain", ORDER_PLAIN],
    ["lossless", ORDER_LOSSLESS],
  ])("makes the bytes of a %s document", async (_form, document) => {
    using folder = shop();
    const result = await folder.sbe(ORDER, [document]);
    expect(result.code).toBe(0);
    expect(result.bytes.toString("hex")).toBe(ORDER_HEX);
  });

  it("prints hex, one line a message", async () => {
    using folder = shop();
    const result = await folder.sbe([...ORDER, "--hex"], [ORDER_PLAIN, ORDER_PLAIN]);
    expect(result).toMatchObject({ code: 0, stdout: `${ORDER_HEX}\n${ORDER_HEX}\n` });
  });

  it("takes the message's name from lossless documents, which may differ", async () => {
    using folder = shop();
    const ping = '{"message":"Ping","templateId":2,"version":1,"length":8,"values":{}}';
    folder.write("documents.ndjson", `${ORDER_LOSSLESS}${ping}\n`);
    const result = await folder.sbe(["encode", "--schema", "shop.xml", "documents.ndjson"]);
    expect(result.bytes.toString("hex")).toBe(ORDER_HEX + PING_HEX);
  });

  it("reads pretty-printed documents, arrays of documents, and input cut anywhere", async () => {
    using folder = shop();
    const pretty = JSON.stringify(JSON.parse(ORDER_PLAIN), undefined, 2);
    const input = Buffer.from(`${pretty}\n[${pretty},${pretty}]`);
    const singles = Array.from(input, (byte) => Uint8Array.of(byte));
    const result = await folder.sbe(ORDER, singles);
    expect(result.bytes.toString("hex")).toBe(ORDER_HEX.repeat(3));
  });

  it("takes small 64-bit integers as numbers and leaves optional members to be null", async () => {
    using folder = shop();
    const { count: _count, ...rest } = JSON.parse(orderWith({ OrderId: 5 })) as { count: unknown };
    const result = await folder.sbe([...ORDER, "--hex"], [JSON.stringify(rest)]);
    expect(result.stdout).toBe(`${ORDER_HEX.replace("0100000000002000", "0500000000000000")}\n`);
  });

  it("writes null into a field of a later version that the document does not have", async () => {
    using folder = shop();
    const { discount: _discount, ...rest } = JSON.parse(ORDER_PLAIN) as { discount: unknown };
    const result = await folder.sbe([...ORDER, "--hex"], [JSON.stringify(rest)]);
    expect(result.stdout).toBe(`${ORDER_HEX.replace("ffffffff05000000", "ffffffffffffffff")}\n`);
  });

  it.each([
    [
      {
        lines: [
          { quantity: 1, weight: 1 },
          { quantity: 70000, weight: 1 },
        ],
      },
      "lines[1].quantity must be an integer from 0 to 65535: value=70000",
    ],
    [
      { lines: [{ quantity: 1.5, weight: 1 }] },
      "lines[0].quantity must be an integer from 0 to 65535: value=1.5",
    ],
    [
      { lines: [{ quantity: 1, weight: 1e39 }] },
      'lines[0].weight must be a float, "NaN", "Infinity" or "-Infinity": value=1e+39',
    ],
    [{ lines: [7] }, "lines[0] must be an object: value=7"],
    [{ lines: {} }, "lines must be an array of objects: value={}"],
    [
      { OrderId: "18446744073709551616" },
      "OrderId must be an integer from 0 to 18446744073709551615 (in quotes beyond 2^53)",
    ],
    [
      { OrderId: 9007199254740992 },
      "OrderId must be an integer from 0 to 18446744073709551615 (in quotes beyond 2^53)",
    ],
    [{ OrderId: null }, "OrderId must not be null: value=null"],
    [{ OrderId: undefined }, "OrderId must be given: value=nothing"],
    [{ code: "ABCDE" }, 'code must not be longer than 4 bytes: value="ABCDE"'],
    [{ code: "\u00e9" }, "code must have only characters of US-ASCII"],
    [{ code: { $hex: "4142", $text: "AC" } }, "code must have $hex and $text of the same text"],
    [{ size: "Huge" }, 'size must be one of "Small", "Large": value="Huge"'],
    [{ size: { $enum: "Small", $raw: 76 } }, "size must have $enum and $raw of one value"],
    [{ flags: ["Gift", "Fast"] }, 'flags[1] must be one of "Gift", "Fragile": value="Fast"'],
    [{ flags: { $set: [], $raw: "1" } }, "flags must have $set and $raw of the same choices"],
    [
      { total: { mantissa: "1", exponent: -3 } },
      "total.exponent must be the constant -2: value=-3",
    ],
    [{ total: { mantissa: "1", exponents: -2 } }, "total.exponents must be one of"],
    [{ label: "beef" }, 'label must be "0x" and hex digits: value="beef"'],
    [{ label: `0x${"00".repeat(255)}` }, "label must not be longer than 254 bytes"],
    [{ note: "\ud800" }, "note must have only characters of UTF-8"],
    [{ "odd key": 1 }, '["odd key"] must be one of "OrderId"'],
  ])("says where a document is wrong: %j", async (change, text) => {
    using folder = shop();
    const result = await folder.sbe(ORDER, [`\n${orderWith(change)}`]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toMatch(/^<stdin>:2:[0-9]+: error: /);
    expect(result.stderr).toContain(`: error: ${text}`);
  });

  it("says of every fault in which line and column it stands", async () => {
    using folder = shop();
    const wrong = JSON.stringify({ ...JSON.parse(ORDER_PLAIN), size: "Huge", cuont: 1, count: -1 });
    const pretty = JSON.stringify(JSON.parse(wrong), undefined, 2);
    const result = await folder.sbe(ORDER, [`${ORDER_PLAIN}\n${pretty}\n${wrong}`]);
    expect(result.stdout).not.toBe("");
    expect(result.stderr.split("\n")).toStrictEqual([
      expect.stringMatching(/^<stdin>:6:11: error: size must be one of "Small", "Large"/),
      expect.stringMatching(/^<stdin>:15:12: error: count must be an integer from 0 to 4294967295/),
      expect.stringMatching(/^<stdin>:25:3: error: cuont must be one of "OrderId"/),
      "3 errors",
      "",
    ]);
  });

  it("finds the faults in an array of documents", async () => {
    using folder = shop();
    const document = JSON.stringify([JSON.parse(ORDER_PLAIN), { OrderId: 1 }]);
    const result = await folder.sbe(ORDER, [document]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("code must be given: value=nothing");
  });

  it("counts the entries of a group before it writes them", async () => {
    using folder = shop();
    const lines = Array.from({ length: 255 }, () => ({ quantity: 1, weight: 0 }));
    const result = await folder.sbe(ORDER, [orderWith({ lines })]);
    expect(result.stderr).toContain(
      "lines must have a number of entries of at most 254: value=255",
    );
  });

  it.each([
    ["{", "document must be JSON"],
    ["nonsense", "document must be JSON"],
    [
      '{"message":"Ping","templateId":2,"version":1,"length":8,"values":{}}',
      'document must be of the message: message="Ping" expected=Order',
    ],
  ])("refuses %s", async (document, text) => {
    using folder = shop();
    const result = await folder.sbe(ORDER, [document]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(text);
  });

  it("needs to know the message of a plain document, and a message of the schema", async () => {
    using folder = shop();
    const none = await folder.sbe(["encode", "--schema", "shop.xml"], [ORDER_PLAIN]);
    expect(none.stderr).toContain("message must be named: the document does not say which it is");
    const unknown = await folder.sbe(
      ["encode", "--schema", "shop.xml", "--message", "Oder"],
      ["{}"],
    );
    expect(unknown.stderr).toContain('schema must have the message: message="Oder"');
    expect([none.code, unknown.code]).toStrictEqual([1, 1]);
  });

  it("gives decode's text back as the same bytes for a message of an older version", async () => {
    using folder = shop();
    const old = `1a00010009000000${ORDER_HEX.slice(16, 68)}060000000000`;
    const decoded = await folder.sbe([
      "decode",
      "--schema",
      "shop.xml",
      "--hex",
      old,
      "--lossless",
    ]);
    const encoded = await folder.sbe(["encode", "--schema", "shop.xml", "--hex"], [decoded.stdout]);
    expect(encoded.stdout).toBe(`${old}\n`);
  });
});
