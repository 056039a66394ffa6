import {
  type AtomicBuffer,
  DATA_FRAME_WORD,
  DATA_HEADER_LENGTH,
  DATA_SESSION_ID_OFFSET,
  DATA_STREAM_ID_OFFSET,
  DATA_TERM_ID_OFFSET,
  DATA_TERM_OFFSET_OFFSET,
  END_OF_STREAM_FLAG,
  FRAME_FLAGS_OFFSET,
  FrameType,
  REVOKED_FLAG,
  RTTM_ECHO_TIMESTAMP_OFFSET,
  RTTM_LENGTH,
  RTTM_RECEPTION_DELTA_OFFSET,
  RTTM_RECEIVER_ID_OFFSET,
  RTTM_SESSION_ID_OFFSET,
  RTTM_STREAM_ID_OFFSET,
  SETUP_ACTIVE_TERM_ID_OFFSET,
  SETUP_GROUP_FLAG,
  SETUP_INITIAL_TERM_ID_OFFSET,
  SETUP_LENGTH,
  SETUP_MTU_OFFSET,
  SETUP_SEND_RESPONSE_FLAG,
  SETUP_SESSION_ID_OFFSET,
  SETUP_STREAM_ID_OFFSET,
  SETUP_TERM_LENGTH_OFFSET,
  SETUP_TERM_OFFSET_OFFSET,
  SETUP_TTL_OFFSET,
  UNFRAGMENTED,
} from "@alerion/runtime/concurrent";
import type { DatagramSource, UdpNetwork } from "../udp-network.js";
import type { AddSenderPublication } from "./sender-commands.js";

/** Where the heartbeat lies in the memory of the frames. */
export const HEARTBEAT_OFFSET = 0;
/** Where the setup lies. */
export const SETUP_OFFSET = 64;
/** Where the answer to a round trip measurement lies. */
export const RTTM_OFFSET = 128;
const LENGTH = 192;

/** The frames that a publication sends besides its data, filled in as far as they never change. */
export class PublicationFrames {
  readonly source: DatagramSource;
  readonly #buffer: AtomicBuffer;

  constructor(udp: UdpNetwork, publication: AddSenderPublication) {
    const buffer = udp.allocate(LENGTH);
    this.#buffer = buffer;
    const { sessionId, streamId } = publication;
    // A heartbeat is a data frame whose length says that there is none.
    buffer.putInt32(HEARTBEAT_OFFSET, 0);
    buffer.putInt32(HEARTBEAT_OFFSET + 4, DATA_FRAME_WORD);
    buffer.putInt32(HEARTBEAT_OFFSET + DATA_SESSION_ID_OFFSET, sessionId);
    buffer.putInt32(HEARTBEAT_OFFSET + DATA_STREAM_ID_OFFSET, streamId);

    const flags =
      (publication.isGroup ? SETUP_GROUP_FLAG : 0) |
      (publication.responseSubscriptionId === undefined ? 0 : SETUP_SEND_RESPONSE_FLAG);
    buffer.putInt32(SETUP_OFFSET, SETUP_LENGTH);
    buffer.putInt32(SETUP_OFFSET + 4, (FrameType.SETUP << 16) | (flags << 8));
    buffer.putInt32(SETUP_OFFSET + SETUP_SESSION_ID_OFFSET, sessionId);
    buffer.putInt32(SETUP_OFFSET + SETUP_STREAM_ID_OFFSET, streamId);
    buffer.putInt32(SETUP_OFFSET + SETUP_INITIAL_TERM_ID_OFFSET, publication.initialTermId);
    buffer.putInt32(SETUP_OFFSET + SETUP_TERM_LENGTH_OFFSET, publication.termLength);
    buffer.putInt32(SETUP_OFFSET + SETUP_MTU_OFFSET, publication.mtuLength);
    buffer.putInt32(SETUP_OFFSET + SETUP_TTL_OFFSET, publication.ttl);

    buffer.putInt32(RTTM_OFFSET, RTTM_LENGTH);
    buffer.putInt32(RTTM_OFFSET + 4, FrameType.RTTM << 16);
    buffer.putInt32(RTTM_OFFSET + RTTM_SESSION_ID_OFFSET, sessionId);
    buffer.putInt32(RTTM_OFFSET + RTTM_STREAM_ID_OFFSET, streamId);
    buffer.putInt64(RTTM_OFFSET + RTTM_RECEPTION_DELTA_OFFSET, 0);
    this.source = udp.source(buffer);
  }

  /** Returns the length to send from `HEARTBEAT_OFFSET`. */
  heartbeat(termId: number, termOffset: number, hasEnded: boolean, isRevoked: boolean): number {
    const flags =
      UNFRAGMENTED | (hasEnded ? END_OF_STREAM_FLAG : 0) | (isRevoked ? REVOKED_FLAG : 0);
    this.#buffer.putUint8(HEARTBEAT_OFFSET + FRAME_FLAGS_OFFSET, flags);
    this.#buffer.putInt32(HEARTBEAT_OFFSET + DATA_TERM_ID_OFFSET, termId);
    this.#buffer.putInt32(HEARTBEAT_OFFSET + DATA_TERM_OFFSET_OFFSET, termOffset);
    return DATA_HEADER_LENGTH;
  }

  /** Returns the length to send from `SETUP_OFFSET`. */
  setup(activeTermId: number, termOffset: number): number {
    this.#buffer.putInt32(SETUP_OFFSET + SETUP_ACTIVE_TERM_ID_OFFSET, activeTermId);
    this.#buffer.putInt32(SETUP_OFFSET + SETUP_TERM_OFFSET_OFFSET, termOffset);
    return SETUP_LENGTH;
  }

  /** Answers a measurement of a receiver: its time and id come back. Returns the length to send. */
  rttm(request: AtomicBuffer, offset: number): number {
    copyWords(this.#buffer, request, offset, RTTM_ECHO_TIMESTAMP_OFFSET);
    copyWords(this.#buffer, request, offset, RTTM_RECEIVER_ID_OFFSET);
    return RTTM_LENGTH;
  }
}

function copyWords(to: AtomicBuffer, from: AtomicBuffer, offset: number, field: number): void {
  to.putInt32(RTTM_OFFSET + field, from.view.getInt32(offset + field, true));
  to.putInt32(RTTM_OFFSET + field + 4, from.view.getInt32(offset + field + 4, true));
}
