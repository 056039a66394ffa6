import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { formatChannel } from "../../src/protocol/channel-params.js";

const transport = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(`${transport}docs/features.md`, "utf8");

describe("the page of features", () => {
  it("names tests that are there, one at least for each row", () => {
    const rows = page.split("\n").filter((line) => /^\| (?!-)/.test(line));
    const withTest = rows.filter((row) => !/\| test +\|$/.test(row));
    expect(withTest.length).toBeGreaterThan(60);
    for (const row of withTest) {
      const tests = [...row.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, name = ""]) => name);
      expect(tests.length, row).toBeGreaterThan(0);
      for (const name of tests) {
        const path = name.startsWith("interop/") ? `../${name}` : `test/${name}`;
        expect(existsSync(`${transport}${path}`), path).toBe(true);
      }
    }
  });

  it("has a row for every parameter that channels are built with", () => {
    // All of them in one channel; whether they make sense together is the driver's to say.
    const all = formatChannel("udp", {
      endpoint: "a:1",
      interface: "b",
      control: "c:1",
      controlMode: "dynamic",
      sessionId: 1,
      streamId: 1,
      tags: { channelTag: 1n, entityTag: 2n },
      alias: "x",
      termLength: 65536,
      mtu: 1408,
      initialTermId: 1,
      termId: 1,
      termOffset: 0,
      lingerNs: 1,
      eos: true,
      sparse: true,
      spiesSimulateConnection: true,
      flowControl: "max",
      groupTag: 1n,
      congestionControl: "static",
      receiverWindow: 1,
      socketSendBuffer: 1,
      socketReceiveBuffer: 1,
      publicationWindow: 1,
      maxResend: 1,
      nakDelayNs: 1,
      reliable: true,
      tether: true,
      group: true,
      rejoin: true,
      ttl: 1,
      untetheredWindowLimitTimeoutNs: 1,
      untetheredLingerTimeoutNs: 1,
      untetheredRestingTimeoutNs: 1,
      responseEndpoint: "d:1",
      responseCorrelationId: 1n,
      mediaReceiveTimestampOffset: 8,
      channelReceiveTimestampOffset: 8,
      channelSendTimestampOffset: 8,
    });
    const keys = [...all.matchAll(/[?|]([a-z-]+)=/g)].map(([, key]) => key);
    expect(keys).toHaveLength(39);
    for (const key of keys) expect(page).toContain(`| \`${key}\` `);
  });
});
