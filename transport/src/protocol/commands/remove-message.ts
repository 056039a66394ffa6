import { CorrelatedMessage } from "./correlated-message.js";

const REGISTRATION_ID = 16;
const FLAGS = 24;
const FLAG_REVOKE = 1n;

/** Length of REMOVE_SUBSCRIPTION and REMOVE_COUNTER. */
export const REMOVE_MESSAGE_LENGTH = 24;

/** Length of REMOVE_PUBLICATION as current clients send it; older ones leave the flags out. */
export const REMOVE_PUBLICATION_LENGTH = 32;

/**
 * REMOVE_SUBSCRIPTION and REMOVE_COUNTER.
 *
 *   0          8               16               24
 *   | clientId | correlationId | registrationId |
 *
 * Source: Aeron `RemoveMessageFlyweight`; conformance/aeron/commands.
 */
export class RemoveMessage extends CorrelatedMessage {
  override readonly minimumLength: number = REMOVE_MESSAGE_LENGTH;

  /** Registration id of what is to be removed: the correlation id of its ADD command. */
  registrationId(): bigint {
    return this.getInt64(REGISTRATION_ID);
  }

  /** Sets the registration id. */
  setRegistrationId(value: bigint): this {
    this.setInt64(REGISTRATION_ID, value);
    return this;
  }
}

/**
 * REMOVE_PUBLICATION: a remove message, then flags that older clients do not send.
 *
 *   0          8               16               24      32
 *   | clientId | correlationId | registrationId | flags |
 *
 * flags: bit 0 revokes the publication. Source: Aeron `RemovePublicationFlyweight`.
 */
export class RemovePublicationMessage extends RemoveMessage {
  /** Whether the publication is to be revoked; false when the message has no flags. */
  revoke(): boolean {
    if (this.length < REMOVE_PUBLICATION_LENGTH) return false;
    return (this.getInt64(FLAGS) & FLAG_REVOKE) !== 0n;
  }

  /** Sets the flags. */
  setRevoke(value: boolean): this {
    this.setInt64(FLAGS, value ? FLAG_REVOKE : 0n);
    return this;
  }
}
