import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { plantedBugs } from "./planted/planted-bugs.js";
import { plantedNetworkBugs } from "./planted/planted-network-bugs.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

// Whether they are found is looked at by planted-bugs.slow.test.ts; that they still can be planted, every day.
describe("planted bugs", () => {
  it.each([...plantedBugs, ...plantedNetworkBugs].map((bug) => [bug.name, bug] as const))(
    "apply to the sources as they are: %s",
    (_, bug) => {
      for (const { file, find, replace } of bug.changes) {
        const source = readFileSync(repository + file, "utf8");
        expect(source.replace(find, replace), `${file} ${find}`).not.toBe(source);
      }
    },
  );
});
