import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { needsJava, runOracle, runSbe } from "./support/java.js";

const schemas = ["order-entry", "market-data"];

describe("the official sbe-tool", () => {
  needsJava();

  test.each(schemas)("writes the same IR of %s, byte for byte", (name) => {
    const schema = `examples/schemas/${name}.xml`;
    const folder = mkdtempSync(join(tmpdir(), "alerion-interop-"));
    try {
      runSbe(["ir", schema, "-o", folder, "--format", "sbeir"]);
      const ours = readFileSync(join(folder, `${name}.sbeir`)).toString("hex");
      expect(ours).toBe(runOracle(["ir", schema]).trim());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
