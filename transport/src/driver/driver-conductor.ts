import type {
  Agent,
  BroadcastTransmitter,
  Clock,
  CountersManager,
  DistinctErrorLog,
  ManyToOneRingBuffer,
} from "@alerion/runtime/concurrent";
import { AlerionError } from "@alerion/runtime";
import { channelParams } from "../protocol/channel-params.js";
import { ChannelUri, ChannelUriError } from "../protocol/channel-uri.js";
import type { CorrelatedMessage } from "../protocol/commands/correlated-message.js";
import type { CounterMessage, StaticCounterMessage } from "../protocol/commands/counter-message.js";
import type {
  DestinationByIdMessage,
  DestinationMessage,
} from "../protocol/commands/destination-message.js";
import type { NextSessionIdMessage } from "../protocol/commands/next-session-id-message.js";
import type { PublicationMessage } from "../protocol/commands/publication-message.js";
import {
  REASON_LENGTH_MAX,
  type RejectImageMessage,
} from "../protocol/commands/reject-image-message.js";
import type {
  RemoveMessage,
  RemovePublicationMessage,
} from "../protocol/commands/remove-message.js";
import type { SubscriptionMessage } from "../protocol/commands/subscription-message.js";
import type { TerminateDriverMessage } from "../protocol/commands/terminate-driver-message.js";
import { CounterTypeId } from "../protocol/counters/counter-type-id.js";
import { SystemCounter } from "../protocol/counters/system-counter.js";
import { ErrorCode } from "../protocol/error-code.js";
import type { SharedFiles } from "../os/shared-files.js";
import { StorageSpaceError } from "../os/shared-files.js";
import { AeronClient, type ClientOwner } from "./aeron-client.js";
import { ClientCommandAdapter, type CommandHandler } from "./client-command-adapter.js";
import { ClientProxy } from "./client-proxy.js";
import { ControlError } from "./control-error.js";
import type { DriverConfig } from "./driver-config.js";
import {
  allocateCounter,
  counterOwnerId,
  counterRegistrationId,
  NULL_OWNER,
  StreamCounters,
  type SystemCounters,
} from "./driver-counters.js";
import { manageResources } from "./driver-resource.js";
import { EntityTags } from "./entity-tags.js";
import { DutyCycleTracker } from "./duty-cycle-tracker.js";
import { IPC_CHANNEL, IpcPublications } from "./ipc-publications.js";
import { CounterLink, PublicationLink } from "./links.js";
import { LogFactory } from "./log-factory.js";
import { CachedClock } from "./network/cached-clock.js";
import type { NetworkMedia, NetworkMediaFactory } from "./network-media.js";
import { ipcPublicationParams } from "./publication-params.js";
import type { Random } from "./random.js";
import { SessionIds } from "./session-ids.js";
import { SubscriptionLink } from "./subscription-link.js";
import { subscriptionParams } from "./subscription-params.js";

const NS_PER_MS = 1_000_000;
const NO_COUNTER = -1;

/** Everything that a conductor works on, injected. */
export interface ConductorContext {
  readonly config: DriverConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly files: SharedFiles;
  readonly toDriver: ManyToOneRingBuffer;
  readonly toClients: BroadcastTransmitter;
  readonly counters: CountersManager;
  readonly errorLog: DistinctErrorLog;
  readonly systemCounters: SystemCounters;
  /** Network channels; absent where there are none. */
  readonly network?: NetworkMediaFactory;
  /** Ends the driver: a client asked, and the validator agreed. */
  readonly onTerminate: () => void;
}

/**
 * The driver's head: carries out the commands of clients, looks after everything they own, and moves the
 * limits of IPC publishers.
 *
 * An agent: no thread, timer, file or clock of its own. Source: driver-protocol §5, §6, §10, §11.
 */
export class DriverConductor implements Agent, CommandHandler, ClientOwner {
  readonly roleName: string = "driver-conductor";
  readonly #context: ConductorContext;
  readonly #clientProxy: ClientProxy;
  readonly #commands: ClientCommandAdapter;
  readonly #sessionIds: SessionIds;
  readonly #logs: LogFactory;
  readonly #ipc: IpcPublications;
  readonly #media: NetworkMedia | undefined;
  readonly #dutyCycle: DutyCycleTracker;
  readonly #time = new CachedClock();
  readonly #clients: AeronClient[] = [];
  readonly #publicationLinks: PublicationLink[] = [];
  readonly #subscriptionLinks: SubscriptionLink[] = [];
  readonly #counterLinks: CounterLink[] = [];
  #timerDeadlineNs: number;
  #lastCommandPosition: number = 0;
  #timeOfLastCommandMoveNs: number;

  constructor(context: ConductorContext) {
    const { config, clock, random, files, systemCounters } = context;
    this.#context = context;
    this.#clientProxy = new ClientProxy(context.toClients);
    this.#commands = new ClientCommandAdapter(context.toDriver, this);
    this.#sessionIds = new SessionIds(
      random,
      config.publicationReservedSessionIdLow,
      config.publicationReservedSessionIdHigh,
    );
    const entityTags = new EntityTags();
    this.#logs = new LogFactory(
      files,
      config,
      systemCounters.get(SystemCounter.BYTES_CURRENTLY_MAPPED),
      (text) => this.#record(text),
    );
    this.#time.nowNs = clock.monoNs();
    this.#timerDeadlineNs = this.#time.nowNs + config.timerIntervalNs;
    this.#timeOfLastCommandMoveNs = this.#time.nowNs;
    const streamCounters = new StreamCounters(context.counters);
    this.#ipc = new IpcPublications({
      config,
      logs: this.#logs,
      streamCounters,
      systemCounters,
      clientProxy: this.#clientProxy,
      sessionIds: this.#sessionIds,
      entityTags,
      random,
      subscriptions: this.#subscriptionLinks,
      nowNs: () => this.#time.nowNs,
    });
    this.#media = context.network?.({
      config,
      clock,
      random,
      files,
      counters: context.counters,
      streamCounters,
      systemCounters,
      clientProxy: this.#clientProxy,
      sessionIds: this.#sessionIds,
      entityTags,
      logs: this.#logs,
      ipc: this.#ipc,
      subscriptions: this.#subscriptionLinks,
      nextCorrelationId: () => BigInt(context.toDriver.nextCorrelationId()),
      nowNs: () => this.#time.nowNs,
      time: this.#time,
      onError: (error) => {
        this.#record(error);
      },
    });
    this.#dutyCycle = new DutyCycleTracker(
      systemCounters.get(SystemCounter.CONDUCTOR_MAX_CYCLE_TIME),
      systemCounters.get(SystemCounter.CONDUCTOR_CYCLE_TIME_THRESHOLD_EXCEEDED),
      config.conductorCycleThresholdNs,
      this.#time,
    );
  }

  onStart(): void {
    this.#heartbeat(this.#context.clock.epochMs());
  }

  /** One duty cycle: timers, at most one command, the limits of all publishers. Allocates nothing when idle. */
  doWork(): number {
    const nowNs = this.#context.clock.monoNs();
    this.#time.nowNs = nowNs;
    this.#dutyCycle.measure();
    let workCount = 0;
    if (nowNs >= this.#timerDeadlineNs) {
      this.#timerDeadlineNs = nowNs + this.#context.config.timerIntervalNs;
      this.#onTimer(nowNs, this.#context.clock.epochMs());
      workCount++;
    }
    workCount += this.#commands.receive();
    workCount += this.#ipc.updatePositionsAndLimits();
    const network = this.#media;
    if (network !== undefined) workCount += network.doWork();
    return workCount;
  }

  /** Lets go of all logs and says to whoever looks that this driver is gone. */
  onClose(): void {
    this.#ipc.close();
    this.#media?.close();
    this.#context.toDriver.setConsumerHeartbeatTimeMs(-1);
  }

  /** Records an error where `alerion errors` finds it, and counts it. */
  onError(error: unknown): void {
    this.#record(error);
  }

  // -- time -------------------------------------------------------------------------------------------------

  #onTimer(nowNs: number, nowMs: number): void {
    this.#heartbeat(nowMs);
    manageResources(this.#clients, nowNs, nowMs);
    manageResources(this.#publicationLinks, nowNs, nowMs);
    manageResources(this.#subscriptionLinks, nowNs, nowMs);
    this.#ipc.onTimeEvent(nowNs, nowMs);
    this.#media?.onTimeEvent(nowNs, nowMs);
    manageResources(this.#counterLinks, nowNs, nowMs);
    this.#logs.retryRemovals();
    this.#checkForBlockedCommands(nowNs);
  }

  #heartbeat(nowMs: number): void {
    this.#context.toDriver.setConsumerHeartbeatTimeMs(nowMs);
  }

  /** A client that died while it wrote a command holds all others up: what it began becomes padding. */
  #checkForBlockedCommands(nowNs: number): void {
    const { toDriver, config, systemCounters } = this.#context;
    const position = toDriver.consumerPosition();
    const isMoving =
      position !== this.#lastCommandPosition || toDriver.producerPosition() === position;
    if (isMoving || this.#commands.isWaiting) {
      this.#lastCommandPosition = position;
      this.#timeOfLastCommandMoveNs = nowNs;
      return;
    }
    if (nowNs - this.#timeOfLastCommandMoveNs < config.clientLivenessTimeoutNs) return;
    if (toDriver.unblock()) systemCounters.get(SystemCounter.UNBLOCKED_COMMANDS).increment();
  }

  // -- clients ----------------------------------------------------------------------------------------------

  clientTimedOut(client: AeronClient): void {
    this.#context.systemCounters.get(SystemCounter.CLIENT_TIMEOUTS).increment();
    this.#clientProxy.onClientTimeout(client.clientId);
  }

  freeClientCounter(client: AeronClient): void {
    this.#context.counters.free(client.heartbeat.id);
    this.#clientProxy.onUnavailableCounter(client.clientId, client.heartbeat.id);
  }

  onClientKeepalive(command: CorrelatedMessage): void {
    this.#findClient(command.clientId())?.onKeepalive(this.#context.clock.epochMs());
  }

  onClientClose(command: CorrelatedMessage): void {
    this.#findClient(command.clientId())?.onClosedByCommand();
  }

  #findClient(clientId: bigint): AeronClient | undefined {
    return this.#clients.find((client) => client.clientId === clientId && !client.hasTimedOut());
  }

  #getOrAddClient(clientId: bigint): AeronClient {
    const existing = this.#findClient(clientId);
    if (existing !== undefined) return existing;
    const key = new Uint8Array(8);
    new DataView(key.buffer).setBigInt64(0, clientId, true);
    const heartbeat = allocateCounter(
      this.#context.counters,
      {
        typeId: CounterTypeId.CLIENT_HEARTBEAT,
        key,
        label: `client-heartbeat: id=${clientId}`,
        value: this.#context.clock.epochMs(),
      },
      { registrationId: clientId, ownerId: clientId },
    );
    const livenessMs = this.#context.config.clientLivenessTimeoutNs / NS_PER_MS;
    const client = new AeronClient(clientId, heartbeat, livenessMs, this);
    this.#clients.push(client);
    this.#clientProxy.onCounterReady(clientId, heartbeat.id);
    return client;
  }

  // -- publications -----------------------------------------------------------------------------------------

  onAddPublication(command: PublicationMessage, isExclusive: boolean): void {
    const correlationId = command.correlationId();
    const streamId = command.streamId();
    const channel = command.channel();
    const uri = ChannelUri.parse(channel);
    const client = this.#getOrAddClient(command.clientId());
    if (uri.media !== "ipc" || uri.isSpy) {
      this.#addNetworkPublication(client, correlationId, streamId, uri, channel, isExclusive);
      return;
    }
    const params = ipcPublicationParams(channelParams(uri), streamId, this.#context.config);
    const publication = this.#ipc.getOrAdd({
      registrationId: correlationId,
      clientId: client.clientId,
      streamId,
      channel,
      isExclusive,
      params,
    });
    this.#publicationLinks.push(new PublicationLink(correlationId, client, publication));
    this.#clientProxy.onPublicationReady({
      correlationId,
      registrationId: publication.registrationId,
      sessionId: publication.sessionId,
      streamId,
      limitCounterId: publication.publisherLimit.id,
      channelStatusCounterId: NO_COUNTER,
      logFileName: publication.log.path,
      isExclusive,
    });
    this.#ipc.linkIpcSubscriptions(publication);
  }

  #addNetworkPublication(
    client: AeronClient,
    correlationId: bigint,
    streamId: number,
    uri: ChannelUri,
    channel: string,
    isExclusive: boolean,
  ): void {
    const network = this.#network(channel);
    const ready = network.addPublication(
      { client, correlationId, streamId, channel, uri },
      isExclusive,
    );
    this.#publicationLinks.push(new PublicationLink(correlationId, client, ready.publication));
    this.#clientProxy.onPublicationReady({
      correlationId,
      registrationId: ready.publication.registrationId,
      sessionId: ready.sessionId,
      streamId,
      limitCounterId: ready.limitCounterId,
      channelStatusCounterId: ready.channelStatusCounterId,
      logFileName: ready.logFileName,
      isExclusive,
    });
    network.linkSpies(ready.publication);
  }

  onRemovePublication(command: RemovePublicationMessage): void {
    const registrationId = command.registrationId();
    const link = take(this.#publicationLinks, registrationId, command.clientId());
    if (link === undefined) {
      throw new ControlError(
        ErrorCode.UNKNOWN_PUBLICATION,
        `publication must be known: registrationId=${registrationId}`,
      );
    }
    if (command.revoke()) {
      link.publication.revoke();
      this.#context.systemCounters.get(SystemCounter.PUBLICATIONS_REVOKED).increment();
    }
    link.close();
    this.#clientProxy.operationSucceeded(command.correlationId());
  }

  onGetNextAvailableSessionId(command: NextSessionIdMessage): void {
    const sessionId = this.#sessionIds.nextForAnyChannel(command.streamId());
    this.#clientProxy.onNextAvailableSessionId(command.correlationId(), sessionId);
  }

  // -- subscriptions ----------------------------------------------------------------------------------------

  onAddSubscription(command: SubscriptionMessage): void {
    const correlationId = command.correlationId();
    const streamId = command.streamId();
    const channel = command.channel();
    const uri = ChannelUri.parse(channel);
    const client = this.#getOrAddClient(command.clientId());
    if (uri.media !== "ipc" || uri.isSpy) {
      const network = this.#network(channel);
      const ready = network.addSubscription({ client, correlationId, streamId, channel, uri });
      this.#subscriptionLinks.push(ready.link);
      this.#clientProxy.onSubscriptionReady(correlationId, ready.channelStatusCounterId);
      network.linkExisting(ready.link);
      return;
    }
    const params = subscriptionParams(channelParams(uri), streamId, this.#context.config);
    const link = new SubscriptionLink(correlationId, streamId, channel, client, params, true);
    this.#subscriptionLinks.push(link);
    this.#clientProxy.onSubscriptionReady(correlationId, NO_COUNTER);
    this.#ipc.linkSubscription(link);
  }

  onRemoveSubscription(command: RemoveMessage): void {
    const registrationId = command.registrationId();
    const link = take(this.#subscriptionLinks, registrationId, command.clientId());
    if (link === undefined) {
      throw new ControlError(
        ErrorCode.UNKNOWN_SUBSCRIPTION,
        `subscription must be known: registrationId=${registrationId}`,
      );
    }
    link.close();
    this.#clientProxy.operationSucceeded(command.correlationId());
  }

  onRejectImage(command: RejectImageMessage): void {
    const imageCorrelationId = command.imageCorrelationId();
    const reason = command.reason();
    if (reason.length > REASON_LENGTH_MAX) {
      throw new ControlError(
        ErrorCode.GENERIC_ERROR,
        `reason must have at most ${REASON_LENGTH_MAX} bytes: length=${reason.length}`,
      );
    }
    const isKnown =
      this.#ipc.reject(imageCorrelationId, reason) ||
      this.#media?.rejectImage(imageCorrelationId, command.position(), reason) === true;
    if (!isKnown) {
      throw new ControlError(
        ErrorCode.GENERIC_ERROR,
        `image must be known: correlationId=${imageCorrelationId}`,
      );
    }
    this.#clientProxy.operationSucceeded(command.correlationId());
  }

  // -- destinations: only network channels have them --------------------------------------------------------

  onAddDestination(command: DestinationMessage): void {
    const network = this.#media;
    const registrationId = command.registrationId();
    if (network === undefined) throw noDestinations("publication", registrationId);
    network.addDestination(registrationId, command.correlationId(), command.channel());
    this.#clientProxy.operationSucceeded(command.correlationId());
  }

  onRemoveDestination(command: DestinationMessage): void {
    const network = this.#media;
    const registrationId = command.registrationId();
    if (network === undefined) throw noDestinations("publication", registrationId);
    network.removeDestination(registrationId, command.channel());
    this.#clientProxy.operationSucceeded(command.correlationId());
  }

  onRemoveDestinationById(command: DestinationByIdMessage): void {
    const network = this.#media;
    const registrationId = command.resourceRegistrationId();
    if (network === undefined) throw noDestinations("publication", registrationId);
    network.removeDestinationById(registrationId, command.destinationRegistrationId());
    this.#clientProxy.operationSucceeded(command.correlationId());
  }

  onAddReceiveDestination(command: DestinationMessage): void {
    const network = this.#media;
    const registrationId = command.registrationId();
    if (network === undefined) throw noDestinations("subscription", registrationId);
    network.addReceiveDestination(registrationId, command.channel());
    this.#clientProxy.operationSucceeded(command.correlationId());
  }

  onRemoveReceiveDestination(command: DestinationMessage): void {
    const network = this.#media;
    const registrationId = command.registrationId();
    if (network === undefined) throw noDestinations("subscription", registrationId);
    network.removeReceiveDestination(registrationId, command.channel());
    this.#clientProxy.operationSucceeded(command.correlationId());
  }

  // -- counters ---------------------------------------------------------------------------------------------

  onAddCounter(command: CounterMessage): void {
    const correlationId = command.correlationId();
    const client = this.#getOrAddClient(command.clientId());
    const counter = allocateCounter(
      this.#context.counters,
      { typeId: command.typeId(), key: command.key(), label: command.label() },
      { registrationId: correlationId, ownerId: client.clientId },
    );
    this.#counterLinks.push(
      new CounterLink(correlationId, client, counter, (link) => this.#freeCounter(link)),
    );
    this.#clientProxy.onCounterReady(correlationId, counter.id);
  }

  onAddStaticCounter(command: StaticCounterMessage): void {
    const { counters } = this.#context;
    const registrationId = command.registrationId();
    const typeId = command.typeId();
    this.#getOrAddClient(command.clientId());
    const existingId = counters.find(
      (id) =>
        counters.typeId(id) === typeId && counterRegistrationId(counters, id) === registrationId,
    );
    if (existingId < 0) {
      const counter = allocateCounter(
        counters,
        { typeId, key: command.key(), label: command.label() },
        { registrationId, ownerId: NULL_OWNER },
      );
      this.#clientProxy.onStaticCounter(command.correlationId(), counter.id);
      return;
    }
    const ownerId = counterOwnerId(counters, existingId);
    if (ownerId !== NULL_OWNER) {
      throw new ControlError(
        ErrorCode.GENERIC_ERROR,
        `static counter must not share its ids with another: counterId=${existingId} typeId=${typeId} registrationId=${registrationId} ownerId=${ownerId}`,
      );
    }
    this.#clientProxy.onStaticCounter(command.correlationId(), existingId);
  }

  onRemoveCounter(command: RemoveMessage): void {
    const registrationId = command.registrationId();
    const link = take(this.#counterLinks, registrationId, command.clientId());
    if (link === undefined) {
      throw new ControlError(
        ErrorCode.UNKNOWN_COUNTER,
        `counter must be known: registrationId=${registrationId}`,
      );
    }
    this.#clientProxy.operationSucceeded(command.correlationId());
    link.close();
  }

  #freeCounter(link: CounterLink): void {
    this.#context.counters.free(link.counter.id);
    this.#clientProxy.onUnavailableCounter(link.registrationId, link.counter.id);
  }

  // -- the driver itself ------------------------------------------------------------------------------------

  onTerminateDriver(_command: TerminateDriverMessage): void {
    if (this.#context.config.terminationValidator === "allow") this.#context.onTerminate();
  }

  onCommandError(correlationId: bigint, error: unknown): void {
    this.#record(error);
    const text = error instanceof Error ? error.message : String(error);
    this.#clientProxy.onError(correlationId, errorCodeOf(error), text);
  }

  #network(channel: string): NetworkMedia {
    const network = this.#media;
    if (network !== undefined) return network;
    throw new ControlError(
      ErrorCode.NOT_SUPPORTED,
      `channel must be ${IPC_CHANNEL} with this driver: channel=${channel}`,
    );
  }

  #record(error: unknown): void {
    this.#context.systemCounters.get(SystemCounter.ERRORS).increment();
    const isOwn = error instanceof AlerionError;
    // A command's error is its text; a stack is worth its room only where the driver itself is at fault.
    const text = isOwn ? `${error.name}: ${error.message}` : undefined;
    if (text === undefined) this.#context.errorLog.record(error);
    else this.#context.errorLog.recordText(text);
  }
}

interface OwnedLink {
  readonly registrationId: bigint;
  readonly client: AeronClient;
}

/** Takes the link of a client out of a list; another client's stays where it is. */
function take<L extends OwnedLink>(
  links: L[],
  registrationId: bigint,
  clientId: bigint,
): L | undefined {
  const index = links.findIndex(
    (link) => link.registrationId === registrationId && link.client.clientId === clientId,
  );
  return index < 0 ? undefined : links.splice(index, 1)[0];
}

function noDestinations(
  kind: "publication" | "subscription",
  registrationId: bigint,
): ControlError {
  const errorCode =
    kind === "publication" ? ErrorCode.UNKNOWN_PUBLICATION : ErrorCode.UNKNOWN_SUBSCRIPTION;
  return new ControlError(
    errorCode,
    `${kind} must have destinations: registrationId=${registrationId}`,
  );
}

function errorCodeOf(error: unknown): ErrorCode {
  if (error instanceof ControlError) return error.errorCode;
  if (error instanceof ChannelUriError) return ErrorCode.INVALID_CHANNEL;
  if (error instanceof StorageSpaceError) return ErrorCode.STORAGE_SPACE;
  if (error instanceof AlerionError && MALFORMED_CODES.has(error.code)) {
    return ErrorCode.MALFORMED_COMMAND;
  }
  return ErrorCode.GENERIC_ERROR;
}

const MALFORMED_CODES: ReadonlySet<string> = new Set(["MALFORMED_MESSAGE", "BUFFER_CORRUPT"]);
