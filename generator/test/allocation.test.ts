import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { emitJs, generate } from "../src/index.js";
import { venueLayout } from "./support/venue.js";

const folder = fileURLToPath(new URL("../../.build/allocation/venue/", import.meta.url));
const loop = fileURLToPath(new URL("support/allocation-loop.mjs", import.meta.url));

/** Collections in the measured part: a million turns with new space of 1 MiB, so a byte a turn shows. */
function collectionsIn(scenario: string): string[] {
  const output = execFileSync(
    process.execPath,
    ["--trace-gc", "--max-semi-space-size=1", loop, folder, scenario],
    { encoding: "utf8" },
  );
  const lines = output.split("\n");
  const begin = lines.indexOf("BEGIN");
  const end = lines.indexOf("END");
  expect(begin).toBeGreaterThanOrEqual(0);
  expect(end).toBeGreaterThan(begin);
  return lines.slice(begin + 1, end);
}

describe("hot codecs make no garbage", () => {
  beforeAll(async () => {
    const files = generate(venueLayout(), { baseName: "venue" });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of await emitJs({ folder: "venue", files })) {
      writeFileSync(folder + path, text);
    }
  }, 300_000);

  test.each([
    ["fields, groups by for…of, text and var data as bytes", "orders"],
    ["groups in groups with var data", "fills"],
    ["arrays and 64-bit fields in halves", "books"],
    ["eight message types through one writer and one dispatcher", "streams"],
  ])("%s", { timeout: 300_000 }, (_, scenario) => {
    expect(collectionsIn(scenario)).toEqual([]);
  });

  test("but strings do, and that shows", { timeout: 300_000 }, () => {
    expect(collectionsIn("strings").length).toBeGreaterThan(10);
  });
});
