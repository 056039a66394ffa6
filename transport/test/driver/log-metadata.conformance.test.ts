import { describe, expect, it } from "vitest";
import { DriverHarness } from "../support/driver-harness.js";
import { ReceiveHarness } from "../support/receive-harness.js";
import { setupFrame } from "../support/wire-frames.js";
import { hasConformanceData, hexOf, readConformanceGzip } from "../support/shared-data.js";

const METADATA_LENGTH = 4096;
/** What differs by nature: the id, and what the operating system of the capture says about sockets. */
const DIFFERING: readonly (readonly [offset: number, length: number])[] = [
  [256, 8],
  [292, 24],
];

/** The Java driver's fixed part of the metadata; its tails and connection are a matter of the moment. */
describe.skipIf(!hasConformanceData).each([
  ["shared", 3001, false],
  ["exclusive", 3002, true],
] as const)("log metadata of an IPC publication, %s", (kind, streamId, isExclusive) => {
  it("is the Java driver's byte for byte", () => {
    const captured = readConformanceGzip(`logbuffer/java-driver-ipc-${kind}-early.logbuffer.gz`);
    const harness = new DriverHarness();
    const client = harness.client();
    const channel =
      "aeron:ipc?term-length=64k|mtu=1408|session-id=77|init-term-id=2147483647|term-id=2147483647|term-offset=0";
    const id = client.addPublication(channel, streamId, isExclusive);
    client.addSubscription("aeron:ipc", streamId);
    harness.run();
    client.receive();
    const own = new Uint8Array(
      harness.files.buffer(client.publication(id).path) as ArrayBuffer,
    ).slice(-METADATA_LENGTH);
    const theirs = Uint8Array.from(captured.subarray(captured.length - METADATA_LENGTH));
    // Partition 0 has been published to in the capture; 1 and 2 are as they were made.
    for (const [offset, length] of [[0, 8] as const, ...DIFFERING]) {
      own.fill(0, offset, offset + length);
      theirs.fill(0, offset, offset + length);
    }
    expect(hexOf(own)).toBe(hexOf(theirs));
  });
});

describe.skipIf(!hasConformanceData)("log metadata of an image", () => {
  it("is the Java driver's byte for byte", () => {
    const captured = readConformanceGzip("logbuffer/java-driver-udp-image.logbuffer.gz");
    const theirs = Uint8Array.from(captured.subarray(captured.length - METADATA_LENGTH));
    const harness = new ReceiveHarness();
    const client = harness.client();
    const subscription = client.addSubscription("aeron:udp?endpoint=10.0.0.1:40123", 3003);
    harness.run();
    const stream = {
      sessionId: -78,
      streamId: 3003,
      initialTermId: 5,
      termLength: 64 * 1024,
      mtu: 1408,
    };
    harness.peer().deliver(setupFrame(stream, 1024));
    client.receive();
    const event = client.last("ON_AVAILABLE_IMAGE", "subscriptionRegistrationId", subscription);
    const own = new Uint8Array(
      harness.files.buffer(String(event["logFileName"])) as ArrayBuffer,
    ).slice(-METADATA_LENGTH);
    for (const [offset, length] of DIFFERING) {
      own.fill(0, offset, offset + length);
      theirs.fill(0, offset, offset + length);
    }
    expect(hexOf(own)).toBe(hexOf(theirs));
  });
});
