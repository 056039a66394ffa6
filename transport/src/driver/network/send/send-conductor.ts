import type { AtomicCounter } from "@alerion/runtime/concurrent";
import { ChannelUri } from "../../../protocol/channel-uri.js";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { ErrorCode, toErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import { manageResources } from "../../driver-resource.js";
import { IPC_CHANNEL } from "../../ipc-publications.js";
import type { SharedPublication } from "../../links.js";
import type {
  NetworkPublicationReady,
  NetworkRequest,
  NetworkSubscriptionReady,
} from "../../network-media.js";
import { networkPublicationParams, type PublicationParams } from "../../publication-params.js";
import type { SubscriptionLink } from "../../subscription-link.js";
import { checkPublicationChannel } from "../media/channel-checks.js";
import { UdpChannel } from "../media/udp-channel.js";
import type { ResponseImages, SendSide } from "../network-conductor.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import { IDLE_VISIT_INTERVAL_NS, StreamVisits } from "../stream-visits.js";
import type { NetworkPublication, NetworkPublicationOwner } from "./network-publication.js";
import { PublicationFactory } from "./publication-factory.js";
import { confirmMatch, type ResponseRole, responseRole } from "./publication-matching.js";
import { ReResolution } from "./re-resolution.js";
import { SendDestinations } from "./send-destinations.js";
import { type SendEndpoint, SendEndpoints } from "./send-endpoints.js";
import type { PublicationErrorReport, SenderCommands, SenderEvents } from "./sender-commands.js";
import { SpyRegistry } from "./spies.js";

const NO_COUNTER = -1;

/** The conductor's half of sending: publications made, shared, spied on, and taken down. */
export class SendConductor implements SendSide, SenderEvents, NetworkPublicationOwner {
  readonly #context: NetworkConductorContext;
  readonly #sender: SenderCommands;
  readonly #images: ResponseImages;
  readonly #endpoints: SendEndpoints;
  readonly #destinations: SendDestinations;
  readonly #reResolution: ReResolution;
  readonly #factory: PublicationFactory;
  readonly #spies: SpyRegistry;
  readonly #publications: NetworkPublication[] = [];
  readonly #visits = new StreamVisits();
  /** Responses whose image still tells its publication of them. */
  readonly #waitingResponses = new Map<NetworkPublication, bigint>();

  constructor(context: NetworkConductorContext, sender: SenderCommands, images: ResponseImages) {
    this.#context = context;
    this.#sender = sender;
    this.#images = images;
    this.#endpoints = new SendEndpoints(context, sender);
    this.#destinations = new SendDestinations(context, sender);
    this.#reResolution = new ReResolution(context, sender, this.#endpoints);
    this.#factory = new PublicationFactory(context, sender);
    this.#spies = new SpyRegistry(context);
  }

  // -- publications -----------------------------------------------------------------------------------------

  addPublication(request: NetworkRequest, isExclusive: boolean): NetworkPublicationReady {
    const { uri, streamId, channel: text } = request;
    // Names first: while one is looked up nothing may have happened yet.
    const channel = UdpChannel.parse(uri, this.#context.channels);
    checkPublicationChannel(channel);
    const own = networkPublicationParams(channel.params, streamId, this.#context.config);
    const params = this.#context.entityTags.resolve(own, text);
    const role = this.#checkedRole(params, text);
    const endpoint = this.#endpoints.getOrAdd(channel, request.correlationId);
    try {
      return readyOf(this.#getOrAdd(request, isExclusive, params, endpoint, role));
    } catch (error) {
      this.#endpoints.closeIfUnused(endpoint);
      throw error;
    }
  }

  #getOrAdd(
    request: NetworkRequest,
    isExclusive: boolean,
    params: PublicationParams,
    endpoint: SendEndpoint,
    role: ResponseRole,
  ): NetworkPublication {
    const { streamId, channel } = request;
    if (!isExclusive) {
      const shared = this.#publications.find(
        (each) =>
          each.isShareable() &&
          each.streamId === streamId &&
          each.facts.endpoint === endpoint &&
          each.facts.params.responseCorrelationId === params.responseCorrelationId,
      );
      if (shared !== undefined) {
        confirmMatch(shared, params, channel);
        return shared;
      }
    }
    this.#checkMtu(params, endpoint, channel);
    const sessionId = this.#chooseSessionId(params, streamId, endpoint);
    const order = { request, isExclusive, params, sessionId, endpoint, role };
    const publication = this.#factory.create(order, this);
    endpoint.referenceCount++;
    this.#context.sessionIds.add(sessionId, streamId, endpoint.channel.canonicalForm);
    this.#context.entityTags.add(publication.facts);
    this.#publications.push(publication);
    this.#visits.setStale();
    if (role.kind === "response") {
      this.#waitingResponses.set(publication, role.imageId);
      this.#images.setResponseSession(role.imageId, sessionId);
    }
    return publication;
  }

  #checkedRole(params: PublicationParams, channel: string): ResponseRole {
    const role = responseRole(params, channel);
    const isKnown =
      role.kind === "none" ||
      (role.kind === "response"
        ? this.#images.imageForResponse(role.imageId)
        : this.#images.isResponseSubscription(role.subscriptionId));
    if (isKnown) return role;
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `response correlation id must name ${role.kind === "response" ? "an image that asks for a response" : "a response subscription"}: response-correlation-id=${params.responseCorrelationId} channel=${channel}`,
    );
  }

  #checkMtu(params: PublicationParams, endpoint: SendEndpoint, channel: string): void {
    if (params.mtuLength <= endpoint.sendBufferLength) return;
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `mtu must fit the send buffer of the socket: mtu=${params.mtuLength} so-sndbuf=${endpoint.sendBufferLength} channel=${channel}`,
    );
  }

  #chooseSessionId(params: PublicationParams, streamId: number, endpoint: SendEndpoint): number {
    const { sessionIds } = this.#context;
    const { canonicalForm, text } = endpoint.channel;
    const { sessionId } = params;
    if (typeof sessionId !== "number") return sessionIds.next(streamId, canonicalForm);
    if (sessionIds.isActive(sessionId, streamId, canonicalForm)) {
      throw new ControlError(
        ErrorCode.INVALID_CHANNEL,
        `session id must not be in use on the stream: sessionId=${sessionId} streamId=${streamId} channel=${text}`,
      );
    }
    return sessionId;
  }

  #find(registrationId: bigint): NetworkPublication | undefined {
    return this.#publications.find((each) => each.registrationId === registrationId);
  }

  wakePublication(publication: NetworkPublication): void {
    this.#visits.wake(publication);
  }

  publicationUnblocked(): void {
    this.#context.systemCounters.get(SystemCounter.UNBLOCKED_PUBLICATIONS).increment();
  }

  releasePublication(publication: NetworkPublication): void {
    const { endpoint } = publication.facts;
    this.#forgetResponse(publication);
    this.#sender.removePublication({ publicationId: publication.registrationId });
    endpoint.referenceCount--;
    this.#endpoints.closeIfUnused(endpoint);
  }

  freePublication(publication: NetworkPublication): void {
    const { endpoint } = publication.facts;
    const { sessionId, streamId } = publication;
    this.#context.sessionIds.remove(sessionId, streamId, endpoint.channel.canonicalForm);
    this.#context.entityTags.remove(publication.facts);
    this.#factory.free(publication);
  }

  #forgetResponse(publication: NetworkPublication): void {
    const imageId = this.#waitingResponses.get(publication);
    if (imageId === undefined) return;
    this.#waitingResponses.delete(publication);
    this.#images.clearResponseSession(imageId);
  }

  // -- destinations -----------------------------------------------------------------------------------------

  addDestination(registrationId: bigint, correlationId: bigint, channel: string): void {
    const uri = ChannelUri.parse(channel);
    this.#destinations.add(this.#endpointOf(registrationId), correlationId, uri);
  }

  removeDestination(registrationId: bigint, channel: string): void {
    const uri = ChannelUri.parse(channel);
    this.#destinations.remove(this.#endpointOf(registrationId), uri);
  }

  removeDestinationById(registrationId: bigint, destinationId: bigint): void {
    this.#destinations.removeById(this.#endpointOf(registrationId), destinationId);
  }

  #endpointOf(registrationId: bigint): SendEndpoint {
    const publication = this.#find(registrationId);
    if (publication !== undefined) return publication.facts.endpoint;
    throw new ControlError(
      ErrorCode.UNKNOWN_PUBLICATION,
      `publication must be known: registrationId=${registrationId}`,
    );
  }

  // -- spies ------------------------------------------------------------------------------------------------

  addSpy(request: NetworkRequest): NetworkSubscriptionReady {
    return { link: this.#spies.add(request), channelStatusCounterId: NO_COUNTER };
  }

  linkSpy(link: SubscriptionLink): void {
    if (!this.#spies.has(link)) return;
    for (const publication of this.#publications) {
      if (this.#spies.wants(link, publication)) this.#link(publication, link);
    }
  }

  linkSpies(publication: SharedPublication): void {
    const found = this.#find(publication.registrationId);
    if (found === undefined) return;
    this.#spies.prune();
    for (const link of this.#spies.matching(found)) this.#link(found, link);
  }

  addSpyDestination(link: SubscriptionLink, channel: string, uri: ChannelUri): void {
    this.#spies.addDestination(link, channel, uri);
  }

  removeSpyDestination(link: SubscriptionLink, channel: string): boolean {
    if (!this.#spies.removeDestination(link, channel)) return false;
    for (const publication of this.#publications) {
      const position = link.position(publication);
      if (position === undefined || this.#spies.wants(link, publication)) continue;
      if (publication.hasImage(link)) this.notifyUnavailableSpy(publication, link);
      link.unlink(publication);
      publication.removeSubscriber(link, position);
    }
    return true;
  }

  #link(publication: NetworkPublication, link: SubscriptionLink): void {
    if (link.isLinked(publication) || !publication.isAcceptingSubscriptions()) return;
    const { streamCounters, nowNs } = this.#context;
    const { sessionId, streamId, registrationId } = publication;
    const position = streamCounters.allocate(
      CounterTypeId.SUBSCRIBER_POSITION,
      "sub-pos",
      { registrationId: link.registrationId, sessionId, streamId, channel: link.channel },
      {
        clientId: link.client.clientId,
        referenceId: registrationId,
        joinPosition: publication.joinPosition(),
      },
    );
    link.link(publication, position);
    publication.addSubscriber(link, position, nowNs());
    this.notifyAvailableSpy(publication, link, position);
  }

  notifyAvailableSpy(
    publication: NetworkPublication,
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

  notifyUnavailableSpy(publication: NetworkPublication, link: SubscriptionLink): void {
    this.#context.clientProxy.onUnavailableImage(
      publication.registrationId,
      link.registrationId,
      link.streamId,
      link.channel,
    );
  }

  freeSpyPosition(position: AtomicCounter): void {
    this.#context.streamCounters.free(position);
  }

  // -- what the sender reports ------------------------------------------------------------------------------

  onResponseSetup(event: {
    readonly responseSubscriptionId: bigint;
    readonly responseSessionId: number;
  }): void {
    const { responseSubscriptionId, responseSessionId } = event;
    this.#images.pinResponseSubscription(responseSubscriptionId, responseSessionId);
  }

  onResponseConnected({ responseImageId }: { readonly responseImageId: bigint }): void {
    for (const [publication, imageId] of this.#waitingResponses) {
      if (imageId === responseImageId) this.#forgetResponse(publication);
    }
  }

  onPublicationError(event: PublicationErrorReport): void {
    const publication = this.#find(event.publicationId);
    if (publication === undefined) return;
    const { destinationId, groupTag } = event;
    this.#context.clientProxy.onPublicationError({
      registrationId: publication.registrationId,
      ...(destinationId === undefined ? {} : { destinationRegistrationId: destinationId }),
      sessionId: publication.sessionId,
      streamId: publication.streamId,
      receiverId: event.receiverId,
      ...(groupTag === undefined ? {} : { groupTag }),
      address: event.address,
      port: event.port,
      errorCode: toErrorCode(event.errorCode),
      message: event.message,
    });
  }

  onSilence(event: { readonly endpointId: number; readonly destinationId?: bigint }): void {
    this.#reResolution.onSilence(event.endpointId, event.destinationId);
  }

  // -- time -------------------------------------------------------------------------------------------------

  doWork(): number {
    this.#endpoints.freeClosed();
    let workCount = this.#reResolution.doWork();
    const publications = this.#publications;
    const visits = this.#visits;
    if (visits.update(publications)) {
      for (const { slot, facts } of publications) visits.offsets[slot] = facts.changeOffset;
    }
    const { deadlines, offsets, seen } = visits;
    const { changes } = this.#factory;
    const { nowNs } = this.#context.time;
    for (let i = 0; i < publications.length; i++) {
      const change = changes.get(offsets[i] as number);
      if (change === seen[i] && nowNs < (deadlines[i] as number)) continue;
      seen[i] = change;
      const publication = publications[i] as NetworkPublication;
      const done = publication.updatePublisherPositionAndLimit();
      // Here and not in a method of the publication: what that takes and gives would be garbage.
      deadlines[i] =
        done > 0 || publication.isSpiedOn() ? -Infinity : nowNs + IDLE_VISIT_INTERVAL_NS;
      workCount += done;
    }
    return workCount;
  }

  onTimeEvent(nowNs: number, nowMs: number): void {
    if (manageResources(this.#publications, nowNs, nowMs) > 0) this.#visits.setStale();
    this.#spies.prune();
  }

  close(): void {
    for (const publication of this.#publications) publication.log.file.close();
    this.#publications.length = 0;
  }
}

function readyOf(publication: NetworkPublication): NetworkPublicationReady {
  return {
    publication,
    sessionId: publication.sessionId,
    limitCounterId: publication.counters.publisherLimit.id,
    channelStatusCounterId: publication.facts.endpoint.status.id,
    logFileName: publication.log.path,
  };
}
