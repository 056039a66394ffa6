import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import {
  ChannelState,
  connect,
  FragmentAssembler,
  type PublicationErrorFrame,
} from "@alerion/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { needsJava } from "./support/java.js";

const opens = ["java.base/jdk.internal.misc", "java.base/sun.nio.ch"].map(
  (each) => `--add-opens=${each}=ALL-UNNAMED`,
);
const MESSAGE_COUNT = 100_000;

/** Bytes of message `i`: small ones, and every hundredth in fragments. */
function lengthOf(i: number): number {
  return 8 + ((i * 37) % (i % 100 === 0 ? 4000 : 200));
}

function lastByteOf(i: number, length: number): number {
  return (i * 31 + length) & 0xff;
}

describe("our client under an unmodified Java driver", { timeout: 120_000 }, () => {
  needsJava();

  let dir: string;
  let driver: ChildProcess | undefined;

  beforeEach(() => {
    dir = mkdtempSync("/dev/shm/alerion-interop-");
    driver = spawn(
      "java",
      [
        ...opens,
        `-Daeron.dir=${dir}/aeron`,
        "-Daeron.threading.mode=SHARED",
        "-Daeron.shared.idle.strategy=backoff",
        "-Daeron.ipc.term.buffer.length=1m",
        "-cp",
        process.env["ALERION_JAVA_CLASSPATH"] ?? "",
        "io.aeron.driver.MediaDriver",
      ],
      { stdio: "ignore" },
    );
  });

  afterEach(() => {
    driver?.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  });

  test.each([
    ["aeron:ipc", true],
    ["aeron:ipc", false],
    ["aeron:udp?endpoint=localhost:24567", true],
  ])("exchanges messages of many lengths over %s, exclusive: %s", async (channel, isExclusive) => {
    const aeron = await connect({ dir: `${dir}/aeron`, clientName: "interop" });
    const subscription = await aeron.addSubscription(channel, 10);
    const publication = isExclusive
      ? await aeron.addExclusivePublication(channel, 10)
      : await aeron.addPublication(channel, 10);
    const source = new Uint8Array(8192);
    const view = new DataView(source.buffer);
    let sent = 0;
    let received = 0;
    let badCount = 0;
    const assembler = new FragmentAssembler((buffer, offset, length) => {
      const isRight =
        buffer.view.getInt32(offset, true) === received &&
        length === lengthOf(received) &&
        buffer.getUint8(offset + length - 1) === lastByteOf(received, length);
      if (!isRight) badCount++;
      received++;
    });
    for (let turns = 0; !aeron.isClosed(); turns++) {
      if (received >= MESSAGE_COUNT) break;
      if (sent < MESSAGE_COUNT) {
        const length = lengthOf(sent);
        view.setInt32(0, sent, true);
        source[length - 1] = lastByteOf(sent, length);
        if (publication.offerBytes(source.subarray(0, length)) > 0) sent++;
      }
      subscription.poll(assembler.onFragment, 10);
      if (turns % 5000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await aeron.close();
    expect({ received, badCount }).toEqual({ received: MESSAGE_COUNT, badCount: 0 });
  });

  test("does with destinations, ports, rejections and ids what a network asks for", async () => {
    const rejections: PublicationErrorFrame[] = [];
    const gone: string[] = [];
    const aeron = await connect({
      dir: `${dir}/aeron`,
      onPublicationError: (frame) => rejections.push(frame),
      onUnavailableImage: (image) => gone.push(image.sourceIdentity),
    });
    const until = async (isTrue: () => boolean): Promise<void> => {
      while (!isTrue() && !aeron.isClosed()) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(aeron.closeReason()).toBeUndefined();
    };

    // A port that the system chose, and a publication whose destinations are added by hand.
    const subscription = await aeron.addSubscription("aeron:udp?endpoint=localhost:0", 10);
    await until(() => subscription.tryResolveChannelEndpointPort() !== undefined);
    const endpoint = subscription.tryResolveChannelEndpointPort() ?? "";
    expect(endpoint).toMatch(/^aeron:udp\?endpoint=localhost:[1-9]\d*$/);
    expect(subscription.localSocketAddresses()).toEqual([subscription.resolvedEndpoint()]);
    expect(subscription.channelStatus()).toBe(ChannelState.ACTIVE);
    const sessionId = await aeron.nextSessionId(10);
    const publication = await aeron.addExclusivePublication(
      `aeron:udp?control-mode=manual|session-id=${sessionId}`,
      10,
    );
    expect(publication.sessionId).toBe(sessionId);
    const destinationId = await publication.addDestination(endpoint);
    await until(() => publication.isConnected() && subscription.isConnected());
    expect(publication.channelStatus()).toBe(ChannelState.ACTIVE);
    expect(publication.offerBytes(new Uint8Array(100))).toBeGreaterThan(0);
    await until(() => subscription.poll(() => {}, 10) > 0);

    // A rejection comes back with the receiver's address.
    const image = subscription.imageBySessionId(sessionId);
    await until(() => image?.activeTransportCount() === 1);
    await image?.reject("not wanted");
    await until(() => rejections.length > 0);
    expect(rejections[0]).toMatchObject({ publication, text: "not wanted", errorCode: 13 });
    expect(rejections[0]?.address).toEqual(Uint8Array.of(127, 0, 0, 1));
    await publication.removeDestination(destinationId);
    await until(() => !publication.isConnected());
    await publication.close();

    // A subscription with several sources, one of which goes.
    const merged = await aeron.addSubscription("aeron:udp?control-mode=manual", 11);
    await merged.addDestination("aeron:udp?endpoint=localhost:24569");
    const source = await aeron.addExclusivePublication("aeron:udp?endpoint=localhost:24569", 11);
    await until(() => merged.imageCount() === 1);
    expect(merged.images()[0]?.sourceIdentity).toMatch(/^127\.0\.0\.1:\d+$/);
    await merged.removeDestination("aeron:udp?endpoint=localhost:24569");
    await source.revoke();
    await merged.close();
    expect(gone.length).toBeGreaterThan(0);

    const counter = await aeron.addStaticCounter(1001, 77n, "static");
    expect(await aeron.addStaticCounter(1001, 77n, "static")).toMatchObject({ id: counter.id });
    await aeron.close();
  });

  test("is told what the driver refuses, and that it is gone", async () => {
    const aeron = await connect({ dir: `${dir}/aeron`, driverTimeoutMs: 2000 });
    await expect(aeron.addPublication("aeron:nothing", 10)).rejects.toMatchObject({
      code: "REGISTRATION",
    });
    driver?.kill("SIGKILL");
    for (let i = 0; i < 300 && !aeron.isClosed(); i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(aeron.closeReason()).toMatchObject({ code: "DRIVER_TIMEOUT" });
    await aeron.close();
  });
});
