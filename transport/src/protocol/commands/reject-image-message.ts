import { CorrelatedMessage } from "./correlated-message.js";

const IMAGE_CORRELATION_ID = 16;
const POSITION = 24;
const REASON = 32;

/** Longest reason, in bytes, that fits the error frame which carries it to the publisher. */
export const REASON_LENGTH_MAX = 1023;

/**
 * REJECT_IMAGE: the subscriber refuses an image.
 *
 *   0          8               16                   24         32             36
 *   | clientId | correlationId | imageCorrelationId | position | reasonLength | reason … |
 *
 * Source: Aeron `RejectImageFlyweight`; conformance/aeron/commands.
 */
export class RejectImageMessage extends CorrelatedMessage {
  override readonly minimumLength: number = REASON + 4;

  /** Bytes of a message that carries `reason`. */
  static computeLength(reason: string): number {
    return REASON + 4 + reason.length;
  }

  /** Correlation id of the image; for IPC that of its publication. */
  imageCorrelationId(): bigint {
    return this.getInt64(IMAGE_CORRELATION_ID);
  }

  /** Sets the correlation id of the image. */
  setImageCorrelationId(value: bigint): this {
    this.setInt64(IMAGE_CORRELATION_ID, value);
    return this;
  }

  /** Position of the image when it was rejected, in bytes. */
  position(): bigint {
    return this.getInt64(POSITION);
  }

  /** Sets the position. */
  setPosition(value: bigint): this {
    this.setInt64(POSITION, value);
    return this;
  }

  /** Why, in the subscriber's words. */
  reason(): string {
    return this.getString(REASON);
  }

  /** Sets the reason: ASCII, at most `REASON_LENGTH_MAX` bytes. */
  setReason(value: string): this {
    this.setString(REASON, value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(REASON);
  }
}
