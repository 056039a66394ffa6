import {
  type AtomicBuffer,
  AtomicCounter,
  computeMaxMessageLength,
  computePosition,
  computeTermOffsetFromPosition,
  FRAME_ALIGNMENT,
  indexByPosition,
  type LogBufferMetadata,
  positionBitsToShift,
  TermScanner,
} from "@alerion/runtime/concurrent";
import type { SharedFile } from "../../../os/shared-files.js";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { mapLog } from "../../../protocol/map-log.js";
import type { NetworkAgentContext } from "../network-agent-context.js";
import { ChangeWords, type StreamVisits, type Visited } from "../stream-visits.js";
import type { UdpAddress } from "../udp-address.js";
import type { DatagramSource } from "../udp-network.js";
import type { ErrorSource, FlowControl } from "./flow-control.js";
import { createFlowControl } from "./flow-control-params.js";
import { NetworkPublicationState } from "./network-publication-descriptor.js";
import {
  HEARTBEAT_OFFSET,
  PublicationFrames,
  RTTM_OFFSET,
  SETUP_OFFSET,
} from "./publication-frames.js";
import { ReceiverLiveness } from "./receiver-liveness.js";
import type { SenderCycle } from "./sender-cycle.js";
import { type Resender, RetransmitHandler } from "./retransmit-handler.js";
import type { SendChannelEndpoint } from "./send-channel-endpoint.js";
import type { AddSenderPublication, SenderEvents } from "./sender-commands.js";
import type { StatusMessage } from "./status-message.js";
import { TermCursor } from "./term-cursor.js";

const SETUP_INTERVAL_NS = 100_000_000;
const HEARTBEAT_INTERVAL_NS = 100_000_000;
/** How often silent receivers are looked for while nothing is sent. */
const IDLE_INTERVAL_NS = 10_000_000;
/**
 * Datagrams of one publication in one go. The C driver sends 4; of one length they cost 630 ns each by fours and
 * 340 ns by sixteens (loopback, Node 20, a busy machine).
 */
const BATCH_MAX = 16;

/** What a publication makes of a status message. */
export type StatusVerdict = "accepted" | "impossible" | "too-far";

/**
 * The sender's half of a network publication: puts what publishers wrote on the wire, as far as receivers take it.
 *
 * Alone on its counters snd-pos, snd-lmt, snd-bpe and snd-naks-received. Source: driver-protocol §12, §15, §16.
 */
export class SenderPublication implements Resender, Visited {
  readonly publicationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  /** Where a response goes: whoever asked for its setup. */
  responseAddress: UdpAddress | undefined = undefined;
  slot: number = 0;
  /** The term that is sent from, and in it the length of the next frame: until that is there, and time has come, nothing is to do. */
  termWords: Int32Array;
  frameWord: number = 0;
  // A double from the start: see AtomicBuffer on representation changes.
  nextVisitNs: number = 0.5;
  readonly #facts: AddSenderPublication;
  readonly #events: SenderEvents;
  readonly #time: SenderCycle;
  readonly #visits: StreamVisits;
  readonly #changes: ChangeWords;
  readonly #endpoint: SendChannelEndpoint;
  readonly #file: SharedFile;
  readonly #metadata: LogBufferMetadata;
  readonly #terms: readonly AtomicBuffer[];
  readonly #sources: readonly DatagramSource[];
  readonly #frames: PublicationFrames;
  readonly #state: NetworkPublicationState;
  readonly #flowControl: FlowControl;
  readonly #liveness: ReceiverLiveness;
  readonly #retransmits: RetransmitHandler;
  readonly #scanner = new TermScanner();
  readonly #cursor: TermCursor;
  readonly #bitsToShift: number;
  readonly #offsets = new Int32Array(BATCH_MAX);
  readonly #lengths = new Int32Array(BATCH_MAX);
  readonly #senderPosition: AtomicCounter;
  readonly #senderLimit: AtomicCounter;
  readonly #backPressureEvents: AtomicCounter;
  readonly #naksReceived: AtomicCounter;
  /** The receiver counts these too, perhaps in another thread: added to atomically. */
  readonly #shortSends: AtomicCounter;
  readonly #flowControlLimits: AtomicCounter;
  readonly #heartbeatsSent: AtomicCounter;
  readonly #retransmitsSent: AtomicCounter;
  readonly #retransmittedBytes: AtomicCounter;
  // Doubles from the start: see AtomicBuffer on representation changes.
  #limit: number = 0.5;
  #timeOfLastSetupNs: number = 0.5;
  #timeOfLastSendNs: number = 0.5;
  #idleDeadlineNs: number = 0.5;
  #hasInitialConnection: boolean = false;
  #isSetupElicited: boolean = false;
  #tracksLimits: boolean = false;
  #isConnectedNow: boolean = false;
  #receiverCount: number = 0;
  #hasClosed: boolean = false;

  constructor(
    facts: AddSenderPublication,
    endpoint: SendChannelEndpoint,
    context: NetworkAgentContext,
    events: SenderEvents,
    time: SenderCycle,
    visits: StreamVisits,
  ) {
    const { config, files, udp, counters, systemCounters } = context;
    this.publicationId = facts.publicationId;
    this.sessionId = facts.sessionId;
    this.streamId = facts.streamId;
    this.#facts = facts;
    this.#events = events;
    this.#time = time;
    this.#visits = visits;
    this.#changes = new ChangeWords(facts.changes);
    this.#endpoint = endpoint;
    this.#state = new NetworkPublicationState(facts.state);
    const counter = (id: number): AtomicCounter => new AtomicCounter(counters, id);
    const { counterIds, termLength } = facts;
    this.#senderPosition = counter(counterIds.position);
    this.#senderLimit = counter(counterIds.limit);
    this.#backPressureEvents = counter(counterIds.backPressureEvents);
    this.#naksReceived = counter(counterIds.naksReceived);
    this.#shortSends = systemCounters.get(SystemCounter.SHORT_SENDS);
    this.#flowControlLimits = systemCounters.get(SystemCounter.SENDER_FLOW_CONTROL_LIMITS);
    this.#heartbeatsSent = systemCounters.get(SystemCounter.HEARTBEATS_SENT);
    this.#retransmitsSent = systemCounters.get(SystemCounter.RETRANSMITS_SENT);
    this.#retransmittedBytes = systemCounters.get(SystemCounter.RETRANSMITTED_BYTES);

    this.#file = files.open(facts.path);
    const log = mapLog(this.#file);
    this.#metadata = log.metadata;
    const terms = [log.term(0), log.term(1), log.term(2)];
    this.#terms = terms;
    this.termWords = log.term(0).i32;
    this.#sources = terms.map((term) => udp.source(term));
    this.#frames = new PublicationFrames(udp, facts);
    this.#bitsToShift = positionBitsToShift(termLength);
    this.#cursor = new TermCursor(termLength, facts.initialTermId, facts.position);
    this.#limit = facts.position;

    const receivers = counterIds.receivers < 0 ? undefined : counter(counterIds.receivers);
    this.#flowControl = createFlowControl(facts.flowControl, (count) => receivers?.set(count));
    this.#liveness = new ReceiverLiveness(config.publicationConnectionTimeoutNs);
    const overflow = systemCounters.get(SystemCounter.RETRANSMIT_OVERFLOW);
    this.#retransmits = new RetransmitHandler({
      slotCount: facts.isGroup ? facts.maxResend : 1,
      isUnicast: !facts.isGroup,
      delayNs: config.retransmitUnicastDelayNs,
      lingerNs: config.retransmitUnicastLingerNs,
      onOverflow: () => {
        overflow.increment();
      },
    });
    this.#timeOfLastSetupNs = time.nowNs - SETUP_INTERVAL_NS;
    this.#timeOfLastSendNs = time.nowNs - HEARTBEAT_INTERVAL_NS;
  }

  /**
   * Every cycle: sends what there is to send. Returns bytes of data and heartbeats. Hot, allocates nothing: the time
   * is read where it is needed, since a number that is passed on is 16 bytes of garbage.
   */
  send(): number {
    if (!this.#hasInitialConnection || this.#isSetupElicited) this.#sendSetupIfDue();
    let bytesSent = this.#sendData();
    if (bytesSent === 0) {
      bytesSent = this.#sendHeartbeatIfDue();
      this.#onIdle();
    }
    if (this.#retransmits.isActive()) this.#retransmits.processTimeouts(this.#time.nowNs, this);
    this.#scheduleVisit();
    return bytesSent;
  }

  /** Hot. When `send` has something to do next, if no frame comes before. */
  #scheduleVisit(): void {
    const cursor = this.#cursor;
    this.termWords = (this.#terms[cursor.index] as AtomicBuffer).i32;
    this.frameWord = cursor.termOffset >> 2;
    if (this.#retransmits.isActive() || this.#facts.spiesSimulateConnection) {
      this.nextVisitNs = -Infinity;
      return;
    }
    let deadlineNs = this.#idleDeadlineNs;
    if (this.#hasInitialConnection) {
      const heartbeatNs = this.#timeOfLastSendNs + HEARTBEAT_INTERVAL_NS;
      if (heartbeatNs < deadlineNs) deadlineNs = heartbeatNs;
    }
    if (!this.#hasInitialConnection || this.#isSetupElicited) {
      const setupNs = this.#timeOfLastSetupNs + SETUP_INTERVAL_NS;
      if (setupNs < deadlineNs) deadlineNs = setupNs;
    }
    this.nextVisitNs = deadlineNs;
  }

  // -- what receivers say -----------------------------------------------------------------------------------

  /** Whether a status message can be about this publication at all, and is about where it is now. */
  judge(message: StatusMessage): StatusVerdict {
    const { termLength } = this.#facts;
    const half = termLength / 2;
    if (message.termOffset >= termLength || message.windowLength > half) return "impossible";
    if (message.isSendSetup) return "accepted";
    const distance = this.#positionOf(message) - this.#cursor.position;
    return distance < -half || distance > half ? "too-far" : "accepted";
  }

  /** A receiver asks for a setup: whatever else the message says does not count. */
  onSetupRequest(message: StatusMessage, from: UdpAddress, nowNs: number): void {
    if (this.#state.isEndOfStream()) return;
    this.#isSetupElicited = true;
    this.#visits.wake(this);
    this.#flowControl.onTriggerSendSetup(message, nowNs);
    this.#endpoint.onSetupRequest(this, from);
  }

  /** A status message that `judge` has accepted. */
  onStatusMessage(message: StatusMessage, nowNs: number): void {
    const { receiverIdLow, receiverIdHigh } = message;
    if (message.isEndOfStream) {
      this.#liveness.remove(receiverIdLow, receiverIdHigh);
      if (!this.#facts.isGroup) this.#state.setHasEnded();
    } else {
      const isFirst = this.#liveness.count === 0;
      this.#liveness.refresh(receiverIdLow, receiverIdHigh, nowNs);
      const { responseImageId } = this.#facts;
      if (isFirst && responseImageId !== undefined) {
        this.#events.onResponseConnected({ responseImageId });
      }
    }
    this.#hasInitialConnection = true;
    this.#visits.wake(this);
    const position = this.#positionOf(message);
    this.#setLimit(this.#flowControl.onStatusMessage(message, position, this.#limit, nowNs));
    this.#reportReceivers();
  }

  /** A receiver lacks a range. Returns false if the range cannot be. */
  onNak(termId: number, termOffset: number, length: number, nowNs: number): boolean {
    const { termLength, retransmitLengthMax } = this.#facts;
    if (
      termOffset < 0 ||
      (termOffset & (FRAME_ALIGNMENT - 1)) !== 0 ||
      length < 0 ||
      termOffset >= termLength ||
      length > termLength - termOffset
    ) {
      return false;
    }
    this.#naksReceived.increment();
    this.#visits.wake(this);
    if (length > 0) {
      const cut = Math.min(length, retransmitLengthMax);
      this.#retransmits.onNak(termId, termOffset, cut, nowNs, this);
    }
    return true;
  }

  /** A receiver measures the round trip. */
  onRttm(request: AtomicBuffer, offset: number): void {
    const length = this.#frames.rttm(request, offset);
    this.#sendFrame(RTTM_OFFSET, length);
  }

  /** A receiver refuses the stream. Returns whether it was alive until now. */
  onError(source: ErrorSource, nowNs: number): boolean {
    this.#flowControl.onError(source, nowNs);
    const wasAlive = this.#liveness.remove(source.receiverIdLow, source.receiverIdHigh);
    this.#visits.wake(this);
    this.#reportReceivers();
    return wasAlive;
  }

  /** The response to this publication has a session. */
  onResponseSetup(responseSessionId: number): void {
    const { responseSubscriptionId } = this.#facts;
    if (responseSubscriptionId === undefined) return;
    this.#events.onResponseSetup({ responseSubscriptionId, responseSessionId });
  }

  /** Sends a range again, as far as it was sent before and is still there. */
  resend(termId: number, termOffset: number, length: number): void {
    const { termLength, mtuLength, initialTermId } = this.#facts;
    const position = computePosition(termId, termOffset, this.#bitsToShift, initialTermId);
    const senderPosition = this.#cursor.position;
    // What lies further back may have been cleaned already.
    const bottom = senderPosition - termLength / 2 - computeMaxMessageLength(termLength);
    if (position < bottom || position >= senderPosition || position < 0) return;
    const index = indexByPosition(position, this.#bitsToShift);
    const term = this.#terms[index] as AtomicBuffer;
    const source = this.#sources[index] as DatagramSource;
    const scanner = this.#scanner;
    let remaining = Math.min(length, senderPosition - position);
    let offset = computeTermOffsetFromPosition(position, this.#bitsToShift);
    let sentLength = 0;
    while (remaining > 0) {
      scanner.scan(term, offset, Math.min(mtuLength, remaining));
      const { available, padding } = scanner;
      if (available <= 0) break;
      if (this.#endpoint.send(this, source, offset, available) < available) {
        this.#onShortSend();
        break;
      }
      sentLength += available;
      offset += available + padding;
      remaining -= available + padding;
    }
    if (sentLength > 0) {
      this.#retransmitsSent.increment();
      this.#retransmittedBytes.getAndAdd(sentLength);
    }
  }

  /** Lets go of the log, and says so. Idempotent. */
  close(): void {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    for (const source of this.#sources) source.free();
    this.#frames.source.free();
    this.#file.close();
    this.#state.setReleased();
  }

  // -- sending ----------------------------------------------------------------------------------------------

  #sendData(): number {
    const cursor = this.#cursor;
    const window = this.#limit - cursor.position;
    if (window <= 0) {
      this.#onLimit();
      return 0;
    }
    const { mtuLength } = this.#facts;
    const { index } = cursor;
    const term = this.#terms[index] as AtomicBuffer;
    const scanner = this.#scanner;
    const offsets = this.#offsets;
    const lengths = this.#lengths;
    let offset = cursor.termOffset;
    let remaining = window;
    let count = 0;
    let lastPadding = 0;
    while (count < BATCH_MAX && remaining > 0) {
      scanner.scan(term, offset, remaining < mtuLength ? remaining : mtuLength);
      const { available } = scanner;
      if (available <= 0) {
        if (available < 0 && count === 0) this.#onLimit();
        break;
      }
      offsets[count] = offset;
      lengths[count] = available;
      count++;
      offset += available;
      remaining -= available;
      lastPadding = scanner.padding;
      if (lastPadding > 0) break;
    }
    return count === 0 ? 0 : this.#sendBatch(index, count, lastPadding);
  }

  #sendBatch(index: number, count: number, lastPadding: number): number {
    const source = this.#sources[index] as DatagramSource;
    const offsets = this.#offsets;
    const lengths = this.#lengths;
    let taken: number;
    if (count === 1) {
      const length = lengths[0] as number;
      taken = this.#endpoint.send(this, source, offsets[0] as number, length) < length ? 0 : 1;
    } else {
      taken = this.#endpoint.sendMany(this, source, offsets, lengths, count);
    }
    if (taken < count) this.#onShortSend();
    if (taken === 0) return 0;
    let bytesSent = 0;
    for (let i = 0; i < taken; i++) bytesSent += lengths[i] as number;
    this.#timeOfLastSendNs = this.#time.nowNs;
    this.#tracksLimits = true;
    const advance = taken === count ? bytesSent + lastPadding : bytesSent;
    this.#cursor.advance(advance);
    this.#senderPosition.addFew(advance);
    this.#changes.raise(this.#facts.changeOffset);
    return bytesSent;
  }

  #sendSetupIfDue(): void {
    const { nowNs } = this.#time;
    if (nowNs - this.#timeOfLastSetupNs < SETUP_INTERVAL_NS) return;
    this.#timeOfLastSetupNs = nowNs;
    const cursor = this.#cursor;
    this.#sendFrame(SETUP_OFFSET, this.#frames.setup(cursor.termId, cursor.termOffset));
    if (!this.#isSetupElicited) return;
    this.#setLimit(this.#flowControl.onSetup(this.#limit, cursor.position, nowNs));
    if (this.#liveness.count > 0) this.#isSetupElicited = false;
  }

  #sendHeartbeatIfDue(): number {
    const { nowNs } = this.#time;
    if (!this.#hasInitialConnection || nowNs - this.#timeOfLastSendNs < HEARTBEAT_INTERVAL_NS) {
      return 0;
    }
    this.#timeOfLastSendNs = nowNs;
    const { termId, termOffset } = this.#cursor;
    const isRevoked = this.#metadata.isPublicationRevoked();
    const hasEnded = isRevoked || (this.#facts.signalsEndOfStream && this.#state.isEndOfStream());
    const length = this.#frames.heartbeat(termId, termOffset, hasEnded, isRevoked);
    this.#heartbeatsSent.increment();
    return this.#sendFrame(HEARTBEAT_OFFSET, length);
  }

  #sendFrame(offset: number, length: number): number {
    const sent = this.#endpoint.send(this, this.#frames.source, offset, length);
    if (sent < length) this.#onShortSend();
    return sent;
  }

  /** A cycle that sent no data. */
  #onIdle(): void {
    const { nowNs } = this.#time;
    const state = this.#state;
    if (this.#facts.spiesSimulateConnection && this.#receiverCount === 0 && state.hasSpies()) {
      // Nobody receives: what the spies have read counts as sent.
      const position = Math.max(this.#cursor.position, state.maxSpyPosition());
      if (position !== this.#cursor.position) {
        this.#cursor.moveTo(position);
        this.#senderPosition.set(position);
        this.#changes.raise(this.#facts.changeOffset);
      }
      this.#setLimit(this.#flowControl.onIdle(nowNs, position, position));
    } else if (this.#flowControl.tracksReceivers) {
      this.#setLimit(this.#flowControl.onIdle(nowNs, this.#limit, this.#cursor.position));
    } else if (nowNs < this.#idleDeadlineNs) {
      return;
    }
    this.#idleDeadlineNs = nowNs + IDLE_INTERVAL_NS;
    this.#liveness.expire(nowNs);
    this.#reportReceivers();
  }

  /** The window is used up: counted once until something goes out again. */
  #onLimit(): void {
    this.#time.isBlocked = true;
    if (!this.#tracksLimits) return;
    this.#tracksLimits = false;
    this.#backPressureEvents.increment();
    this.#flowControlLimits.increment();
  }

  #onShortSend(): void {
    this.#time.isBlocked = true;
    this.#shortSends.getAndAddAtomic(1);
  }

  #setLimit(limit: number): void {
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#senderLimit.set(limit);
  }

  #reportReceivers(): void {
    const { count } = this.#liveness;
    if (count !== this.#receiverCount) {
      this.#receiverCount = count;
      this.#state.setReceiverCount(count);
      this.#changes.raise(this.#facts.changeOffset);
    }
    const isConnected = count > 0 && this.#flowControl.hasRequiredReceivers();
    if (isConnected !== this.#isConnectedNow) {
      this.#isConnectedNow = isConnected;
      this.#state.setHasRequiredReceivers(isConnected);
      this.#changes.raise(this.#facts.changeOffset);
    }
  }

  #positionOf(message: StatusMessage): number {
    return computePosition(
      message.termId,
      message.termOffset,
      this.#bitsToShift,
      this.#facts.initialTermId,
    );
  }
}
