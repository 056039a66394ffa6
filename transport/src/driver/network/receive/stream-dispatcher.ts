import {
  type AtomicBuffer,
  DATA_SESSION_ID_OFFSET,
  DATA_STREAM_ID_OFFSET,
  END_OF_STREAM_FLAG,
  FRAME_FLAGS_OFFSET,
  RTTM_REPLY_FLAG,
  RTTM_SESSION_ID_OFFSET,
  RTTM_STREAM_ID_OFFSET,
  SETUP_ACTIVE_TERM_ID_OFFSET,
  SETUP_INITIAL_TERM_ID_OFFSET,
  SETUP_MTU_OFFSET,
  SETUP_SESSION_ID_OFFSET,
  SETUP_STREAM_ID_OFFSET,
  SETUP_TERM_LENGTH_OFFSET,
  SETUP_TERM_OFFSET_OFFSET,
  SETUP_TTL_OFFSET,
} from "@alerion/runtime/concurrent";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import type { UdpAddress } from "../udp-address.js";
import type { ReceiveDestination } from "./receive-destination.js";
import type { ReceiveEndpoint } from "./receive-endpoint.js";
import type { ReceiverImage } from "./receiver-image.js";
import type { ReceiverServices } from "./receiver-services.js";

/**
 * What is known of a session without an image.
 *
 *   none -- data --> PENDING_SETUP -- SETUP --> INIT_IN_PROGRESS -- image made --> (image)
 *   none -- SETUP --> INIT_IN_PROGRESS -- refused --> none
 *   PENDING_SETUP -- no SETUP within 1 s --> none
 *   (image) -- silent for too long --> ON_COOL_DOWN -- clients have been told --> none
 *   (image) -- ended --> none
 */
type SessionState = "INIT_IN_PROGRESS" | "ON_COOL_DOWN" | "PENDING_SETUP";

/** Images being made for one endpoint at the same time; a SETUP beyond that is passed by, its sender repeats it. */
const INIT_IN_PROGRESS_COUNT_MAX = 64;

/** One stream that subscriptions of an endpoint want. */
class StreamInterest {
  wantsAllSessions: boolean = false;
  readonly wantedSessions = new Set<number>();
  readonly images = new Map<number, ReceiverImage>();
  readonly states = new Map<number, SessionState>();

  wants(sessionId: number): boolean {
    return this.wantsAllSessions || this.wantedSessions.has(sessionId);
  }

  isWanted(): boolean {
    return this.wantsAllSessions || this.wantedSessions.size > 0;
  }
}

/**
 * Gives each packet of an endpoint to the image it is for, and has images made for new sessions.
 *
 * Source: driver-protocol §13; Aeron `DataPacketDispatcher`.
 */
export class StreamDispatcher {
  readonly #endpoint: ReceiveEndpoint;
  readonly #sessionLimit: number;
  readonly #services: ReceiverServices;
  readonly #streams = new Map<number, StreamInterest>();
  /** Image of the last packet: most often that of the next one too. */
  #lastImage: ReceiverImage | undefined = undefined;
  #initCount: number = 0;

  constructor(endpoint: ReceiveEndpoint, sessionLimit: number, services: ReceiverServices) {
    this.#endpoint = endpoint;
    this.#sessionLimit = sessionLimit;
    this.#services = services;
  }

  // -- interest ---------------------------------------------------------------------------------------------

  /** Whether anybody wants anything. */
  hasInterest(): boolean {
    return this.#streams.size > 0;
  }

  addInterest(streamId: number, sessionId: number | undefined): void {
    let stream = this.#streams.get(streamId);
    if (stream === undefined) {
      stream = new StreamInterest();
      this.#streams.set(streamId, stream);
    }
    if (sessionId === undefined) stream.wantsAllSessions = true;
    else stream.wantedSessions.add(sessionId);
  }

  /** What nobody wants any more is forgotten; its images begin to drain. */
  removeInterest(streamId: number, sessionId: number | undefined): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    if (sessionId === undefined) stream.wantsAllSessions = false;
    else stream.wantedSessions.delete(sessionId);
    for (const [id, image] of stream.images) {
      if (stream.wants(id)) continue;
      stream.images.delete(id);
      image.deactivate();
    }
    for (const id of stream.states.keys()) {
      if (!stream.wants(id)) this.#setState(stream, id, undefined);
    }
    if (!stream.isWanted()) this.#streams.delete(streamId);
    this.#lastImage = undefined;
  }

  // -- images -----------------------------------------------------------------------------------------------

  addImage(image: ReceiverImage): void {
    const stream = this.#streams.get(image.streamId);
    if (stream === undefined || !stream.wants(image.sessionId)) {
      // Its subscriptions went while it was made.
      image.deactivate();
      return;
    }
    this.#setState(stream, image.sessionId, undefined);
    stream.images.set(image.sessionId, image);
    this.#lastImage = undefined;
  }

  /** An image takes nothing in any more. One that fell silent may not come back before its clients know. */
  removeImage(image: ReceiverImage): void {
    this.#lastImage = undefined;
    const stream = this.#streams.get(image.streamId);
    if (stream?.images.get(image.sessionId) === image) {
      stream.images.delete(image.sessionId);
      if (!image.isEndOfStream) this.#setState(stream, image.sessionId, "ON_COOL_DOWN");
    }
    image.deactivate();
  }

  refuseImage(streamId: number, sessionId: number): void {
    this.#forget(streamId, sessionId, "INIT_IN_PROGRESS");
  }

  endCoolDown(streamId: number, sessionId: number): void {
    this.#forget(streamId, sessionId, "ON_COOL_DOWN");
  }

  /** No SETUP came: data may ask again. */
  forgetPendingSetup(streamId: number, sessionId: number): void {
    this.#forget(streamId, sessionId, "PENDING_SETUP");
  }

  // -- packets, all checked -----------------------------------------------------------------------------------

  /** Hot. */
  onData(
    destination: ReceiveDestination,
    buffer: AtomicBuffer,
    offset: number,
    length: number,
    claimedLength: number,
    from: UdpAddress,
  ): void {
    const sessionId = buffer.getInt32(offset + DATA_SESSION_ID_OFFSET);
    const streamId = buffer.getInt32(offset + DATA_STREAM_ID_OFFSET);
    let image = this.#lastImage;
    if (image === undefined || image.sessionId !== sessionId || image.streamId !== streamId) {
      const stream = this.#streams.get(streamId);
      if (stream === undefined) return;
      image = stream.images.get(sessionId);
      if (image === undefined) {
        const flags = buffer.getUint8(offset + FRAME_FLAGS_OFFSET);
        if ((flags & END_OF_STREAM_FLAG) === 0) {
          this.#onUnknownSession(destination, stream, streamId, sessionId, from);
        }
        return;
      }
      this.#lastImage = image;
    }
    image.insert(destination, buffer, offset, length, claimedLength, from);
  }

  onSetup(
    destination: ReceiveDestination,
    buffer: AtomicBuffer,
    offset: number,
    from: UdpAddress,
  ): void {
    const sessionId = buffer.getInt32(offset + SETUP_SESSION_ID_OFFSET);
    const streamId = buffer.getInt32(offset + SETUP_STREAM_ID_OFFSET);
    const stream = this.#streams.get(streamId);
    if (stream === undefined || !stream.wants(sessionId)) return;
    const image = stream.images.get(sessionId);
    if (image !== undefined) {
      image.onSetup(destination, from);
      return;
    }
    const state = stream.states.get(sessionId);
    if (state === "INIT_IN_PROGRESS" || state === "ON_COOL_DOWN") return;
    if (this.#isFull(stream, streamId)) return;
    this.#setState(stream, sessionId, "INIT_IN_PROGRESS");
    const ttl = buffer.getInt32(offset + SETUP_TTL_OFFSET);
    if (destination.multicastControl !== undefined && destination.multicastTtl < ttl) {
      this.#services.counters.ttlAsymmetry.increment();
    }
    const control = destination.controlFor(from);
    this.#services.events.createImage({
      endpointId: this.#endpoint.id,
      destinationId: destination.id,
      streamId,
      sessionId,
      initialTermId: buffer.getInt32(offset + SETUP_INITIAL_TERM_ID_OFFSET),
      activeTermId: buffer.getInt32(offset + SETUP_ACTIVE_TERM_ID_OFFSET),
      termOffset: buffer.getInt32(offset + SETUP_TERM_OFFSET_OFFSET),
      termLength: buffer.getInt32(offset + SETUP_TERM_LENGTH_OFFSET),
      mtuLength: buffer.getInt32(offset + SETUP_MTU_OFFSET),
      flags: buffer.getUint8(offset + FRAME_FLAGS_OFFSET),
      source: { address: from.address, port: from.port },
      control: { address: control.address, port: control.port },
    });
  }

  onRttMeasurement(
    destination: ReceiveDestination,
    buffer: AtomicBuffer,
    offset: number,
    from: UdpAddress,
  ): void {
    const sessionId = buffer.getInt32(offset + RTTM_SESSION_ID_OFFSET);
    const streamId = buffer.getInt32(offset + RTTM_STREAM_ID_OFFSET);
    const image = this.#streams.get(streamId)?.images.get(sessionId);
    if (image === undefined) return;
    if ((buffer.getUint8(offset + FRAME_FLAGS_OFFSET) & RTTM_REPLY_FLAG) !== 0) {
      const { frames } = this.#services;
      frames.rttReply(sessionId, streamId, buffer, offset, this.#endpoint.receiverId);
      destination.send(destination.controlFor(from));
    } else {
      image.onRttReply(buffer, offset);
    }
  }

  #onUnknownSession(
    destination: ReceiveDestination,
    stream: StreamInterest,
    streamId: number,
    sessionId: number,
    from: UdpAddress,
  ): void {
    const { pendingSetups } = this.#services;
    if (!stream.wants(sessionId) || stream.states.has(sessionId) || !pendingSetups.hasRoom()) {
      return;
    }
    stream.states.set(sessionId, "PENDING_SETUP");
    const control = destination.controlFor(from);
    pendingSetups.elicit(this.#endpoint, destination, control, sessionId, streamId);
  }

  /** Whether no further image may be made now. */
  #isFull(stream: StreamInterest, streamId: number): boolean {
    if (this.#initCount >= INIT_IN_PROGRESS_COUNT_MAX) return true;
    let count = stream.images.size;
    for (const state of stream.states.values()) if (state === "INIT_IN_PROGRESS") count++;
    if (count < this.#sessionLimit) return false;
    // Without the session in its text, so that many of them are one entry of the error log.
    this.#services.context.onError(
      new ControlError(
        ErrorCode.GENERIC_ERROR,
        `sessions of a stream must not exceed its limit: streamId=${streamId} limit=${this.#sessionLimit}`,
      ),
    );
    return true;
  }

  #forget(streamId: number, sessionId: number, state: SessionState): void {
    const stream = this.#streams.get(streamId);
    if (stream?.states.get(sessionId) === state) this.#setState(stream, sessionId, undefined);
  }

  #setState(stream: StreamInterest, sessionId: number, state: SessionState | undefined): void {
    if (stream.states.get(sessionId) === "INIT_IN_PROGRESS") this.#initCount--;
    if (state === "INIT_IN_PROGRESS") this.#initCount++;
    if (state === undefined) stream.states.delete(sessionId);
    else stream.states.set(sessionId, state);
  }
}
