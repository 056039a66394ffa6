import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CliFolder, SHOP_SCHEMA } from "../support/cli.js";

describe("a configuration", { timeout: 60_000 }, () => {
  it.each([
    [
      '{\n  "schemes": ["shop.xml"]\n}',
      '2:3: error: configuration must not have "schemes" (did you mean "schemas"?) [config-invalid]\n  2 |   "schemes": ["shop.xml"]\n    |   ^^^^^^^^^\n',
    ],
    [
      '{\n  "lint": {"rules": {"id-order": "loud"}}\n}',
      '2:34: error: "id-order" must be one of "off", "warning", "error": value="loud" [config-invalid]\n',
    ],
    ['{\n  "schemas": [\n}', "3:1: error: a value must stand here [config-invalid]"],
    ["", "1:1: error: a value must stand here [config-invalid]"],
  ])("is checked, and faults are shown at their line: %j", async (content, text) => {
    using folder = new CliFolder();
    folder.write("sbe.config.json", content);
    const result = await folder.sbe(["lint"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`sbe.config.json:${text}`);
  });

  it("may be a module", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    folder.write(
      "sbe.config.mjs",
      'export default { schemas: ["shop.xml"], lint: { rules: { "*": "off" } } };\n',
    );
    expect(await folder.sbe(["lint"])).toMatchObject({ code: 0, stderr: "" });
    folder.write("wrong.mjs", "export default { schemas: 1 };\n");
    const wrong = await folder.sbe(["lint", "--config", "wrong.mjs"]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('wrong.mjs:1:1: error: "schemas" must be an array at /schemas');
  });

  it.each([
    ["export const schemas = [];\n", "configuration must be the default export"],
    ["throw new Error('no luck');\n", "configuration must load: no luck"],
  ])("that is a module which does not load is a finding: %s", async (content, text) => {
    using folder = new CliFolder();
    folder.write("sbe.config.mjs", content);
    const result = await folder.sbe(["lint"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(text);
  });

  it("names its files relative to its folder", async () => {
    using folder = new CliFolder();
    folder.write("project/schemas/shop.xml", SHOP_SCHEMA);
    folder.write("project/sbe.config.json", '{"schemas": ["schemas/*.xml"]}');
    const result = await folder.sbe(["lint", "--config", "project/sbe.config.json"]);
    expect(result.stderr).toContain("project/schemas/shop.xml:");
  });

  it("that is named must exist; without one a schema must be named", async () => {
    using folder = new CliFolder();
    const missing = await folder.sbe(["lint", "--config", "nowhere.json"]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("[file-not-found]");
    expect((await folder.sbe(["lint"])).code).toBe(2);
  });

  it("can set the levels of sbe compat, which an option overrides", async () => {
    using folder = new CliFolder();
    folder.write("old.xml", SHOP_SCHEMA);
    folder.write("new.xml", SHOP_SCHEMA.replace('name="Small"', 'name="Little"'));
    folder.write("sbe.config.json", '{"compat": {"levels": ["wire"]}}');
    expect(await folder.sbe(["compat", "old.xml", "new.xml"])).toMatchObject({ stderr: "" });
    const all = await folder.sbe(["compat", "old.xml", "new.xml", "--levels", "wire,source"]);
    expect(all.stderr).toContain("1 note\n");
  });
});

describe("sbe init", { timeout: 60_000 }, () => {
  it("writes a configuration and a schema that validate and lint without a finding", async () => {
    using folder = new CliFolder();
    const result = await folder.sbe(["init"]);
    expect(result).toMatchObject({
      code: 0,
      stdout: "wrote schemas/order-entry.xml\nwrote sbe.config.json\nnext: npx sbe generate\n",
    });
    expect(await folder.sbe(["lint"])).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  it("never overwrites: a schema stays, and a configuration ends it", async () => {
    using folder = new CliFolder();
    folder.write("schemas/order-entry.xml", "mine");
    const first = await folder.sbe(["init"]);
    expect(first.stdout).toBe("wrote sbe.config.json\nnext: npx sbe generate\n");
    expect(readFileSync(join(folder.path, "schemas/order-entry.xml"), "utf8")).toBe("mine");
    const second = await folder.sbe(["init"]);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("[config-exists]");
    using other = new CliFolder();
    other.write("sbe.config.mjs", "export default {};\n");
    expect((await other.sbe(["init"])).code).toBe(1);
    expect(existsSync(join(other.path, "schemas"))).toBe(false);
  });

  it("takes no arguments", async () => {
    using folder = new CliFolder();
    expect((await folder.sbe(["init", "here"])).code).toBe(2);
  });
});
