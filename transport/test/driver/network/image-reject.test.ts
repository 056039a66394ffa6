import { describe, expect, it } from "vitest";
import type { PublicationErrorFrame } from "../../../src/client/client-options.js";
import { ErrorCode } from "../../../src/protocol/error-code.js";
import { SystemCounter } from "../../../src/protocol/counters/system-counter.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

describe("an image that is rejected", () => {
  it("ends; its publisher is told why, is not connected any more, and may come back later", async () => {
    const world = new NetworkWorld();
    const errors: PublicationErrorFrame[] = [];
    const sending = world.node("10.0.0.1");
    const receiving = world.node("10.0.0.2");
    const publication = await sending
      .connect({ onPublicationError: (frame) => errors.push(frame) })
      .addPublication(CHANNEL, 1);
    const subscription = await receiving.connect().addSubscription(CHANNEL, 1);
    world.until(() => publication.isConnected());
    const taker = new Taker(subscription);
    offerAll(world, publication, 10);
    taker.poll();
    const rejected = subscription.images()[0];
    await rejected?.reject("bad session");
    world.until(() => errors.length > 0);
    expect(errors[0]).toMatchObject({
      errorCode: ErrorCode.IMAGE_REJECTED,
      text: "bad session",
      publication,
      port: 4000,
    });
    expect(errors[0]?.address).toEqual(Uint8Array.of(10, 0, 0, 2));
    world.until(() => !publication.isConnected());
    world.until(() => subscription.imageCount() === 0, 15_000);
    expect(receiving.systemCounter(SystemCounter.IMAGES_REJECTED)).toBe(1);
    expect(receiving.systemCounter(SystemCounter.ERROR_FRAMES_SENT)).toBeGreaterThan(1);
    expect(sending.systemCounter(SystemCounter.ERROR_FRAMES_RECEIVED)).toBeGreaterThan(1);
    expect(errors).toHaveLength(1);
    world.until(() => publication.isConnected(), 15_000);
    expect(subscription.images()[0]?.correlationId).not.toBe(rejected?.correlationId);
    offerAll(world, publication, 10);
    taker.poll();
    expect(taker.messages).toHaveLength(20);
  });
});
