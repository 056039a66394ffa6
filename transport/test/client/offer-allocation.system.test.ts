import { describe, expect, it } from "vitest";
import { bundledLoops } from "./support/bundled-loops.js";

const TERM_ID = 3000;
const TERM_LENGTH = 1024 * 1024;

describe("messages beyond 2 GiB of a stream", { timeout: 120_000 }, () => {
  const run = bundledLoops(new URL("./support/offer-allocation-loops.ts", import.meta.url));

  // A million messages at 16 bytes each, the least that one boxed position takes, would be 16 scavenges: the young
  // generation is cut to 1 MiB. As many duty cycles of the client are in it.
  it.each([
    ["exclusive", "offer"],
    ["exclusive", "claim"],
    ["shared", "offer"],
    ["shared", "claim"],
  ])("are published and polled without a scavenge: %s, %s", (kind, mode) => {
    const { scavengeCount, position } = run(
      ["--expose-gc", "--max-semi-space-size=1"],
      [kind, mode],
    ) as { scavengeCount: number; position: number };
    expect(position).toBeGreaterThan(TERM_ID * TERM_LENGTH);
    expect(scavengeCount).toBe(0);
  });
});
