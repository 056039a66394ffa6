import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Aeron } from "@alerion/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";
import { Programs } from "./support/program.js";
import { type DriverUnderTest, startTwoDrivers } from "./support/two-drivers.js";

/*
 * Every parameter of a channel, given to a Java driver and to ours: what the logs say of it is the same, byte for
 * byte, and so is what is refused.
 */

const METADATA_LENGTH = 4096;
const METADATA_FIELDS_LENGTH = 512;
/** What cannot be the same: tails, state, the log's id, and what the system says of its own buffers. */
const DIFFERING: readonly (readonly [offset: number, length: number])[] = [
  [0, 32],
  [136, 8],
  [256, 8],
  [296, 8],
  [308, 8],
];

const POSITION = "init-term-id=7|term-id=9|term-offset=64";
const FOR_PUBLICATIONS =
  "term-length=128k|mtu=4096|linger=3s|eos=false|sparse=false|ssc=true|pub-wnd=32k|max-resend=33";
const FOR_SUBSCRIPTIONS =
  "rcv-wnd=64k|reliable=false|rejoin=false|tether=false|group=true|nak-delay=1ms|cc=static|gtag=6";
const FOR_BOTH =
  "alias=x|so-sndbuf=64k|so-rcvbuf=128k|untethered-window-limit-timeout=2s|untethered-linger-timeout=3s|untethered-resting-timeout=4s";

interface Case {
  readonly media: "ipc" | "udp";
  readonly params: string;
}

function publications(port: number): Case[] {
  const unicast = (offset: number): string => `endpoint=127.0.0.1:${port + offset}|`;
  const dynamic = (offset: number): string =>
    `control=127.0.0.1:${port + offset}|control-mode=dynamic|`;
  const group = `endpoint=239.20.1.9:${port + 5}|interface=127.0.0.1|`;
  const all = `${FOR_PUBLICATIONS}|${FOR_SUBSCRIPTIONS}|${FOR_BOTH}|tags=TAG,TAG|stream-id=STREAM`;
  return [
    { media: "ipc", params: "" },
    { media: "ipc", params: `${all}|response-endpoint=127.0.0.1:5|fc=min|ttl=4` },
    { media: "ipc", params: "untethered-window-limit-timeout=2s|sparse=true" },
    { media: "udp", params: unicast(1) },
    { media: "udp", params: `${unicast(2)}${all}|response-endpoint=127.0.0.1:5` },
    { media: "udp", params: `${unicast(3)}channel-snd-ts-offset=reserved|stream-id=STREAM` },
    { media: "udp", params: `${dynamic(4)}fc=min,g:/2` },
    { media: "udp", params: `${dynamic(4)}max-resend=5` },
    { media: "udp", params: `${group}ttl=4|fc=tagged,g:5/1` },
  ];
}

function subscriptions(port: number): string[] {
  return [
    `endpoint=127.0.0.1:${port + 10}`,
    `endpoint=127.0.0.1:${port + 11}|${FOR_SUBSCRIPTIONS}|${FOR_PUBLICATIONS}|${FOR_BOTH}|tags=3,4`,
    `endpoint=127.0.0.1:${port + 12}|channel-rcv-ts-offset=8|group=false`,
    `endpoint=239.20.1.11:${port + 13}|interface=127.0.0.0/8|rcv-wnd=16k`,
    `endpoint=239.20.1.13:${port + 14}|interface={lo}|rejoin=false`,
  ];
}

/** Channels that no driver takes. Each on a port of its own: what shares an endpoint is not looked at twice. */
function refused(port: number): string[] {
  const udp = (offset: number, params: string): string =>
    `aeron:udp?endpoint=127.0.0.1:${port + offset}|${params}`;
  return [
    "aeron:ipc?term-length=96k",
    "aeron:ipc?term-length=1k",
    "aeron:ipc?mtu=100",
    "aeron:ipc?mtu=65536",
    "aeron:ipc?mtu=16k|term-length=64k",
    "aeron:ipc?pub-wnd=1k",
    "aeron:ipc?pub-wnd=64k|term-length=64k",
    "aeron:ipc?max-resend=0",
    "aeron:ipc?max-resend=257",
    "aeron:ipc?term-id=1",
    "aeron:ipc?init-term-id=1|term-id=0|term-offset=0",
    "aeron:ipc?init-term-id=1|term-id=1|term-offset=5",
    "aeron:ipc?init-term-id=1|term-id=1|term-offset=128k|term-length=64k",
    "aeron:ipc?session-id=x",
    "aeron:ipc?session-id=tag:12345",
    "aeron:ipc?stream-id=77",
    "aeron:ipc?linger=x",
    "aeron:ipc?tags=a,b",
    "aeron:ipc?untethered-resting-timeout=x",
    "aeron:udp?endpoint=127.0.0.1:0",
    "aeron:udp?endpoint=127.0.0.1",
    "aeron:udp?alias=x",
    `aeron:udp?control-mode=dynamic|endpoint=127.0.0.1:${port}`,
    `aeron:udp?endpoint=239.20.1.10:${port + 1}`,
    udp(2, "fc=min"),
    udp(3, "channel-snd-ts-offset=x"),
    udp(4, "interface=10.99.99.99"),
    udp(5, "so-sndbuf=4096|mtu=8192"),
    "aeron:tcp?endpoint=127.0.0.1:1",
  ];
}

async function settled(call: Promise<unknown>): Promise<"refused" | "taken"> {
  try {
    await call;
    return "taken";
  } catch (error) {
    expect(error).toMatchObject({ code: "REGISTRATION" });
    return "refused";
  }
}

/** The metadata's fields, 16 bytes a line. */
function metadataOf(path: string): string[] {
  const metadata = readFileSync(path).subarray(-METADATA_LENGTH);
  for (const [offset, length] of DIFFERING) metadata.fill(0, offset, offset + length);
  expect(metadata.subarray(METADATA_FIELDS_LENGTH).every((byte) => byte === 0)).toBe(true);
  return Array.from(
    { length: METADATA_FIELDS_LENGTH / 16 },
    (_, i) => `${i * 16}: ${metadata.toString("hex", i * 16, i * 16 + 16)}`,
  );
}

describe("channels of a Java driver and of ours", { timeout: 120_000 }, () => {
  needsJava();

  let folder: string;
  const programs = new Programs();

  beforeEach(() => {
    folder = mkdtempSync("/dev/shm/alerion-interop-");
  });

  afterEach(async () => {
    await programs.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The metadata of each publication's log, concurrent and exclusive ones in turn. */
  async function publish({ dir, aeron }: DriverUnderTest, port: number): Promise<string[][]> {
    const metadata: string[][] = [];
    for (const [index, { media, params }] of publications(port).entries()) {
      const isExclusive = index % 2 === 1;
      const streamId = 100 + index;
      const text = params.replaceAll("TAG", String(streamId)).replace("STREAM", String(streamId));
      const channel = `aeron:${media}?${text}|session-id=5001|${POSITION}`.replace("?|", "?");
      const { registrationId } = isExclusive
        ? await aeron.addExclusivePublication(channel.replace("||", "|"), streamId)
        : await aeron.addPublication(channel.replace("||", "|"), streamId);
      metadata.push(metadataOf(`${dir}/publications/${registrationId}.logbuffer`));
    }
    return metadata;
  }

  /** The metadata of the log of each subscription's image. */
  async function subscribe({ dir, aeron }: DriverUnderTest, port: number): Promise<string[][]> {
    const metadata: string[][] = [];
    for (const [index, params] of subscriptions(port).entries()) {
      const streamId = 200 + index;
      const subscription = await aeron.addSubscription(`aeron:udp?${params}`, streamId);
      const [address = ""] = params.split("|");
      const local = params.includes("239.") ? "|interface=127.0.0.1" : "";
      const channel = `aeron:udp?${address}${local}|session-id=6001|${POSITION}`;
      await aeron.addExclusivePublication(channel, streamId);
      while (!subscription.isConnected()) await new Promise((resolve) => setTimeout(resolve, 5));
      const [image] = subscription.images();
      metadata.push(metadataOf(`${dir}/images/${image?.correlationId}.logbuffer`));
    }
    return metadata;
  }

  /** What becomes of each channel that should be refused. */
  async function refuse(aeron: Aeron, port: number): Promise<Record<string, string>> {
    const results: Record<string, string> = {};
    for (const channel of refused(port)) {
      results[channel.replace(String(port), "PORT")] = await settled(
        aeron.addPublication(channel, 300),
      );
    }
    return results;
  }

  test("take every parameter alike, and refuse alike what cannot be", async () => {
    const { java, ours } = await startTwoDrivers(programs, folder, { java: [], ours: [] });
    expect(await publish(ours, 24_930)).toEqual(await publish(java, 24_900));
    expect(await subscribe(ours, 24_930)).toEqual(await subscribe(java, 24_900));
    for (const { aeron } of [java, ours]) {
      const results = await refuse(aeron, 24_960);
      expect(Object.entries(results).filter(([, result]) => result !== "refused")).toEqual([]);
      await aeron.close();
    }
  });
});
