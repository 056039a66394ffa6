import { AlerionError } from "@alerion/runtime";
import { COUNTER_KEY_LENGTH_MAX, COUNTER_LABEL_LENGTH_MAX } from "@alerion/runtime/concurrent";
import { ChannelUriError } from "../protocol/channel-uri.js";
import type { ClientCommands } from "./client-commands.js";
import type { ClientConductor } from "./client-conductor.js";
import { CHANNEL_LENGTH_MAX, type CounterHandler } from "./client-options.js";
import { ConcurrentPublication } from "./concurrent-publication.js";
import { Counter } from "./counter.js";
import { ExclusivePublication } from "./exclusive-publication.js";
import type { Registration } from "./registration.js";
import { Subscription, type SubscriptionOptions } from "./subscription.js";

/**
 * The calls of a client that yield at once, for loops that must not wait: what is asked for comes with a later step of
 * the client.
 */
export abstract class AsyncClient {
  readonly #conductor: ClientConductor;
  readonly #commands: ClientCommands;

  /** @internal */
  constructor(conductor: ClientConductor) {
    this.#conductor = conductor;
    this.#commands = conductor.commands;
  }

  /** As `addPublication`, without waiting. */
  asyncAddPublication(channel: string, streamId: number): Registration<ConcurrentPublication> {
    checkChannel(channel);
    return this.#commands.addConcurrentPublication(channel, streamId);
  }

  /** As `addExclusivePublication`, without waiting. */
  asyncAddExclusivePublication(
    channel: string,
    streamId: number,
  ): Registration<ExclusivePublication> {
    checkChannel(channel);
    return this.#commands.addExclusivePublication(channel, streamId);
  }

  /** As `addSubscription`, without waiting. */
  asyncAddSubscription(
    channel: string,
    streamId: number,
    options: SubscriptionOptions = {},
  ): Registration<Subscription> {
    checkChannel(channel);
    return this.#commands.addSubscription(channel, streamId, options);
  }

  /** As `addCounter`, without waiting. */
  asyncAddCounter(
    typeId: number,
    label: string,
    key: Uint8Array = new Uint8Array(),
  ): Registration<Counter> {
    checkCounter(label, key);
    return this.#commands.addCounter(typeId, label, key);
  }

  /** As `addStaticCounter`, without waiting. */
  asyncAddStaticCounter(
    typeId: number,
    registrationId: bigint,
    label: string,
    key: Uint8Array = new Uint8Array(),
  ): Registration<Counter> {
    checkCounter(label, key);
    return this.#commands.addStaticCounter(typeId, registrationId, label, key);
  }

  /** The publication that was added with this id; undefined if there is none, not yet or no longer. */
  getPublication(registrationId: bigint): ConcurrentPublication | ExclusivePublication | undefined {
    const found = this.#conductor.find(registrationId);
    return found instanceof ConcurrentPublication || found instanceof ExclusivePublication
      ? found
      : undefined;
  }

  /** The subscription that was added with this id; undefined if there is none, not yet or no longer. */
  getSubscription(registrationId: bigint): Subscription | undefined {
    const found = this.#conductor.find(registrationId);
    return found instanceof Subscription ? found : undefined;
  }

  /** The counter that was added with this id; undefined if there is none, not yet or no longer. */
  getCounter(registrationId: bigint): Counter | undefined {
    const found = this.#conductor.find(registrationId);
    return found instanceof Counter ? found : undefined;
  }

  /**
   * Closes the publication, subscription or counter that was added with this id, or cancels the command that is to
   * bring it. Nothing happens if there is neither.
   */
  asyncRemove(registrationId: bigint): Promise<void> {
    return this.#commands.removeById(registrationId);
  }

  /** True while the driver owes an answer. */
  hasActiveCommands(): boolean {
    return this.#conductor.pendingCount() > 0;
  }

  /** An id that nothing else of this driver has. */
  nextCorrelationId(): bigint {
    return this.#commands.nextCorrelationId();
  }

  /** Tells `handler` of every counter that a client adds from now on, this one or another. */
  addAvailableCounterHandler(handler: CounterHandler): void {
    this.#conductor.handlers.availableCounter.add(handler);
  }

  /** Tells it no more. @returns false if it was not told before */
  removeAvailableCounterHandler(handler: CounterHandler): boolean {
    return this.#conductor.handlers.availableCounter.delete(handler);
  }

  /** Tells `handler` of every counter of a client that goes. */
  addUnavailableCounterHandler(handler: CounterHandler): void {
    this.#conductor.handlers.unavailableCounter.add(handler);
  }

  /** Tells it no more. @returns false if it was not told before */
  removeUnavailableCounterHandler(handler: CounterHandler): boolean {
    return this.#conductor.handlers.unavailableCounter.delete(handler);
  }
}

function checkChannel(channel: string): void {
  if (channel.length > CHANNEL_LENGTH_MAX || !/^[\x20-\x7e]*$/.test(channel)) {
    throw new ChannelUriError(
      `channel must be printable ASCII of at most ${CHANNEL_LENGTH_MAX} characters: length=${channel.length}`,
    );
  }
}

function checkCounter(label: string, key: Uint8Array): void {
  if (label.length > COUNTER_LABEL_LENGTH_MAX || key.length > COUNTER_KEY_LENGTH_MAX) {
    throw new AlerionError(
      "COUNTER_DESCRIPTION",
      `label and key must fit a counter: labelLength=${label.length} labelLengthMax=${COUNTER_LABEL_LENGTH_MAX} keyLength=${key.length} keyLengthMax=${COUNTER_KEY_LENGTH_MAX}`,
    );
  }
}
