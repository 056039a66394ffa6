import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CliFolder, SHOP_SCHEMA } from "../support/cli.js";

const BAD_SCHEMA = SHOP_SCHEMA.replace('type="Code"', 'type="Cod"');
/** A message without name is an error, a header field of another type only a warning. */
const WARNING_SCHEMA = SHOP_SCHEMA.replace(
  '<type name="templateId" primitiveType="uint16"/>',
  '<type name="templateId" primitiveType="uint32"/>',
);

describe("sbe validate", () => {
  it("says nothing about good schemas", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    expect(await folder.sbe(["validate", "shop.xml"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("points at what is wrong, on standard error", async () => {
    using folder = new CliFolder();
    folder.write("bad.xml", BAD_SCHEMA);
    const result = await folder.sbe(["validate", "bad.xml"]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toMatch(/^bad\.xml:39:33: error: .*\[unknown-type\]\n.*\n.*\^\^\^/);
  });

  it("goes on with the other schemas, unless told to stop", async () => {
    using folder = new CliFolder();
    folder.write("a.xml", BAD_SCHEMA);
    folder.write("b.xml", BAD_SCHEMA);
    const all = await folder.sbe(["validate", "a.xml", "b.xml"]);
    expect(all.stderr).toContain("2 errors");
    const first = await folder.sbe(["validate", "a.xml", "b.xml", "--stop-on-error"]);
    expect(first.stderr).toContain("1 error\n");
    expect([all.code, first.code]).toStrictEqual([1, 1]);
  });

  it("counts warnings as errors with --warnings-fatal", async () => {
    using folder = new CliFolder();
    folder.write("warning.xml", WARNING_SCHEMA);
    const plain = await folder.sbe(["validate", "warning.xml"]);
    expect(plain.code).toBe(0);
    expect(plain.stderr).toContain("warning:");
    const fatal = await folder.sbe(["validate", "warning.xml", "--warnings-fatal"]);
    expect(fatal.code).toBe(1);
  });

  it("is silent with --suppress-output; the exit code tells", async () => {
    using folder = new CliFolder();
    folder.write("bad.xml", BAD_SCHEMA);
    const result = await folder.sbe(["validate", "bad.xml", "--suppress-output"]);
    expect(result).toMatchObject({ code: 1, stdout: "", stderr: "" });
  });

  it("prints findings for tools on standard output, also when there are none", async () => {
    using folder = new CliFolder();
    folder.write("bad.xml", BAD_SCHEMA);
    folder.write("good.xml", SHOP_SCHEMA);
    const json = await folder.sbe(["validate", "bad.xml", "--diagnostics", "json"]);
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject([
      { rule: "unknown-type", file: "bad.xml", line: 39 },
    ]);
    const none = await folder.sbe(["validate", "good.xml", "--diagnostics", "json"]);
    expect(JSON.parse(none.stdout)).toStrictEqual([]);
    const sarif = await folder.sbe(["validate", "bad.xml", "--diagnostics", "sarif"]);
    expect(JSON.parse(sarif.stdout)).toMatchObject({ version: "2.1.0" });
    const github = await folder.sbe(["validate", "bad.xml", "--diagnostics", "github"]);
    expect(github.stderr).toMatch(/^::error file=bad\.xml,line=39,/);
  });

  it("finds files by pattern, and says when there are none", async () => {
    using folder = new CliFolder();
    folder.write("a/one.xml", BAD_SCHEMA);
    folder.write("a/b/two.xml", BAD_SCHEMA);
    folder.write("a/b/other.txt", "");
    const deep = await folder.sbe(["validate", "a/**/*.xml", "--diagnostics", "json"]);
    const files = (JSON.parse(deep.stdout) as { file: string }[]).map(({ file }) => file);
    expect(files).toStrictEqual(["a/b/two.xml", "a/one.xml"]);
    const flat = await folder.sbe(["validate", "a/?ne.xml", "--diagnostics", "json"]);
    expect(JSON.parse(flat.stdout)).toHaveLength(1);
    const none = await folder.sbe(["validate", "x/*.xml"]);
    expect(none).toMatchObject({ code: 1 });
    expect(none.stderr).toContain("x/*.xml:1:1: error: pattern must match a file [file-not-found]");
  });

  it("says that a file is missing, or is no file", async () => {
    using folder = new CliFolder();
    folder.write("folder/x", "");
    const missing = await folder.sbe(["validate", "none.xml"]);
    expect(missing).toMatchObject({
      code: 1,
      stderr: "none.xml:1:1: error: file must exist [file-not-found]\n1 error\n",
    });
    const noFile = await folder.sbe(["validate", "folder"]);
    expect(noFile.stderr).toContain("file must be readable: reason=EISDIR [file-unreadable]");
  });

  it("reads includes of the schema's folder only, unless --include-root allows more", async () => {
    using folder = new CliFolder();
    const types = /<types>[\s\S]*<\/types>/.exec(SHOP_SCHEMA)?.[0] ?? "";
    folder.write("common/types.xml", types);
    const include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="HREF"/>';
    folder.write(
      "own/shop.xml",
      SHOP_SCHEMA.replace(types, include.replace("HREF", "../common/types.xml")),
    );
    folder.write(
      "near.xml",
      SHOP_SCHEMA.replace(types, include.replace("HREF", "common/types.xml")),
    );
    expect(await folder.sbe(["validate", "near.xml"])).toMatchObject({ code: 0, stderr: "" });
    expect((await folder.sbe(["validate", "own/shop.xml"])).code).toBe(1);
    const allowed = await folder.sbe(["validate", "own/shop.xml", "--include-root", "."]);
    expect(allowed).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("sbe ir", () => {
  it("writes one file a schema, named after it", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    folder.write("sub/store.v2.xml", SHOP_SCHEMA);
    const result = await folder.sbe(["ir", "shop.xml", "sub/store.v2.xml", "-oout"]);
    expect(result).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readdirSync(join(folder.path, "out")).sort()).toStrictEqual([
      "shop.json",
      "store.v2.json",
    ]);
    const ir = JSON.parse(readFileSync(join(folder.path, "out/shop.json"), "utf8")) as object;
    expect(ir).toMatchObject({
      package: "shop",
      id: 9,
      version: 1,
      messages: [{ name: "Order" }, { name: "Ping" }],
    });
  });

  it("gives the same bytes whichever form it starts from", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await folder.sbe(["ir", "shop.xml", "-o", "a", "--format", "sbeir"]);
    await folder.sbe(["ir", "a/shop.sbeir", "-o", "b"]);
    await folder.sbe(["ir", "b/shop.json", "-o", "c", "--format", "sbeir"]);
    await folder.sbe(["ir", "shop.xml", "-o", "d"]);
    const read = (path: string): Buffer => readFileSync(join(folder.path, path));
    expect(read("c/shop.sbeir").equals(read("a/shop.sbeir"))).toBe(true);
    expect(read("d/shop.json").equals(read("b/shop.json"))).toBe(true);
  });

  it("writes nothing if one of the schemas is bad", async () => {
    using folder = new CliFolder();
    folder.write("good.xml", SHOP_SCHEMA);
    folder.write("bad.xml", BAD_SCHEMA);
    const result = await folder.sbe(["ir", "good.xml", "bad.xml", "-o", "out"]);
    expect(result.code).toBe(1);
    expect(existsSync(join(folder.path, "out"))).toBe(false);
  });

  it("refuses two schemas of one name", async () => {
    using folder = new CliFolder();
    folder.write("a/shop.xml", SHOP_SCHEMA);
    folder.write("b/Shop.xml", SHOP_SCHEMA);
    const result = await folder.sbe(["ir", "a/shop.xml", "b/Shop.xml", "-o", "out"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      "b/Shop.xml:1:1: error: schemas must have different base names: name=Shop other=a/shop.xml [output-clash]",
    );
    expect(existsSync(join(folder.path, "out"))).toBe(false);
  });

  it.each([
    ["shop.json", "{}", "IR JSON must be valid: at=/ must have required property 'package'"],
    ["shop.json", "<xml/>", "IR must be JSON"],
    ["shop.sbeir", "ab", "IR must have the form of .sbeir: Frame must end at or before the limit"],
    ["shop.sbeir", "\0".repeat(400), "signal must be known: index=-1"],
  ])("says what is wrong with %s", async (name, content, text) => {
    using folder = new CliFolder();
    folder.write(name, content);
    const result = await folder.sbe(["ir", name, "-o", "out"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(text);
    expect(result.stderr).toContain("[ir-invalid]");
  });

  it("leaves no half-written files where the folder cannot be written", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    folder.write("out", "a file, not a folder");
    const result = await folder.sbe(["ir", "shop.xml", "-o", "out"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /output folder must be writable: reason=(EEXIST|ENOTDIR) \[output-unwritable\]/,
    );
    expect(readdirSync(folder.path).sort()).toStrictEqual(["out", "shop.xml"]);
  });
});
