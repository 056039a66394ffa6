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

describe("sbe decode", () => {
  it("prints a message as plain JSON: 64-bit as text, null, names, hex of opaque data", async () => {
    using folder = shop();
    const result = await folder.sbe(["decode", "--schema", "shop.xml", "--hex", ORDER_HEX]);
    expect(result).toMatchObject({ code: 0, stdout: ORDER_PLAIN, stderr: "" });
  });

  it("prints the typed form with --lossless", async () => {
    using folder = shop();
    const result = await folder.sbe([
      "decode",
      "--schema=shop.xml",
      `--hex=${ORDER_HEX}`,
      "--lossless",
    ]);
    expect(result).toMatchObject({ code: 0, stdout: ORDER_LOSSLESS, stderr: "" });
  });

  it("prints messages that stand back to back one a line", async () => {
    using folder = shop();
    const hex = `0x${PING_HEX} ${ORDER_HEX}\n${PING_HEX}`;
    const result = await folder.sbe(["decode", "--schema", "shop.xml", "--hex", hex]);
    expect(result.stdout).toBe(`{}\n${ORDER_PLAIN}{}\n`);
    expect(result.code).toBe(0);
  });

  it("reads files one after another, and standard input for -", async () => {
    using folder = shop();
    folder.write("a.bin", Buffer.from(PING_HEX + PING_HEX, "hex"));
    folder.write("b.bin", Buffer.from(ORDER_HEX, "hex"));
    const stdin = [Buffer.from(PING_HEX, "hex")];
    const result = await folder.sbe(
      ["decode", "--schema", "shop.xml", "a.bin", "-", "b.bin"],
      stdin,
    );
    expect(result).toMatchObject({ code: 0, stdout: `{}\n{}\n{}\n${ORDER_PLAIN}` });
  });

  it("puts messages together from a stream, wherever it is cut", async () => {
    using folder = shop();
    const bytes = Buffer.from(ORDER_HEX + PING_HEX + ORDER_HEX, "hex");
    const singles = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const result = await folder.sbe(["decode", "--schema", "shop.xml"], singles);
    expect(result).toMatchObject({ code: 0, stdout: `${ORDER_PLAIN}{}\n${ORDER_PLAIN}` });
  });

  it("leaves out parts that are newer than the message", async () => {
    using folder = shop();
    const old = `1a00010009000000${ORDER_HEX.slice(16, 68)}060000000000`;
    const plain = await folder.sbe(["decode", "--schema", "shop.xml", "--hex", old]);
    expect(JSON.parse(plain.stdout)).not.toHaveProperty("discount");
    const lossless = await folder.sbe([
      "decode",
      "--schema",
      "shop.xml",
      "--hex",
      old,
      "--lossless",
    ]);
    expect(JSON.parse(lossless.stdout)).toMatchObject({
      version: 0,
      values: { discount: { $absent: true }, lines: [] },
    });
  });

  it("steps over what a newer schema has put behind the block", async () => {
    using folder = shop();
    const longer = `2000010009000200${ORDER_HEX.slice(16, 76)}aaaa${ORDER_HEX.slice(76)}`;
    const result = await folder.sbe(["decode", "--schema", "shop.xml", "--hex", longer + PING_HEX]);
    expect(result).toMatchObject({ code: 0, stdout: `${ORDER_PLAIN}{}\n` });
  });

  it("prints what stands before a message that is cut off, then says where it ends", async () => {
    using folder = shop();
    folder.write("cut.bin", Buffer.from(PING_HEX + ORDER_HEX.slice(0, -2), "hex"));
    const result = await folder.sbe(["decode", "--schema", "shop.xml", "cut.bin"]);
    expect(result).toMatchObject({ code: 1, stdout: "{}\n" });
    expect(result.stderr).toBe(
      "cut.bin:1:1: error: data must lie before the limit: data=label length=2 limit=54 offset=60 message=8 [out-of-bounds]\n1 error\n",
    );
  });

  it("prints nothing of a message whose group leads outside", async () => {
    using folder = shop();
    const hex = ORDER_HEX.replace("060001", "0600ff");
    const result = await folder.sbe(["decode", "--schema", "shop.xml", "--hex", hex]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("group must lie before the limit: group=lines numInGroup=255");
  });

  it.each([
    ["another schema", "0000020008000100", "message must be of the schema: schemaId=8 expected=9"],
    ["an unknown template", "0000030009000100", "schema must have the template: templateId=3"],
    ["half a header", "00000200", "message header must lie before the limit"],
    [
      "a block without room for its fields",
      "0400010009000100000000000000000000",
      "block must hold the fields of its version",
    ],
  ])("refuses %s", async (_what, hex, text) => {
    using folder = shop();
    const result = await folder.sbe(["decode", "--schema", "shop.xml", "--hex", hex]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain(text);
  });

  it("takes the schema as IR too, as JSON or .sbeir", async () => {
    using folder = shop();
    for (const format of ["json", "sbeir"]) {
      const made = await folder.sbe(["ir", "shop.xml", "-o", "ir", "--format", format]);
      expect(made).toMatchObject({ code: 0, stdout: "", stderr: "" });
      const schema = `ir/shop.${format}`;
      const result = await folder.sbe(["decode", "--schema", schema, "--hex", ORDER_HEX]);
      expect(result).toMatchObject({ code: 0, stdout: ORDER_PLAIN });
    }
  });

  it("says what is wrong with a schema before it reads messages", async () => {
    using folder = shop();
    folder.write("bad.xml", SHOP_SCHEMA.replace('type="Code"', 'type="Cod"'));
    const result = await folder.sbe(["decode", "--schema", "bad.xml", "--hex", ORDER_HEX]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("bad.xml:39:");
    expect(result.stderr).toContain("[unknown-type]");
  });

  it("keeps results and findings apart: findings as JSON go to standard error", async () => {
    using folder = shop();
    const argv = [
      "decode",
      "--schema",
      "shop.xml",
      "--hex",
      `${PING_HEX}00`,
      "--diagnostics",
      "json",
    ];
    const result = await folder.sbe(argv);
    expect(result).toMatchObject({ code: 1, stdout: "{}\n" });
    expect(JSON.parse(result.stderr)).toMatchObject([{ rule: "out-of-bounds", file: "<hex>" }]);
  });

  it.each([
    [["decode", "--hex", "00"], "a schema must be given: --schema S"],
    [["decode", "--schema", "shop.xml", "--hex", "0"], "--hex must be pairs of hex digits"],
    [["decode", "--schema", "shop.xml", "--hex", "xx"], "--hex must be pairs of hex digits"],
    [
      ["decode", "--schema", "shop.xml", "--hex", "00", "a.bin"],
      "messages must come from --hex or from files",
    ],
  ])("%j is wrong usage", async (argv, text) => {
    using folder = shop();
    const result = await folder.sbe(argv);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toBe(`sbe decode: ${text}\nsee sbe decode --help\n`);
  });

  it("names a file of messages that does not exist", async () => {
    using folder = shop();
    const result = await folder.sbe(["decode", "--schema", "shop.xml", "none.bin"]);
    expect(result).toMatchObject({
      code: 1,
      stderr: "none.bin:1:1: error: file must exist [file-not-found]\n1 error\n",
    });
  });
});
