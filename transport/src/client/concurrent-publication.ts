import {
  alignFrame,
  type AtomicBuffer,
  type AtomicCounter,
  CLOSED,
  DATA_HEADER_LENGTH,
  type LogBuffers,
  type MessagePart,
  type ReservedValueSupplier,
  SharedAppender,
} from "@alerion/runtime/concurrent";
import type { BufferClaim } from "./buffer-claim.js";
import { Publication, type PublicationDescription, type PublicationOwner } from "./publication.js";

// An own copy, and `| 0` below: where all that a method can return is known to be a number, a position leaves it as a
// double when it is inlined; where one of them could be anything, each position costs 16 bytes (past 2^31).
const ENDED = CLOSED;

/**
 * A stream that other threads and processes may write to as well: who adds the same channel and stream id gets
 * the same session.
 *
 * Source: Aeron ConcurrentPublication.
 */
export class ConcurrentPublication extends Publication {
  readonly #appender: SharedAppender;

  /** @internal Publications come from `Aeron`. */
  constructor(
    owner: PublicationOwner,
    description: PublicationDescription,
    log: LogBuffers,
    limit: AtomicCounter,
  ) {
    const appender = new SharedAppender(log, limit);
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

  /** @internal For the sinks of typed streams. */
  appender(): SharedAppender {
    return this.#appender;
  }
}
