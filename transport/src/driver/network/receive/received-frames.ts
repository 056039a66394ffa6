import {
  alignFrame,
  type AtomicBuffer,
  DATA_HEADER_LENGTH,
  FRAME_ALIGNMENT,
  FRAME_VERSION,
  FrameType,
  MTU_LENGTH_MAX,
  SETUP_ACTIVE_TERM_ID_OFFSET,
  SETUP_INITIAL_TERM_ID_OFFSET,
  SETUP_MTU_OFFSET,
  SETUP_TERM_LENGTH_OFFSET,
  SETUP_TERM_OFFSET_OFFSET,
  TERM_LENGTH_MAX,
  TERM_LENGTH_MIN,
} from "@alerion/runtime/concurrent";

/*
 * What a datagram must be before anything is done with it. Source: driver-protocol §9.
 *
 * `offset` is that of the datagram in its buffer, a multiple of 8.
 */

/** What `claimedLength` yields for a datagram that cannot be. */
export const INVALID_DATAGRAM = -1;

/**
 * Checks that a datagram is a heartbeat, or holds nothing but frames of one stream that follow each other in one
 * term. The end of the term is the image's to check: only it knows the term length.
 *
 * @returns bytes that the frames claim in the term: 0 for a heartbeat, more than `length` where the last frame is
 *   a PAD, which travels as its header alone; INVALID_DATAGRAM if something is wrong
 */
export function claimedLength(buffer: AtomicBuffer, offset: number, length: number): number {
  if (length < DATA_HEADER_LENGTH || (length & (FRAME_ALIGNMENT - 1)) !== 0) {
    return INVALID_DATAGRAM;
  }
  const { i32 } = buffer;
  const first = offset >> 2;
  let frameLength = i32[first] as number;
  let termOffset = i32[first + 2] as number;
  if (termOffset < 0 || (termOffset & (FRAME_ALIGNMENT - 1)) !== 0) return INVALID_DATAGRAM;
  if (frameLength === 0) return length === DATA_HEADER_LENGTH ? 0 : INVALID_DATAGRAM;
  const sessionId = i32[first + 3];
  const streamId = i32[first + 4];
  const termId = i32[first + 5];
  let at = first;
  let rest = length;
  for (;;) {
    if (frameLength < DATA_HEADER_LENGTH || frameLength > TERM_LENGTH_MAX) return INVALID_DATAGRAM;
    const alignedLength = alignFrame(frameLength);
    if (alignedLength > rest) {
      const isPad = (i32[at + 1] as number) >>> 16 === FrameType.PAD;
      return isPad && rest === DATA_HEADER_LENGTH
        ? length - rest + alignedLength
        : INVALID_DATAGRAM;
    }
    rest -= alignedLength;
    if (rest === 0) return length;
    at += alignedLength >> 2;
    termOffset += alignedLength;
    frameLength = i32[at] as number;
    if (
      i32[at + 2] !== termOffset ||
      i32[at + 3] !== sessionId ||
      i32[at + 4] !== streamId ||
      i32[at + 5] !== termId ||
      !isDataWord(i32[at + 1] as number)
    ) {
      return INVALID_DATAGRAM;
    }
  }
}

/** Whether bytes 4 to 7 of a frame are those of a DATA or PAD frame of the one version there is. */
function isDataWord(word: number): boolean {
  return word >>> 16 <= FrameType.DATA && (word & 0xff) === FRAME_VERSION;
}

/** Whether a SETUP describes a stream that can be. Its length has been checked. */
export function isSetup(buffer: AtomicBuffer, offset: number): boolean {
  const termOffset = buffer.getInt32(offset + SETUP_TERM_OFFSET_OFFSET);
  const termLength = buffer.getInt32(offset + SETUP_TERM_LENGTH_OFFSET);
  const mtuLength = buffer.getInt32(offset + SETUP_MTU_OFFSET);
  const initialTermId = buffer.getInt32(offset + SETUP_INITIAL_TERM_ID_OFFSET);
  const activeTermId = buffer.getInt32(offset + SETUP_ACTIVE_TERM_ID_OFFSET);
  return (
    termLength >= TERM_LENGTH_MIN &&
    termLength <= TERM_LENGTH_MAX &&
    (termLength & (termLength - 1)) === 0 &&
    termOffset >= 0 &&
    termOffset <= termLength &&
    (termOffset & (FRAME_ALIGNMENT - 1)) === 0 &&
    mtuLength > DATA_HEADER_LENGTH &&
    mtuLength <= MTU_LENGTH_MAX &&
    (mtuLength & (FRAME_ALIGNMENT - 1)) === 0 &&
    isSafeTermCount((activeTermId - initialTermId) | 0, termLength)
  );
}

/** Whether positions around a term are exact as numbers. */
function isSafeTermCount(termCount: number, termLength: number): boolean {
  return termCount >= 0 && Number.isSafeInteger((termCount + 2) * termLength);
}
