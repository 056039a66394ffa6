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
} from "@alerion/runtime/concurrent";
import type { ErrorSource } from "./flow-control.js";

/** An error frame taken apart. Rare: it allocates. Source: driver-protocol §9. */
export interface ErrorFrame extends ErrorSource {
  readonly sessionId: number;
  readonly streamId: number;
  readonly receiverId: bigint;
  readonly groupTag: bigint;
  readonly errorCode: number;
  readonly message: string;
}

/** Reads an error frame of at least its header's length; `undefined` if its text cannot be. */
export function readErrorFrame(
  buffer: AtomicBuffer,
  offset: number,
  frameLength: number,
  flags: number,
): ErrorFrame | undefined {
  const { view } = buffer;
  const textLength = view.getInt32(offset + ERR_TEXT_LENGTH_OFFSET, true);
  if (
    textLength < 0 ||
    textLength > ERR_TEXT_LENGTH_MAX ||
    textLength > frameLength - ERR_HEADER_LENGTH
  ) {
    return undefined;
  }
  const hasGroupTag = (flags & ERR_HAS_GROUP_TAG_FLAG) !== 0;
  return {
    sessionId: view.getInt32(offset + ERR_SESSION_ID_OFFSET, true),
    streamId: view.getInt32(offset + ERR_STREAM_ID_OFFSET, true),
    receiverIdLow: view.getInt32(offset + ERR_RECEIVER_ID_OFFSET, true),
    receiverIdHigh: view.getInt32(offset + ERR_RECEIVER_ID_OFFSET + 4, true),
    receiverId: view.getBigInt64(offset + ERR_RECEIVER_ID_OFFSET, true),
    hasGroupTag,
    groupTagLow: view.getInt32(offset + ERR_GROUP_TAG_OFFSET, true),
    groupTagHigh: view.getInt32(offset + ERR_GROUP_TAG_OFFSET + 4, true),
    groupTag: view.getBigInt64(offset + ERR_GROUP_TAG_OFFSET, true),
    errorCode: view.getInt32(offset + ERR_ERROR_CODE_OFFSET, true),
    message: buffer.getStringWithoutLengthAscii(offset + ERR_TEXT_OFFSET, textLength),
  };
}
