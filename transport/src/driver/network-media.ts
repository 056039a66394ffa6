import type { AeronClient } from "./aeron-client.js";
import type { SharedPublication } from "./links.js";
import type { SubscriptionLink } from "./subscription-link.js";
import type { ChannelUri } from "../protocol/channel-uri.js";

/** A client's wish for a publication or subscription on a network channel. */
interface NetworkRequest {
  readonly client: AeronClient;
  readonly correlationId: bigint;
  readonly streamId: number;
  readonly channel: string;
  readonly uri: ChannelUri;
}

/** A network publication as the conductor announces it. */
interface NetworkPublicationReady {
  readonly publication: SharedPublication;
  readonly sessionId: number;
  readonly limitCounterId: number;
  readonly channelStatusCounterId: number;
  readonly logFileName: string;
}

/** A network subscription (or spy) as the conductor announces it. */
interface NetworkSubscriptionReady {
  readonly link: SubscriptionLink;
  readonly channelStatusCounterId: number;
}

/**
 * What the conductor asks of the network. IPC needs none of it; a driver without it refuses network channels.
 *
 * All calls come from the conductor's thread. Failures are `ControlError`s.
 */
export interface NetworkMedia {
  addPublication(request: NetworkRequest, isExclusive: boolean): NetworkPublicationReady;
  addSubscription(request: NetworkRequest): NetworkSubscriptionReady;
  /** Links a new subscription to the streams that exist: after the client has been told of it. */
  linkExisting(link: SubscriptionLink): void;
  addDestination(publicationRegistrationId: bigint, correlationId: bigint, channel: string): void;
  removeDestination(publicationRegistrationId: bigint, channel: string): void;
  removeDestinationById(publicationRegistrationId: bigint, destinationId: bigint): void;
  addReceiveDestination(subscriptionRegistrationId: bigint, channel: string): void;
  removeReceiveDestination(subscriptionRegistrationId: bigint, channel: string): void;
  /** Rejects an image. False if the network has no such image. */
  rejectImage(imageCorrelationId: bigint, position: bigint, reason: string): boolean;
  /** Every duty cycle. Returns work done. */
  doWork(nowNs: number): number;
  /** Every timer interval. */
  onTimeEvent(nowNs: number, nowMs: number): void;
  close(): void;
}
