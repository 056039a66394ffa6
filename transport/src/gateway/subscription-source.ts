import {
  alignFrame,
  DATA_HEADER_LENGTH,
  type FragmentHandler,
  type Header,
} from "@alerion/runtime/concurrent";
import { FragmentAssembler } from "../client/fragment-assembler.js";
import type { Image } from "../client/image.js";
import type { Subscription } from "../client/subscription.js";
import type { GatewaySource, SourceEvents } from "./gateway-stream.js";

/** The messages of a subscription, with what happens to its publishers. */
export class SubscriptionSource implements GatewaySource {
  readonly #subscription: Subscription;
  readonly #assembler: FragmentAssembler;
  readonly #onFragment: FragmentHandler;
  #images: readonly Image[] = [];
  /** Where each session's next fragment should begin. */
  readonly #expected = new Map<number, number>();
  #events: SourceEvents | undefined;
  #messageCount: number = 0;

  constructor(subscription: Subscription) {
    this.#subscription = subscription;
    this.#assembler = new FragmentAssembler((buffer, offset, length, header) => {
      this.#messageCount++;
      this.#events?.onMessage({
        sessionId: header.sessionId(),
        position: header.position(),
        bytes: buffer.u8.slice(offset, offset + length),
      });
    });
    this.#onFragment = (buffer, offset, length, header) => {
      this.#checkGap(length, header);
      this.#assembler.onFragment(buffer, offset, length, header);
    };
  }

  poll(events: SourceEvents, limit: number): number {
    this.#events = events;
    this.#messageCount = 0;
    this.#followImages(events);
    this.#subscription.poll(this.#onFragment, limit);
    return this.#messageCount;
  }

  #followImages(events: SourceEvents): void {
    const images = this.#subscription.images();
    // The list is replaced, never changed.
    if (images === this.#images) return;
    for (const image of this.#images) {
      if (images.includes(image)) continue;
      this.#expected.delete(image.sessionId);
      events.onSessionEnd(image.sessionId, image.position());
    }
    for (const image of images) {
      if (this.#images.includes(image)) continue;
      this.#expected.set(image.sessionId, image.position());
      events.onSession(image.sessionId, image.position());
    }
    this.#images = images;
  }

  /** Padding at the end of a term is no loss; padding within it stands for what an unreliable stream lost. */
  #checkGap(length: number, header: Header): void {
    const sessionId = header.sessionId();
    const frameLength = alignFrame(length + DATA_HEADER_LENGTH);
    const end = header.position();
    const start = end - frameLength;
    const expected = this.#expected.get(sessionId);
    if (expected !== undefined && start > expected && header.termOffset() > 0) {
      this.#events?.onGap(sessionId, start);
    }
    this.#expected.set(sessionId, end);
  }
}
