import type { AtomicCounter } from "@alerion/runtime/concurrent";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import type { CachedClock } from "../cached-clock.js";
import type { NetworkAgentContext } from "../network-agent-context.js";
import type { StreamVisits } from "../stream-visits.js";
import type { FeedbackFrames } from "./feedback-frames.js";
import type { PendingSetups } from "./pending-setups.js";
import type { ReceiverEvents } from "./receiver-commands.js";

/** What all parts of one receiver share. */
export interface ReceiverServices {
  readonly context: NetworkAgentContext;
  readonly clock: CachedClock;
  readonly frames: FeedbackFrames;
  readonly counters: ReceiverCounters;
  readonly pendingSetups: PendingSetups;
  readonly events: ReceiverEvents;
  /** When each image is due. */
  readonly visits: StreamVisits;
  /** Now, in nanoseconds since 1970. Allocates. */
  readonly epochNs: () => bigint;
}

/** The system counters that a receiver moves. */
export class ReceiverCounters {
  readonly bytesReceived: AtomicCounter;
  readonly naksSent: AtomicCounter;
  readonly statusMessagesSent: AtomicCounter;
  readonly heartbeatsReceived: AtomicCounter;
  readonly underRuns: AtomicCounter;
  readonly overRuns: AtomicCounter;
  readonly lossGapFills: AtomicCounter;
  readonly errorFramesSent: AtomicCounter;
  readonly ttlAsymmetry: AtomicCounter;
  readonly resolutionChanges: AtomicCounter;
  readonly imagesRevoked: AtomicCounter;
  readonly #invalidPackets: AtomicCounter;
  readonly #shortSends: AtomicCounter;

  constructor(systemCounters: NetworkAgentContext["systemCounters"]) {
    const get = (id: SystemCounter): AtomicCounter => systemCounters.get(id);
    this.bytesReceived = get(SystemCounter.BYTES_RECEIVED);
    this.naksSent = get(SystemCounter.NAK_MESSAGES_SENT);
    this.statusMessagesSent = get(SystemCounter.STATUS_MESSAGES_SENT);
    this.heartbeatsReceived = get(SystemCounter.HEARTBEATS_RECEIVED);
    this.underRuns = get(SystemCounter.FLOW_CONTROL_UNDER_RUNS);
    this.overRuns = get(SystemCounter.FLOW_CONTROL_OVER_RUNS);
    this.lossGapFills = get(SystemCounter.LOSS_GAP_FILLS);
    this.errorFramesSent = get(SystemCounter.ERROR_FRAMES_SENT);
    this.ttlAsymmetry = get(SystemCounter.POSSIBLE_TTL_ASYMMETRY);
    this.resolutionChanges = get(SystemCounter.RESOLUTION_CHANGES);
    this.imagesRevoked = get(SystemCounter.PUBLICATION_IMAGES_REVOKED);
    this.#invalidPackets = get(SystemCounter.INVALID_PACKETS);
    this.#shortSends = get(SystemCounter.SHORT_SENDS);
  }

  /** A datagram that cannot be. The sender counts them too, hence atomic. */
  onInvalidPacket(): void {
    this.#invalidPackets.getAndAddAtomic(1);
  }

  /** A frame that the system did not take. The sender counts them too, hence atomic. */
  onShortSend(): void {
    this.#shortSends.getAndAddAtomic(1);
  }
}
