import type { Clock } from "@alerion/runtime/concurrent";
import type { ClientHandlers } from "./client-handlers.js";
import type { ClientLife } from "./client-life.js";
import type { ClientResources } from "./client-resources.js";
import type { ConcurrentPublication } from "./concurrent-publication.js";
import type { Counter, CounterOwner } from "./counter.js";
import type { DriverProxy } from "./driver-proxy.js";
import type { ExclusivePublication } from "./exclusive-publication.js";
import type { Image, ImageOwner } from "./image.js";
import type { PendingCommand, PendingCommands } from "./pending-commands.js";
import type { Publication, PublicationOwner } from "./publication.js";
import { Registration } from "./registration.js";
import type { Subscription, SubscriptionOptions, SubscriptionOwner } from "./subscription.js";

/** What commands need of the rest of the client. */
export interface ClientCommandsContext {
  readonly proxy: DriverProxy;
  readonly pending: PendingCommands;
  readonly resources: ClientResources;
  readonly handlers: ClientHandlers;
  readonly life: ClientLife;
  readonly clock: Clock;
  /** A command is under way: the conductor should work soon. */
  readonly onCommand: () => void;
}

/**
 * What a client asks of its driver. All that is added, and what is done with it, goes through here.
 *
 * @throws {ClientClosedError} every command, once the client has ended; a removal has no effect then
 * @throws {DriverBusyError} every command, if the driver's ring is full; a removal tells the error handler instead
 */
export class ClientCommands
  implements PublicationOwner, SubscriptionOwner, CounterOwner, ImageOwner
{
  readonly #proxy: DriverProxy;
  readonly #pending: PendingCommands;
  readonly #resources: ClientResources;
  readonly #handlers: ClientHandlers;
  readonly #life: ClientLife;
  readonly #clock: Clock;
  readonly #onCommand: () => void;

  constructor(context: ClientCommandsContext) {
    this.#proxy = context.proxy;
    this.#pending = context.pending;
    this.#resources = context.resources;
    this.#handlers = context.handlers;
    this.#life = context.life;
    this.#clock = context.clock;
    this.#onCommand = context.onCommand;
  }

  /** Adds a publication that others may share. */
  addConcurrentPublication(channel: string, streamId: number): Registration<ConcurrentPublication> {
    this.#life.checkOpen();
    const id = this.#proxy.addPublication(channel, streamId, false);
    const registration = new Registration<ConcurrentPublication>(id);
    this.#await({ kind: "publication", registration, channel });
    return registration;
  }

  /** Adds a publication of its own. */
  addExclusivePublication(channel: string, streamId: number): Registration<ExclusivePublication> {
    this.#life.checkOpen();
    const id = this.#proxy.addPublication(channel, streamId, true);
    const registration = new Registration<ExclusivePublication>(id);
    this.#await({ kind: "publication", registration, channel });
    return registration;
  }

  addSubscription(
    channel: string,
    streamId: number,
    options: SubscriptionOptions,
  ): Registration<Subscription> {
    this.#life.checkOpen();
    const registration = new Registration<Subscription>(
      this.#proxy.addSubscription(channel, streamId),
    );
    this.#await({ kind: "subscription", registration, channel, streamId, options });
    return registration;
  }

  addCounter(typeId: number, label: string, key: Uint8Array): Registration<Counter> {
    this.#life.checkOpen();
    const registration = new Registration<Counter>(this.#proxy.addCounter(typeId, key, label));
    const { registrationId } = registration;
    this.#await({ kind: "counter", registration, counterRegistrationId: registrationId });
    return registration;
  }

  addStaticCounter(
    typeId: number,
    registrationId: bigint,
    label: string,
    key: Uint8Array,
  ): Registration<Counter> {
    this.#life.checkOpen();
    const id = this.#proxy.addStaticCounter(typeId, registrationId, key, label);
    const registration = new Registration<Counter>(id);
    this.#await({ kind: "counter", registration, counterRegistrationId: registrationId });
    return registration;
  }

  /** Asks the driver for a session id that no publication of the stream has. */
  nextSessionId(streamId: number): Registration<number> {
    this.#life.checkOpen();
    const registration = new Registration<number>(this.#proxy.nextSessionId(streamId));
    this.#await({ kind: "session-id", registration });
    return registration;
  }

  /** An id that nothing else of this driver has. */
  nextCorrelationId(): bigint {
    this.#life.checkOpen();
    return this.#proxy.nextCorrelationId();
  }

  /** Asks the driver to end; it may refuse without a word. */
  terminateDriver(token: Uint8Array): void {
    this.#life.checkOpen();
    this.#proxy.terminateDriver(token);
  }

  /** Wants a command's resource no more: closes it, or cancels the command that is to bring it. */
  async removeById(registrationId: bigint): Promise<void> {
    if (this.#pending.cancel(registrationId)) return;
    await this.#resources.find(registrationId)?.close();
  }

  removePublication(publication: Publication, isRevoked: boolean): Promise<void> {
    if (!this.#resources.publications.delete(publication.registrationId)) return Promise.resolve();
    this.#resources.releaseLog(publication.originalRegistrationId);
    return this.#remove(() => this.#proxy.removePublication(publication.registrationId, isRevoked));
  }

  removeSubscription(subscription: Subscription): Promise<void> {
    if (!this.#resources.subscriptions.delete(subscription.registrationId))
      return Promise.resolve();
    const removed = this.#remove(() => this.#proxy.removeSubscription(subscription.registrationId));
    // The driver sends no events for these images.
    this.#resources.closeImages(subscription);
    return removed;
  }

  removeCounter(counter: Counter): void {
    if (!this.#resources.counters.delete(counter.registrationId) || counter.isStatic) return;
    void this.#remove(() => this.#proxy.removeCounter(counter.registrationId));
  }

  addDestination(publication: Publication, channel: string): Registration<void> {
    return this.#operation(() => this.#proxy.addDestination(publication.registrationId, channel));
  }

  removeDestination(publication: Publication, destination: string | bigint): Registration<void> {
    const { registrationId } = publication;
    return this.#operation(() =>
      typeof destination === "string"
        ? this.#proxy.removeDestination(registrationId, destination)
        : this.#proxy.removeDestinationById(registrationId, destination),
    );
  }

  addReceiveDestination(subscription: Subscription, channel: string): Registration<void> {
    return this.#operation(() =>
      this.#proxy.addReceiveDestination(subscription.registrationId, channel),
    );
  }

  removeReceiveDestination(subscription: Subscription, channel: string): Registration<void> {
    return this.#operation(() =>
      this.#proxy.removeReceiveDestination(subscription.registrationId, channel),
    );
  }

  rejectImage(image: Image, reason: string): Promise<void> {
    return this.#operation(() =>
      this.#proxy.rejectImage(image.correlationId, image.position(), reason),
    ).promise;
  }

  #await(command: PendingCommand): void {
    this.#pending.add(command, this.#clock.monoNs());
    this.#onCommand();
  }

  #operation(send: () => bigint): Registration<void> {
    this.#life.checkOpen();
    const registration = new Registration<void>(send());
    this.#await({ kind: "operation", registration });
    return registration;
  }

  /** A removal is over for its user whatever the driver says; what it says goes to the error handler. */
  #remove(send: () => bigint): Promise<void> {
    if (this.#life.isClosed()) return Promise.resolve();
    try {
      return this.#operation(send).promise.catch((error: unknown) => this.#handlers.failed(error));
    } catch (error) {
      this.#handlers.failed(error);
      return Promise.resolve();
    }
  }
}
