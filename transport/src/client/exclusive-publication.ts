import {
  alignFrame,
  type AtomicBuffer,
  type AtomicCounter,
  CLOSED,
  DATA_HEADER_LENGTH,
  type LogBuffers,
  type MessagePart,
  type ReservedValueSupplier,
  ExclusiveAppender,
} from "@alerion/runtime/concurrent";
import type { BufferClaim } from "./buffer-claim.js";
import { Publication, type PublicationDescription, type PublicationOwner } from "./publication.js";

// An own copy, and `| 0` below: where all that a method can return is known to be a number, a position leaves it as a
// double when it is inlined; where one of them could be anything, each position costs 16 bytes (past 2^31).
const ENDED = CLOSED;

/**
 * A stream that nobody else writes to: each has a session of its own, and offers are cheaper than those of a
 * shared one.
 *
 * Source: Aeron ExclusivePublication.
 */
export class ExclusivePublication extends Publication {
  readonly #appender: ExclusiveAppender;
  #isRevokedOnClose: boolean = false;

  /** @internal Publications come from `Aeron`. */
  constructor(
    owner: PublicationOwner,
    description: PublicationDescription,
    log: LogBuffers,
    limit: AtomicCounter,
  ) {
    const appender = new ExclusiveAppender(log, limit);
    super(owner, description, log.metadata, limit, appender);
    this.#appender = appender;
  }

  override offer(
    source: AtomicBuffer,
    offset: number = 0,
    length: number = source.capacity - offset,
    reserved?: ReservedValueSupplier,
  ): number {
    if (this.isEnded) return ENDED;
    if (offset < 0 || offset + length > source.capacity) {
      Publication.outOfRange(source, offset, length);
    }
    const appender = this.#appender;
    const result = appender.append(source, offset, length, reserved);
    // The sum is made here, where it is inlined: a double that leaves a larger function costs 16 bytes.
    return result > 0 ? appender.termBeginPosition + result : result | 0;
  }

  override offerParts(parts: readonly MessagePart[], reserved?: ReservedValueSupplier): number {
    if (this.isEnded) return ENDED;
    const result = this.#appender.appendParts(parts, reserved);
    return result > 0 ? this.#appender.termBeginPosition + result : result | 0;
  }

  override tryClaim(length: number, claim: BufferClaim): number {
    if (this.isEnded) return ENDED;
    const appender = this.#appender;
    const result = appender.claim(length);
    if (result <= 0) return result | 0;
    claim.wrap(appender.term, result - alignFrame(length + DATA_HEADER_LENGTH), length);
    return appender.termBeginPosition + result;
  }

  /** Term that the next message goes to. */
  termId(): number {
    return this.#appender.termId;
  }

  /** Offset in that term. */
  termOffset(): number {
    return this.#appender.termOffset;
  }

  /**
   * Appends frames that are complete already and continue this stream: what a block poll of another one yields.
   *
   * @returns the position behind the block, or a negative result code
   * @throws {BufferRangeError} if the block is not inside `source`
   * @throws {MessageLengthError} if it is longer than what remains of the term
   * @throws {BlockError} if its first frame is not the next one of this stream
   */
  offerBlock(source: AtomicBuffer, offset: number, length: number): number {
    if (this.isEnded) return ENDED;
    const result = this.#appender.appendBlock(source, offset, length);
    return result > 0 ? this.#appender.termBeginPosition + result : result | 0;
  }

  /**
   * Appends padding that readers skip: `length` bytes and a header.
   *
   * @returns the position behind it, or a negative result code
   * @throws {MessageLengthError} if `length` exceeds maxMessageLength
   */
  appendPadding(length: number): number {
    if (this.isEnded) return ENDED;
    const result = this.#appender.appendPadding(length);
    return result > 0 ? this.#appender.termBeginPosition + result : result | 0;
  }

  /**
   * Ends the stream at once: subscribers drop what they have not read. Idempotent, as `close` is.
   *
   * Source: driver-protocol §19.
   */
  revoke(): Promise<void> {
    return this.end(true);
  }

  /** Lets `close` revoke the stream. Source: features §1.2 (1.48). */
  revokeOnClose(): void {
    this.#isRevokedOnClose = true;
  }

  override close(): Promise<void> {
    return this.end(this.#isRevokedOnClose);
  }

  /** @internal For the sinks of typed streams. */
  appender(): ExclusiveAppender {
    return this.#appender;
  }
}
