import { AtomicBuffer, fence } from "@alerion/runtime/concurrent";

/*
 * What the conductor's and the receiver's half of an image share, each field with one writer.
 *
 * Written by the conductor:
 *
 *   0       4     8         12            16
 *   | begin | end | term id | term offset | window |                    status message to send
 *     i32     i32   i32       i32           i32
 *   64       68     72       76           80
 *   | begin | end | term id | term offset | length |                    loss to repair
 *     i32     i32   i32       i32           i32
 *
 * Written by the receiver:
 *
 *   128     132             136         144
 *   | phase | end of stream | revoked | round trip ns |
 *     i32     i32             i32       i64
 *
 * Fields that belong together lie between two change numbers: the writer raises `begin`, writes, then sets `end`
 * to the same number; a reader takes them only if it read the same number at `end` before and at `begin` after.
 */
const SM_BEGIN = 0;
const SM_END = 4;
const SM_TERM_ID = 8;
const SM_TERM_OFFSET = 12;
const SM_WINDOW = 16;
const LOSS_BEGIN = 64;
const LOSS_END = 68;
const LOSS_TERM_ID = 72;
const LOSS_TERM_OFFSET = 76;
const LOSS_LENGTH = 80;
const PHASE = 128;
const END_OF_STREAM = 132;
const REVOKED = 136;
const ROUND_TRIP = 144;

/** Bytes of the block: the two writers' parts lie in cache lines of their own. */
export const IMAGE_BLOCK_LENGTH = 192;

/** How far the receiver is with an image. It only goes forward. */
export const ImagePhase = {
  /** Takes packets in. */
  ACTIVE: 0,
  /** Goes on, but nothing new will be delivered: the end is reached, or nobody wants it any more. */
  DRAINING: 1,
  /** The receiver has let go of it and touches neither log nor block again. */
  RELEASED: 2,
} as const;
/** One of the phases above. */
export type ImagePhase = (typeof ImagePhase)[keyof typeof ImagePhase];

/** Access to the block of one image, from either side. */
export class ImageBlock {
  readonly #buffer: AtomicBuffer;

  constructor(memory: SharedArrayBuffer) {
    this.#buffer = new AtomicBuffer(memory, 0, IMAGE_BLOCK_LENGTH);
  }

  // -- conductor writes -------------------------------------------------------------------------------------

  /** Wants a status message sent. The position as it is on the wire: a double handed on may be garbage. */
  scheduleStatusMessage(termId: number, termOffset: number, windowLength: number): void {
    const buffer = this.#buffer;
    const change = (buffer.getInt32(SM_BEGIN) + 1) | 0;
    buffer.putInt32Release(SM_BEGIN, change);
    // No field is written before everyone can see that a change has begun.
    fence();
    buffer.putInt32(SM_TERM_ID, termId);
    buffer.putInt32(SM_TERM_OFFSET, termOffset);
    buffer.putInt32(SM_WINDOW, windowLength);
    buffer.putInt32Release(SM_END, change);
  }

  /** Number of the last change that is complete. */
  statusMessageChange(): number {
    return this.#buffer.getInt32Volatile(SM_END);
  }

  /** Whether what was read since `statusMessageChange` gave this number is whole. */
  isStatusMessageChange(change: number): boolean {
    return this.#buffer.getInt32Volatile(SM_BEGIN) === change;
  }

  nextSmTermId(): number {
    return this.#buffer.getInt32Volatile(SM_TERM_ID);
  }

  nextSmTermOffset(): number {
    return this.#buffer.getInt32Volatile(SM_TERM_OFFSET);
  }

  nextSmWindowLength(): number {
    return this.#buffer.getInt32Volatile(SM_WINDOW);
  }

  /** Wants a gap repaired. */
  scheduleLoss(termId: number, termOffset: number, length: number): void {
    const buffer = this.#buffer;
    const change = (buffer.getInt32(LOSS_BEGIN) + 1) | 0;
    buffer.putInt32Release(LOSS_BEGIN, change);
    fence();
    buffer.putInt32(LOSS_TERM_ID, termId);
    buffer.putInt32(LOSS_TERM_OFFSET, termOffset);
    buffer.putInt32(LOSS_LENGTH, length);
    buffer.putInt32Release(LOSS_END, change);
  }

  /** Number of the last change that is complete. */
  lossChange(): number {
    return this.#buffer.getInt32Volatile(LOSS_END);
  }

  /** Whether what was read since `lossChange` gave this number is whole. */
  isLossChange(change: number): boolean {
    return this.#buffer.getInt32Volatile(LOSS_BEGIN) === change;
  }

  lossTermId(): number {
    return this.#buffer.getInt32Volatile(LOSS_TERM_ID);
  }

  lossTermOffset(): number {
    return this.#buffer.getInt32Volatile(LOSS_TERM_OFFSET);
  }

  lossLength(): number {
    return this.#buffer.getInt32Volatile(LOSS_LENGTH);
  }

  // -- receiver writes --------------------------------------------------------------------------------------

  phase(): number {
    return this.#buffer.getInt32Volatile(PHASE);
  }

  setPhase(phase: ImagePhase): void {
    this.#buffer.putInt32Release(PHASE, phase);
  }

  /** All senders have said where the stream ends. */
  isEndOfStream(): boolean {
    return this.#buffer.getInt32Volatile(END_OF_STREAM) === 1;
  }

  setEndOfStream(): void {
    this.#buffer.putInt32Release(END_OF_STREAM, 1);
  }

  /** The publication was revoked: nothing more is delivered. */
  isRevoked(): boolean {
    return this.#buffer.getInt32Volatile(REVOKED) === 1;
  }

  setRevoked(): void {
    this.#buffer.putInt32Release(REVOKED, 1);
  }

  /** Last measured time to the sender and back; 0 before the first. */
  roundTripNs(): number {
    return this.#buffer.getInt64Volatile(ROUND_TRIP);
  }

  setRoundTripNs(roundTripNs: number): void {
    this.#buffer.putInt64Release(ROUND_TRIP, roundTripNs);
  }
}
