import {
  type Agent,
  AtomicCounter,
  BroadcastResult,
  type Clock,
  type MessageHandler,
} from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../os/shared-files.js";
import { ErrorCode } from "../protocol/error-code.js";
import type { ErrorResponse } from "../protocol/events/error-response.js";
import type { ImageBuffersReady } from "../protocol/events/image-buffers-ready.js";
import type { PublicationBuffersReady } from "../protocol/events/publication-buffers-ready.js";
import type { PublicationErrorEvent } from "../protocol/events/publication-error.js";
import type {
  ClientTimeout,
  CounterUpdate,
  NextAvailableSessionId,
  OperationSucceeded,
  SubscriptionReady,
} from "../protocol/events/short-events.js";
import type { UnavailableImage } from "../protocol/events/unavailable-image.js";
import { ChannelStatus } from "./channel-status.js";
import {
  ChannelEndpointError,
  ClientClosedError,
  ClientLappedError,
  ClientTimeoutError,
  ConductorServiceTimeoutError,
  DriverTimeoutError,
  RegistrationError,
} from "./client-errors.js";
import { ClientHandlers } from "./client-handlers.js";
import { CLIENT_DEFAULTS, type ClientOptions } from "./client-options.js";
import { ConcurrentPublication } from "./concurrent-publication.js";
import { Counter } from "./counter.js";
import type { DriverConnection } from "./driver-connection.js";
import { type DriverEventListener, driverEventHandler } from "./driver-events.js";
import { DriverProxy } from "./driver-proxy.js";
import { ExclusivePublication } from "./exclusive-publication.js";
import { Image } from "./image.js";
import { Keepalive, KeepaliveState } from "./keepalive.js";
import { LogRegistry } from "./log-registry.js";
import { type PendingCommand, PendingCommands } from "./pending-commands.js";
import type { Publication } from "./publication.js";
import { Registration } from "./registration.js";
import { Subscription, type SubscriptionOptions } from "./subscription.js";

const NS_PER_MS = 1_000_000;
/** How often timeouts and keepalives are looked at. Source: driver-protocol §10 (cadence). */
const SERVICE_INTERVAL_NS = 16 * NS_PER_MS;
/** Events taken in one step at most, so that a flood of them does not keep the step from its end. */
const EVENTS_PER_STEP_MAX = 64;

/** Everything that a client's conductor takes from outside. */
export interface ClientConductorContext {
  readonly connection: DriverConnection;
  readonly files: SharedFiles;
  readonly clock: Clock;
  readonly options: ClientOptions;
  readonly onError: (error: unknown) => void;
  /** A command is under way: the conductor should work soon. */
  readonly onCommand: () => void;
  /** Appended to the heartbeat counter's label, for people. */
  readonly labelSuffix: string;
  /**
   * What a thread of its own has last seen, where one sends the signs of life; absent, the conductor sends them
   * itself. Given the client's id once, when the client begins.
   */
  readonly startKeepalive?: (clientId: bigint) => () => KeepaliveState;
}

/**
 * What a client decides: it sends commands, takes the driver's answers and events, keeps its resources, shows
 * that it lives and watches the driver. No thread, no timer: whoever hosts it calls `doWork`.
 *
 * Source: driver-protocol §10; Aeron ClientConductor.
 */
export class ClientConductor implements Agent, DriverEventListener {
  readonly roleName = "aeron-client-conductor";
  readonly clientId: bigint;
  /** Who is told of what happens. */
  readonly handlers: ClientHandlers;
  readonly #context: ClientConductorContext;
  readonly #connection: DriverConnection;
  readonly #clock: Clock;
  readonly #options: ClientOptions;
  readonly #proxy: DriverProxy;
  readonly #logs: LogRegistry;
  readonly #eventHandler: MessageHandler;
  readonly #keepalive: Keepalive;
  readonly #keepaliveElsewhere: (() => KeepaliveState) | undefined;
  readonly #driverTimeoutNs: number;
  readonly #keepaliveIntervalNs: number;
  readonly #lingerNs: number;
  readonly #pending: PendingCommands;
  readonly #publications = new Map<bigint, Publication>();
  readonly #subscriptions = new Map<bigint, Subscription>();
  readonly #counters = new Map<bigint, Counter>();
  // Not integers, so that the fields hold doubles from the start: else each duty cycle makes one anew, 16 bytes.
  #nowNs: number = 0.5;
  #lastServiceNs: number = 0.5;
  #lastKeepaliveNs: number = 0.5;
  #isClosed: boolean = false;
  #closeReason: Error | undefined;

  constructor(context: ClientConductorContext) {
    const { connection, clock, options } = context;
    this.#context = context;
    this.#connection = connection;
    this.#clock = clock;
    this.#options = options;
    this.#proxy = new DriverProxy(connection.toDriver);
    this.clientId = this.#proxy.clientId;
    this.handlers = new ClientHandlers(options, context.onError);
    this.#logs = new LogRegistry(context.files, options.preTouch === true);
    this.#eventHandler = driverEventHandler(this);
    const driverTimeoutMs = options.driverTimeoutMs ?? CLIENT_DEFAULTS.driverTimeoutMs;
    const intervalMs = options.keepaliveIntervalMs ?? CLIENT_DEFAULTS.keepaliveIntervalMs;
    this.#driverTimeoutNs = driverTimeoutMs * NS_PER_MS;
    this.#pending = new PendingCommands(this.#driverTimeoutNs);
    this.#keepaliveIntervalNs = intervalMs * NS_PER_MS;
    this.#lingerNs = (options.resourceLingerMs ?? CLIENT_DEFAULTS.resourceLingerMs) * NS_PER_MS;
    this.#keepalive = new Keepalive(connection.toDriver, connection.counters, clock, {
      clientId: this.clientId,
      driverTimeoutMs,
      intervalMs,
      labelSuffix: context.labelSuffix,
    });
    this.#keepaliveElsewhere = context.startKeepalive?.(this.clientId);
    this.#nowNs = clock.monoNs();
    this.#lastServiceNs = this.#nowNs;
    this.#lastKeepaliveNs = this.#nowNs;
  }

  // -- hosting ----------------------------------------------------------------------------------------------

  /** Takes events, and from time to time looks at timeouts; yields how much there was to do. */
  doWork(): number {
    if (this.#isClosed) return 0;
    const nowNs = this.#clock.monoNs();
    this.#nowNs = nowNs;
    const eventCount = this.#receive();
    if (nowNs - this.#lastServiceNs < SERVICE_INTERVAL_NS || this.#isClosed) return eventCount;
    this.#service(nowNs);
    return eventCount + 1;
  }

  /** True once the client has ended, for whatever reason. */
  isClosed(): boolean {
    return this.#isClosed;
  }

  /** Why the client ended, unless its user closed it. */
  closeReason(): Error | undefined {
    return this.#closeReason;
  }

  /** Commands that the driver has not answered yet. */
  pendingCount(): number {
    return this.#pending.size();
  }

  /** Tells the driver goodbye and lets go of everything. Idempotent. */
  onClose(): void {
    if (this.#isClosed) return;
    try {
      this.#proxy.clientClose();
    } catch (error) {
      // A full ring: the driver finds out by itself when the heartbeat ends.
      this.handlers.failed(error);
    }
    this.#end(undefined);
  }

  // -- commands ---------------------------------------------------------------------------------------------

  /** Adds a publication that others may share. */
  addConcurrentPublication(channel: string, streamId: number): Registration<ConcurrentPublication> {
    this.#checkOpen();
    const id = this.#proxy.addPublication(channel, streamId, false);
    const registration = new Registration<ConcurrentPublication>(id);
    this.#await({ kind: "publication", registration, channel });
    return registration;
  }

  /** Adds a publication of its own. */
  addExclusivePublication(channel: string, streamId: number): Registration<ExclusivePublication> {
    this.#checkOpen();
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
    this.#checkOpen();
    const registration = new Registration<Subscription>(
      this.#proxy.addSubscription(channel, streamId),
    );
    this.#await({ kind: "subscription", registration, channel, streamId, options });
    return registration;
  }

  addCounter(typeId: number, label: string, key: Uint8Array): Registration<Counter> {
    this.#checkOpen();
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
    this.#checkOpen();
    const id = this.#proxy.addStaticCounter(typeId, registrationId, key, label);
    const registration = new Registration<Counter>(id);
    this.#await({ kind: "counter", registration, counterRegistrationId: registrationId });
    return registration;
  }

  /** Asks the driver for a session id that no publication of the stream has. */
  nextSessionId(streamId: number): Registration<number> {
    this.#checkOpen();
    const registration = new Registration<number>(this.#proxy.nextSessionId(streamId));
    this.#await({ kind: "session-id", registration });
    return registration;
  }

  /** An id that nothing else of this driver has. */
  nextCorrelationId(): bigint {
    this.#checkOpen();
    return this.#proxy.nextCorrelationId();
  }

  /** Asks the driver to end; it may refuse without a word. */
  terminateDriver(token: Uint8Array): void {
    this.#checkOpen();
    this.#proxy.terminateDriver(token);
  }

  /** What has been added with a registration id and is still open. */
  find(registrationId: bigint): Publication | Subscription | Counter | undefined {
    return (
      this.#publications.get(registrationId) ??
      this.#subscriptions.get(registrationId) ??
      this.#counters.get(registrationId)
    );
  }

  /** Wants a command's resource no more: closes it, or cancels the command that is to bring it. */
  async removeById(registrationId: bigint): Promise<void> {
    if (this.#pending.cancel(registrationId)) return;
    await this.find(registrationId)?.close();
  }

  removePublication(publication: Publication, isRevoked: boolean): Promise<void> {
    if (!this.#publications.delete(publication.registrationId)) return Promise.resolve();
    this.#releaseLog(publication.originalRegistrationId);
    return this.#remove(() => this.#proxy.removePublication(publication.registrationId, isRevoked));
  }

  removeSubscription(subscription: Subscription): Promise<void> {
    if (!this.#subscriptions.delete(subscription.registrationId)) return Promise.resolve();
    const removed = this.#remove(() => this.#proxy.removeSubscription(subscription.registrationId));
    // The driver sends no events for these images.
    this.#closeImages(subscription);
    return removed;
  }

  removeCounter(counter: Counter): void {
    if (!this.#counters.delete(counter.registrationId) || counter.isStatic) return;
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

  // -- events -----------------------------------------------------------------------------------------------

  onError(event: ErrorResponse): void {
    const id = event.offendingCorrelationId();
    if (event.errorCode() === ErrorCode.CHANNEL_ENDPOINT_ERROR) {
      this.#onChannelEndpointError(event, Number(id));
      return;
    }
    this.#pending.refuse(id, new RegistrationError(id, event.errorCode(), event.message()));
  }

  onPublicationReady(event: PublicationBuffersReady, isExclusive: boolean): void {
    const id = event.correlationId();
    const pending = this.#pending.take(id, "publication");
    if (pending === undefined) return;
    const originalRegistrationId = event.registrationId();
    const { counters } = this.#connection;
    try {
      const limit = new AtomicCounter(counters, event.publicationLimitCounterId());
      const log = this.#logs.acquire(originalRegistrationId, event.logFileName());
      const description = {
        channel: pending.channel,
        streamId: event.streamId(),
        sessionId: event.sessionId(),
        registrationId: id,
        originalRegistrationId,
        isExclusive,
        status: new ChannelStatus(counters, event.channelStatusCounterId()),
      };
      const Kind = isExclusive ? ExclusivePublication : ConcurrentPublication;
      const publication = new Kind(this, description, log, limit);
      this.#publications.set(id, publication);
      // One registration per kind, and the driver answers each command with its own event.
      const registration = pending.registration as Registration<Publication>;
      if (!registration.onReady(publication)) void publication.close();
    } catch (error) {
      this.#fail(pending, error);
    }
  }

  onSubscriptionReady(event: SubscriptionReady): void {
    const id = event.correlationId();
    const pending = this.#pending.take(id, "subscription");
    if (pending === undefined) return;
    const subscription = new Subscription(
      this,
      pending.channel,
      pending.streamId,
      id,
      new ChannelStatus(this.#connection.counters, event.channelStatusCounterId()),
      pending.options,
    );
    this.#subscriptions.set(id, subscription);
    if (!pending.registration.onReady(subscription)) void subscription.close();
  }

  onAvailableImage(event: ImageBuffersReady): void {
    const subscription = this.#subscriptions.get(event.subscriptionRegistrationId());
    if (subscription === undefined) return;
    const correlationId = event.correlationId();
    let image: Image;
    try {
      const position = new AtomicCounter(this.#connection.counters, event.subscriberPositionId());
      const log = this.#logs.acquire(correlationId, event.logFileName());
      image = new Image(
        this,
        {
          correlationId,
          sessionId: event.sessionId(),
          streamId: event.streamId(),
          sourceIdentity: event.sourceIdentity(),
          subscriptionRegistrationId: subscription.registrationId,
        },
        log,
        position,
        subscription.options.onError ?? this.#options.onSubscriberError,
      );
    } catch (error) {
      this.handlers.failed(error);
      return;
    }
    this.handlers.imageAvailable(subscription, image);
    subscription.addImage(image);
  }

  onUnavailableImage(event: UnavailableImage): void {
    const subscription = this.#subscriptions.get(event.subscriptionRegistrationId());
    const image = subscription?.removeImage(event.correlationId());
    if (subscription !== undefined && image !== undefined) this.#closeImage(subscription, image);
  }

  onOperationSuccess(event: OperationSucceeded): void {
    this.#pending.take(event.correlationId(), "operation")?.registration.onReady();
  }

  onCounterReady(event: CounterUpdate, isStatic: boolean): void {
    const id = event.correlationId();
    const counterId = event.counterId();
    const pending = this.#pending.take(id, "counter");
    if (pending !== undefined) {
      try {
        const { counterRegistrationId } = pending;
        const counter = new Counter(
          this,
          this.#connection.counters,
          counterId,
          counterRegistrationId,
          isStatic,
        );
        if (!isStatic) this.#counters.set(id, counter);
        if (!pending.registration.onReady(counter)) counter.close();
      } catch (error) {
        this.#fail(pending, error);
      }
    }
    this.handlers.counterAvailable(id, counterId);
  }

  onUnavailableCounter(event: CounterUpdate): void {
    const id = event.correlationId();
    const counterId = event.counterId();
    this.#counters.get(id)?.onGone();
    this.#counters.delete(id);
    this.handlers.counterUnavailable(id, counterId);
  }

  onClientTimeout(event: ClientTimeout): void {
    if (event.clientId() !== this.clientId) return;
    this.#end(
      new ClientTimeoutError(
        `client must show that it lives: clientId=${this.clientId} timedOutBy=driver`,
      ),
    );
  }

  onPublicationError(event: PublicationErrorEvent): void {
    const registrationId = event.registrationId();
    for (const publication of this.#publications.values()) {
      // All who share the log are concerned.
      if (publication.originalRegistrationId !== registrationId) continue;
      this.handlers.publicationError({
        publication,
        destinationRegistrationId: event.destinationRegistrationId(),
        receiverId: event.receiverId(),
        groupTag: event.groupTag(),
        address: event.address(),
        port: event.port(),
        errorCode: event.errorCode(),
        text: event.message(),
      });
    }
  }

  onNextSessionId(event: NextAvailableSessionId): void {
    this.#pending
      .take(event.correlationId(), "session-id")
      ?.registration.onReady(event.sessionId());
  }

  // -- inside -----------------------------------------------------------------------------------------------

  #receive(): number {
    const { toClients } = this.#connection;
    for (let count = 0; count < EVENTS_PER_STEP_MAX; count++) {
      let result: number;
      try {
        result = toClients.receive(this.#eventHandler);
      } catch (error) {
        // An event that cannot be, or a handler's own error: the next event is not to blame.
        this.handlers.failed(error);
        continue;
      }
      if (result === BroadcastResult.LAPPED) this.#end(new ClientLappedError());
      if (result !== BroadcastResult.MESSAGE || this.#isClosed) return count;
    }
    return EVENTS_PER_STEP_MAX;
  }

  #service(nowNs: number): void {
    const sinceLastNs = nowNs - this.#lastServiceNs;
    this.#lastServiceNs = nowNs;
    const { clientLivenessTimeoutNs } = this.#connection.layout;
    // The driver has given a client up that was silent for so long; with a thread of its own it was not silent.
    if (this.#keepaliveElsewhere === undefined && sinceLastNs > clientLivenessTimeoutNs) {
      this.#end(new ConductorServiceTimeoutError(sinceLastNs, clientLivenessTimeoutNs));
      return;
    }
    if (nowNs - this.#lastKeepaliveNs >= this.#keepaliveIntervalNs) {
      this.#lastKeepaliveNs = nowNs;
      this.#onKeepalive((this.#keepaliveElsewhere ?? (() => this.#keepalive.beat()))());
      if (this.#isClosed) return;
    }
    this.#pending.failLate(nowNs);
    this.#logs.expire(nowNs);
    const nowMs = this.#clock.epochMs();
    for (const publication of this.#publications.values()) publication.observe(nowMs);
  }

  #onKeepalive(state: KeepaliveState): void {
    switch (state) {
      case KeepaliveState.ALIVE:
        return;
      case KeepaliveState.DRIVER_SILENT:
        this.#end(
          new DriverTimeoutError(
            `driver must show that it lives: driverTimeoutNs=${this.#driverTimeoutNs} dir=${this.#connection.dir}`,
          ),
        );
        return;
      case KeepaliveState.DRIVER_CLOSED:
        this.#end(
          new DriverTimeoutError(
            `driver must not end before its clients: dir=${this.#connection.dir}`,
          ),
        );
        return;
      case KeepaliveState.CLIENT_EVICTED:
        this.#end(
          new ClientTimeoutError(
            `client's heartbeat counter must be kept: clientId=${this.clientId} timedOutBy=driver`,
          ),
        );
    }
  }

  /** Everything of this client is over. The driver frees its side by itself. */
  #end(reason: Error | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closeReason = reason;
    for (const subscription of this.#subscriptions.values()) {
      this.#closeImages(subscription);
      subscription.onClientClosed();
    }
    for (const publication of this.#publications.values()) publication.onClientClosed();
    for (const counter of this.#counters.values()) counter.onGone();
    this.#pending.end(new ClientClosedError(reason));
    this.#subscriptions.clear();
    this.#publications.clear();
    this.#counters.clear();
    this.#logs.close();
    this.#connection.file.close();
    this.handlers.closed(reason);
  }

  #closeImages(subscription: Subscription): void {
    for (const image of subscription.takeImages()) this.#closeImage(subscription, image);
  }

  #closeImage(subscription: Subscription, image: Image): void {
    image.onClosed();
    this.#releaseLog(image.correlationId);
    subscription.onImageClosed(image);
    this.handlers.imageUnavailable(subscription, image);
  }

  #releaseLog(registrationId: bigint): void {
    this.#logs.release(registrationId, this.#nowNs + this.#lingerNs);
  }

  #onChannelEndpointError(event: ErrorResponse, statusCounterId: number): void {
    const isConcerned =
      [...this.#publications.values()].some((each) => each.status.counterId === statusCounterId) ||
      [...this.#subscriptions.values()].some((each) => each.status.counterId === statusCounterId);
    if (!isConcerned) return;
    this.handlers.failed(
      new ChannelEndpointError(statusCounterId, event.errorCode(), event.message()),
    );
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ClientClosedError(this.#closeReason);
  }

  #await(command: PendingCommand): void {
    this.#pending.add(command, this.#clock.monoNs());
    this.#context.onCommand();
  }

  #operation(send: () => bigint): Registration<void> {
    this.#checkOpen();
    const registration = new Registration<void>(send());
    this.#await({ kind: "operation", registration });
    return registration;
  }

  /** A removal is over for its user whatever the driver says; what it says goes to the error handler. */
  #remove(send: () => bigint): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    try {
      return this.#operation(send).promise.catch((error: unknown) => this.handlers.failed(error));
    } catch (error) {
      this.handlers.failed(error);
      return Promise.resolve();
    }
  }

  #fail(pending: PendingCommand, error: unknown): void {
    pending.registration.onFailed(error instanceof Error ? error : new Error(String(error)));
  }
}
