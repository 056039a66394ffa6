import { CorrelatedMessage } from "./correlated-message.js";

const REGISTRATION_CORRELATION_ID = 16;
const STREAM_ID = 24;
const CHANNEL = 28;

/**
 * ADD_SUBSCRIPTION.
 *
 *   0          8               16                          24         28              32
 *   | clientId | correlationId | registrationCorrelationId | streamId | channelLength | channel … |
 *
 * Source: Aeron `SubscriptionMessageFlyweight`; conformance/aeron/commands.
 */
export class SubscriptionMessage extends CorrelatedMessage {
  override readonly minimumLength: number = CHANNEL + 4;

  /** Bytes of a message that carries `channel`. */
  static computeLength(channel: string): number {
    return CHANNEL + 4 + channel.length;
  }

  /** Always -1 from the clients of this version. */
  registrationCorrelationId(): bigint {
    return this.getInt64(REGISTRATION_CORRELATION_ID);
  }

  /** Sets the registration correlation id: -1. */
  setRegistrationCorrelationId(value: bigint): this {
    this.setInt64(REGISTRATION_CORRELATION_ID, value);
    return this;
  }

  /** Stream id of the subscription. */
  streamId(): number {
    return this.getInt32(STREAM_ID);
  }

  /** Sets the stream id. */
  setStreamId(value: number): this {
    this.setInt32(STREAM_ID, value);
    return this;
  }

  /** Channel URI as the client wrote it. */
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
