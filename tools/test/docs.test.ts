/** The documentation holds: code compiles or runs, links lead somewhere. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileSchema } from "@alerion/schema";
import { describe, expect, test } from "vitest";
import { STARTER_SCHEMA } from "../../generator/src/config/starter.js";
import { checkConfig } from "../../generator/src/config/check-config.js";
import { compileErrors } from "../docs/compile.mjs";
import { brokenLinks } from "../docs/links.mjs";
import { allBlocks, pages, type Block } from "../docs/pages.mjs";
import { SHOWN, whyShown } from "../docs/shown.mjs";
import { root } from "../workspaces.mjs";

const blocks = allBlocks();
const toCheck = blocks.filter((block) => whyShown(block) === undefined);

function placeOf({ page, line }: Block): string {
  return `${page}:${line}`;
}

describe("code on the pages", () => {
  test("is of a language that is compiled or run, or is listed as only shown", () => {
    const known = ["ts", "js", "sh", "json", "xml"];
    expect(toCheck.filter(({ language }) => !known.includes(language)).map(placeOf)).toEqual([]);
    for (const shown of SHOWN) {
      expect(
        blocks.some((block) => whyShown(block) === shown.reason),
        shown.reason,
      ).toBe(true);
    }
  });

  test("TypeScript and JavaScript compile against the packages", async () => {
    const code = toCheck.filter(({ language }) => language === "ts" || language === "js");
    expect(code.length).toBeGreaterThan(10);
    expect(await compileErrors(code)).toEqual([]);
  });

  test("JSON is JSON, and a configuration is one that sbe takes", async () => {
    const json = toCheck.filter(({ language }) => language === "json");
    expect(json.length).toBeGreaterThan(2);
    for (const block of json) {
      const value = JSON.parse(block.text) as Record<string, unknown>;
      const isConfig = ["schemas", "lint", "compat"].some((key) => key in value);
      if (isConfig) expect(await checkConfig(value), placeOf(block)).toHaveProperty("config");
    }
  });

  test("schemas compile", () => {
    for (const block of toCheck.filter(({ language }) => language === "xml")) {
      const { ir, diagnostics } = compileSchema(new TextEncoder().encode(wholeSchema(block.text)), {
        file: block.page,
      });
      expect(
        diagnostics.filter(({ severity }) => severity === "error"),
        placeOf(block),
      ).toEqual([]);
      expect(ir).toBeDefined();
    }
  });

  test("commands of sbe do what the page says they do, without a fault", () => {
    const shell = toCheck.filter(({ language }) => language === "sh");
    expect(shell.length).toBeGreaterThan(3);
    for (const block of shell) {
      const { status, stderr } = runInProject(block);
      expect({ status, stderr: status === 0 ? "" : stderr }, placeOf(block)).toEqual({
        status: 0,
        stderr: "",
      });
    }
  });
});

describe("links on the pages", () => {
  test("lead to files and headings of the repository", () => {
    expect(brokenLinks(pages())).toEqual([]);
  });
});

describe("the site", () => {
  test("has every page in its sidebar, and every export in its reference", async () => {
    const { stage } = await import("../docs/stage.mjs");
    const { files, sidebar } = stage();
    const links = sidebar.flatMap(({ items }) => items.map(({ link }) => link));
    expect(links).toHaveLength(files.size);
    expect(new Set(links).size).toBe(files.size);
    const { exportNames } = await import("../docs/api.mjs");
    for (const [folder, exports] of Object.entries({
      runtime: await import("@alerion/runtime/codegen"),
      schema: await import("@alerion/schema"),
      generator: await import("@alerion/generator"),
      transport: await import("@alerion/transport"),
    })) {
      const names = exportNames(files.get(`api/${folder}.md`) ?? "");
      expect(names, folder).toEqual(expect.arrayContaining(Object.keys(exports)));
    }
  });
});

/** A fragment of a schema stands among the types and messages of the schema that `sbe init` writes. */
function wholeSchema(text: string): string {
  if (text.includes("messageSchema")) return text;
  const wrapped = /<(composite|type|enum|set)\b/.test(text.replaceAll(/<sbe:message[^]*/g, ""))
    ? ["</types>", `${text}</types>`]
    : ["</sbe:messageSchema>", `${text}</sbe:messageSchema>`];
  const [mark = "", replacement = ""] = wrapped;
  return STARTER_SCHEMA.replace(mark, () => replacement).replace('version="0"', 'version="1"');
}

/** Runs a block in a project with `order-entry.xml` committed on `main`, the commands in the path as npx has them. */
function runInProject(block: Block): { status: number | null; stderr: string } {
  const folder = join(root, ".build/docs-shell");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "bin"), { recursive: true });
  const npx = join(folder, "bin/npx");
  writeFileSync(
    npx,
    `#!/bin/sh\nname=$1; shift\ncase $name in\n  sbe) exec "${process.execPath}" "${root}generator/bin/sbe.js" "$@";;\n  alerion) exec "${process.execPath}" "${root}transport/bin/alerion.js" "$@";;\nesac\nexit 127\n`,
  );
  chmodSync(npx, 0o755);
  writeFileSync(join(folder, "order-entry.xml"), STARTER_SCHEMA);
  const git = "git -c user.name=docs -c user.email=docs@example.com";
  const script = `set -e\ngit init -q -b main . && git add order-entry.xml && ${git} commit -qm first\n${block.text}`;
  const path = `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`;
  return spawnSync("bash", ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
}
