import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { irFromSbeir, irToSbeir } from "@alerion/schema";
import { describe, expect, test } from "vitest";
import { needsJava, runOracle, runSbe } from "./support/java.js";

const schemas = [
  ["order-entry", "examples/schemas/order-entry.xml"],
  ["market-data", "examples/schemas/market-data.xml"],
  ["ir-codec", "schema/ir-codec.xml"],
] as const;

/** For starting a JVM on a busy machine. */
const TIMEOUT_MS = 60_000;

describe("the official sbe-tool", () => {
  needsJava();

  test.each(schemas)(
    "writes the same IR of %s, byte for byte",
    (name, schema) => {
      const folder = mkdtempSync(join(tmpdir(), "alerion-interop-"));
      try {
        runSbe(["ir", schema, "-o", folder, "--format", "sbeir"]);
        const ours = readFileSync(join(folder, `${name}.sbeir`)).toString("hex");
        expect(ours).toBe(runOracle(["ir", schema]).trim());
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    TIMEOUT_MS,
  );

  test.each(schemas)(
    "reads our IR of %s as its own, and we read its",
    (_name, schema) => {
      const official = runOracle(["ir", schema]).trim();
      const ours = Buffer.from(irToSbeir(irFromSbeir(Buffer.from(official, "hex")))).toString(
        "hex",
      );
      expect(ours).toBe(official);
      expect(runOracle(["reread"], `${ours}\n`).trim()).toBe(ours);
    },
    TIMEOUT_MS,
  );
});
