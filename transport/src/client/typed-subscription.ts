import type { MessageHandler, SchemaCodecs } from "@alerion/runtime/codegen";
import type { FragmentHandler } from "@alerion/runtime/concurrent";
import type { ClientHost } from "./client-host.js";
import { FragmentAssembler } from "./fragment-assembler.js";
import type { Subscription } from "./subscription.js";
import type { StreamMessage } from "./typed-publication.js";

const NO_HANDLER: MessageHandler = {
  onMessage: () => {
    // Polls give their own.
  },
};

/** What a typed subscription takes from its client. */
export interface SubscriptionContext {
  readonly host: ClientHost;
  /** Fails with why the client ended, unless its user closed it. */
  checkAlive(): void;
}

/**
 * A subscription to one schema's messages, whole ones: give a dispatcher to `poll`, or iterate over objects.
 */
export class TypedSubscription<Schema extends SchemaCodecs> implements AsyncIterable<
  StreamMessage<Schema>
> {
  /** The streams themselves: images, positions, bytes. */
  readonly subscription: Subscription;
  readonly #schema: Schema;
  readonly #context: SubscriptionContext;
  readonly #assembler: FragmentAssembler;
  #handler: MessageHandler = NO_HANDLER;
  #unknownCount: number = 0;

  /** @internal Typed subscriptions come from `Aeron.addSubscription`. */
  constructor(schema: Schema, subscription: Subscription, context: SubscriptionContext) {
    this.#schema = schema;
    this.subscription = subscription;
    this.#context = context;
    const onMessage: FragmentHandler = (buffer, offset, length) => {
      this.#handler.onMessage(buffer.view, offset, length);
    };
    this.#assembler = new FragmentAssembler(onMessage);
    // A message that its publisher left unfinished is no longer waited for.
    subscription.onImageClosed = (image) => this.#assembler.freeSession(image.sessionId);
  }

  /**
   * Hands messages to `handler`, a generated dispatcher, where they lie: up to `fragmentLimit` fragments of them.
   *
   * @returns fragments taken
   */
  poll(handler: MessageHandler, fragmentLimit: number): number {
    this.#handler = handler;
    return this.subscription.poll(this.#assembler.onFragment, fragmentLimit);
  }

  /** Messages met while iterating that are of another schema or an unknown template. */
  unknownCount(): number {
    return this.#unknownCount;
  }

  isConnected(): boolean {
    return this.subscription.isConnected();
  }

  isClosed(): boolean {
    return this.subscription.isClosed();
  }

  /** Ends the subscription, and iterations with it. Idempotent. */
  close(): Promise<void> {
    return this.subscription.close();
  }

  /**
   * Yields each message as an object with its name, one by one: nothing is read before it is asked for, so a slow
   * consumer holds the publisher back. Ends when the subscription is closed.
   *
   * @throws {ClientClosedError} if the client ended by itself
   * @throws {CodecError} if the bytes do not hold the message; the next turn goes on behind it
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamMessage<Schema>, void, undefined> {
    let message: StreamMessage<Schema> | undefined;
    let isKnown = true;
    const taker: MessageHandler = {
      onMessage: (view, offset, length) => {
        message = this.#schema.decode(view, offset, length) as typeof message;
        isKnown = message !== undefined;
      },
    };
    const { host } = this.#context;
    for (let idleCount = 0; ;) {
      if (this.subscription.isClosed()) {
        this.#context.checkAlive();
        return;
      }
      message = undefined;
      isKnown = true;
      const count = this.poll(taker, 1);
      if (!isKnown) this.#unknownCount++;
      if (message !== undefined) {
        idleCount = 0;
        yield message;
      } else if (count === 0) {
        await host.idle(idleCount++);
      }
    }
  }
}
