import { describe, expect, it } from "vitest";
import { AtomicBuffer, type FragmentHandler, Header } from "@alerion/runtime/concurrent";
import type { Subscription } from "../../src/client/subscription.js";
import { SubscriptionSource } from "../../src/gateway/subscription-source.js";

const POSITION_BITS = 16;
const TERM_LENGTH = 1 << POSITION_BITS;
const UNFRAGMENTED = 0xc0;

/** A subscription in memory: images that come and go, frames at chosen places of their terms. */
class TestSubscription {
  #images: readonly { readonly sessionId: number; position(): number }[] = [];
  readonly #frames: (readonly [termId: number, termOffset: number, payload: number])[] = [];

  add(sessionId: number, position: number): void {
    this.#images = [...this.#images, { sessionId, position: () => position }];
  }

  remove(sessionId: number): void {
    this.#images = this.#images.filter((each) => each.sessionId !== sessionId);
  }

  frame(termId: number, termOffset: number, payload: number): void {
    this.#frames.push([termId, termOffset, payload]);
  }

  images(): unknown {
    return this.#images;
  }

  poll(handler: FragmentHandler): number {
    const frames = this.#frames.splice(0);
    for (const [termId, termOffset, payload] of frames) {
      // A frame of 64 bytes: 32 of header, 1 of payload, aligned.
      const buffer = new AtomicBuffer(new ArrayBuffer(64));
      buffer.putInt32(0, 33);
      buffer.u8[5] = UNFRAGMENTED;
      buffer.u8[6] = 1;
      buffer.putInt32(8, termOffset);
      buffer.putInt32(12, 7);
      buffer.putInt32(16, 10);
      buffer.putInt32(20, termId);
      buffer.u8[32] = payload;
      const header = new Header(0, POSITION_BITS, undefined, buffer);
      handler(buffer, 32, 1, header);
    }
    return frames.length;
  }
}

function world() {
  const subscription = new TestSubscription();
  const source = new SubscriptionSource(subscription as unknown as Subscription);
  const events: string[] = [];
  const poll = (): string[] => {
    source.poll(
      {
        onMessage: ({ sessionId, position, bytes }) =>
          events.push(`${bytes[0]} of ${sessionId} to ${position}`),
        onGap: (sessionId, position) => events.push(`gap of ${sessionId} to ${position}`),
        onSession: (sessionId, position) => events.push(`session ${sessionId} at ${position}`),
        onSessionEnd: (sessionId, position) => events.push(`end ${sessionId} at ${position}`),
      },
      100,
    );
    return events.splice(0);
  };
  return { subscription, poll };
}

describe("a subscription as the source of a gateway", () => {
  it("hands out messages with the positions behind them, and publishers that come and go", () => {
    const { subscription, poll } = world();
    subscription.add(7, 0);
    subscription.frame(0, 0, 1);
    subscription.frame(0, 64, 2);
    expect(poll()).toEqual(["session 7 at 0", "1 of 7 to 64", "2 of 7 to 128"]);
    subscription.remove(7);
    expect(poll()).toEqual(["end 7 at 0"]);
    expect(poll()).toEqual([]);
  });

  it("tells of bytes that were lost within a term", () => {
    const { subscription, poll } = world();
    subscription.add(7, 0);
    subscription.frame(0, 0, 1);
    subscription.frame(0, 256, 2);
    subscription.frame(0, 320, 3);
    expect(poll()).toEqual([
      "session 7 at 0",
      "1 of 7 to 64",
      "gap of 7 to 256",
      "2 of 7 to 320",
      "3 of 7 to 384",
    ]);
  });

  it("takes the padding at the end of a term for what it is", () => {
    const { subscription, poll } = world();
    subscription.add(7, TERM_LENGTH - 128);
    subscription.frame(0, TERM_LENGTH - 128, 1);
    subscription.frame(1, 0, 2);
    expect(poll().slice(1)).toEqual([
      `1 of 7 to ${TERM_LENGTH - 64}`,
      `2 of 7 to ${TERM_LENGTH + 64}`,
    ]);
  });

  it("takes a publisher up where it is: what was before is no loss", () => {
    const { subscription, poll } = world();
    subscription.add(7, 512);
    subscription.frame(0, 512, 1);
    expect(poll()).toEqual(["session 7 at 512", "1 of 7 to 576"]);
  });
});
