import type { Clock, CountersManager } from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../os/shared-files.js";
import type { ChannelUri } from "../protocol/channel-uri.js";
import type { AeronClient } from "./aeron-client.js";
import type { ClientProxy } from "./client-proxy.js";
import type { DriverConfig } from "./driver-config.js";
import type { StreamCounters, SystemCounters } from "./driver-counters.js";
import type { EntityTags } from "./entity-tags.js";
import type { IpcPublications } from "./ipc-publications.js";
import type { SharedPublication } from "./links.js";
import type { CachedClock } from "./network/cached-clock.js";
import type { LogFactory } from "./log-factory.js";
import type { Random } from "./random.js";
import type { SessionIds } from "./session-ids.js";
import type { SubscriptionLink } from "./subscription-link.js";

/** A client's wish for a publication or subscription on a network channel. */
export interface NetworkRequest {
  readonly client: AeronClient;
  readonly correlationId: bigint;
  readonly streamId: number;
  readonly channel: string;
  readonly uri: ChannelUri;
}

/** A network publication as the conductor announces it. */
export interface NetworkPublicationReady {
  readonly publication: SharedPublication;
  readonly sessionId: number;
  readonly limitCounterId: number;
  readonly channelStatusCounterId: number;
  readonly logFileName: string;
}

/** A network subscription (or spy) as the conductor announces it. */
export interface NetworkSubscriptionReady {
  readonly link: SubscriptionLink;
  readonly channelStatusCounterId: number;
}

/** What the network's part of the conductor shares with the rest of it. */
export interface NetworkMediaContext {
  readonly config: DriverConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly files: SharedFiles;
  readonly counters: CountersManager;
  readonly streamCounters: StreamCounters;
  readonly systemCounters: SystemCounters;
  readonly clientProxy: ClientProxy;
  readonly sessionIds: SessionIds;
  readonly entityTags: EntityTags;
  readonly logs: LogFactory;
  /** For destinations of subscriptions that are IPC. */
  readonly ipc: IpcPublications;
  /** All subscriptions, the conductor's own list: spies and IPC among them, and destinations that are such. */
  readonly subscriptions: SubscriptionLink[];
  /** A new id from the counter that clients take theirs from: images get one. */
  readonly nextCorrelationId: () => bigint;
  /** Time of this duty cycle. */
  readonly nowNs: () => number;
  /** The same without a call, for what is done in every cycle: a number that is passed on is 16 bytes of garbage. */
  readonly time: CachedClock;
  /** Records an error that no command can be answered with. */
  readonly onError: (error: unknown) => void;
}

/** Makes the network's part of the conductor, once the rest of it stands. */
export type NetworkMediaFactory = (context: NetworkMediaContext) => NetworkMedia;

/**
 * What the conductor asks of the network. IPC needs none of it; a driver without it refuses network channels.
 *
 * All calls come from the conductor's thread. Failures are `ControlError`s.
 */
export interface NetworkMedia {
  addPublication(request: NetworkRequest, isExclusive: boolean): NetworkPublicationReady;
  /** Links the spies that match a publication just made: after its client has been told of it. */
  linkSpies(publication: SharedPublication): void;
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
  doWork(): number;
  /** Every timer interval. */
  onTimeEvent(nowNs: number, nowMs: number): void;
  close(): void;
}
