import type { ChannelUri } from "../../protocol/channel-uri.js";
import type { SharedPublication } from "../links.js";
import type {
  NetworkMedia,
  NetworkPublicationReady,
  NetworkRequest,
  NetworkSubscriptionReady,
} from "../network-media.js";
import type { SubscriptionLink } from "../subscription-link.js";
import type { SenderEvents } from "./send/sender-commands.js";
import type { NameResolver } from "./media/name-resolver.js";
import type { NetworkConductorContext } from "./network-conductor-context.js";

/** Spies: subscriptions, or destinations of them, on network publications of this driver. */
export interface Spies {
  /**
   * A subscription that spies. It is linked to publications only by `linkSpy`.
   *
   * @throws {ControlError} INVALID_CHANNEL if the channel cannot be
   */
  addSpy(request: NetworkRequest): NetworkSubscriptionReady;
  /** Links a spy to the publications that match, now and when others come. */
  linkSpy(link: SubscriptionLink): void;
  /**
   * Lets a multi-destination subscription spy on a channel too.
   *
   * @throws {ControlError} INVALID_CHANNEL if the channel cannot be
   */
  addSpyDestination(link: SubscriptionLink, channel: string, uri: ChannelUri): void;
  /** Takes it off again, with unavailable images. False if there is no such destination. */
  removeSpyDestination(link: SubscriptionLink, channel: string): boolean;
}

/** The conductor's half of sending: network publications, their endpoints, and their spies. */
export interface SendSide extends Spies, SenderEvents {
  addPublication(request: NetworkRequest, isExclusive: boolean): NetworkPublicationReady;
  linkSpies(publication: SharedPublication): void;
  addDestination(publicationRegistrationId: bigint, correlationId: bigint, channel: string): void;
  removeDestination(publicationRegistrationId: bigint, channel: string): void;
  removeDestinationById(publicationRegistrationId: bigint, destinationId: bigint): void;
  doWork(): number;
  onTimeEvent(nowNs: number, nowMs: number): void;
  close(): void;
}

/** What sending asks of receiving: the two ends of response channels. */
export interface ResponseImages {
  /** Whether there is an image of this id, and its publication asked for a response (SETUP flag 0x80). */
  imageForResponse(imageCorrelationId: bigint): boolean;
  /** Lets an image tell its publication the session of the response (RSP_SETUP), again and again. */
  setResponseSession(imageCorrelationId: bigint, sessionId: number): void;
  /** The response publication has a receiver: no more RSP_SETUP. */
  clearResponseSession(imageCorrelationId: bigint): void;
  /** A request publication was told the session of its response: its subscription asks for that session. */
  pinResponseSubscription(subscriptionRegistrationId: bigint, sessionId: number): void;
  /** Whether there is a response subscription of this id. */
  isResponseSubscription(subscriptionRegistrationId: bigint): boolean;
}

/** The conductor's half of receiving: subscriptions, their endpoints, and images. */
export interface ReceiveSide extends ResponseImages {
  /** UDP, multi-destination too; spies come to the send side. */
  addSubscription(request: NetworkRequest): NetworkSubscriptionReady;
  linkExisting(link: SubscriptionLink): void;
  addReceiveDestination(subscriptionRegistrationId: bigint, channel: string): void;
  removeReceiveDestination(subscriptionRegistrationId: bigint, channel: string): void;
  rejectImage(imageCorrelationId: bigint, position: bigint, reason: string): boolean;
  doWork(): number;
  onTimeEvent(nowNs: number, nowMs: number): void;
  close(): void;
}

/** Makes the two sides, each with what it asks of the other. */
export interface NetworkSides {
  createSendSide(context: NetworkConductorContext, images: ResponseImages): SendSide;
  createReceiveSide(context: NetworkConductorContext, spies: Spies): ReceiveSide;
}

/** The network's part of the conductor: sends every request to the side it concerns. */
export class NetworkConductor implements NetworkMedia {
  readonly #resolver: NameResolver;
  readonly #send: SendSide;
  readonly #receive: ReceiveSide;

  constructor(context: NetworkConductorContext, sides: NetworkSides) {
    this.#resolver = context.resolver;
    this.#send = sides.createSendSide(context, {
      imageForResponse: (id) => this.#receive.imageForResponse(id),
      setResponseSession: (id, sessionId) => {
        this.#receive.setResponseSession(id, sessionId);
      },
      clearResponseSession: (id) => {
        this.#receive.clearResponseSession(id);
      },
      pinResponseSubscription: (id, sessionId) => {
        this.#receive.pinResponseSubscription(id, sessionId);
      },
      isResponseSubscription: (id) => this.#receive.isResponseSubscription(id),
    });
    this.#receive = sides.createReceiveSide(context, this.#send);
  }

  addPublication(request: NetworkRequest, isExclusive: boolean): NetworkPublicationReady {
    return this.#send.addPublication(request, isExclusive);
  }

  linkSpies(publication: SharedPublication): void {
    this.#send.linkSpies(publication);
  }

  addSubscription(request: NetworkRequest): NetworkSubscriptionReady {
    return request.uri.isSpy ? this.#send.addSpy(request) : this.#receive.addSubscription(request);
  }

  linkExisting(link: SubscriptionLink): void {
    this.#send.linkSpy(link);
    this.#receive.linkExisting(link);
  }

  addDestination(publicationRegistrationId: bigint, correlationId: bigint, channel: string): void {
    this.#send.addDestination(publicationRegistrationId, correlationId, channel);
  }

  removeDestination(publicationRegistrationId: bigint, channel: string): void {
    this.#send.removeDestination(publicationRegistrationId, channel);
  }

  removeDestinationById(publicationRegistrationId: bigint, destinationId: bigint): void {
    this.#send.removeDestinationById(publicationRegistrationId, destinationId);
  }

  addReceiveDestination(subscriptionRegistrationId: bigint, channel: string): void {
    this.#receive.addReceiveDestination(subscriptionRegistrationId, channel);
  }

  removeReceiveDestination(subscriptionRegistrationId: bigint, channel: string): void {
    this.#receive.removeReceiveDestination(subscriptionRegistrationId, channel);
  }

  rejectImage(imageCorrelationId: bigint, position: bigint, reason: string): boolean {
    return this.#receive.rejectImage(imageCorrelationId, position, reason);
  }

  doWork(): number {
    return this.#resolver.doWork() + this.#send.doWork() + this.#receive.doWork();
  }

  onTimeEvent(nowNs: number, nowMs: number): void {
    this.#send.onTimeEvent(nowNs, nowMs);
    this.#receive.onTimeEvent(nowNs, nowMs);
  }

  close(): void {
    this.#send.close();
    this.#receive.close();
    this.#resolver.close();
  }
}
