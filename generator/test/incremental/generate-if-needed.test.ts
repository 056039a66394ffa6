import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CliFolder, SHOP_SCHEMA } from "../support/cli.js";

const CACHE = "node_modules/.cache/alerion-sbe";
const INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="types.xml"/>';
const CODE = '<type name="Code" primitiveType="char" length="4"/>';
const WITH_INCLUDE = SHOP_SCHEMA.replace(CODE, "").replace("<types>", `${INCLUDE}<types>`);

/** A project that can remember, with one schema. */
function project(schema = SHOP_SCHEMA): CliFolder {
  const folder = new CliFolder();
  mkdirSync(join(folder.path, "node_modules"));
  folder.write("shop.xml", schema);
  return folder;
}

/** Sets the output's time back, so that a write shows even in the same millisecond. */
function age(folder: CliFolder): void {
  const file = join(folder.path, "out/shop/order.ts");
  utimesSync(file, 1, 1);
}

const GENERATE = ["generate", "shop.xml", "-o", "out"];

/** True if a second run did something: it would forget the first one's stamp. */
async function runsAgain(folder: CliFolder, argv: readonly string[] = GENERATE): Promise<boolean> {
  const stamps = join(folder.path, CACHE);
  const before = readdirSync(stamps).map((name) => statSync(join(stamps, name)).ino);
  const result = await folder.sbe(argv);
  expect(result.code).toBe(0);
  const after = readdirSync(stamps).map((name) => statSync(join(stamps, name)).ino);
  return before.join(" ") !== after.join(" ");
}

describe("sbe generate with nothing changed", { timeout: 60_000 }, () => {
  it("does nothing", async () => {
    using folder = project();
    await folder.sbe(GENERATE);
    expect(await runsAgain(folder)).toBe(false);
  });

  it("says again what the schema's warnings said", async () => {
    const type = '<type name="templateId" primitiveType="uint16"/>';
    using folder = project(SHOP_SCHEMA.replace(type, type.replace("uint16", "uint32")));
    const first = await folder.sbe(GENERATE);
    expect(first.stderr).toContain("warning:");
    expect(await runsAgain(folder)).toBe(false);
    expect(await folder.sbe(GENERATE)).toMatchObject({ code: 0, stderr: first.stderr });
    const json = await folder.sbe([...GENERATE, "--diagnostics", "json"]);
    expect(await folder.sbe([...GENERATE, "--diagnostics", "json"])).toMatchObject({
      stdout: json.stdout,
    });
  });

  it("runs with --force", async () => {
    using folder = project();
    await folder.sbe(GENERATE);
    expect(await runsAgain(folder, [...GENERATE, "--force"])).toBe(true);
  });
});

describe("sbe generate runs again after", { timeout: 60_000 }, () => {
  it.each([
    [
      "a change of the schema",
      (folder: CliFolder) => folder.write("shop.xml", SHOP_SCHEMA.replace("Ping", "Pong")),
    ],
    ["a change of an output", age],
    [
      "the loss of an output",
      (folder: CliFolder) => rmSync(join(folder.path, "out/shop/order.ts")),
    ],
  ])("%s", async (_what, change) => {
    using folder = project();
    await folder.sbe(GENERATE);
    change(folder);
    expect(await runsAgain(folder)).toBe(true);
    expect(existsSync(join(folder.path, "out/shop/order.ts"))).toBe(true);
    expect(await runsAgain(folder)).toBe(false);
  });

  it("a change of an included file", async () => {
    using folder = project(WITH_INCLUDE);
    folder.write("types.xml", `<types>${CODE}</types>`);
    await folder.sbe(GENERATE);
    expect(await runsAgain(folder)).toBe(false);
    folder.write("types.xml", `<types>${CODE.replace("4", "5")}</types>`);
    expect(await runsAgain(folder)).toBe(true);
  });

  it("a file comes to be that a fallback stood in for", async () => {
    const fallback = `<xi:fallback><types>${CODE}</types></xi:fallback></xi:include>`;
    using folder = project(WITH_INCLUDE.replace("/><types>", `>${fallback}<types>`));
    expect((await folder.sbe(GENERATE)).code).toBe(0);
    folder.write("types.xml", `<types>${CODE.replace("4", "5")}</types>`);
    expect(await runsAgain(folder)).toBe(true);
  });

  it("a schema more that a pattern names", async () => {
    using folder = project();
    const argv = ["generate", "*.xml", "-o", "out"];
    await folder.sbe(argv);
    expect(await runsAgain(folder, argv)).toBe(false);
    folder.write("store.xml", SHOP_SCHEMA);
    expect(await runsAgain(folder, argv)).toBe(true);
    expect(readdirSync(join(folder.path, "out")).sort()).toEqual(["shop", "store"]);
  });

  it("a change of the configuration, also when it comes to be", async () => {
    using folder = project();
    const configure = (output: string): string =>
      folder.write("sbe.config.json", JSON.stringify({ schemas: ["*.xml"], output }));
    configure("out");
    await folder.sbe(["generate"]);
    expect(await runsAgain(folder, ["generate"])).toBe(false);
    configure("other");
    expect(await runsAgain(folder, ["generate"])).toBe(true);
    expect(existsSync(join(folder.path, "other/shop/order.ts"))).toBe(true);
  });

  it("other options: each command line has a memory of its own", async () => {
    using folder = project();
    await folder.sbe(GENERATE);
    await folder.sbe([...GENERATE, "--unknown-enums", "throw"]);
    expect(readdirSync(join(folder.path, CACHE))).toHaveLength(2);
    // The other run wrote other code to the same place.
    expect(await runsAgain(folder)).toBe(true);
  });

  it("a failure: that is not remembered", async () => {
    using folder = project(SHOP_SCHEMA.replace('type="Code"', 'type="Cod"'));
    expect((await folder.sbe(GENERATE)).code).toBe(1);
    expect((await folder.sbe(GENERATE)).code).toBe(1);
    expect(existsSync(join(folder.path, CACHE))).toBe(false);
  });

  it("damage of the memory", async () => {
    using folder = project();
    await folder.sbe(GENERATE);
    for (const content of ["", "{}", '{"format":1}', '{"format":1,"outputs":[1],"inputs":{}}']) {
      const [name = ""] = readdirSync(join(folder.path, CACHE));
      folder.write(join(CACHE, name), content);
      const result = await folder.sbe(GENERATE);
      expect(result, content).toMatchObject({ code: 0, stderr: "" });
      expect(await runsAgain(folder)).toBe(false);
    }
  });
});

describe("sbe generate without a node_modules folder", { timeout: 60_000 }, () => {
  it("remembers nothing and leaves nothing behind", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await folder.sbe(GENERATE);
    expect(readdirSync(folder.path).sort()).toEqual(["out", "shop.xml"]);
  });
});

describe("sbe generate with a configuration", { timeout: 60_000 }, () => {
  it("takes schemas, output and options from it; the command line wins", async () => {
    using folder = new CliFolder();
    folder.write("schemas/shop.xml", SHOP_SCHEMA);
    folder.write(
      "sbe.config.json",
      JSON.stringify({
        schemas: ["schemas/*.xml"],
        output: "src/codecs",
        generate: { emit: "ts", unknownEnums: "throw" },
      }),
    );
    expect(await folder.sbe(["generate"])).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(folder.path, "src/codecs/shop/order.ts"))).toBe(true);
    await folder.sbe(["generate", "-o", "elsewhere"]);
    expect(existsSync(join(folder.path, "elsewhere/shop/order.ts"))).toBe(true);
  });

  it("is not asked for it where schemas are named", async () => {
    using folder = project();
    folder.write("sbe.config.json", "not JSON");
    expect((await folder.sbe(GENERATE)).code).toBe(0);
    const result = await folder.sbe(["generate"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("sbe.config.json:1:1: error: ");
  });

  it("says what is missing: a schema, a folder", async () => {
    using folder = new CliFolder();
    expect((await folder.sbe(["generate"])).code).toBe(2);
    folder.write("sbe.config.json", '{"schemas": ["x.xml"]}');
    const result = await folder.sbe(["generate"]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("-o DIR");
  });
});
