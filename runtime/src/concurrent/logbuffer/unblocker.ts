import type { AtomicBuffer } from "../atomic-buffer.js";
import { FRAME_ALIGNMENT, PAD_FRAME_WORD } from "./frame-descriptor.js";
import { LOG_DEFAULT_FRAME_HEADER_OFFSET } from "./log-buffer-descriptor.js";
import type { LogBufferMetadata } from "./log-buffer-metadata.js";
import type { LogBuffers } from "./log-buffers.js";
import {
  computeTermIdFromPosition,
  computeTermOffsetFromPosition,
  indexByPosition,
  indexByTermCount,
  positionBitsToShift,
} from "./position.js";
import { applyDefaultHeader } from "./term-rebuilder.js";

const NO_ACTION = 0;
const UNBLOCKED = 1;
const UNBLOCKED_TO_END = 2;

/**
 * Frees a log whose publisher died in the middle of an append: what it began becomes padding.
 *
 * To be called only when `blockedPosition` has not moved for a time that every living publisher is faster than.
 *
 * @param blockedPosition where readers wait
 * @returns true if something was done
 * Source: driver-protocol §17; Aeron LogBufferUnblocker
 */
export function unblockLog(log: LogBuffers, blockedPosition: number): boolean {
  const metadata = log.metadata;
  const bitsToShift = positionBitsToShift(log.termLength);
  const blockedTermCount = Math.floor(blockedPosition / log.termLength);
  const blockedOffset = computeTermOffsetFromPosition(blockedPosition, bitsToShift);
  const activeTermCount = metadata.activeTermCount();

  // The one who passed the end of the last term died before moving the log on.
  if (activeTermCount === ((blockedTermCount - 1) | 0) && blockedOffset === 0) {
    metadata.rotate(activeTermCount, metadata.tailTermId(indexByTermCount(activeTermCount)));
    return true;
  }

  const termId = computeTermIdFromPosition(blockedPosition, bitsToShift, metadata.initialTermId());
  const index = indexByPosition(blockedPosition, bitsToShift);
  const tailOffset = Math.min(metadata.tailOffset(index), log.termLength);
  const status = unblockTerm(metadata, log.term(index), blockedOffset, tailOffset, termId);
  if (status === UNBLOCKED_TO_END) metadata.rotate(blockedTermCount, termId);
  return status !== NO_ACTION;
}

/**
 * As `unblockLog`, for a log that no publisher holds any more: also what was claimed at the very end and never begun,
 * which might still be written while someone lives, becomes padding.
 */
export function unblockAbandonedLog(log: LogBuffers, blockedPosition: number): boolean {
  if (unblockLog(log, blockedPosition)) return true;
  const { metadata } = log;
  const bitsToShift = positionBitsToShift(log.termLength);
  const termId = computeTermIdFromPosition(blockedPosition, bitsToShift, metadata.initialTermId());
  const index = indexByPosition(blockedPosition, bitsToShift);
  const term = log.term(index);
  const offset = computeTermOffsetFromPosition(blockedPosition, bitsToShift);
  const tailOffset = Math.min(metadata.tailOffset(index), log.termLength);
  if (metadata.tailTermId(index) !== termId || offset >= tailOffset) return false;
  if (term.getInt32Volatile(offset) !== 0) return false;
  pad(metadata, term, offset, tailOffset - offset, termId);
  return true;
}

function unblockTerm(
  metadata: LogBufferMetadata,
  term: AtomicBuffer,
  blockedOffset: number,
  tailOffset: number,
  termId: number,
): number {
  if (blockedOffset >= tailOffset) return NO_ACTION;
  const frameLength = term.getInt32Volatile(blockedOffset);
  if (frameLength > 0) return NO_ACTION;
  if (frameLength < 0) {
    // An impossible length (a hostile publisher) is cut at the end of the term.
    const length = Math.min(-frameLength, term.capacity - blockedOffset);
    pad(metadata, term, blockedOffset, Math.max(length, FRAME_ALIGNMENT), termId);
    return UNBLOCKED;
  }

  let end = blockedOffset + FRAME_ALIGNMENT;
  while (end < tailOffset && term.getInt32Volatile(end) === 0) end += FRAME_ALIGNMENT;
  if (end < tailOffset) {
    if (!isZeroBetween(term, blockedOffset, end)) return NO_ACTION;
    pad(metadata, term, blockedOffset, end - blockedOffset, termId);
    return UNBLOCKED;
  }
  // Nothing follows. Where the tail has reached the term's end, all up to there was claimed.
  if (tailOffset === term.capacity && term.getInt32Volatile(blockedOffset) === 0) {
    pad(metadata, term, blockedOffset, term.capacity - blockedOffset, termId);
    return UNBLOCKED_TO_END;
  }
  return NO_ACTION;
}

function pad(
  metadata: LogBufferMetadata,
  term: AtomicBuffer,
  offset: number,
  length: number,
  termId: number,
): void {
  applyDefaultHeader(
    metadata.buffer,
    LOG_DEFAULT_FRAME_HEADER_OFFSET,
    term,
    offset,
    termId,
    PAD_FRAME_WORD,
  );
  term.putInt32Release(offset, length);
}

/** Nobody came to life between the look at the gap's end and now. */
function isZeroBetween(term: AtomicBuffer, from: number, to: number): boolean {
  for (let offset = to - FRAME_ALIGNMENT; offset >= from; offset -= FRAME_ALIGNMENT) {
    if (term.getInt32Volatile(offset) !== 0) return false;
  }
  return true;
}
