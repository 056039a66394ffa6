import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, test } from "vitest";
import { Impairer, NONE } from "./support/net/impairments.mjs";
import { LossyLink, namespacesSkipReason } from "./support/net/lossy-link.js";

const DATAGRAM_COUNT = 4000;
const DATAGRAM_LENGTH = 1000;

/** Receives numbered datagrams and prints which came, how often, and how many overtook. */
const RECEIVER = `
const socket = require("node:dgram").createSocket("udp4");
const seen = new Map();
let last = -1, overtaken = 0, bad = 0;
socket.on("message", (m) => {
  const n = m.readUInt32LE(0);
  for (let i = 4; i < m.length; i++) if (m[i] !== (n & 255)) { bad++; break; }
  if (n < last) overtaken++;
  last = n;
  seen.set(n, (seen.get(n) ?? 0) + 1);
});
socket.bind(4000, () => {
  socket.setRecvBufferSize(1 << 22);
  console.log("bound");
});
setTimeout(() => {
  let twice = 0;
  for (const count of seen.values()) if (count > 1) twice++;
  console.log(JSON.stringify({ distinct: seen.size, twice, overtaken, bad }));
  process.exit();
}, 4000);
`;

const SENDER = `
const socket = require("node:dgram").createSocket("udp4");
let n = 0;
const turn = () => {
  for (let i = 0; i < 20 && n < ${DATAGRAM_COUNT}; i++, n++) {
    const m = Buffer.alloc(${DATAGRAM_LENGTH}, n & 255);
    m.writeUInt32LE(n, 0);
    socket.send(m, 4000, process.argv[1]);
  }
  if (n < ${DATAGRAM_COUNT}) setTimeout(turn, 5);
  else setTimeout(() => process.exit(), 200);
};
turn();
`;

describe("the bad cable of the network tests", () => {
  beforeEach((context) => {
    const reason = namespacesSkipReason();
    if (reason !== undefined) context.skip(reason);
  });

  test("loses, duplicates, reorders and corrupts as it is told, and counts it", async () => {
    const { spawn } = await import("node:child_process");
    const impairments = {
      delayMs: 5,
      jitterMs: 2,
      loss: 0.02,
      duplicate: 0.01,
      reorder: 0.05,
      corrupt: 0.01,
    };
    const link = await LossyLink.open(7, impairments);
    const [command, ...args] = link.at(link.right, process.execPath, "-e", RECEIVER);
    const receiver = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    receiver.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    await new Promise((resolve) => receiver.stdout.once("data", resolve));
    const [sendCommand, ...sendArgs] = link.at(
      link.left,
      process.execPath,
      "-e",
      SENDER,
      link.right.address,
    );
    expect(spawnSync(sendCommand, sendArgs).status).toBe(0);
    await new Promise((resolve) => receiver.once("close", resolve));
    const [forth] = await link.close();
    const got = JSON.parse(output.trim().split("\n").at(-1) ?? "") as Record<string, number>;

    expect(forth.passed + forth.lost).toBe(DATAGRAM_COUNT);
    // A flipped bit does not get past the checksum of UDP; its twin, if any, is corrupt too.
    expect(got["distinct"]).toBe(forth.passed - forth.corrupted);
    expect(got["bad"]).toBe(0);
    expect(forth.lost).toBeGreaterThan(DATAGRAM_COUNT * 0.01);
    expect(forth.lost).toBeLessThan(DATAGRAM_COUNT * 0.03);
    expect(got["twice"]).toBeGreaterThan(0);
    expect(got["overtaken"]).toBeGreaterThan(DATAGRAM_COUNT * 0.02);
  });

  test("the same seed gives the same decisions", () => {
    const impairments = { ...NONE, delayMs: 5, jitterMs: 2, loss: 0.1, duplicate: 0.1 };
    const run = (): number[][] => {
      const impairer = new Impairer(3, impairments);
      return Array.from({ length: 100 }, () => impairer.decide(new Uint8Array(64), 42));
    };
    expect(run()).toEqual(run());
  });
});
