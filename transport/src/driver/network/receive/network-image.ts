import type { AtomicBuffer, AtomicCounter } from "@alerion/runtime/concurrent";
import type { DriverResource } from "../../driver-resource.js";
import { LogCleaner } from "../../log-cleaner.js";
import type { RawLog } from "../../log-factory.js";
import type { SubscribedStream, SubscriptionLink } from "../../subscription-link.js";
import { type UntetheredOwner, UntetheredSubscription } from "../../untethered-subscription.js";
import type { CachedClock } from "../cached-clock.js";
import { type ChangeWords, IDLE_VISIT_INTERVAL_NS, type Visited } from "../stream-visits.js";
import type { CongestionControl } from "./congestion-control.js";
import type { FeedbackDelay } from "./feedback-delay.js";
import { ImageBlock, ImagePhase } from "./image-descriptor.js";
import { LossDetector, type LossHandler } from "./loss-detector.js";
import type { SessionSpec } from "./receiver-commands.js";
import { ShownPosition } from "./shown-position.js";

/** What an image asks of the conductor. */
export interface NetworkImageOwner {
  /** Something has happened that `trackRebuild` is to look at. */
  wakeImage(image: NetworkImage): void;
  /** The image of one subscriber goes. */
  notifyUnavailableImage(image: NetworkImage, link: SubscriptionLink): void;
  /** The image of one subscriber is back, at the position in its counter. */
  notifyAvailableImage(image: NetworkImage, link: SubscriptionLink, position: AtomicCounter): void;
  /** All subscribers have read everything, or the stream was revoked: their images go. */
  transitionToLinger(image: NetworkImage): void;
  /** No subscriber is left. */
  abandonImage(image: NetworkImage): void;
  /** Something is lost. */
  recordLoss(image: NetworkImage, length: number): void;
  freeSubscriberPosition(position: AtomicCounter): void;
  /** Everything the image held is free to go: the receiver has let go of it. */
  freeImage(image: NetworkImage): void;
}

/** Fixed facts about an image. */
export interface NetworkImageFacts extends SessionSpec {
  readonly imageId: bigint;
  readonly initialTermId: number;
  readonly joinPosition: number;
  /** `host:port` of the first packet. */
  readonly sourceIdentity: string;
  /** Whether the SETUP asked for a response. */
  readonly wantsResponse: boolean;
  readonly livenessTimeoutNs: number;
  readonly smTimeoutNs: number;
  /** Its word among those that conductor and receiver raise. */
  readonly changeOffset: number;
}

/** What an image works on. */
export interface NetworkImageParts {
  readonly log: RawLog;
  readonly block: SharedArrayBuffer;
  readonly toReceiver: ChangeWords;
  readonly hwm: AtomicCounter;
  readonly rebuild: AtomicCounter;
  readonly naksSent: AtomicCounter;
  readonly congestionControl: CongestionControl;
  readonly feedbackDelay: FeedbackDelay;
}

/** `ACTIVE → DRAINING → LINGER → DONE` */
export type NetworkImageState = "ACTIVE" | "DONE" | "DRAINING" | "LINGER";

/** A draining image tells its sender of the end so often at least. */
const END_OF_STREAM_SM_COUNT = 5;

/**
 * The conductor's half of an image: finds loss, moves the receiver's window with its subscribers, and looks after
 * its life.
 *
 *   ACTIVE -- the receiver says that it ends (`ImagePhase`) --> DRAINING
 *   DRAINING -- all read and five status message timeouts gone, or revoked --> LINGER
 *   LINGER -- no subscribers, or the liveness timeout --> DONE
 *
 * Source: driver-protocol §13, §14, §16-§19; Aeron `PublicationImage`.
 */
export class NetworkImage
  implements DriverResource, SubscribedStream, UntetheredOwner, LossHandler, Visited
{
  readonly facts: NetworkImageFacts;
  readonly parts: NetworkImageParts;
  /** Where its losses are in the loss report; -1 when there is no room, `undefined` before the first. */
  lossReportOffset: number | undefined = undefined;
  slot: number = 0;
  /** Index of the word that shows that its one subscriber has read on. */
  positionWord: number = 0;
  // A double from the start: see AtomicBuffer on representation changes.
  nextVisitNs: number = 0.5;
  readonly #owner: NetworkImageOwner;
  readonly #clock: CachedClock;
  readonly #block: ImageBlock;
  readonly #term0: AtomicBuffer;
  readonly #term1: AtomicBuffer;
  readonly #term2: AtomicBuffer;
  readonly #termLength: number;
  readonly #hwm: AtomicCounter;
  readonly #rebuild: ShownPosition;
  readonly #congestionControl: CongestionControl;
  readonly #cleaner: LogCleaner;
  readonly #lossDetector: LossDetector;
  readonly #untethered: UntetheredSubscription[] = [];
  /** Every linked subscription, resting ones too. */
  readonly #subscribers = new Map<SubscriptionLink, AtomicCounter>();
  #positions: AtomicCounter[] = [];
  #state: NetworkImageState = "ACTIVE";
  #nextSmWindow: number;
  #hasScheduledLoss: boolean = false;
  // Doubles from the start: see AtomicBuffer on representation changes.
  #nextSmPosition: number = 0.5;
  /** What `#readPositions` saw: the slowest subscriber, how far all is there, how far something is. */
  #readMin: number = 0.5;
  #readUpTo: number = 0.5;
  #readHwm: number = 0.5;
  #readNext: number = 0.5;
  #timeOfLastStateChangeNs: number = 0.5;

  constructor(
    facts: NetworkImageFacts,
    parts: NetworkImageParts,
    owner: NetworkImageOwner,
    clock: CachedClock,
  ) {
    const { log, congestionControl } = parts;
    this.facts = facts;
    this.parts = parts;
    this.#owner = owner;
    this.#clock = clock;
    this.#block = new ImageBlock(parts.block);
    this.#term0 = log.buffers.term(0);
    this.#term1 = log.buffers.term(1);
    this.#term2 = log.buffers.term(2);
    this.#termLength = log.buffers.termLength;
    this.#hwm = parts.hwm;
    this.#rebuild = new ShownPosition(parts.rebuild, facts.joinPosition);
    this.#congestionControl = congestionControl;
    this.#lossDetector = new LossDetector(parts.feedbackDelay, clock, this);
    this.#nextSmPosition = facts.joinPosition;
    this.#nextSmWindow = congestionControl.initialWindowLength;
    this.#cleaner = new LogCleaner(log.buffers, facts.joinPosition);
    this.#timeOfLastStateChangeNs = clock.nowNs;
    this.#scheduleStatusMessage();
  }

  get state(): NetworkImageState {
    return this.#state;
  }

  /** Whether the session may come back at once. */
  isEndOfStream(): boolean {
    return this.#block.isEndOfStream();
  }

  // -- subscribers ------------------------------------------------------------------------------------------------

  /** Whether a subscription that comes now is linked. */
  isAcceptingSubscriptions(): boolean {
    if (this.#positions.length === 0) return false;
    return this.#state === "ACTIVE" || (this.#state === "DRAINING" && !this.#isDrained());
  }

  /** Position at which a new subscriber begins: everything from there on is there or will come. */
  joinPosition(): number {
    let position = this.#rebuild.value;
    for (const each of this.#positions) position = Math.min(position, each.get());
    return position;
  }

  addSubscriber(link: SubscriptionLink, position: AtomicCounter): void {
    this.#subscribers.set(link, position);
    this.#positions.push(position);
    this.#owner.wakeImage(this);
    if (!link.params.isTether) {
      this.#untethered.push(new UntetheredSubscription(link, position, this, this.#clock.nowNs));
    }
  }

  removeSubscriber(link: SubscriptionLink, position: AtomicCounter): void {
    this.#subscribers.delete(link);
    this.#positions = this.#positions.filter((each) => each !== position);
    const index = this.#untethered.findIndex((each) => each.link === link);
    if (index >= 0) this.#untethered.splice(index, 1);
    this.#owner.wakeImage(this);
    this.#owner.freeSubscriberPosition(position);
    if (this.#subscribers.size === 0) this.#owner.abandonImage(this);
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

  // -- every duty cycle ---------------------------------------------------------------------------------------------

  /** Hot. Looks for loss, and lets the sender go on as far as the subscribers allow. Returns work done. */
  trackRebuild(): number {
    this.nextVisitNs = this.#clock.nowNs + IDLE_VISIT_INTERVAL_NS;
    if (this.#state !== "ACTIVE") return 0;
    if (this.#block.phase() !== ImagePhase.ACTIVE) {
      this.#enter("DRAINING");
      return 1;
    }
    if (this.#positions.length === 0) return 0;
    this.#readPositions();
    this.#lossDetector.hasFoundLoss = false;
    this.#hasScheduledLoss = false;
    if (this.#readUpTo < this.#readHwm) this.#scan();
    if (this.#readUpTo > this.#rebuild.value) {
      this.#rebuild.value = this.#readUpTo;
      this.#rebuild.show();
    }
    const congestionControl = this.#congestionControl;
    if (
      this.#readUpTo < this.#readHwm ||
      this.#positions.length > 1 ||
      congestionControl.changesWithTime
    ) {
      this.nextVisitNs = -Infinity;
    }
    this.positionWord = (this.#positions[0] as AtomicCounter).wordIndex;
    const window = congestionControl.onTrackRebuild(
      this.#readMin > this.#nextSmPosition,
      this.#lossDetector.hasFoundLoss,
    );
    if (
      this.#readMin <= this.#nextSmPosition + (window >> 2) &&
      window === this.#nextSmWindow &&
      !congestionControl.forcesStatusMessage
    ) {
      return this.#hasScheduledLoss ? 1 : 0;
    }
    this.#cleaner.cleanTo(this.#readMin - this.#termLength);
    this.#nextSmPosition = this.#readMin;
    this.#nextSmWindow = window;
    this.#scheduleStatusMessage();
    return 1;
  }

  /**
   * Looks how far everybody is. What is read goes into fields, not from function to function: a double that a
   * function takes or gives makes a number on the heap wherever it is not inlined (64 bytes a cycle, measured).
   */
  #readPositions(): void {
    const positions = this.#positions;
    this.#readUpTo = this.#rebuild.value;
    this.#readMin = (positions[0] as AtomicCounter).get();
    if (this.#readMin > this.#readUpTo) this.#readUpTo = this.#readMin;
    for (let i = 1; i < positions.length; i++) {
      this.#readNext = (positions[i] as AtomicCounter).get();
      if (this.#readNext < this.#readMin) this.#readMin = this.#readNext;
      if (this.#readNext > this.#readUpTo) this.#readUpTo = this.#readNext;
    }
    this.#readHwm = this.#hwm.get();
  }

  /** Walks over what has come in, to the end of the term at most. */
  #scan(): void {
    const termLength = this.#termLength;
    const offset = this.#readUpTo & (termLength - 1);
    const termCount = Math.floor(this.#readUpTo / termLength);
    const limit = Math.min(this.#readHwm - this.#readUpTo + offset, termLength);
    const termId = (this.facts.initialTermId + termCount) | 0;
    const term = this.#term(termCount % 3);
    this.#readUpTo += this.#lossDetector.scan(term, termId, offset, limit) - offset;
  }

  onGapDetected(termId: number, termOffset: number, length: number, isNew: boolean): void {
    this.#block.scheduleLoss(termId, termOffset, length);
    this.parts.toReceiver.raise(this.facts.changeOffset);
    this.#hasScheduledLoss = true;
    if (isNew) this.#owner.recordLoss(this, length);
  }

  // -- life -----------------------------------------------------------------------------------------------------------

  onTimeEvent(nowNs: number): void {
    switch (this.#state) {
      case "ACTIVE":
        this.#checkUntethered(nowNs);
        break;
      case "DRAINING":
        if (this.#block.isRevoked() || (this.#isDrained() && this.#hasSentEnough(nowNs))) {
          this.#enter("LINGER");
          this.#owner.transitionToLinger(this);
        }
        break;
      case "LINGER":
        if (
          this.#subscribers.size === 0 ||
          nowNs - this.#timeOfLastStateChangeNs > this.facts.livenessTimeoutNs
        ) {
          this.#enter("DONE");
        }
        break;
      case "DONE":
        break;
    }
  }

  hasReachedEndOfLife(): boolean {
    return this.#state === "DONE" && this.#block.phase() === ImagePhase.RELEASED;
  }

  close(): void {
    this.#owner.freeImage(this);
  }

  onUntetheredLinger(link: SubscriptionLink): void {
    this.#owner.notifyUnavailableImage(this, link);
  }

  onUntetheredRest(link: SubscriptionLink, position: AtomicCounter, rejoins: boolean): void {
    this.#positions = this.#positions.filter((each) => each !== position);
    this.#owner.wakeImage(this);
    if (rejoins) return;
    link.unlink(this);
    this.#subscribers.delete(link);
    this.#owner.freeSubscriberPosition(position);
    if (this.#subscribers.size === 0) this.#owner.abandonImage(this);
  }

  onUntetheredRejoin(link: SubscriptionLink, position: AtomicCounter): void {
    position.set(this.joinPosition());
    this.#positions.push(position);
    this.#owner.wakeImage(this);
    this.#owner.notifyAvailableImage(this, link, position);
  }

  #hasSentEnough(nowNs: number): boolean {
    const drainNs = END_OF_STREAM_SM_COUNT * this.facts.smTimeoutNs;
    return nowNs - this.#timeOfLastStateChangeNs > drainNs;
  }

  #isDrained(): boolean {
    const rebuildPosition = this.#rebuild.value;
    return this.#positions.every((position) => position.get() >= rebuildPosition);
  }

  #checkUntethered(nowNs: number): void {
    if (this.#untethered.length === 0) return;
    let maxPosition = 0;
    for (const position of this.#positions) maxPosition = Math.max(maxPosition, position.get());
    const window = this.#nextSmWindow;
    const windowLimit = maxPosition - window + (window >> 2);
    for (let i = this.#untethered.length - 1; i >= 0; i--) {
      if (this.#untethered[i]?.onTimeEvent(nowNs, windowLimit) === false) {
        this.#untethered.splice(i, 1);
      }
    }
  }

  #enter(state: NetworkImageState): void {
    this.#state = state;
    this.#timeOfLastStateChangeNs = this.#clock.nowNs;
  }

  #term(index: number): AtomicBuffer {
    if (index === 0) return this.#term0;
    return index === 1 ? this.#term1 : this.#term2;
  }

  #scheduleStatusMessage(): void {
    const termCount = Math.floor(this.#nextSmPosition / this.#termLength);
    this.#block.scheduleStatusMessage(
      (this.facts.initialTermId + termCount) | 0,
      this.#nextSmPosition & (this.#termLength - 1),
      this.#nextSmWindow,
    );
    this.parts.toReceiver.raise(this.facts.changeOffset);
  }
}
