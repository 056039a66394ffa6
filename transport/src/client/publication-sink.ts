import type { ClaimSink } from "@alerion/runtime/codegen";
import {
  alignFrame,
  AtomicBuffer,
  CLOSED,
  computeRequiredLength,
  DATA_HEADER_LENGTH,
  type ExclusiveAppender,
  MAX_POSITION_EXCEEDED,
  type SharedAppender,
} from "@alerion/runtime/concurrent";
import { PublicationError } from "./client-errors.js";
import type { Publication } from "./publication.js";

const STAGING_LENGTH_MIN = 4096;
const PAD_TYPE_OFFSET = 6;

/**
 * Lets a generated writer write into a log itself.
 *
 * A message that fits one frame is written where readers will read it. A longer one is written aside while its
 * frames are reserved in the log, and copied there when it is committed: a claim that was granted can always be
 * committed. What is claimed and not written becomes padding.
 *
 * `claim` yields 1 when claimed, or the publication's result code: the position, a double, would cost 16 bytes.
 */
export class PublicationSink implements ClaimSink {
  readonly #publication: Publication;
  readonly #appender: ExclusiveAppender | SharedAppender;
  readonly #maxPayloadLength: number;
  #term: AtomicBuffer;
  #termId: number = 0;
  #frameOffset: number = 0;
  #claimedLength: number = 0;
  #beginPosition: number = 0.5;
  #endOffset: number = 0;
  #isLarge: boolean = false;
  #staging: AtomicBuffer;

  constructor(publication: Publication, appender: ExclusiveAppender | SharedAppender) {
    this.#publication = publication;
    this.#appender = appender;
    this.#maxPayloadLength = appender.maxPayloadLength;
    this.#term = appender.term;
    this.#staging = new AtomicBuffer(new ArrayBuffer(STAGING_LENGTH_MIN));
  }

  /** Position of the stream behind the latest claim. */
  position(): number {
    return this.#beginPosition + this.#endOffset;
  }

  get view(): DataView {
    return this.#isLarge ? this.#staging.view : this.#term.view;
  }

  get offset(): number {
    return this.#isLarge ? 0 : this.#frameOffset + DATA_HEADER_LENGTH;
  }

  /**
   * @returns 1 when claimed, else a negative result code
   * @throws {MessageLengthError} if `length` exceeds the longest message
   */
  claim(length: number): number {
    if (this.#publication.isClosed()) return CLOSED;
    if (length > this.#maxPayloadLength) return this.#claimLarge(length);
    const appender = this.#appender;
    const result = appender.claim(length);
    if (result <= 0) return result;
    this.#isLarge = false;
    this.#term = appender.term;
    this.#termId = appender.termId;
    this.#frameOffset = result - alignFrame(length + DATA_HEADER_LENGTH);
    this.#claimedLength = length;
    this.#beginPosition = appender.termBeginPosition;
    this.#endOffset = result;
    return 1;
  }

  commit(length: number): void {
    if (this.#isLarge) {
      this.#appender.completeMessage(
        this.#term,
        this.#frameOffset,
        this.#termId,
        this.#claimedLength,
        this.#staging,
        0,
        length,
      );
      return;
    }
    const frameLength = length + DATA_HEADER_LENGTH;
    if (length < this.#claimedLength) this.#padRest(alignFrame(frameLength));
    // The store that publishes: everything before it is written.
    this.#term.putInt32Release(this.#frameOffset, frameLength);
  }

  abort(): void {
    if (this.#isLarge) {
      this.#appender.abandonMessage(
        this.#term,
        this.#frameOffset,
        this.#termId,
        this.#claimedLength,
      );
      return;
    }
    this.#term.putUint16(this.#frameOffset + PAD_TYPE_OFFSET, 0);
    this.#term.putInt32Release(this.#frameOffset, this.#claimedLength + DATA_HEADER_LENGTH);
  }

  #claimLarge(length: number): number {
    const appender = this.#appender;
    const result = appender.claimMessage(length);
    if (result <= 0) return result;
    this.#isLarge = true;
    this.#term = appender.term;
    this.#termId = appender.termId;
    this.#frameOffset = result - computeRequiredLength(length, this.#maxPayloadLength);
    this.#claimedLength = length;
    this.#beginPosition = appender.termBeginPosition;
    this.#endOffset = result;
    if (length > this.#staging.capacity) {
      this.#staging = new AtomicBuffer(new ArrayBuffer((length * 2 + 7) & ~7));
    }
    return 1;
  }

  #padRest(usedLength: number): void {
    const rest = alignFrame(this.#claimedLength + DATA_HEADER_LENGTH) - usedLength;
    if (rest > 0)
      this.#appender.pad(this.#term, this.#frameOffset + usedLength, rest, this.#termId);
  }
}

/**
 * Turns the result of a blocked claim or offer into whether waiting can help.
 *
 * @throws {PublicationError} if it cannot
 */
export function checkWorthWaiting(publication: Publication, result: number): void {
  if (result === CLOSED) {
    throw new PublicationError(
      `publication must be open: channel=${publication.channel} streamId=${publication.streamId}`,
      result,
    );
  }
  if (result === MAX_POSITION_EXCEEDED) {
    throw new PublicationError(
      `stream must not be at its last position: maxPossiblePosition=${publication.maxPossiblePosition}`,
      result,
    );
  }
}
