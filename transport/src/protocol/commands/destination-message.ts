import { CorrelatedMessage } from "./correlated-message.js";

const REGISTRATION_ID = 16;
const CHANNEL = 24;
const DESTINATION_REGISTRATION_ID = 24;

/** Length of REMOVE_DESTINATION_BY_ID. */
const DESTINATION_BY_ID_MESSAGE_LENGTH = 32;

/**
 * ADD_DESTINATION, REMOVE_DESTINATION, ADD_RCV_DESTINATION and REMOVE_RCV_DESTINATION.
 *
 *   0          8               16               24              28
 *   | clientId | correlationId | registrationId | channelLength | channel … |
 *
 * Source: Aeron `DestinationMessageFlyweight`; conformance/aeron/commands.
 */
export class DestinationMessage extends CorrelatedMessage {
  override readonly minimumLength: number = CHANNEL + 4;

  /** Bytes of a message that carries `channel`. */
  static computeLength(channel: string): number {
    return CHANNEL + 4 + channel.length;
  }

  /** Registration id of the publication (send destinations) or subscription (receive destinations). */
  registrationId(): bigint {
    return this.getInt64(REGISTRATION_ID);
  }

  /** Sets the registration id. */
  setRegistrationId(value: bigint): this {
    this.setInt64(REGISTRATION_ID, value);
    return this;
  }

  /** Channel URI of the destination. */
  channel(): string {
    return this.getString(CHANNEL);
  }

  /** Sets the channel URI: ASCII. */
  setChannel(value: string): this {
    this.setString(CHANNEL, value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(CHANNEL);
  }
}

/**
 * REMOVE_DESTINATION_BY_ID.
 *
 *   0          8               16                       24                          32
 *   | clientId | correlationId | resourceRegistrationId | destinationRegistrationId |
 *
 * Source: Aeron `DestinationByIdMessageFlyweight`; conformance/aeron/commands.
 */
export class DestinationByIdMessage extends CorrelatedMessage {
  override readonly minimumLength: number = DESTINATION_BY_ID_MESSAGE_LENGTH;

  /** Registration id of the publication. */
  resourceRegistrationId(): bigint {
    return this.getInt64(REGISTRATION_ID);
  }

  /** Sets the registration id of the publication. */
  setResourceRegistrationId(value: bigint): this {
    this.setInt64(REGISTRATION_ID, value);
    return this;
  }

  /** Correlation id of the ADD_DESTINATION that is taken back. */
  destinationRegistrationId(): bigint {
    return this.getInt64(DESTINATION_REGISTRATION_ID);
  }

  /** Sets the registration id of the destination. */
  setDestinationRegistrationId(value: bigint): this {
    this.setInt64(DESTINATION_REGISTRATION_ID, value);
    return this;
  }
}
