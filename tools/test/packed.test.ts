import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageFaults } from "../packed/package-faults.mjs";
import { root, workspaces } from "../workspaces.mjs";

const published = workspaces().filter(({ manifest }) => manifest.private !== true);

test("manifests of published packages have what npm and provenance ask for", () => {
  expect(published.map(({ folder }) => folder).sort()).toEqual([
    "generator",
    "runtime",
    "schema",
    "transport",
  ]);
  for (const { folder } of published) {
    const faults = packageFaults(folder, { filename: "", size: 1, files: [] });
    expect(
      faults.filter((fault) => !fault.includes("must hold")),
      folder,
    ).toEqual([]);
  }
});

test("a pack that is too large, lacks what it exports or a map, or holds sources is refused", () => {
  const { exports } = JSON.parse(readFileSync(join(root, "runtime/package.json"), "utf8")) as {
    exports: Record<string, { types: string; default: string }>;
  };
  const paths = Object.values(exports).flatMap(({ types, default: code }) => [
    types,
    code,
    `${code}.map`,
  ]);
  const whole = ["README.md", "LICENSE", "package.json", ...paths.map((path) => path.slice(2))];
  const pack = (files: readonly string[], size = 1) =>
    packageFaults("runtime", { filename: "", size, files: files.map((path) => ({ path })) });
  expect(pack(whole)).toEqual([]);
  expect(pack(whole, 10_000_000)).toEqual(["@alerion/runtime must not be larger: bytes=10000000"]);
  expect(pack([...whole, "src/index.ts"])).toEqual(["@alerion/runtime must not hold src/index.ts"]);
  expect(pack(whole.filter((path) => path !== "LICENSE"))).toHaveLength(1);
  expect(pack(whole.filter((path) => path !== "dist/index.d.ts"))).toHaveLength(1);
  expect(pack(whole.filter((path) => path !== "dist/index.js.map"))).toHaveLength(1);
});
