import {
  type AtomicBuffer,
  SM_CONSUMPTION_TERM_ID_OFFSET,
  SM_CONSUMPTION_TERM_OFFSET_OFFSET,
  SM_END_OF_STREAM_FLAG,
  SM_GROUP_TAG_OFFSET,
  SM_LENGTH_WITH_GROUP_TAG,
  SM_RECEIVER_ID_OFFSET,
  SM_RECEIVER_WINDOW_OFFSET,
  SM_SEND_SETUP_FLAG,
  SM_SESSION_ID_OFFSET,
  SM_STREAM_ID_OFFSET,
} from "@alerion/runtime/concurrent";

/**
 * A status message taken apart into numbers, so that nothing is allocated for one. Ids of 64 bits are two words.
 *
 * Source: driver-protocol §9.
 */
export class StatusMessage {
  sessionId: number = 0;
  streamId: number = 0;
  termId: number = 0;
  termOffset: number = 0;
  /** Bytes that the receiver takes from its position on. */
  windowLength: number = 0;
  receiverIdLow: number = 0;
  receiverIdHigh: number = 0;
  hasGroupTag: boolean = false;
  groupTagLow: number = 0;
  groupTagHigh: number = 0;
  /** The receiver asks for a setup; it says nothing about its position. */
  isSendSetup: boolean = false;
  /** The receiver has had the whole stream, or wants no more of it. */
  isEndOfStream: boolean = false;

  /** Takes the fields of a frame that has all of them. */
  read(buffer: AtomicBuffer, offset: number, frameLength: number, flags: number): void {
    const { view } = buffer;
    this.sessionId = view.getInt32(offset + SM_SESSION_ID_OFFSET, true);
    this.streamId = view.getInt32(offset + SM_STREAM_ID_OFFSET, true);
    this.termId = view.getInt32(offset + SM_CONSUMPTION_TERM_ID_OFFSET, true);
    this.termOffset = view.getInt32(offset + SM_CONSUMPTION_TERM_OFFSET_OFFSET, true);
    this.windowLength = view.getInt32(offset + SM_RECEIVER_WINDOW_OFFSET, true);
    this.receiverIdLow = view.getInt32(offset + SM_RECEIVER_ID_OFFSET, true);
    this.receiverIdHigh = view.getInt32(offset + SM_RECEIVER_ID_OFFSET + 4, true);
    this.hasGroupTag = frameLength >= SM_LENGTH_WITH_GROUP_TAG;
    this.groupTagLow = this.hasGroupTag ? view.getInt32(offset + SM_GROUP_TAG_OFFSET, true) : 0;
    this.groupTagHigh = this.hasGroupTag
      ? view.getInt32(offset + SM_GROUP_TAG_OFFSET + 4, true)
      : 0;
    this.isSendSetup = (flags & SM_SEND_SETUP_FLAG) !== 0;
    this.isEndOfStream = (flags & SM_END_OF_STREAM_FLAG) !== 0;
  }
}
