import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CliFolder, SHOP_SCHEMA, type CliResult } from "../support/cli.js";

/** Shop, one version on: a field moved, an enum value was renamed. */
const NEXT_SCHEMA = SHOP_SCHEMA.replace('version="1">', 'version="2">')
  .replace(
    '<field name="discount" id="7"',
    '<field name="extra" id="8" type="uint8" sinceVersion="2"/>\n<field name="discount" id="7"',
  )
  .replace('name="Small"', 'name="Little"');

/** Shop, one version on, by the rules. */
const LEGAL_SCHEMA = SHOP_SCHEMA.replace('version="1">', 'version="2">').replace(
  '<group name="lines"',
  '<field name="extra" id="8" type="uint8" sinceVersion="2"/>\n<group name="lines"',
);

function shop(newSchema = NEXT_SCHEMA): CliFolder {
  const folder = new CliFolder();
  folder.write("old.xml", SHOP_SCHEMA);
  folder.write("new.xml", newSchema);
  return folder;
}

async function compat(folder: CliFolder, ...args: string[]): Promise<CliResult> {
  return folder.sbe(["compat", "old.xml", "new.xml", ...args]);
}

describe("sbe compat", { timeout: 60_000 }, () => {
  it("says what breaks, in the order of the new schema, and exits with 1", async () => {
    using folder = shop();
    const result = await compat(folder);
    expect(result.code).toBe(1);
    expect(result.stderr)
      .toBe(`new.xml:29:2: note: "Small" (value 83) of enum "Size" is now "Little" [renamed]
  29 | <validValue name="Little">S</validValue>
     |  ^^^^^^^^^^
was: old.xml:29:2
new.xml:44:2: error: new field "extra" (id 8) lies at byte 26, where "discount" was [field-added-in-old-bytes]
  44 | <field name="extra" id="8" type="uint8" sinceVersion="2"/>
     |  ^^^^^
was: old.xml:44:2, byte 26
breaks: version 1 readers of version 2 messages
help: add new fields at the end of the block with sinceVersion="2"
new.xml:45:2: error: field "discount" (id 7) moved from byte 26 to byte 27 [field-offset-changed]
  45 | <field name="discount" id="7" type="OptionalCount" sinceVersion="1"/>
     |  ^^^^^
was: old.xml:44:2, byte 26
breaks: version 1 readers of version 2 messages, and the reverse
help: add new fields at the end of the block with sinceVersion="2"
2 errors, 1 note
`);
  });

  it("exits with 0 where nothing breaks, notes or not", async () => {
    using legal = shop(LEGAL_SCHEMA);
    expect(await compat(legal)).toMatchObject({ code: 0, stdout: "", stderr: "" });
    using renamed = shop(SHOP_SCHEMA.replace('name="Small"', 'name="Little"'));
    const result = await compat(renamed);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain("1 note\n");
  });

  it("looks for the wanted levels only", async () => {
    using folder = shop();
    const wire = await compat(folder, "--levels", "wire,meaning");
    expect(wire.stderr).toContain("2 errors\n");
    const source = await compat(folder, "--levels=source");
    expect(source).toMatchObject({ code: 0 });
    expect(source.stderr).toContain("1 note\n");
  });

  it.each([
    ["two schemas", ["compat", "old.xml"]],
    ["two schemas", ["compat", "old.xml", "new.xml", "third.xml"]],
    ["levels", ["compat", "old.xml", "new.xml", "--levels", "wire,wrong"]],
    ["a baseline", ["compat", "old.xml", "new.xml", "--update-baseline"]],
    ["git:REF:path", ["compat", "git:main", "new.xml"]],
    ["git:REF:path", ["compat", "git:--all:old.xml", "new.xml"]],
  ])("exits with 2 without %s: %j", async (_what, argv) => {
    using folder = shop();
    expect((await folder.sbe(argv)).code).toBe(2);
  });

  it("exits with 1 and shows the schema's own faults where one does not compile", async () => {
    using folder = shop(SHOP_SCHEMA.replace('type="Code"', 'type="Cod"'));
    const result = await compat(folder);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("[unknown-type]");
    const missing = await folder.sbe(["compat", "old.xml", "nowhere.xml"]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("[file-not-found]");
  });

  it("takes IR on either side, without places", async () => {
    using folder = shop();
    await folder.sbe(["ir", "old.xml", "-o", "ir", "--format", "sbeir"]);
    await folder.sbe(["ir", "new.xml", "-o", "ir", "--format", "json"]);
    const old = await folder.sbe(["compat", "ir/old.sbeir", "new.xml"]);
    expect(old.code).toBe(1);
    expect(old.stderr).toContain("was: byte 26\n");
    const both = await folder.sbe(["compat", "ir/old.sbeir", "ir/new.json"]);
    expect(both.stderr).toContain('ir/new.json:1:1: error: field "discount" (id 7) moved');
    expect(both.stderr).toContain("note: at message:Order/discount\n");
  });

  it.each(["json", "sarif"])("prints findings as %s on standard output", async (format) => {
    using folder = shop();
    const result = await compat(folder, "--diagnostics", format);
    expect(result.stderr).toBe("");
    expect(result.stdout).toContain("field-offset-changed");
    expect(() => JSON.parse(result.stdout) as unknown).not.toThrow();
  });

  it("annotates lines for GitHub, notes as notices", async () => {
    using folder = shop();
    const result = await compat(folder, "--diagnostics", "github");
    expect(result.stderr).toMatch(/^::notice file=new\.xml,line=29,/m);
    expect(result.stderr).toMatch(/^::error file=new\.xml,line=45,.*title=field-offset-changed::/m);
  });
});

describe("sbe compat with a baseline", { timeout: 60_000 }, () => {
  function entries(folder: CliFolder): Record<string, string>[] {
    const text = readFileSync(join(folder.path, "baseline.json"), "utf8");
    return (JSON.parse(text) as { accepted: Record<string, string>[] }).accepted;
  }

  it("accepts what was written with --update-baseline, and nothing else", async () => {
    using folder = shop();
    const update = await compat(folder, "--baseline", "baseline.json", "--update-baseline");
    expect(update).toMatchObject({ code: 0, stderr: "baseline.json: 3 accepted\n" });
    expect(entries(folder).map(({ schema, rule, path }) => [schema, rule, path])).toEqual([
      ["new.xml", "field-added-in-old-bytes", "message:Order/discount"],
      ["new.xml", "field-offset-changed", "message:Order/discount"],
      ["new.xml", "renamed", "type:Size/Small"],
    ]);
    expect(await compat(folder, "--baseline", "baseline.json")).toMatchObject({
      code: 0,
      stderr: "3 accepted by baseline.json\n",
    });
    folder.write(
      "new.xml",
      NEXT_SCHEMA.replace('name="Gift"', 'name="Present"').replace("uint64", "int64"),
    );
    const result = await compat(folder, "--baseline", "baseline.json");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("[field-type-changed]");
    expect(result.stderr).not.toContain("[field-offset-changed]");
  });

  it("warns of entries that apply no longer, and drops them on update", async () => {
    using folder = shop();
    await compat(folder, "--baseline", "baseline.json", "--update-baseline");
    folder.write("new.xml", LEGAL_SCHEMA);
    const result = await compat(folder, "--baseline", "baseline.json");
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(
      'baseline.json:15:5: warning: accepted finding "renamed" of type:Size/Small no longer applies [baseline-stale]',
    );
    expect(result.stderr).toContain("3 warnings\n");
    await compat(folder, "--baseline", "baseline.json", "--update-baseline");
    expect(entries(folder)).toEqual([]);
  });

  it("leaves alone what this run could not have found, and keeps reasons", async () => {
    using folder = shop();
    const args = ["--baseline", "baseline.json"];
    await compat(folder, ...args, "--update-baseline");
    const [added, moved, renamed] = entries(folder);
    const other = { schema: "other.xml", rule: "renamed", path: "type:X", text: "x" };
    folder.write(
      "baseline.json",
      JSON.stringify({ accepted: [{ ...added, reason: "agreed" }, moved, renamed, other] }),
    );
    folder.write("new.xml", LEGAL_SCHEMA);
    const wire = await compat(folder, ...args, "--levels", "wire");
    expect(wire.stderr).toContain("2 warnings\n");
    folder.write("new.xml", NEXT_SCHEMA);
    await compat(folder, ...args, "--update-baseline");
    expect(entries(folder)).toEqual([{ ...added, reason: "agreed" }, moved, renamed, other]);
  });

  it.each([
    ['{"accepted": 1}', "1:1", "must have a list"],
    ['{\n  "accepted": [\n    {"schema": "new.xml"}\n  ]\n}', "3:5", 'must have a text "rule"'],
    ['{\n  "accepted": [,]\n}', "2:16", "a value must stand here"],
  ])("points at what is wrong in the file: %j", async (content, place, text) => {
    using folder = shop();
    folder.write("baseline.json", content);
    const result = await compat(folder, "--baseline", "baseline.json");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`baseline.json:${place}: error: `);
    expect(result.stderr).toContain(text);
  });

  it("must exist unless it is written", async () => {
    using folder = shop();
    const result = await compat(folder, "--baseline", "baseline.json");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("[file-not-found]");
  });
});

describe("sbe compat with a schema from git", { timeout: 60_000 }, () => {
  function git(folder: CliFolder, ...args: string[]): void {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    const { status, stderr } = spawnSync("git", [...identity, ...args], {
      cwd: folder.path,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`git must succeed: ${stderr}`);
  }

  /** A repository whose first commit has the old schema and an include, the folder the new ones. */
  function repository(): CliFolder {
    const folder = new CliFolder();
    const include =
      '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="common/types.xml"/>';
    const types = '<types><type name="Code" primitiveType="char" length="4"/></types>';
    const withInclude = (schema: string): string =>
      schema
        .replace('<type name="Code" primitiveType="char" length="4"/>\n', "")
        .replace("<types>", `${include}\n<types>`);
    git(folder, "init", "-q", "-b", "main");
    folder.write("schemas/shop.xml", withInclude(SHOP_SCHEMA));
    folder.write("schemas/common/types.xml", types);
    git(folder, "add", "-A");
    git(folder, "commit", "-q", "-m", "first");
    folder.write("schemas/shop.xml", withInclude(LEGAL_SCHEMA));
    folder.write("schemas/common/types.xml", types.replace('length="4"', 'length="8"'));
    return folder;
  }

  it("reads the schema and its includes as they were", async () => {
    using folder = repository();
    const result = await folder.sbe(["compat", "git:main:schemas/shop.xml", "schemas/shop.xml"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      'schemas/common/types.xml:1:9: error: type "Code" was char[4] and is char[8] [field-type-changed]',
    );
    expect(result.stderr).toContain("was: schemas/common/types.xml@main:1:9\n");
  });

  it("takes both sides from git", async () => {
    using folder = repository();
    const name = "git:HEAD:schemas/shop.xml";
    expect(await folder.sbe(["compat", name, name])).toMatchObject({ code: 0, stderr: "" });
  });

  it("says what git says of an unknown ref or file", async () => {
    using folder = repository();
    const result = await folder.sbe(["compat", "git:nowhere:schemas/shop.xml", "schemas/shop.xml"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /^schemas\/shop\.xml@nowhere:1:1: error: git must have the file: .*nowhere/,
    );
  });
});
