import { CorrelatedMessage } from "./correlated-message.js";

const TOKEN = 16;

/**
 * TERMINATE_DRIVER: asks the driver to stop; a validator in the driver decides on the token.
 *
 *   0          8               16            20
 *   | clientId | correlationId | tokenLength | token … |
 *
 * Source: Aeron `TerminateDriverFlyweight`; conformance/aeron/commands.
 */
export class TerminateDriverMessage extends CorrelatedMessage {
  override readonly minimumLength: number = TOKEN + 4;

  /** Bytes of a message with a token of `tokenLength` bytes. */
  static computeLength(tokenLength: number): number {
    return TOKEN + 4 + tokenLength;
  }

  /** A copy of the token. */
  token(): Uint8Array {
    return this.getBytes(TOKEN);
  }

  /** Sets the token. */
  setToken(value: Uint8Array): this {
    this.setBytes(TOKEN, value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(TOKEN);
  }
}
