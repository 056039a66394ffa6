import { alignToInt32, Flyweight, LENGTH_FIELD_LENGTH } from "../flyweight.js";

const SESSION_ID = 8;
const STREAM_ID = 12;
const SUBSCRIPTION_REGISTRATION_ID = 16;
const SUBSCRIBER_POSITION_ID = 24;
const LOG_FILE_NAME = 28;

function sourceIdentityField(logFileNameLength: number): number {
  return LOG_FILE_NAME + LENGTH_FIELD_LENGTH + alignToInt32(logFileNameLength);
}

/**
 * ON_AVAILABLE_IMAGE: a subscription has a new image.
 *
 *   0               8           12         16                           24                     28
 *   | correlationId | sessionId | streamId | subscriptionRegistrationId | subscriberPositionId |
 *   28                  32
 *   | logFileNameLength | logFileName, padded to 4 … | sourceIdentityLength | sourceIdentity … |
 *
 * The padding between the strings is stale bytes with the reference drivers; here it is left alone too.
 * Source: Aeron `ImageBuffersReadyFlyweight`; conformance/aeron/commands.
 */
export class ImageBuffersReady extends Flyweight {
  readonly minimumLength: number = LOG_FILE_NAME + 8;

  /** Bytes of an event with these two strings. */
  static computeLength(logFileName: string, sourceIdentity: string): number {
    return sourceIdentityField(logFileName.length) + LENGTH_FIELD_LENGTH + sourceIdentity.length;
  }

  /** Correlation id of the image; for IPC the registration id of its publication. */
  correlationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the correlation id of the image. */
  setCorrelationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** Session id of the image. */
  sessionId(): number {
    return this.getInt32(SESSION_ID);
  }

  /** Sets the session id. */
  setSessionId(value: number): this {
    this.setInt32(SESSION_ID, value);
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

  /** Registration id of the subscription that the image belongs to. */
  subscriptionRegistrationId(): bigint {
    return this.getInt64(SUBSCRIPTION_REGISTRATION_ID);
  }

  /** Sets the registration id of the subscription. */
  setSubscriptionRegistrationId(value: bigint): this {
    this.setInt64(SUBSCRIPTION_REGISTRATION_ID, value);
    return this;
  }

  /** Id of the counter that holds the subscriber's position; its value now is the join position. */
  subscriberPositionId(): number {
    return this.getInt32(SUBSCRIBER_POSITION_ID);
  }

  /** Sets the id of the subscriber position counter. */
  setSubscriberPositionId(value: number): this {
    this.setInt32(SUBSCRIBER_POSITION_ID, value);
    return this;
  }

  /** Path of the log buffer file. */
  logFileName(): string {
    return this.getString(LOG_FILE_NAME);
  }

  /** Sets the path; the source identity comes after. */
  setLogFileName(value: string): this {
    this.setString(LOG_FILE_NAME, value);
    return this;
  }

  /** Where the data comes from: `host:port`, or `aeron:ipc`. */
  sourceIdentity(): string {
    return this.getString(sourceIdentityField(this.variableLength(LOG_FILE_NAME)));
  }

  /** Sets the source identity; the log file name must have been set. */
  setSourceIdentity(value: string): this {
    this.setString(sourceIdentityField(this.getInt32(LOG_FILE_NAME)), value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(sourceIdentityField(this.variableLength(LOG_FILE_NAME)));
  }
}
