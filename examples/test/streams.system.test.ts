import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const streams = fileURLToPath(new URL("../dist/streams/", import.meta.url));

function run(example: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${streams}${example}.js`], {
    encoding: "utf8",
    timeout: 110_000,
  });
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

// Two to four processes each, on the built packages, every one with a driver of its own.
describe("the stream examples, over UDP", { timeout: 120_000 }, () => {
  it("carry market data in order", () => {
    expect(run("ticks")).toMatch(/^500,000 ticks .* 0 out of order, volume 50,500,000$/m);
  });

  it("answer each client's requests, and only its own", () => {
    expect(run("request-response").match(/^client [12]: 1,000 requests/gm)).toHaveLength(2);
  });

  it("reach every subscriber, the slow one too", () => {
    expect(run("fan-out").match(/100,000 messages, all in order$/gm)).toHaveLength(3);
  });

  it("send a file whole", () => {
    expect(run("file-sender")).toMatch(/^67,108,864 bytes .* SHA-256 equal/m);
  });
});
