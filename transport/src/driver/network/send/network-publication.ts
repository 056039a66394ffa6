import {
  type AtomicCounter,
  computeTermOffsetFromPosition,
  type LogBufferMetadata,
  type LogBuffers,
  positionBitsToShift,
  unblockAbandonedLog,
  unblockLog,
} from "@alerion/runtime/concurrent";
import type { DriverResource } from "../../driver-resource.js";
import type { SharedPublication } from "../../links.js";
import { LogCleaner } from "../../log-cleaner.js";
import type { RawLog } from "../../log-factory.js";
import type { PublicationParams, StartPosition } from "../../publication-params.js";
import type { SubscribedStream, SubscriptionLink } from "../../subscription-link.js";
import type { UntetheredOwner } from "../../untethered-subscription.js";
import type { Visited } from "../stream-visits.js";
import type { NetworkPublicationState } from "./network-publication-descriptor.js";
import { PublicationSpies } from "./publication-spies.js";
import type { SendEndpoint } from "./send-endpoints.js";

/** What a publication asks of the conductor. */
export interface NetworkPublicationOwner {
  /** Something has happened that `updatePublisherPositionAndLimit` is to look at. */
  wakePublication(publication: NetworkPublication): void;
  /** The image of one spy goes. */
  notifyUnavailableSpy(publication: NetworkPublication, link: SubscriptionLink): void;
  /** The image of one spy is back, at the position in its counter. */
  notifyAvailableSpy(
    publication: NetworkPublication,
    link: SubscriptionLink,
    position: AtomicCounter,
  ): void;
  /** A spy is gone for good; its counter is free. */
  freeSpyPosition(position: AtomicCounter): void;
  /** A dead publisher's claim was turned into padding. */
  publicationUnblocked(): void;
  /** Nothing is repaired any more: the sender shall let go, and the endpoint has one user less. */
  releasePublication(publication: NetworkPublication): void;
  /** Everything the publication held is free to go. */
  freePublication(publication: NetworkPublication): void;
}

/** Fixed facts about a network publication. */
export interface NetworkPublicationFacts {
  /** Correlation id of the first client's ADD command. */
  readonly registrationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
  readonly start: StartPosition;
  readonly endpoint: SendEndpoint;
  /** More than one receiver may be there. */
  readonly isGroup: boolean;
  readonly unblockTimeoutNs: number;
  /** Its word among those that the sender raises. */
  readonly changeOffset: number;
}

/** Counters of a network publication. */
export interface NetworkPublicationCounters {
  readonly publisherPosition: AtomicCounter;
  readonly publisherLimit: AtomicCounter;
  readonly senderPosition: AtomicCounter;
  readonly senderLimit: AtomicCounter;
  readonly backPressureEvents: AtomicCounter;
  readonly naksReceived: AtomicCounter;
  /** Receivers that flow control follows, where it follows any. */
  readonly receivers: AtomicCounter | undefined;
}

/** `ACTIVE → DRAINING → LINGER → DONE`; a revoked one goes to LINGER from where it is. */
export type NetworkPublicationPhase = "ACTIVE" | "DONE" | "DRAINING" | "LINGER";

const TERM_GAP_MAX = 2;

/**
 * The conductor's half of a network publication: lets publishers go on as far as the sender and its spies are,
 * cleans behind them, and sees the stream to its end.
 *
 * Source: driver-protocol §12, §17, §19; Aeron NetworkPublication.
 */
export class NetworkPublication
  implements DriverResource, SharedPublication, SubscribedStream, UntetheredOwner, Visited
{
  readonly registrationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly facts: NetworkPublicationFacts;
  readonly log: RawLog;
  readonly counters: NetworkPublicationCounters;
  readonly state: NetworkPublicationState;
  slot: number = 0;
  readonly #owner: NetworkPublicationOwner;
  readonly #buffers: LogBuffers;
  readonly #metadata: LogBufferMetadata;
  readonly #termLength: number;
  readonly #bitsToShift: number;
  readonly #windowLength: number;
  readonly #cleaner: LogCleaner;
  readonly #spies: PublicationSpies;
  #phase: NetworkPublicationPhase = "ACTIVE";
  #referenceCount: number = 0;
  #isConnected: boolean = false;
  #timeOfLastActivityNs: number;
  // A double from the start: see AtomicBuffer on representation changes.
  #lastSenderPosition: number = 0.5;

  constructor(
    facts: NetworkPublicationFacts,
    log: RawLog,
    counters: NetworkPublicationCounters,
    state: NetworkPublicationState,
    owner: NetworkPublicationOwner,
    nowNs: number,
  ) {
    this.facts = facts;
    this.registrationId = facts.registrationId;
    this.sessionId = facts.sessionId;
    this.streamId = facts.streamId;
    this.log = log;
    this.counters = counters;
    this.state = state;
    this.#owner = owner;
    this.#buffers = log.buffers;
    this.#metadata = log.buffers.metadata;
    this.#termLength = log.buffers.termLength;
    this.#bitsToShift = positionBitsToShift(this.#termLength);
    this.#windowLength = facts.params.windowLength;
    this.#timeOfLastActivityNs = nowNs;
    const start = this.producerPosition();
    this.#cleaner = new LogCleaner(log.buffers, start);
    this.#spies = new PublicationSpies(state, facts.params.spiesSimulateConnection);
    this.#lastSenderPosition = start;
  }

  get phase(): NetworkPublicationPhase {
    return this.#phase;
  }

  /** Whether another client may share it. */
  isShareable(): boolean {
    return !this.facts.isExclusive && this.#phase === "ACTIVE";
  }

  /** Position up to which publishers have claimed. */
  producerPosition(): number {
    return this.#metadata.producerPosition();
  }

  incrementReferences(): void {
    this.#referenceCount++;
  }

  decrementReferences(): void {
    this.#referenceCount--;
    if (this.#referenceCount > 0 || this.#phase !== "ACTIVE") return;
    const producerPosition = this.#end();
    if (this.counters.senderPosition.get() >= producerPosition) this.state.setEndOfStream();
    this.#phase = "DRAINING";
  }

  /** Ends the stream for everyone, read or not: receivers are told at once, the rest follows by the timer. */
  revoke(): void {
    this.#metadata.setPublicationRevoked(true);
  }

  // -- spies ------------------------------------------------------------------------------------------------

  /** Position at which a new spy begins. */
  joinPosition(): number {
    return this.counters.senderPosition.get();
  }

  /** Whether a spy that comes now is linked. */
  isAcceptingSubscriptions(): boolean {
    if (this.#phase === "ACTIVE") return true;
    return (
      this.#phase === "DRAINING" &&
      this.#spies.count > 0 &&
      this.producerPosition() > this.counters.senderPosition.get()
    );
  }

  addSubscriber(link: SubscriptionLink, position: AtomicCounter, nowNs: number): void {
    this.#spies.add(link, position, this, nowNs);
    this.#owner.wakePublication(this);
  }

  removeSubscriber(link: SubscriptionLink, position: AtomicCounter): void {
    this.#spies.remove(link, position);
    this.#owner.wakePublication(this);
    this.#owner.freeSpyPosition(position);
  }

  /** Whether the spy has been told of an image that it still has. */
  hasImage(link: SubscriptionLink): boolean {
    return this.#spies.hasImage(link);
  }

  onUntetheredLinger(link: SubscriptionLink): void {
    this.#owner.notifyUnavailableSpy(this, link);
  }

  onUntetheredRest(link: SubscriptionLink, position: AtomicCounter, rejoins: boolean): void {
    this.#spies.rest(position);
    this.#owner.wakePublication(this);
    if (rejoins) return;
    link.unlink(this);
    this.#spies.forget(link);
    this.#owner.freeSpyPosition(position);
  }

  onUntetheredRejoin(link: SubscriptionLink, position: AtomicCounter): void {
    position.set(this.joinPosition());
    this.#spies.include(position);
    this.#owner.wakePublication(this);
    this.#owner.notifyAvailableSpy(this, link, position);
  }

  /** Takes all spies off, with unavailable images. */
  removeSpies(): void {
    this.#spies.removeAll((link, position) => {
      if (this.hasImage(link)) this.#owner.notifyUnavailableSpy(this, link);
      link.unlink(this);
      this.#owner.freeSpyPosition(position);
    });
  }

  // -- every duty cycle -------------------------------------------------------------------------------------

  /** Lets publishers go on as far as sender and spies allow. Returns work done. Hot, allocates nothing. */
  updatePublisherPositionAndLimit(): number {
    this.#spies.report();
    if (this.#phase !== "ACTIVE") return 0;
    const { publisherPosition, publisherLimit, senderPosition } = this.counters;
    const producer = this.#metadata.producerPosition();
    if (producer !== publisherPosition.getPlain()) publisherPosition.set(producer);
    const sent = senderPosition.get();
    const limit = publisherLimit.getPlain();
    if (!this.#updateConnected()) {
      if (limit <= sent) return 0;
      publisherLimit.set(sent);
      this.#cleaner.cleanTo(sent - this.#termLength);
      return 1;
    }
    const min = this.#spies.minPosition(sent);
    const proposed = min + this.#windowLength;
    if (proposed <= limit) return 0;
    this.#cleaner.cleanTo(min - this.#termLength);
    if (!this.#isClean(proposed)) return 1;
    publisherLimit.set(proposed);
    return 1;
  }

  /** Hot. Whether others move its limit than its publishers and the sender. */
  isSpiedOn(): boolean {
    return this.#spies.count > 0;
  }

  onTimeEvent(nowNs: number): void {
    if (this.#metadata.isPublicationRevoked() && this.#isBeforeLinger()) {
      this.#onRevoked();
      return;
    }
    switch (this.#phase) {
      case "ACTIVE":
        if (!this.facts.isExclusive) this.#checkForBlockedPublisher(nowNs);
        this.#checkUntethered(nowNs);
        break;
      case "DRAINING":
        this.#drain(nowNs);
        break;
      case "LINGER":
        if (this.#referenceCount <= 0 && this.#hasLingered(nowNs)) {
          this.#phase = "DONE";
          this.#owner.releasePublication(this);
        }
        break;
      case "DONE":
        break;
    }
  }

  hasReachedEndOfLife(): boolean {
    return this.#phase === "DONE" && this.state.isReleased();
  }

  close(): void {
    this.#owner.freePublication(this);
  }

  // -- life -------------------------------------------------------------------------------------------------

  #isBeforeLinger(): boolean {
    return this.#phase === "ACTIVE" || this.#phase === "DRAINING";
  }

  #onRevoked(): void {
    this.#end();
    this.#setConnected(false);
    this.state.setEndOfStream();
    this.removeSpies();
    this.#phase = "LINGER";
  }

  #drain(nowNs: number): void {
    const producer = this.producerPosition();
    const sent = this.counters.senderPosition.get();
    this.counters.publisherPosition.set(producer);
    if (sent < producer) {
      // Whoever claimed and never committed is gone: nobody holds a reference any more.
      if (unblockAbandonedLog(this.#buffers, sent)) {
        this.#owner.publicationUnblocked();
        return;
      }
      if (this.state.receiverCount() > 0) return;
    } else {
      this.state.setEndOfStream();
    }
    if (this.#spies.minPosition(producer) < producer) return;
    this.removeSpies();
    this.#timeOfLastActivityNs = nowNs;
    this.#phase = "LINGER";
  }

  #hasLingered(nowNs: number): boolean {
    return (
      this.state.hasEnded() ||
      nowNs - this.#timeOfLastActivityNs > this.facts.params.lingerTimeoutNs
    );
  }

  /** No publisher may go on: what has been claimed is all there will be. */
  #end(): number {
    const producerPosition = this.producerPosition();
    this.counters.publisherLimit.set(producerPosition);
    this.#metadata.setEndOfStreamPosition(producerPosition);
    return producerPosition;
  }

  /** A publisher that died between its claim and its commit holds all others up: its claim becomes padding. */
  #checkForBlockedPublisher(nowNs: number): void {
    const sent = this.counters.senderPosition.get();
    const isPossiblyBlocked =
      this.#metadata.activeTermCount() !== Math.floor(sent / this.#termLength) ||
      this.producerPosition() > sent;
    if (sent !== this.#lastSenderPosition || !isPossiblyBlocked) {
      this.#timeOfLastActivityNs = nowNs;
      this.#lastSenderPosition = sent;
      return;
    }
    if (nowNs - this.#timeOfLastActivityNs < this.facts.unblockTimeoutNs) return;
    if (unblockLog(this.#buffers, sent)) this.#owner.publicationUnblocked();
  }

  #checkUntethered(nowNs: number): void {
    const windowLength = this.#windowLength;
    const windowLimit = this.counters.senderPosition.get() - windowLength + (windowLength >> 2);
    this.#spies.onTimeEvent(nowNs, windowLimit);
  }

  #updateConnected(): boolean {
    const isConnected = this.state.hasRequiredReceivers() || this.#spies.simulateConnection();
    if (isConnected !== this.#isConnected) this.#setConnected(isConnected);
    return isConnected;
  }

  #setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#metadata.setConnected(isConnected);
  }

  /** Whether publishers may go up to `limit`: what they find there must be zero. */
  #isClean(limit: number): boolean {
    const cleanPosition = this.#cleaner.position;
    const termGap =
      Math.floor(limit / this.#termLength) - Math.floor(cleanPosition / this.#termLength);
    if (termGap < TERM_GAP_MAX) return true;
    return (
      termGap === TERM_GAP_MAX &&
      computeTermOffsetFromPosition(cleanPosition, this.#bitsToShift) !== 0
    );
  }
}
