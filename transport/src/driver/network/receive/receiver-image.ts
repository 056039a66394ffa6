import {
  type AtomicBuffer,
  AtomicCounter,
  DATA_TERM_ID_OFFSET,
  DATA_TERM_OFFSET_OFFSET,
  END_OF_STREAM_FLAG,
  FRAME_FLAGS_OFFSET,
  insertFrames,
  LOG_DEFAULT_FRAME_HEADER_OFFSET,
  type LogBuffers,
  REVOKED_FLAG,
  RTTM_ECHO_TIMESTAMP_OFFSET,
  RTTM_RECEPTION_DELTA_OFFSET,
  SM_END_OF_STREAM_FLAG,
  tryFillGap,
} from "@alerion/runtime/concurrent";
import type { SharedFile } from "../../../os/shared-files.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { mapLog } from "../../../protocol/map-log.js";
import { ChangeWords, type Visited } from "../stream-visits.js";
import { UdpAddress } from "../udp-address.js";
import { ImageBlock, ImagePhase } from "./image-descriptor.js";
import { type ImageConnection, ImageConnections } from "./image-connections.js";
import type { ReceiveDestination } from "./receive-destination.js";
import type { ReceiveEndpoint } from "./receive-endpoint.js";
import type { ImageSpec } from "./receiver-commands.js";
import type { ReceiverServices } from "./receiver-services.js";
import { RttMeter } from "./rtt-meter.js";
import { ShownPosition } from "./shown-position.js";

/**
 * The receiver's half of an image: puts what comes into the log and sends feedback to the sender.
 *
 *   ACTIVE -- all senders ended and everything is there, or nobody wants it, or revoked --> DRAINING
 *   ACTIVE -- silent for the liveness timeout --> RELEASED
 *   DRAINING -- the conductor releases it, or silent --> RELEASED
 *
 * Source: driver-protocol §13, §14, §16, §19; Aeron `PublicationImage`.
 */
export class ReceiverImage implements Visited {
  readonly imageId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly endpoint: ReceiveEndpoint;
  /** All senders have said where the stream ends. */
  isEndOfStream: boolean = false;
  slot: number = 0;
  /** Its word among those that conductor and receiver raise. */
  readonly changeOffset: number;
  // A double from the start: see AtomicBuffer on representation changes.
  nextVisitNs: number = 0.5;
  readonly #changes: ChangeWords;
  readonly #services: ReceiverServices;
  readonly #file: SharedFile;
  readonly #log: LogBuffers;
  readonly #block: ImageBlock;
  readonly #hwm: ShownPosition;
  readonly #rebuildCounter: AtomicCounter;
  readonly #naksSent: AtomicCounter;
  readonly #connections = new ImageConnections();
  /** The destination that the last packet came through, and its connection: most often those of the next one too. */
  #lastDestination: ReceiveDestination | undefined = undefined;
  #lastConnection: ImageConnection | undefined = undefined;
  readonly #termLength: number;
  readonly #initialTermId: number;
  readonly #isReliable: boolean;
  readonly #rttMeter: RttMeter | undefined;
  readonly #livenessTimeoutNs: number;
  readonly #smTimeoutNs: number;
  readonly #windowLengthMax: number;
  #phase: ImagePhase = ImagePhase.ACTIVE;
  #rejectionReason: string | undefined = undefined;
  #responseSessionId: number | undefined = undefined;
  #isSmEnabled: boolean = true;
  #isSendingEndOfStream: boolean = false;
  #isRevoked: boolean = false;
  #lastSmChange: number = 0;
  #lastLossChange: number = 0;
  // Doubles from the start: see AtomicBuffer on representation changes.
  #lastSmPosition: number = 0.5;
  #overRunLimit: number = 0.5;
  #timeOfLastPacketNs: number = 0.5;
  #smDeadlineNs: number = 0.5;

  /** @throws {SharedFileError} if the log cannot be mapped */
  constructor(
    spec: ImageSpec,
    endpoint: ReceiveEndpoint,
    destination: ReceiveDestination | undefined,
    services: ReceiverServices,
  ) {
    const { context, clock } = services;
    this.imageId = spec.imageId;
    this.sessionId = spec.sessionId;
    this.streamId = spec.streamId;
    this.endpoint = endpoint;
    this.#services = services;
    this.changeOffset = spec.changeOffset;
    this.#changes = new ChangeWords(spec.toConductor);
    this.#block = new ImageBlock(spec.block);
    this.#hwm = new ShownPosition(
      new AtomicCounter(context.counters, spec.hwmCounterId),
      spec.joinPosition,
    );
    this.#rebuildCounter = new AtomicCounter(context.counters, spec.rebuildCounterId);
    this.#naksSent = new AtomicCounter(context.counters, spec.naksSentCounterId);
    this.#termLength = spec.termLength;
    this.#initialTermId = spec.initialTermId;
    this.#isReliable = spec.isReliable;
    this.#rttMeter = spec.measuresRtt ? new RttMeter() : undefined;
    this.#livenessTimeoutNs = context.config.imageLivenessTimeoutNs;
    this.#smTimeoutNs = context.config.statusMessageTimeoutNs;
    this.#windowLengthMax = spec.windowLengthMax;
    this.#lastSmPosition = spec.joinPosition;
    this.#overRunLimit = spec.joinPosition + spec.termLength / 2;
    this.#timeOfLastPacketNs = clock.nowNs;
    // The first status message goes out at once.
    this.#smDeadlineNs = clock.nowNs - 1;
    if (destination !== undefined) {
      this.#connections.add(destination.index, UdpAddress.of(spec.control), clock.nowNs);
    }
    this.#file = context.files.open(spec.logPath);
    this.#log = mapLog(this.#file);
  }

  /** There is nobody to take an image over: its conductor may free it. */
  static neverTaken(spec: ImageSpec): void {
    new ImageBlock(spec.block).setPhase(ImagePhase.RELEASED);
    new ChangeWords(spec.toConductor).raise(spec.changeOffset);
  }

  // -- what comes in --------------------------------------------------------------------------------------------

  /**
   * Hot. Puts the frames of a datagram where they belong, unless they lie outside the window or are there.
   *
   * The datagram has been checked but for the end of the term.
   *
   * @param claimedLength see `claimedLength`
   */
  insert(
    destination: ReceiveDestination,
    buffer: AtomicBuffer,
    offset: number,
    length: number,
    claimedLength: number,
    from: UdpAddress,
  ): void {
    if (this.#rejectionReason !== undefined) return;
    const { counters } = this.#services;
    const termId = buffer.getInt32(offset + DATA_TERM_ID_OFFSET);
    const termOffset = buffer.getInt32(offset + DATA_TERM_OFFSET_OFFSET);
    if (termOffset + claimedLength > this.#termLength) {
      counters.onInvalidPacket();
      return;
    }
    const termCount = (termId - this.#initialTermId) | 0;
    const position = termCount * this.#termLength + termOffset;
    const isHeartbeat = claimedLength === 0;
    const endPosition = isHeartbeat ? position : position + length;
    if (endPosition > this.#overRunLimit) {
      counters.overRuns.increment();
      return;
    }
    if (isHeartbeat) {
      this.#onHeartbeat(destination, buffer, offset, position, from);
      return;
    }
    const { nowNs } = this.#services.clock;
    if (position < this.#lastSmPosition) {
      counters.underRuns.increment();
      if (position >= this.#lastSmPosition - this.#windowLengthMax) {
        this.#connections.track(destination.index, destination.controlFor(from), nowNs);
      }
      return;
    }
    this.#timeOfLastPacketNs = nowNs;
    if (destination === this.#lastDestination && this.#lastConnection !== undefined) {
      this.#lastConnection.timeOfLastPacketNs = nowNs;
    } else {
      const control = destination.controlFor(from);
      this.#lastConnection = this.#connections.track(destination.index, control, nowNs);
      this.#lastDestination = destination;
    }
    insertFrames(this.#log.term(termCount % 3), termOffset, buffer, offset, length);
    if (endPosition > this.#hwm.value) {
      this.#hwm.value = endPosition;
      this.#hwm.show();
      this.#changes.raise(this.changeOffset);
    }
  }

  #onHeartbeat(
    destination: ReceiveDestination,
    buffer: AtomicBuffer,
    offset: number,
    position: number,
    from: UdpAddress,
  ): void {
    const { counters, clock } = this.#services;
    if (position < Math.max(0, this.#lastSmPosition - this.#termLength)) {
      counters.underRuns.increment();
      return;
    }
    const { nowNs } = clock;
    this.#timeOfLastPacketNs = nowNs;
    const control = destination.controlFor(from);
    const connection = this.#connections.track(destination.index, control, nowNs);
    const flags = buffer.getUint8(offset + FRAME_FLAGS_OFFSET);
    if ((flags & END_OF_STREAM_FLAG) !== 0) this.#onEndOfStream(connection, position, flags);
    if (position > this.#hwm.value) {
      this.#hwm.value = position;
      this.#hwm.show();
      this.#changes.raise(this.changeOffset);
    }
    counters.heartbeatsReceived.increment();
  }

  #onEndOfStream(connection: ImageConnection, position: number, flags: number): void {
    connection.isEndOfStream = true;
    connection.endOfStreamPosition = position;
    if (this.isEndOfStream || !this.#connections.haveAllEnded(this.endpoint)) return;
    const { metadata } = this.#log;
    if ((flags & REVOKED_FLAG) !== 0) {
      this.#isRevoked = true;
      metadata.setPublicationRevoked(true);
      this.#block.setRevoked();
      this.#services.counters.imagesRevoked.increment();
    }
    metadata.setEndOfStreamPosition(this.#connections.endOfStreamPosition());
    this.isEndOfStream = true;
    this.#services.visits.wake(this);
    this.#block.setEndOfStream();
    if (this.#isRevoked) this.#drain(true);
  }

  /** A SETUP of a session that is known: its destination may be new. */
  onSetup(destination: ReceiveDestination, from: UdpAddress): void {
    const { nowNs } = this.#services.clock;
    this.#connections.track(destination.index, destination.controlFor(from), nowNs);
  }

  onRttReply(buffer: AtomicBuffer, offset: number): void {
    const { nowNs } = this.#services.clock;
    const roundTripNs = this.#rttMeter?.onReply(
      nowNs,
      buffer.getInt64(offset + RTTM_ECHO_TIMESTAMP_OFFSET),
      buffer.getInt64(offset + RTTM_RECEPTION_DELTA_OFFSET),
    );
    if (roundTripNs !== undefined && roundTripNs >= 0) this.#block.setRoundTripNs(roundTripNs);
  }

  // -- every duty cycle -----------------------------------------------------------------------------------------

  /** Whether the receiver is to go on with it. */
  isConnected(): boolean {
    return this.#timeOfLastPacketNs + this.#livenessTimeoutNs >= this.#services.clock.nowNs;
  }

  /** Hot. Looks for the end, sends the feedback that is due. Returns work done. */
  doWork(): number {
    if (this.isEndOfStream && this.#phase === ImagePhase.ACTIVE) {
      if (this.#rebuildCounter.get() >= this.#hwm.value) this.#drain(true);
    }
    let workCount = this.#sendStatusMessage();
    if (!this.#isRevoked) workCount += this.#repairLoss();
    const rttMeter = this.#rttMeter;
    if (rttMeter?.shouldMeasure(this.#services.clock.nowNs) === true) {
      const { frames, clock } = this.#services;
      frames.rttRequest(this.sessionId, this.streamId, clock.nowNs, this.endpoint.receiverId);
      this.endpoint.sendTo(this.#connections);
      rttMeter.onSent(clock.nowNs);
      workCount++;
    }
    this.#scheduleVisit();
    return workCount;
  }

  /** When `doWork` has something to do next, if the conductor wants nothing before. */
  #scheduleVisit(): void {
    if (this.#rttMeter !== undefined || (this.isEndOfStream && this.#phase === ImagePhase.ACTIVE)) {
      this.nextVisitNs = -Infinity;
      return;
    }
    const silentNs = this.#timeOfLastPacketNs + this.#livenessTimeoutNs;
    this.nextVisitNs =
      this.#isSmEnabled && this.#smDeadlineNs < silentNs ? this.#smDeadlineNs : silentNs;
  }

  #sendStatusMessage(): number {
    const { frames, counters, clock } = this.#services;
    const change = this.#block.statusMessageChange();
    const isDue = this.#isSmEnabled && this.#smDeadlineNs < clock.nowNs;
    if (this.#rejectionReason !== undefined) return isDue ? this.#sendError() : 0;
    if (change === this.#lastSmChange && !isDue) return 0;
    const { endpoint, sessionId, streamId } = this;
    if (isDue && this.#responseSessionId !== undefined) {
      frames.responseSetup(sessionId, streamId, this.#responseSessionId);
      endpoint.sendTo(this.#connections);
    }
    const termId = this.#block.nextSmTermId();
    const termOffset = this.#block.nextSmTermOffset();
    const windowLength = this.#block.nextSmWindowLength();
    if (!this.#block.isStatusMessageChange(change)) return 1;
    frames.statusMessage(
      sessionId,
      streamId,
      termId,
      termOffset,
      windowLength,
      this.#isSendingEndOfStream ? SM_END_OF_STREAM_FLAG : 0,
      endpoint.receiverId,
      endpoint.groupTag,
    );
    endpoint.sendTo(this.#connections);
    counters.statusMessagesSent.increment();
    this.#lastSmPosition = ((termId - this.#initialTermId) | 0) * this.#termLength + termOffset;
    this.#overRunLimit = this.#lastSmPosition + this.#termLength / 2;
    this.#lastSmChange = change;
    this.#smDeadlineNs = clock.nowNs + this.#smTimeoutNs;
    this.#updateActiveTransportCount();
    return 1;
  }

  #sendError(): number {
    const { frames, counters, clock } = this.#services;
    const { endpoint, sessionId, streamId } = this;
    frames.error(
      sessionId,
      streamId,
      ErrorCode.IMAGE_REJECTED,
      this.#rejectionReason ?? "",
      endpoint.receiverId,
      endpoint.groupTag,
    );
    endpoint.sendTo(this.#connections);
    counters.errorFramesSent.increment();
    this.#smDeadlineNs = clock.nowNs + this.#smTimeoutNs;
    return 1;
  }

  #repairLoss(): number {
    const change = this.#block.lossChange();
    if (change === this.#lastLossChange) return 0;
    const termId = this.#block.lossTermId();
    const termOffset = this.#block.lossTermOffset();
    const length = this.#block.lossLength();
    if (!this.#block.isLossChange(change)) return 1;
    this.#lastLossChange = change;
    const { frames, counters } = this.#services;
    if (this.#isReliable) {
      frames.nak(this.sessionId, this.streamId, termId, termOffset, length);
      this.endpoint.sendTo(this.#connections);
      this.#naksSent.increment();
      counters.naksSent.increment();
      return 1;
    }
    const term = this.#log.term(((termId - this.#initialTermId) | 0) % 3);
    const metadata = this.#log.metadata.buffer;
    if (tryFillGap(metadata, LOG_DEFAULT_FRAME_HEADER_OFFSET, term, termId, termOffset, length)) {
      counters.lossGapFills.increment();
    }
    return 1;
  }

  // -- from outside -----------------------------------------------------------------------------------------------

  reject(reason: string): void {
    this.#rejectionReason = reason;
  }

  /** Session of the response that the sender is told of, at once and with each timed status message. */
  setResponseSession(sessionId: number | undefined): void {
    this.#responseSessionId = sessionId;
    if (sessionId === undefined) return;
    this.#smDeadlineNs = this.#services.clock.nowNs - 1;
    this.#services.visits.wake(this);
  }

  /** A new destination has its connection at once where it is known where feedback goes. */
  addDestination(destination: ReceiveDestination): void {
    const control = destination.multicastControl ?? destination.explicitControl;
    if (control !== undefined) {
      this.#connections.add(destination.index, control, this.#services.clock.nowNs);
      this.#lastDestination = undefined;
    }
  }

  removeDestination(index: number): void {
    this.#connections.remove(index);
    this.#lastDestination = undefined;
    this.#updateActiveTransportCount();
  }

  /** A newer image of the same session speaks for it now. */
  stopStatusMessagesIfNotActive(): void {
    if (this.#phase !== ImagePhase.ACTIVE) this.#isSmEnabled = false;
  }

  /** Nobody wants it any more, or nothing comes: it only drains from now on. */
  deactivate(): void {
    this.#drain(!this.isEndOfStream || this.#rebuildCounter.get() >= this.#hwm.value);
  }

  /** Lets go of everything. The last thing that is done with it. */
  release(): void {
    if (this.#phase === ImagePhase.RELEASED) return;
    this.#phase = ImagePhase.RELEASED;
    this.#file.close();
    this.#block.setPhase(ImagePhase.RELEASED);
    this.#changes.raise(this.changeOffset);
  }

  #drain(tellsSender: boolean): void {
    if (this.#phase !== ImagePhase.ACTIVE) return;
    this.#phase = ImagePhase.DRAINING;
    if (tellsSender) {
      this.#isSendingEndOfStream = true;
      this.#smDeadlineNs = this.#services.clock.nowNs - 1;
      this.#services.visits.wake(this);
    }
    this.#block.setPhase(ImagePhase.DRAINING);
    this.#changes.raise(this.changeOffset);
  }

  #updateActiveTransportCount(): void {
    const { metadata } = this.#log;
    const count = this.#connections.countActive(
      this.#services.clock.nowNs,
      this.#livenessTimeoutNs,
    );
    if (metadata.activeTransportCount() !== count) metadata.setActiveTransportCount(count);
  }
}
