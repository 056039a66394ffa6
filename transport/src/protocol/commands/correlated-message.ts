import { Flyweight } from "../flyweight.js";

/** Length of the fields that every command begins with. */
export const CORRELATED_MESSAGE_LENGTH = 16;

/**
 * The start of every command; CLIENT_KEEPALIVE and CLIENT_CLOSE are nothing more.
 *
 *   0          8               16
 *   | clientId | correlationId |
 *
 * Source: Aeron `CorrelatedMessageFlyweight`; conformance/aeron/commands.
 */
export class CorrelatedMessage extends Flyweight {
  readonly minimumLength: number = CORRELATED_MESSAGE_LENGTH;

  /** Id of the client that sends the command: one value of the driver's correlation counter. */
  clientId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the id of the client. */
  setClientId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** Id that the driver's answer repeats; for an ADD command also the registration id of the resource. */
  correlationId(): bigint {
    return this.getInt64(8);
  }

  /** Sets the correlation id. */
  setCorrelationId(value: bigint): this {
    this.setInt64(8, value);
    return this;
  }
}
