import { describe, expect, it } from "vitest";
import { CliFolder, SHOP_SCHEMA } from "../support/cli.js";

function shop(): CliFolder {
  const folder = new CliFolder();
  folder.write("shop.xml", SHOP_SCHEMA);
  return folder;
}

describe("sbe lint", { timeout: 60_000 }, () => {
  it("warns where it is, and exits with 0", async () => {
    using folder = shop();
    const result = await folder.sbe(["lint", "shop.xml"]);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(
      'shop.xml:26:2: warning: char array "Code" states no characterEncoding [char-array-without-encoding]\n',
    );
    expect(result.stderr).toContain(
      'help: add characterEncoding="US-ASCII", "UTF-8" or whichever it is\n',
    );
    expect(result.stderr).toMatch(/\n[0-9]+ warnings\n$/);
  });

  it("exits with 1 for rules that are errors, by option or by --warnings-fatal", async () => {
    using folder = shop();
    const rule = await folder.sbe([
      "lint",
      "shop.xml",
      "--rule",
      "*=off,missing-description=error",
    ]);
    expect(rule.code).toBe(1);
    expect(rule.stderr).toContain("2 errors\n");
    const fatal = await folder.sbe([
      "lint",
      "shop.xml",
      "--warnings-fatal",
      "--rule",
      "*=off,id-order=warning,missing-description=warning",
    ]);
    expect(fatal.code).toBe(1);
    expect(fatal.stderr).toContain("2 errors\n");
  });

  it("is silent where all rules are off", async () => {
    using folder = shop();
    expect(await folder.sbe(["lint", "shop.xml", "--rule=*=off"])).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  it.each([
    ["--rule", "missing-description"],
    ["--rule", "missing-description=loud"],
    ["--rule", "mising-description=off"],
    ["--update-baseline"],
  ])("exits with 2 for %s %s", async (...args) => {
    using folder = shop();
    const result = await folder.sbe(["lint", "shop.xml", ...args]);
    expect(result.code).toBe(2);
  });

  it("suggests the rule that was meant", async () => {
    using folder = shop();
    const result = await folder.sbe(["lint", "shop.xml", "--rule", "mising-description=off"]);
    expect(result.stderr).toContain("(did you mean missing-description?)");
  });

  it("takes settings, schemas and baseline from the configuration", async () => {
    using folder = shop();
    folder.write(
      "sbe.config.json",
      JSON.stringify({
        schemas: ["*.xml"],
        baseline: "baseline.json",
        lint: { rules: { "*": "off", "missing-description": "error" } },
      }),
    );
    const first = await folder.sbe(["lint"]);
    expect(first.code).toBe(1);
    expect(first.stderr).toContain("2 errors\n");
    await folder.sbe(["lint", "--update-baseline"]);
    const second = await folder.sbe(["lint"]);
    expect(second).toMatchObject({ code: 0, stderr: "2 accepted by baseline.json\n" });
    const louder = await folder.sbe([
      "lint",
      "--rule",
      "id-order=error,missing-description=warning",
    ]);
    expect(louder.code).toBe(0);
  });

  it("keeps the entries of other schemas and of sbe compat in the shared baseline", async () => {
    using folder = shop();
    folder.write("other.xml", SHOP_SCHEMA.replace('name="Ping"', 'name="Pong"'));
    const args = ["--baseline", "b.json", "--update-baseline"];
    await folder.sbe(["lint", "shop.xml", ...args]);
    await folder.sbe(["lint", "other.xml", ...args]);
    await folder.sbe(["compat", "shop.xml", "other.xml", ...args]);
    for (const argv of [
      ["lint", "shop.xml"],
      ["lint", "shop.xml", "other.xml"],
      ["compat", "shop.xml", "other.xml"],
    ]) {
      const result = await folder.sbe([...argv, "--baseline", "b.json"]);
      expect(result.code, argv.join(" ")).toBe(0);
      expect(result.stderr, argv.join(" ")).toMatch(/^[0-9]+ accepted by b\.json\n$/);
    }
  });

  it("reads the tokens of a schema too", async () => {
    using folder = shop();
    await folder.sbe(["ir", "shop.xml", "-o", "ir"]);
    const result = await folder.sbe([
      "lint",
      "ir/shop.json",
      "--rule",
      "*=off,missing-description=warning",
    ]);
    expect(result.stderr).toContain("note: at message:Ping\n");
  });
});
