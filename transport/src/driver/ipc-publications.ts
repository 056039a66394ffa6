import {
  type AtomicCounter,
  computePosition,
  LogType,
  positionBitsToShift,
} from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../protocol/counters/counter-type-id.js";
import { SystemCounter } from "../protocol/counters/system-counter.js";
import { ErrorCode } from "../protocol/error-code.js";
import type { ClientProxy } from "./client-proxy.js";
import { ControlError } from "./control-error.js";
import type { DriverConfig } from "./driver-config.js";
import type { StreamCounters, SystemCounters } from "./driver-counters.js";
import { manageResources } from "./driver-resource.js";
import type { EntityTags } from "./entity-tags.js";
import { IpcPublication, type IpcPublicationOwner } from "./ipc-publication.js";
import type { LogFactory } from "./log-factory.js";
import type { PublicationParams, StartPosition } from "./publication-params.js";
import type { Random } from "./random.js";
import type { SessionIds } from "./session-ids.js";
import type { SubscriptionLink } from "./subscription-link.js";

/** Source identity of IPC images, and the canonical channel of IPC sessions. */
export const IPC_CHANNEL = "aeron:ipc";

const NULL_VALUE = -1n;
const PROTOTYPE_CORRELATION_ID = -2n;
const LOOPBACK_ADDRESS = Uint8Array.of(127, 0, 0, 1);

/** What IPC publications need of the rest of the driver. */
export interface IpcPublicationsContext {
  readonly config: DriverConfig;
  readonly logs: LogFactory;
  readonly streamCounters: StreamCounters;
  readonly systemCounters: SystemCounters;
  readonly clientProxy: ClientProxy;
  readonly sessionIds: SessionIds;
  readonly entityTags: EntityTags;
  readonly random: Random;
  /** All subscriptions, the conductor's own list. */
  readonly subscriptions: readonly SubscriptionLink[];
  readonly nowNs: () => number;
}

/** A client's wish for an IPC publication. */
export interface IpcPublicationRequest {
  readonly registrationId: bigint;
  readonly clientId: bigint;
  readonly streamId: number;
  readonly channel: string;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
}

/** All IPC publications: made, shared, linked to subscriptions, taken down. */
export class IpcPublications implements IpcPublicationOwner {
  readonly #context: IpcPublicationsContext;
  readonly #publications: IpcPublication[] = [];

  constructor(context: IpcPublicationsContext) {
    this.#context = context;
  }

  /** Publications that are not done yet. */
  get all(): readonly IpcPublication[] {
    return this.#publications;
  }

  /**
   * The publication for a client: one that others use already, or a new one.
   *
   * @throws {ControlError} if the channel contradicts what exists
   * @throws {StorageSpaceError | SharedFileError} if there is no room for the log
   */
  getOrAdd(request: IpcPublicationRequest): IpcPublication {
    const params = this.#context.entityTags.resolve(request.params, request.channel);
    this.#checkResponse(params);
    if (!request.isExclusive) {
      const shared = this.#publications.find(
        (each) =>
          each.isShareable() &&
          each.streamId === request.streamId &&
          each.facts.params.responseCorrelationId === params.responseCorrelationId,
      );
      if (shared !== undefined) {
        confirmMatch(shared, params, request.channel);
        return shared;
      }
    }
    const publication = this.#add({ ...request, params });
    this.#pinResponseSubscription(publication);
    return publication;
  }

  /** The publication of this registration id, if it is IPC and there. */
  find(registrationId: bigint): IpcPublication | undefined {
    return this.#publications.find((each) => each.registrationId === registrationId);
  }

  /** Every duty cycle. Returns work done. */
  updatePositionsAndLimits(): number {
    let workCount = 0;
    const publications = this.#publications;
    for (let i = 0; i < publications.length; i++) {
      workCount += (publications[i] as IpcPublication).updatePublisherPositionAndLimit();
    }
    return workCount;
  }

  /** Every timer interval. */
  onTimeEvent(nowNs: number, nowMs: number): void {
    manageResources(this.#publications, nowNs, nowMs);
  }

  /** Links a new subscription to all publications that match. */
  linkSubscription(link: SubscriptionLink): void {
    for (const publication of this.#publications) this.#linkIfMatching(publication, link);
  }

  linkIpcSubscriptions(publication: IpcPublication): void {
    for (const link of this.#context.subscriptions) this.#linkIfMatching(publication, link);
  }

  unlinkIpcSubscriptions(publication: IpcPublication): void {
    for (const { link, position } of publication.subscribers()) {
      if (publication.hasImage(link)) this.notifyUnavailableImage(publication, link);
      link.unlink(publication);
      publication.removeSubscriber(link, position);
    }
  }

  /** REJECT_IMAGE for an image of an IPC publication. False if there is none with this id. */
  reject(imageCorrelationId: bigint, reason: string): boolean {
    const publication = this.find(imageCorrelationId);
    if (publication === undefined) return false;
    this.#context.clientProxy.onPublicationError({
      registrationId: publication.registrationId,
      sessionId: publication.sessionId,
      streamId: publication.streamId,
      address: LOOPBACK_ADDRESS,
      port: 0,
      errorCode: ErrorCode.IMAGE_REJECTED,
      message: reason,
    });
    publication.reject(this.#context.nowNs());
    this.#context.systemCounters.get(SystemCounter.IMAGES_REJECTED).increment();
    return true;
  }

  transitionToLinger(publication: IpcPublication): void {
    for (const link of this.#context.subscriptions) {
      if (link.isLinked(publication) && publication.hasImage(link)) {
        this.notifyUnavailableImage(publication, link);
      }
    }
  }

  /** Tells the client that all images of a subscription go: a destination is taken away. */
  notifyUnavailableImages(link: SubscriptionLink): void {
    for (const publication of this.#publications) {
      if (link.isLinked(publication) && publication.hasImage(link)) {
        this.notifyUnavailableImage(publication, link);
      }
    }
  }

  notifyUnavailableImage(publication: IpcPublication, link: SubscriptionLink): void {
    this.#context.clientProxy.onUnavailableImage(
      publication.registrationId,
      link.registrationId,
      link.streamId,
      link.channel,
    );
  }

  notifyAvailableImage(
    publication: IpcPublication,
    link: SubscriptionLink,
    position: AtomicCounter,
  ): void {
    this.#context.clientProxy.onAvailableImage({
      correlationId: publication.registrationId,
      sessionId: publication.sessionId,
      streamId: publication.streamId,
      subscriptionRegistrationId: link.registrationId,
      positionCounterId: position.id,
      logFileName: publication.log.path,
      sourceIdentity: IPC_CHANNEL,
    });
  }

  freeSubscriberPosition(position: AtomicCounter): void {
    this.#context.streamCounters.free(position);
  }

  publicationUnblocked(): void {
    this.#context.systemCounters.get(SystemCounter.UNBLOCKED_PUBLICATIONS).increment();
  }

  freeIpcPublication(publication: IpcPublication): void {
    const { sessionIds, entityTags, streamCounters, logs, systemCounters } = this.#context;
    for (const { link, position } of publication.subscribers()) {
      link.unlink(publication);
      publication.removeSubscriber(link, position);
    }
    sessionIds.remove(publication.sessionId, publication.streamId, IPC_CHANNEL);
    entityTags.remove(publication.facts);
    streamCounters.free(publication.publisherPosition);
    streamCounters.free(publication.publisherLimit);
    if (!logs.free(publication.log)) systemCounters.get(SystemCounter.FREE_FAILS).increment();
  }

  /** Lets go of all memory: the driver ends. Files go with the directory, or stay for whoever looks later. */
  close(): void {
    for (const publication of this.#publications) publication.log.file.close();
    this.#publications.length = 0;
  }

  #add(request: IpcPublicationRequest): IpcPublication {
    const { config, logs, streamCounters, sessionIds, entityTags, nowNs } = this.#context;
    const { registrationId, streamId, channel, isExclusive, params, clientId } = request;
    const sessionId = this.#chooseSessionId(params, streamId, channel);
    const start = params.start ?? this.#randomStart();
    const log = logs.createPublicationLog({
      registrationId,
      sessionId,
      streamId,
      start,
      type: isExclusive ? LogType.EXCLUSIVE_PUBLICATION : LogType.CONCURRENT_PUBLICATION,
      params,
    });
    const allocated: AtomicCounter[] = [];
    try {
      const key = { registrationId, sessionId, streamId, channel };
      const value = startPosition(start, params.termLength);
      const allocate = (typeId: CounterTypeId, name: string): AtomicCounter => {
        const counter = streamCounters.allocate(typeId, name, key, { clientId, value });
        allocated.push(counter);
        return counter;
      };
      const kind = isExclusive ? "exclusive" : "concurrent";
      const position = allocate(CounterTypeId.PUBLISHER_POSITION, `pub-pos (${kind})`);
      const limit = allocate(CounterTypeId.PUBLISHER_LIMIT, "pub-lmt");
      const publication = new IpcPublication(
        {
          registrationId,
          sessionId,
          streamId,
          channel,
          isExclusive,
          params,
          start,
          unblockTimeoutNs: config.publicationUnblockTimeoutNs,
          coolDownTimeoutNs: config.imageLivenessTimeoutNs,
        },
        log,
        { position, limit },
        this,
        nowNs(),
      );
      sessionIds.add(sessionId, streamId, IPC_CHANNEL);
      entityTags.add(publication.facts);
      this.#publications.push(publication);
      return publication;
    } catch (error) {
      for (const counter of allocated) streamCounters.free(counter);
      logs.free(log);
      throw error;
    }
  }

  #chooseSessionId(params: PublicationParams, streamId: number, channel: string): number {
    const { sessionIds } = this.#context;
    const { sessionId } = params;
    if (typeof sessionId !== "number") return sessionIds.next(streamId, IPC_CHANNEL);
    if (sessionIds.isActive(sessionId, streamId, IPC_CHANNEL)) {
      throw new ControlError(
        ErrorCode.INVALID_CHANNEL,
        `session id must not be in use on the stream: sessionId=${sessionId} streamId=${streamId} channel=${channel}`,
      );
    }
    return sessionId;
  }

  #randomStart(): StartPosition {
    const initialTermId = this.#context.random.int32();
    return { initialTermId, termId: initialTermId, termOffset: 0 };
  }

  /** A response publication answers an image whose publication asked; a request names a response subscription. */
  #checkResponse(params: PublicationParams): void {
    const { responseCorrelationId: id, isResponse } = params;
    if (id === NULL_VALUE || id === PROTOTYPE_CORRELATION_ID) return;
    const isKnown = isResponse
      ? this.#responseSubscription(id) !== undefined
      : this.#context.subscriptions.some(
          (link) => link.registrationId === id && link.params.isResponse,
        );
    if (!isKnown) {
      throw new ControlError(
        ErrorCode.INVALID_CHANNEL,
        `response correlation id must name ${isResponse ? "an image that asks for a response" : "a response subscription"}: response-correlation-id=${id}`,
      );
    }
  }

  #pinResponseSubscription(publication: IpcPublication): void {
    const { isResponse, responseCorrelationId } = publication.facts.params;
    if (!isResponse) return;
    this.#responseSubscription(responseCorrelationId)?.pinSession(publication.sessionId);
  }

  /** The subscription that waits for answers to the publication with this image id. */
  #responseSubscription(imageCorrelationId: bigint): SubscriptionLink | undefined {
    const request = this.find(imageCorrelationId);
    if (request === undefined) return undefined;
    const id = request.facts.params.responseCorrelationId;
    return this.#context.subscriptions.find(
      (link) => link.registrationId === id && link.params.isResponse,
    );
  }

  #linkIfMatching(publication: IpcPublication, link: SubscriptionLink): void {
    if (
      !link.isIpc ||
      link.isLinked(publication) ||
      !link.matchesIpc(publication) ||
      !publication.isAcceptingSubscriptions()
    ) {
      return;
    }
    const { streamCounters, nowNs } = this.#context;
    const joinPosition = publication.joinPosition();
    const position = streamCounters.allocate(
      CounterTypeId.SUBSCRIBER_POSITION,
      "sub-pos",
      {
        registrationId: link.registrationId,
        sessionId: publication.sessionId,
        streamId: publication.streamId,
        channel: link.channel,
      },
      { clientId: link.client.clientId, referenceId: publication.registrationId, joinPosition },
    );
    link.link(publication, position);
    publication.addSubscriber(link, position, nowNs());
    this.notifyAvailableImage(publication, link, position);
  }
}

function startPosition(start: StartPosition, termLength: number): number {
  const bits = positionBitsToShift(termLength);
  return computePosition(start.termId, start.termOffset, bits, start.initialTermId);
}

/** A client that joins a shared publication may only ask for what it is. */
function confirmMatch(
  publication: IpcPublication,
  params: PublicationParams,
  channel: string,
): void {
  const existing = publication.facts.params;
  const { explicit } = params;
  const mismatch = (what: string, is: unknown, wanted: unknown): void => {
    throw new ControlError(
      ErrorCode.GENERIC_ERROR,
      `existing publication must match: ${what}=${String(is)} requested=${String(wanted)} existingChannel=${publication.facts.channel} channel=${channel}`,
    );
  };
  if (explicit.mtu && params.mtuLength !== existing.mtuLength) {
    mismatch("mtu", existing.mtuLength, params.mtuLength);
  }
  if (explicit.termLength && params.termLength !== existing.termLength) {
    mismatch("term-length", existing.termLength, params.termLength);
  }
  if (params.sessionId !== undefined && params.sessionId !== publication.sessionId) {
    mismatch("session-id", publication.sessionId, params.sessionId);
  }
  if (params.start !== undefined) confirmStart(publication, params.start, mismatch);
}

function confirmStart(
  publication: IpcPublication,
  wanted: StartPosition,
  mismatch: (what: string, is: unknown, wanted: unknown) => void,
): void {
  const metadata = publication.log.buffers.metadata;
  const initialTermId = metadata.initialTermId();
  if (wanted.initialTermId !== initialTermId) {
    mismatch("init-term-id", initialTermId, wanted.initialTermId);
  }
  const start = publication.facts.start;
  if (wanted.termId !== start.termId) mismatch("term-id", start.termId, wanted.termId);
  if (wanted.termOffset !== start.termOffset) {
    mismatch("term-offset", start.termOffset, wanted.termOffset);
  }
}
