import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { CliFolder } from "../support/cli.js";

async function sbe(...argv: string[]): ReturnType<CliFolder["sbe"]> {
  using folder = new CliFolder();
  return await folder.sbe(argv);
}

describe("sbe", () => {
  it("prints its version", async () => {
    expect((await sbe("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("lists every command, and helps with each in two ways", async () => {
    const overview = await sbe("--help");
    for (const { name, options } of COMMANDS) {
      expect(overview.stdout).toContain(`  ${name}`);
      const asked = await sbe(name, "--help");
      expect(asked).toMatchObject({ code: 0, stderr: "" });
      expect(asked.stdout).toContain(`usage: sbe ${name} `);
      for (const option of options) expect(asked.stdout).toContain(`--${option.name}`);
      expect(await sbe("help", name)).toStrictEqual(asked);
    }
  });

  it("without a command is wrong usage and shows the help", async () => {
    const result = await sbe();
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain("usage: sbe COMMAND");
  });

  it.each([
    [["decod"], "sbe: unknown command: command=decod (did you mean decode?)"],
    [["frobnicate"], "sbe: unknown command: command=frobnicate\n"],
    [
      ["decode", "--schma", "x"],
      "sbe decode: unknown option: option=--schma (did you mean --schema?)",
    ],
    [["decode", "--loss"], "sbe decode: unknown option: option=--loss (did you mean --lossless?)"],
    [["decode", "-x"], "sbe decode: unknown option: option=-x"],
    [["decode", "--schema"], "sbe decode: option must have a value: option=--schema S"],
    [
      ["decode", "--schema", "--lossless"],
      "sbe decode: option must have a value: option=--schema S",
    ],
    [
      ["decode", "--schema=a", "--schema=b"],
      "sbe decode: option must be given once: option=--schema",
    ],
    [["decode", "--lossless=yes"], "sbe decode: option must have no value: option=--lossless"],
    [
      ["validate", "x.xml", "--diagnostics", "jsn"],
      "sbe validate: option must be one of text, json, sarif, github: --diagnostics=jsn (did you mean json?)",
    ],
    [["validate"], "sbe validate: a schema must be named"],
    [["ir", "x.xml"], "sbe ir: a folder must be given: -o DIR"],
  ])("%j is wrong usage", async (argv, text) => {
    const result = await sbe(...argv);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain(text);
    expect(result.stderr).toMatch(/see sbe( \w+)? --help\n$/);
  });
});
