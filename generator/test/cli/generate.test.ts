import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CliFolder, SHOP_SCHEMA } from "../support/cli.js";

const BAD_SCHEMA = SHOP_SCHEMA.replace('type="Code"', 'type="Cod"');

function textOf(folder: CliFolder, path: string): string {
  return readFileSync(join(folder.path, path), "utf8");
}

describe("sbe generate", () => {
  it("writes a folder a schema, named after its file", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    folder.write("sub/store.xml", SHOP_SCHEMA);
    const result = await folder.sbe(["generate", "shop.xml", "sub/store.xml", "-o", "out"]);
    expect(result).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readdirSync(join(folder.path, "out")).sort()).toStrictEqual(["shop", "store"]);
    expect(readdirSync(join(folder.path, "out/shop"))).toEqual(
      expect.arrayContaining(["index.ts", "registry.ts", "order.ts", "ping.ts"]),
    );
  });

  it("gives the same code from XML, IR JSON and .sbeir", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await folder.sbe(["ir", "shop.xml", "-o", "json"]);
    await folder.sbe(["ir", "shop.xml", "-o", "bytes", "--format", "sbeir"]);
    for (const schema of ["shop.xml", "json/shop.json", "bytes/shop.sbeir"]) {
      const result = await folder.sbe(["generate", schema, "-o", `of-${schema}`]);
      expect(result).toMatchObject({ code: 0, stderr: "" });
    }
    for (const name of readdirSync(join(folder.path, "of-shop.xml/shop"))) {
      const fromXml = textOf(folder, `of-shop.xml/shop/${name}`);
      expect(textOf(folder, `of-json/shop.json/shop/${name}`)).toBe(fromXml);
      expect(textOf(folder, `of-bytes/shop.sbeir/shop/${name}`)).toBe(fromXml);
    }
  });

  it("writes nothing if one of the schemas is bad", async () => {
    using folder = new CliFolder();
    folder.write("good.xml", SHOP_SCHEMA);
    folder.write("bad.xml", BAD_SCHEMA);
    const result = await folder.sbe(["generate", "good.xml", "bad.xml", "-o", "out"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("[unknown-type]");
    expect(existsSync(join(folder.path, "out"))).toBe(false);
  });

  it("writes nothing where a warning is fatal", async () => {
    using folder = new CliFolder();
    const odd = '<type name="templateId" primitiveType="uint32"/>';
    folder.write("odd.xml", SHOP_SCHEMA.replace(/<type name="templateId".*\/>/, odd));
    const result = await folder.sbe(["generate", "odd.xml", "-o", "out", "--warnings-fatal"]);
    expect(result.code).toBe(1);
    expect(existsSync(join(folder.path, "out"))).toBe(false);
  });

  it("refuses two schemas of one name", async () => {
    using folder = new CliFolder();
    folder.write("a/shop.xml", SHOP_SCHEMA);
    folder.write("b/shop.xml", SHOP_SCHEMA);
    const result = await folder.sbe(["generate", "*/shop.xml", "-o", "out"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      "b/shop.xml:1:1: error: schemas must have different base names",
    );
    expect(existsSync(join(folder.path, "out"))).toBe(false);
  });

  it("type-checks before it writes with --check", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    const result = await folder.sbe(["generate", "shop.xml", "-o", "out", "--check"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(folder.path, "out/shop/index.ts"))).toBe(true);
  }, 60_000);

  it("writes JavaScript and declarations with --emit js", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    const result = await folder.sbe(["generate", "shop.xml", "-o", "out", "--emit", "js"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const names = readdirSync(join(folder.path, "out/shop"));
    expect(names).toEqual(expect.arrayContaining(["order.js", "order.d.ts"]));
    expect(names).not.toContain("order.ts");
  }, 60_000);

  it("type-checks what becomes JavaScript, too", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    const argv = ["generate", "shop.xml", "-o", "out", "--check", "--emit", "js"];
    expect(await folder.sbe(argv)).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(folder.path, "out/shop/order.js"))).toBe(true);
  }, 60_000);

  it("leaves out what is newer with --at-version", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await folder.sbe(["generate", "shop.xml", "-o", "new"]);
    const result = await folder.sbe(["generate", "shop.xml", "-o", "old", "--at-version", "0"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(textOf(folder, "new/shop/order.ts")).toContain("discount(");
    expect(textOf(folder, "old/shop/order.ts")).not.toContain("discount(");
  });

  it.each([
    ["--checks", "throwFieldOrder"],
    ["--unknown-enums=throw", "throwUnknownEnum"],
  ])("generates other code with %s", async (option, call) => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await folder.sbe(["generate", "shop.xml", "-o", "plain"]);
    await folder.sbe(["generate", "shop.xml", "-o", "other", option]);
    const all = (out: string): string =>
      readdirSync(join(folder.path, out, "shop"))
        .map((name) => textOf(folder, `${out}/shop/${name}`))
        .join("\n");
    expect(all("plain")).not.toContain(call);
    expect(all("other")).toContain(call);
  });

  it("keeps files that it did not write", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    folder.write("out/shop/own.ts", "// mine\n");
    await folder.sbe(["generate", "shop.xml", "-o", "out"]);
    expect(textOf(folder, "out/shop/own.ts")).toBe("// mine\n");
  });

  it("says why the output folder cannot be written", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    writeFileSync(join(folder.path, "out"), "a file");
    const result = await folder.sbe(["generate", "shop.xml", "-o", "out"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/output must be writable.*\[output-write-failed\]/);
  });

  it("takes --at-version for XML alone", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await folder.sbe(["ir", "shop.xml", "-o", "."]);
    const result = await folder.sbe(["generate", "shop.json", "-o", "out", "--at-version", "0"]);
    expect(result).toMatchObject({ code: 2 });
    const negative = await folder.sbe(["generate", "shop.xml", "-o", "out", "--at-version=-1"]);
    expect(negative).toMatchObject({ code: 2 });
    expect(negative.stderr).toContain("option must be a whole number: --at-version=-1");
  });
});
