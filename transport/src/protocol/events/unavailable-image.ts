import { Flyweight } from "../flyweight.js";

const SUBSCRIPTION_REGISTRATION_ID = 8;
const STREAM_ID = 16;
const CHANNEL = 20;

/**
 * ON_UNAVAILABLE_IMAGE: an image of a subscription is gone.
 *
 *   0               8                            16         20              24
 *   | correlationId | subscriptionRegistrationId | streamId | channelLength | channel … |
 *
 * Source: Aeron `ImageMessageFlyweight`; conformance/aeron/commands.
 */
export class UnavailableImage extends Flyweight {
  readonly minimumLength: number = CHANNEL + 4;

  /** Bytes of an event that carries `channel`. */
  static computeLength(channel: string): number {
    return CHANNEL + 4 + channel.length;
  }

  /** Correlation id of the image. */
  correlationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the correlation id. */
  setCorrelationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** Registration id of the subscription that loses the image. */
  subscriptionRegistrationId(): bigint {
    return this.getInt64(SUBSCRIPTION_REGISTRATION_ID);
  }

  /** Sets the registration id of the subscription. */
  setSubscriptionRegistrationId(value: bigint): this {
    this.setInt64(SUBSCRIPTION_REGISTRATION_ID, value);
    return this;
  }

  /** Stream id of the image. */
  streamId(): number {
    return this.getInt32(STREAM_ID);
  }

  /** Sets the stream id. */
  setStreamId(value: number): this {
    this.setInt32(STREAM_ID, value);
    return this;
  }

  /** Channel of the subscription (Java, ours) or plainly `aeron:ipc` (C, for IPC). */
  channel(): string {
    return this.getString(CHANNEL);
  }

  /** Sets the channel. */
  setChannel(value: string): this {
    this.setString(CHANNEL, value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(CHANNEL);
  }
}
