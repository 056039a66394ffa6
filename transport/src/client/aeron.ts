import type { SchemaCodecs } from "@alerion/runtime/codegen";
import type { Clock, CountersReader } from "@alerion/runtime/concurrent";
import { AsyncClient } from "./async-client.js";
import type { ClientConductor } from "./client-conductor.js";
import { ClientClosedError } from "./client-errors.js";
import type { CloseHandler } from "./client-handlers.js";
import type { ClientHost } from "./client-host.js";
import type { ConcurrentPublication } from "./concurrent-publication.js";
import type { Counter } from "./counter.js";
import type { ExclusivePublication } from "./exclusive-publication.js";
import { type Explanation, explainPublication } from "./explain.js";
import type { Publication } from "./publication.js";
import type { Subscription, SubscriptionOptions } from "./subscription.js";
import { type TypedPublication, typedPublication } from "./typed-publication.js";
import { TypedSubscription } from "./typed-subscription.js";

/** What a client is made of. */
export interface AeronContext {
  readonly conductor: ClientConductor;
  readonly host: ClientHost;
  readonly clock: Clock;
  readonly counters: CountersReader;
  /** Directory of the driver. */
  readonly dir: string;
  /** Ends what was started for this client alone: its thread, an embedded driver. */
  readonly onClosed: () => Promise<void>;
  /** Makes another client as this one was made. */
  readonly connectAnew: () => Promise<Aeron>;
  /** One duty cycle of a driver that is in this client's hands. */
  readonly invokeDriver?: () => number;
}

/**
 * A client of a media driver. One per thread serves any number of publications and subscriptions.
 *
 * `add…` methods resolve when the driver has answered and reject with its refusal (RegistrationError); their
 * `asyncAdd…` forms yield at once, for loops that must not wait.
 */
export class Aeron extends AsyncClient {
  /** Id of this client at its driver. */
  readonly clientId: bigint;
  /** Directory of the driver. */
  readonly dir: string;
  /** The counters of the driver and all its clients. */
  readonly counters: CountersReader;
  readonly #conductor: ClientConductor;
  readonly #context: AeronContext;
  readonly #invokeDriver: (() => number) | undefined;
  #closing: Promise<void> | undefined;

  /** @internal Clients come from `connect`. */
  constructor(context: AeronContext) {
    super(context.conductor);
    this.#context = context;
    this.#conductor = context.conductor;
    this.#invokeDriver = context.invokeDriver;
    this.clientId = context.conductor.clientId;
    this.dir = context.dir;
    this.counters = context.counters;
  }

  // -- publications -----------------------------------------------------------------------------------------

  /**
   * Adds a publication that other threads and processes may share.
   *
   * @param channel e.g. `aeron:ipc`, ASCII, at most 4095 characters
   * @param schema a generated schema: the publication then writes its messages
   * @throws {RegistrationError} if the driver refuses
   * @throws {DriverTimeoutError} if it does not answer
   */
  addPublication(channel: string, streamId: number): Promise<ConcurrentPublication>;
  addPublication<Schema extends SchemaCodecs>(
    channel: string,
    streamId: number,
    schema: Schema,
  ): Promise<TypedPublication<Schema, ConcurrentPublication>>;
  async addPublication<Schema extends SchemaCodecs>(
    channel: string,
    streamId: number,
    schema?: Schema,
  ): Promise<ConcurrentPublication | TypedPublication<Schema, ConcurrentPublication>> {
    const publication = await this.asyncAddPublication(channel, streamId).promise;
    return schema === undefined
      ? publication
      : typedPublication(schema, publication, this.#context);
  }

  /**
   * Adds a publication with a session of its own: cheaper to write, by one thread.
   *
   * @throws as `addPublication`
   */
  addExclusivePublication(channel: string, streamId: number): Promise<ExclusivePublication>;
  addExclusivePublication<Schema extends SchemaCodecs>(
    channel: string,
    streamId: number,
    schema: Schema,
  ): Promise<TypedPublication<Schema, ExclusivePublication>>;
  async addExclusivePublication<Schema extends SchemaCodecs>(
    channel: string,
    streamId: number,
    schema?: Schema,
  ): Promise<ExclusivePublication | TypedPublication<Schema, ExclusivePublication>> {
    const publication = await this.asyncAddExclusivePublication(channel, streamId).promise;
    return schema === undefined
      ? publication
      : typedPublication(schema, publication, this.#context);
  }

  // -- subscriptions ----------------------------------------------------------------------------------------

  /**
   * Adds a subscription.
   *
   * @param channel e.g. `aeron:ipc`, ASCII, at most 4095 characters
   * @param schema a generated schema: the subscription then yields its messages
   * @throws {RegistrationError} if the driver refuses
   * @throws {DriverTimeoutError} if it does not answer
   */
  addSubscription(
    channel: string,
    streamId: number,
    options?: SubscriptionOptions,
  ): Promise<Subscription>;
  addSubscription<Schema extends SchemaCodecs>(
    channel: string,
    streamId: number,
    schema: Schema,
    options?: SubscriptionOptions,
  ): Promise<TypedSubscription<Schema>>;
  async addSubscription<Schema extends SchemaCodecs>(
    channel: string,
    streamId: number,
    schemaOrOptions?: Schema | SubscriptionOptions,
    moreOptions?: SubscriptionOptions,
  ): Promise<Subscription | TypedSubscription<Schema>> {
    const schema = isSchema<Schema>(schemaOrOptions) ? schemaOrOptions : undefined;
    const options = isSchema<Schema>(schemaOrOptions) ? moreOptions : schemaOrOptions;
    const subscription = await this.asyncAddSubscription(channel, streamId, options).promise;
    if (schema === undefined) return subscription;
    return new TypedSubscription(schema, subscription, {
      host: this.#context.host,
      checkAlive: () => {
        const reason = this.#conductor.closeReason();
        if (reason !== undefined) throw new ClientClosedError(reason);
      },
    });
  }

  // -- counters ---------------------------------------------------------------------------------------------

  /**
   * Adds a counter that others see.
   *
   * @param typeId what it counts, 1000 and above for applications
   * @param label ASCII, at most 380 characters
   * @param key at most 112 bytes
   * @throws {AlerionError} COUNTER_DESCRIPTION if label or key is too long
   * @throws {RegistrationError} if the driver refuses
   */
  addCounter(typeId: number, label: string, key: Uint8Array = new Uint8Array()): Promise<Counter> {
    return this.asyncAddCounter(typeId, label, key).promise;
  }

  /**
   * Adds a counter that outlives this client, or finds the one that was added with these ids.
   *
   * @throws as `addCounter`
   */
  addStaticCounter(
    typeId: number,
    registrationId: bigint,
    label: string,
    key: Uint8Array = new Uint8Array(),
  ): Promise<Counter> {
    return this.asyncAddStaticCounter(typeId, registrationId, label, key).promise;
  }

  // -- the client -------------------------------------------------------------------------------------------

  /** Asks the driver for a session id that no publication of the stream has. */
  nextSessionId(streamId: number): Promise<number> {
    return this.#conductor.commands.nextSessionId(streamId).promise;
  }

  /** Asks the driver to end. It refuses without a word unless it is set up to take the token. */
  terminateDriver(token: Uint8Array = new Uint8Array()): void {
    this.#conductor.commands.terminateDriver(token);
  }

  /** Says which limit holds a publication back, which subscriber, how far behind, and since when. */
  explain(publication: Publication | { readonly publication: Publication }): Explanation {
    const under = "publication" in publication ? publication.publication : publication;
    return explainPublication(under, this.counters, this.#context.clock.epochMs());
  }

  /**
   * One step of the client, for programs that host it themselves (`conductor: "invoker"`); harmless otherwise. A driver of
   * this process that is invoked (`threadingMode: "INVOKER"`) has one of its own before.
   *
   * @returns how much there was to do
   */
  doWork(): number {
    const invokeDriver = this.#invokeDriver;
    const driverWork = invokeDriver === undefined ? 0 : invokeDriver();
    return driverWork + this.#conductor.doWork();
  }

  isClosed(): boolean {
    return this.#conductor.isClosed();
  }

  /** Calls `handler` once when the client is closed, with the reason unless its user closed it. */
  addCloseHandler(handler: CloseHandler): void {
    this.#conductor.handlers.close.add(handler);
  }

  /** Calls it no more. @returns false if it was not to be called */
  removeCloseHandler(handler: CloseHandler): boolean {
    return this.#conductor.handlers.close.delete(handler);
  }

  /** Why the client ended by itself: DriverTimeoutError, ClientTimeoutError and the like. */
  closeReason(): Error | undefined {
    return this.#conductor.closeReason();
  }

  /** Ends the client and everything it added. Idempotent. Resolves when what ran for it alone has ended too. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#conductor.onClose();
      this.#context.host.close();
      this.#closing = this.#context.onClosed();
    }
    return this.#closing;
  }

  /**
   * Connects anew, as this client was connected: to the driver that is in the directory now, or to a new embedded
   * one. Yields another client; this one and what it added stay closed, and what is to go on is added again.
   *
   * Closes this client first if it is still open. Waits for a driver as `connect` does (`connectTimeoutMs`).
   *
   * @throws as `connect`
   */
  async reconnect(): Promise<Aeron> {
    await this.close();
    return this.#context.connectAnew();
  }

  /** Ends the client with the block of an `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function isSchema<Schema extends SchemaCodecs>(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && "writer" in value && "dispatcher" in value;
}
