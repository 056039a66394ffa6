import { describe, expect, it } from "vitest";
import { bundledLoops } from "./support/bundled-loops.js";

/** Messages of the measured part, of each kind. */
const EACH = (4000 * 256) / 8;

describe("a typed stream of eight kinds of messages", { timeout: 120_000 }, () => {
  const run = bundledLoops(new URL("./support/typed-allocation-loops.ts", import.meta.url));

  // A million messages at 16 bytes each, the least that one boxed number takes, would be 16 scavenges: the young
  // generation is cut to 1 MiB.
  for (const kind of ["exclusive", "shared"]) {
    it(`allocates nothing from an ${kind} publication to a dispatcher: no scavenge in a million messages`, () => {
      const { scavengeCount, counts } = run(["--max-semi-space-size=1"], [kind]) as {
        scavengeCount: number;
        counts: number[];
      };
      expect(counts).toEqual(Array.from({ length: 8 }, () => EACH));
      expect(scavengeCount).toBe(0);
    });
  }
});
