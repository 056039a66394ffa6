import {
  type AtomicBuffer,
  ERR_ERROR_CODE_OFFSET,
  ERR_GROUP_TAG_OFFSET,
  ERR_HAS_GROUP_TAG_FLAG,
  ERR_HEADER_LENGTH,
  ERR_RECEIVER_ID_OFFSET,
  ERR_SESSION_ID_OFFSET,
  ERR_STREAM_ID_OFFSET,
  ERR_TEXT_LENGTH_MAX,
  ERR_TEXT_LENGTH_OFFSET,
  ERR_TEXT_OFFSET,
  FRAME_VERSION_OFFSET,
  FrameType,
  NAK_LENGTH,
  NAK_LENGTH_OFFSET,
  NAK_SESSION_ID_OFFSET,
  NAK_STREAM_ID_OFFSET,
  NAK_TERM_ID_OFFSET,
  NAK_TERM_OFFSET_OFFSET,
  RSP_SETUP_LENGTH,
  RSP_SETUP_RESPONSE_SESSION_ID_OFFSET,
  RSP_SETUP_SESSION_ID_OFFSET,
  RSP_SETUP_STREAM_ID_OFFSET,
  RTTM_ECHO_TIMESTAMP_OFFSET,
  RTTM_LENGTH,
  RTTM_RECEIVER_ID_OFFSET,
  RTTM_RECEPTION_DELTA_OFFSET,
  RTTM_REPLY_FLAG,
  RTTM_SESSION_ID_OFFSET,
  RTTM_STREAM_ID_OFFSET,
  SM_CONSUMPTION_TERM_ID_OFFSET,
  SM_CONSUMPTION_TERM_OFFSET_OFFSET,
  SM_GROUP_TAG_OFFSET,
  SM_LENGTH,
  SM_LENGTH_WITH_GROUP_TAG,
  SM_RECEIVER_ID_OFFSET,
  SM_RECEIVER_WINDOW_OFFSET,
  SM_SEND_SETUP_FLAG,
  SM_SESSION_ID_OFFSET,
  SM_STREAM_ID_OFFSET,
} from "@alerion/runtime/concurrent";
import type { DatagramSource, UdpNetwork } from "../udp-network.js";

// Each kind of frame has a place of its own in the scratch memory, 64 bytes apart; ERR is the last and longest.
const SM = 0;
const NAK = 64;
const RTTM = 128;
const RSP_SETUP = 192;
const ERR = 256;
const SCRATCH_LENGTH = ERR + ERR_HEADER_LENGTH + ERR_TEXT_LENGTH_MAX + 1;

/** A 64-bit id as the two words it has on the wire: compared and written without a bigint. */
export interface IdWords {
  readonly low: number;
  readonly high: number;
}

/** The words of an int64. */
export function idWords(id: bigint): IdWords {
  return { low: Number(BigInt.asIntN(32, id)), high: Number(BigInt.asIntN(32, id >> 32n)) };
}

/**
 * The frames that a receiver sends, written into memory of its own one at a time.
 *
 * Each method leaves one frame, at `offset` with `length` bytes of `source`, valid until the next call.
 * Source: driver-protocol §9; Aeron StatusMessageFlyweight, NakFlyweight, RttMeasurementFlyweight,
 * ResponseSetupFlyweight, ErrorFlyweight.
 */
export class FeedbackFrames {
  readonly source: DatagramSource;
  /** Offset of the frame written last. */
  offset: number = 0;
  /** Length of the frame written last. */
  length: number = 0;
  readonly #buffer: AtomicBuffer;

  constructor(udp: UdpNetwork) {
    this.#buffer = udp.allocate(SCRATCH_LENGTH);
    this.source = udp.source(this.#buffer);
  }

  /** Asks a sender for a SETUP; session and stream 0 introduce the receiver to a sender of any. */
  setupRequest(
    sessionId: number,
    streamId: number,
    receiverId: IdWords,
    groupTag: IdWords | undefined,
  ): void {
    this.statusMessage(sessionId, streamId, 0, 0, 0, SM_SEND_SETUP_FLAG, receiverId, groupTag);
  }

  statusMessage(
    sessionId: number,
    streamId: number,
    termId: number,
    termOffset: number,
    windowLength: number,
    flags: number,
    receiverId: IdWords,
    groupTag: IdWords | undefined,
  ): void {
    const buffer = this.#buffer;
    const length = groupTag === undefined ? SM_LENGTH : SM_LENGTH_WITH_GROUP_TAG;
    this.#begin(SM, length, FrameType.SM, flags);
    buffer.putInt32(SM + SM_SESSION_ID_OFFSET, sessionId);
    buffer.putInt32(SM + SM_STREAM_ID_OFFSET, streamId);
    buffer.putInt32(SM + SM_CONSUMPTION_TERM_ID_OFFSET, termId);
    buffer.putInt32(SM + SM_CONSUMPTION_TERM_OFFSET_OFFSET, termOffset);
    buffer.putInt32(SM + SM_RECEIVER_WINDOW_OFFSET, windowLength);
    this.#putId(SM + SM_RECEIVER_ID_OFFSET, receiverId);
    if (groupTag !== undefined) this.#putId(SM + SM_GROUP_TAG_OFFSET, groupTag);
  }

  nak(
    sessionId: number,
    streamId: number,
    termId: number,
    termOffset: number,
    length: number,
  ): void {
    const buffer = this.#buffer;
    this.#begin(NAK, NAK_LENGTH, FrameType.NAK, 0);
    buffer.putInt32(NAK + NAK_SESSION_ID_OFFSET, sessionId);
    buffer.putInt32(NAK + NAK_STREAM_ID_OFFSET, streamId);
    buffer.putInt32(NAK + NAK_TERM_ID_OFFSET, termId);
    buffer.putInt32(NAK + NAK_TERM_OFFSET_OFFSET, termOffset);
    buffer.putInt32(NAK + NAK_LENGTH_OFFSET, length);
  }

  /** Asks for the time to the sender and back: it sends `echoTimestampNs` back. */
  rttRequest(
    sessionId: number,
    streamId: number,
    echoTimestampNs: number,
    receiverId: IdWords,
  ): void {
    this.#rttm(sessionId, streamId, RTTM_REPLY_FLAG, receiverId);
    this.#buffer.putInt64(RTTM + RTTM_ECHO_TIMESTAMP_OFFSET, echoTimestampNs);
  }

  /** Sends the timestamp of a request back, as it came. */
  rttReply(
    sessionId: number,
    streamId: number,
    request: AtomicBuffer,
    requestOffset: number,
    receiverId: IdWords,
  ): void {
    this.#rttm(sessionId, streamId, 0, receiverId);
    const at = RTTM + RTTM_ECHO_TIMESTAMP_OFFSET;
    this.#buffer.copyFrom(at, request, requestOffset + RTTM_ECHO_TIMESTAMP_OFFSET, 8);
  }

  /** Tells a publication the session of its response. */
  responseSetup(sessionId: number, streamId: number, responseSessionId: number): void {
    const buffer = this.#buffer;
    this.#begin(RSP_SETUP, RSP_SETUP_LENGTH, FrameType.RSP_SETUP, 0);
    buffer.putInt32(RSP_SETUP + RSP_SETUP_SESSION_ID_OFFSET, sessionId);
    buffer.putInt32(RSP_SETUP + RSP_SETUP_STREAM_ID_OFFSET, streamId);
    buffer.putInt32(RSP_SETUP + RSP_SETUP_RESPONSE_SESSION_ID_OFFSET, responseSessionId);
  }

  /** Tells a publication that its image is refused; a text that is too long is cut. */
  error(
    sessionId: number,
    streamId: number,
    errorCode: number,
    text: string,
    receiverId: IdWords,
    groupTag: IdWords | undefined,
  ): void {
    const buffer = this.#buffer;
    const textLength = Math.min(text.length, ERR_TEXT_LENGTH_MAX);
    const flags = groupTag === undefined ? 0 : ERR_HAS_GROUP_TAG_FLAG;
    this.#begin(ERR, ERR_HEADER_LENGTH + textLength, FrameType.ERR, flags);
    buffer.putInt32(ERR + ERR_SESSION_ID_OFFSET, sessionId);
    buffer.putInt32(ERR + ERR_STREAM_ID_OFFSET, streamId);
    this.#putId(ERR + ERR_RECEIVER_ID_OFFSET, receiverId);
    this.#putId(ERR + ERR_GROUP_TAG_OFFSET, groupTag ?? NO_ID);
    buffer.putInt32(ERR + ERR_ERROR_CODE_OFFSET, errorCode);
    buffer.putInt32(ERR + ERR_TEXT_LENGTH_OFFSET, textLength);
    buffer.putStringWithoutLengthAscii(ERR + ERR_TEXT_OFFSET, text, textLength);
  }

  close(): void {
    this.source.free();
  }

  #rttm(sessionId: number, streamId: number, flags: number, receiverId: IdWords): void {
    const buffer = this.#buffer;
    this.#begin(RTTM, RTTM_LENGTH, FrameType.RTTM, flags);
    buffer.putInt32(RTTM + RTTM_SESSION_ID_OFFSET, sessionId);
    buffer.putInt32(RTTM + RTTM_STREAM_ID_OFFSET, streamId);
    buffer.putInt64(RTTM + RTTM_RECEPTION_DELTA_OFFSET, 0);
    this.#putId(RTTM + RTTM_RECEIVER_ID_OFFSET, receiverId);
  }

  #begin(at: number, length: number, type: number, flags: number): void {
    this.#buffer.putInt32(at, length);
    this.#buffer.putInt32(at + FRAME_VERSION_OFFSET, (type << 16) | (flags << 8));
    this.offset = at;
    this.length = length;
  }

  /** Ids lie at multiples of 4, not all at multiples of 8. */
  #putId(at: number, id: IdWords): void {
    this.#buffer.putInt32(at, id.low);
    this.#buffer.putInt32(at + 4, id.high);
  }
}

const NO_ID: IdWords = { low: 0, high: 0 };
