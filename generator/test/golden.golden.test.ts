import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as prettier from "prettier";
import { describe, expect, test } from "vitest";
import { check, emitJs, generate, type GeneratedFile } from "../src/index.js";
import { venueLayout } from "./support/venue.js";

const folder = fileURLToPath(new URL("golden/venue/", import.meta.url));

/** `UPDATE_GOLDEN=1 npx vitest run generator/test/golden` rewrites the expected files. */
function goldenFiles(actual: readonly GeneratedFile[]): GeneratedFile[] {
  if (process.env["UPDATE_GOLDEN"] === "1") {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of actual) writeFileSync(folder + path, text);
  }
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((path) => ({ path, text: readFileSync(folder + path, "utf8") }));
}

describe("output for a schema with everything in it", () => {
  const files = generate(venueLayout(), { baseName: "venue" });

  test("is what it was, to the byte", () => {
    expect(files).toEqual(goldenFiles(files));
  });

  test("is formatted as Prettier would", async () => {
    for (const { path, text } of files) {
      const options = { parser: "typescript", printWidth: 100 };
      expect(await prettier.check(text, options), path).toBe(true);
    }
  });

  test("type-checks", { timeout: 300_000 }, async () => {
    expect(await check([{ folder: "venue", files }])).toEqual([]);
  });

  test("becomes JavaScript and declarations", { timeout: 300_000 }, async () => {
    const emitted = await emitJs({ folder: "venue", files });
    const stems = files.map(({ path }) => path.replace(/\.ts$/u, ""));
    expect(emitted.map(({ path }) => path).sort()).toEqual(
      stems.flatMap((stem) => [`${stem}.d.ts`, `${stem}.js`]).sort(),
    );
    const declaration = emitted.find(({ path }) => path === "new-order.d.ts");
    expect(declaration?.text).toContain("static decode(bytes: Uint8Array): NewOrderData;");
    const code = emitted.find(({ path }) => path === "new-order.js");
    expect(code?.text).toContain("#view = EMPTY_VIEW;");
  });

  test(
    "gives the writer of an error in the generator its place",
    { timeout: 300_000 },
    async () => {
      const broken = [
        { folder: "venue", files: [{ path: "a.ts", text: "export const a: string = 1;\n" }] },
      ];
      expect(await check(broken)).toEqual([
        {
          file: "venue/a.ts",
          line: 1,
          column: 14,
          text: expect.stringContaining("[TS2322]") as string,
        },
      ]);
      await expect(
        emitJs({ folder: "venue", files: broken[0]?.files ?? [] }),
      ).rejects.toMatchObject({
        code: "OUTPUT_TYPE_ERROR",
      });
    },
  );
});
