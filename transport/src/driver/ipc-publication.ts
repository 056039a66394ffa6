import {
  type AtomicCounter,
  type LogBufferMetadata,
  type LogBuffers,
  unblockAbandonedLog,
  unblockLog,
} from "@alerion/runtime/concurrent";
import type { DriverResource } from "./driver-resource.js";
import type { SharedPublication } from "./links.js";
import { LogCleaner } from "./log-cleaner.js";
import type { RawLog } from "./log-factory.js";
import type { PublicationParams, StartPosition } from "./publication-params.js";
import type { SubscribedStream, SubscriptionLink } from "./subscription-link.js";
import { type UntetheredOwner, UntetheredSubscription } from "./untethered-subscription.js";

/** What a publication asks of the conductor. */
export interface IpcPublicationOwner {
  /** All subscribers have read everything, or the publication was revoked: their images go. */
  transitionToLinger(publication: IpcPublication): void;
  /** The image of one subscriber goes. */
  notifyUnavailableImage(publication: IpcPublication, link: SubscriptionLink): void;
  /** The image of one subscriber is back, at the position in its counter. */
  notifyAvailableImage(
    publication: IpcPublication,
    link: SubscriptionLink,
    position: AtomicCounter,
  ): void;
  /** Links all subscriptions that match: after a cool-down. */
  linkIpcSubscriptions(publication: IpcPublication): void;
  /** Takes all subscriptions off, with unavailable images: after a rejection. */
  unlinkIpcSubscriptions(publication: IpcPublication): void;
  /** A subscriber is gone for good; its counter is free. */
  freeSubscriberPosition(position: AtomicCounter): void;
  /** Everything the publication held is free to go. */
  freeIpcPublication(publication: IpcPublication): void;
  /** The publication changed on its own: a dead publisher's claim was turned into padding. */
  publicationUnblocked(publication: IpcPublication): void;
}

/** Fixed facts about an IPC publication. */
export interface IpcPublicationFacts {
  /** Correlation id of the first client's ADD command. */
  readonly registrationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
  readonly start: StartPosition;
  readonly unblockTimeoutNs: number;
  readonly coolDownTimeoutNs: number;
}

/** `ACTIVE → DRAINING → LINGER → DONE`; revoking goes from ACTIVE to LINGER. */
export type IpcPublicationState = "ACTIVE" | "DONE" | "DRAINING" | "LINGER";

/** The limit moves only when it can move by this part of the window: every move is a store that others wait for. */
const TRIP_GAIN_SHIFT = 3;

/**
 * A publication whose subscribers read the publisher's own log, in the same machine.
 *
 * Every duty cycle moves the publisher's limit: the slowest subscriber's position plus the window. What all
 * have read is zeroed before, because appenders and readers take a zero length for "nothing here yet".
 *
 * Source: driver-protocol §12, §17, §19; Aeron `IpcPublication`.
 */
export class IpcPublication
  implements DriverResource, SharedPublication, SubscribedStream, UntetheredOwner
{
  readonly registrationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly facts: IpcPublicationFacts;
  readonly log: RawLog;
  readonly publisherPosition: AtomicCounter;
  readonly publisherLimit: AtomicCounter;
  readonly #owner: IpcPublicationOwner;
  readonly #buffers: LogBuffers;
  readonly #metadata: LogBufferMetadata;
  readonly #termLength: number;
  readonly #windowLength: number;
  readonly #tripGain: number;
  readonly #cleaner: LogCleaner;
  readonly #untethered: UntetheredSubscription[] = [];
  /** Every linked subscription, resting ones too. */
  readonly #subscribers = new Map<SubscriptionLink, AtomicCounter>();
  #subscriberPositions: AtomicCounter[] = [];
  #state: IpcPublicationState = "ACTIVE";
  #referenceCount: number = 0;
  #isCoolingDown: boolean = false;
  #coolDownExpiryNs: number = 0;
  #timeOfLastConsumerMoveNs: number;
  // Doubles from the start: see AtomicBuffer on representation changes.
  #tripLimit: number = 0.5;
  #consumerPosition: number = 0.5;
  #lastConsumerPosition: number = 0.5;

  constructor(
    facts: IpcPublicationFacts,
    log: RawLog,
    counters: { readonly position: AtomicCounter; readonly limit: AtomicCounter },
    owner: IpcPublicationOwner,
    nowNs: number,
  ) {
    this.facts = facts;
    this.registrationId = facts.registrationId;
    this.sessionId = facts.sessionId;
    this.streamId = facts.streamId;
    this.log = log;
    this.publisherPosition = counters.position;
    this.publisherLimit = counters.limit;
    this.#owner = owner;
    this.#buffers = log.buffers;
    this.#metadata = log.buffers.metadata;
    this.#termLength = log.buffers.termLength;
    this.#windowLength = facts.params.windowLength;
    this.#tripGain = this.#windowLength >> TRIP_GAIN_SHIFT;
    this.#timeOfLastConsumerMoveNs = nowNs;
    const start = this.producerPosition();
    this.#consumerPosition = start;
    this.#lastConsumerPosition = start;
    this.#cleaner = new LogCleaner(log.buffers, start);
    this.#tripLimit = start;
    this.publisherPosition.set(start);
    this.publisherLimit.set(start);
  }

  get state(): IpcPublicationState {
    return this.#state;
  }

  /** Whether another client may share it. */
  isShareable(): boolean {
    return !this.facts.isExclusive && this.#state === "ACTIVE";
  }

  /** Position up to which publishers have claimed. */
  producerPosition(): number {
    return this.#metadata.producerPosition();
  }

  /** Position at which a new subscriber begins: nothing before it is certain to be there still. */
  joinPosition(): number {
    let position = this.#consumerPosition;
    for (const each of this.#subscriberPositions) position = Math.min(position, each.get());
    return position;
  }

  incrementReferences(): void {
    this.#referenceCount++;
  }

  decrementReferences(): void {
    this.#referenceCount--;
    if (this.#referenceCount > 0 || this.#state !== "ACTIVE") return;
    this.#end();
    this.#state = "DRAINING";
  }

  /** Ends the stream for everyone, read or not. */
  revoke(): void {
    if (this.#state !== "ACTIVE") return;
    this.#metadata.setPublicationRevoked(true);
    this.#end();
    this.#metadata.setConnected(false);
    this.#state = "LINGER";
    this.#owner.transitionToLinger(this);
  }

  /** A subscriber does not want this stream: all are taken off for a while. */
  reject(nowNs: number): void {
    if (!this.#isCoolingDown) {
      this.#isCoolingDown = true;
      this.#owner.unlinkIpcSubscriptions(this);
      this.#metadata.setConnected(false);
    }
    this.#coolDownExpiryNs = nowNs + this.facts.coolDownTimeoutNs;
  }

  /** Whether a subscription that comes now is linked. */
  isAcceptingSubscriptions(): boolean {
    if (this.#isCoolingDown) return false;
    return this.#state === "ACTIVE" || (this.#state === "DRAINING" && !this.#isDrained());
  }

  addSubscriber(link: SubscriptionLink, position: AtomicCounter, nowNs: number): void {
    this.#subscribers.set(link, position);
    this.#subscriberPositions.push(position);
    if (!link.params.isTether) {
      this.#untethered.push(new UntetheredSubscription(link, position, this, nowNs));
    }
    this.#metadata.setConnected(true);
  }

  removeSubscriber(link: SubscriptionLink, position: AtomicCounter): void {
    this.#subscribers.delete(link);
    this.#removePosition(position);
    const index = this.#untethered.findIndex((each) => each.link === link);
    if (index >= 0) this.#untethered.splice(index, 1);
    this.#owner.freeSubscriberPosition(position);
  }

  /** All subscribers with their positions. */
  subscribers(): readonly { link: SubscriptionLink; position: AtomicCounter }[] {
    return Array.from(this.#subscribers, ([link, position]) => ({ link, position }));
  }

  /** Whether the subscriber has been told of an image that it still has. */
  hasImage(link: SubscriptionLink): boolean {
    const untethered = this.#untethered.find((each) => each.link === link);
    return untethered === undefined || untethered.isActive();
  }

  /** Every duty cycle: lets publishers go on as far as their subscribers allow. Returns work done. */
  updatePublisherPositionAndLimit(): number {
    if (this.#state !== "ACTIVE") return 0;
    const positions = this.#subscriberPositions;
    const count = positions.length;
    if (count === 0) {
      if (this.publisherLimit.getPlain() <= this.#consumerPosition) return 0;
      this.#tripLimit = this.#consumerPosition;
      this.publisherLimit.set(this.#consumerPosition);
      this.#cleaner.cleanTo(this.#consumerPosition);
      return 1;
    }
    let minPosition = Number.MAX_SAFE_INTEGER;
    let maxPosition = this.#consumerPosition;
    for (let i = 0; i < count; i++) {
      const position = (positions[i] as AtomicCounter).get();
      if (position < minPosition) minPosition = position;
      if (position > maxPosition) maxPosition = position;
    }
    this.#consumerPosition = maxPosition;
    const newLimit = minPosition + this.#windowLength;
    if (newLimit < this.#tripLimit) return 0;
    this.#cleaner.cleanTo(minPosition);
    this.publisherLimit.set(newLimit);
    this.#tripLimit = newLimit + this.#tripGain;
    return 1;
  }

  onTimeEvent(nowNs: number): void {
    switch (this.#state) {
      case "ACTIVE":
        this.#onActive(nowNs);
        break;
      case "DRAINING":
        this.publisherPosition.set(this.producerPosition());
        if (this.#isDrained()) {
          this.#state = "LINGER";
          this.#owner.transitionToLinger(this);
        } else if (unblockAbandonedLog(this.#buffers, this.#advanceConsumerPosition())) {
          this.#owner.publicationUnblocked(this);
        }
        break;
      case "LINGER":
        if (this.#referenceCount <= 0) this.#state = "DONE";
        break;
      case "DONE":
        break;
    }
  }

  hasReachedEndOfLife(): boolean {
    return this.#state === "DONE";
  }

  close(): void {
    this.#owner.freeIpcPublication(this);
  }

  onUntetheredLinger(link: SubscriptionLink): void {
    this.#owner.notifyUnavailableImage(this, link);
  }

  onUntetheredRest(link: SubscriptionLink, position: AtomicCounter, rejoins: boolean): void {
    this.#removePosition(position);
    if (rejoins) return;
    link.unlink(this);
    this.#subscribers.delete(link);
    this.#owner.freeSubscriberPosition(position);
  }

  onUntetheredRejoin(link: SubscriptionLink, position: AtomicCounter): void {
    position.set(this.joinPosition());
    this.#subscriberPositions.push(position);
    this.#metadata.setConnected(true);
    this.#owner.notifyAvailableImage(this, link, position);
  }

  #onActive(nowNs: number): void {
    const producerPosition = this.producerPosition();
    this.publisherPosition.set(producerPosition);
    if (!this.facts.isExclusive) this.#checkForBlockedPublisher(producerPosition, nowNs);
    this.#checkUntethered(nowNs);
    if (this.#isCoolingDown && nowNs >= this.#coolDownExpiryNs) {
      this.#isCoolingDown = false;
      this.#owner.linkIpcSubscriptions(this);
    }
  }

  /** A publisher that died between its claim and its commit holds all others up: its claim becomes padding. */
  #checkForBlockedPublisher(producerPosition: number, nowNs: number): void {
    const consumerPosition = this.#consumerPosition;
    if (
      consumerPosition !== this.#lastConsumerPosition ||
      !this.#isPossiblyBlocked(producerPosition, consumerPosition)
    ) {
      this.#timeOfLastConsumerMoveNs = nowNs;
      this.#lastConsumerPosition = consumerPosition;
      return;
    }
    if (nowNs - this.#timeOfLastConsumerMoveNs < this.facts.unblockTimeoutNs) return;
    if (unblockLog(this.#buffers, consumerPosition)) this.#owner.publicationUnblocked(this);
  }

  #isPossiblyBlocked(producerPosition: number, consumerPosition: number): boolean {
    const expectedTermCount = Math.floor(consumerPosition / this.#termLength);
    return (
      this.#metadata.activeTermCount() !== expectedTermCount || producerPosition > consumerPosition
    );
  }

  #checkUntethered(nowNs: number): void {
    if (this.#untethered.length === 0) return;
    const windowLimit = this.#consumerPosition - this.#windowLength + (this.#windowLength >> 2);
    for (let i = this.#untethered.length - 1; i >= 0; i--) {
      if (this.#untethered[i]?.onTimeEvent(nowNs, windowLimit) === false) {
        this.#untethered.splice(i, 1);
      }
    }
  }

  /** No publisher may go on: what has been claimed is all there will be. */
  #end(): void {
    const producerPosition = this.producerPosition();
    this.publisherLimit.set(producerPosition);
    this.#metadata.setEndOfStreamPosition(producerPosition);
  }

  #isDrained(): boolean {
    const producerPosition = this.producerPosition();
    return this.#subscriberPositions.every((position) => position.get() >= producerPosition);
  }

  /** The foremost subscriber waits where a dead publisher left its claim. */
  #advanceConsumerPosition(): number {
    for (const each of this.#subscriberPositions) {
      this.#consumerPosition = Math.max(this.#consumerPosition, each.get());
    }
    return this.#consumerPosition;
  }

  #removePosition(position: AtomicCounter): void {
    this.#consumerPosition = Math.max(this.#consumerPosition, position.get());
    this.#subscriberPositions = this.#subscriberPositions.filter((each) => each !== position);
    if (this.#subscriberPositions.length === 0) this.#metadata.setConnected(false);
  }
}
