import { Flyweight } from "../flyweight.js";

const REGISTRATION_ID = 8;
const SESSION_ID = 16;
const STREAM_ID = 20;
const LIMIT_COUNTER_ID = 24;
const CHANNEL_STATUS_ID = 28;
const LOG_FILE_NAME = 32;

/**
 * ON_PUBLICATION_READY and ON_EXCLUSIVE_PUBLICATION_READY.
 *
 *   0               8                16          20         24               28                32
 *   | correlationId | registrationId | sessionId | streamId | limitCounterId | channelStatusId |
 *   32                  36
 *   | logFileNameLength | logFileName … |
 *
 * Source: Aeron `PublicationBuffersReadyFlyweight`; conformance/aeron/commands.
 */
export class PublicationBuffersReady extends Flyweight {
  readonly minimumLength: number = LOG_FILE_NAME + 4;

  /** Bytes of an event that carries `logFileName`. */
  static computeLength(logFileName: string): number {
    return LOG_FILE_NAME + 4 + logFileName.length;
  }

  /** Correlation id of the ADD command. */
  correlationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the correlation id. */
  setCorrelationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** Registration id of the log: that of the first client when the publication is shared. */
  registrationId(): bigint {
    return this.getInt64(REGISTRATION_ID);
  }

  /** Sets the registration id. */
  setRegistrationId(value: bigint): this {
    this.setInt64(REGISTRATION_ID, value);
    return this;
  }

  /** Session id of the publication. */
  sessionId(): number {
    return this.getInt32(SESSION_ID);
  }

  /** Sets the session id. */
  setSessionId(value: number): this {
    this.setInt32(SESSION_ID, value);
    return this;
  }

  /** Stream id of the publication. */
  streamId(): number {
    return this.getInt32(STREAM_ID);
  }

  /** Sets the stream id. */
  setStreamId(value: number): this {
    this.setInt32(STREAM_ID, value);
    return this;
  }

  /** Id of the counter that limits the publisher (pub-lmt). */
  publicationLimitCounterId(): number {
    return this.getInt32(LIMIT_COUNTER_ID);
  }

  /** Sets the id of the limit counter. */
  setPublicationLimitCounterId(value: number): this {
    this.setInt32(LIMIT_COUNTER_ID, value);
    return this;
  }

  /** Id of the channel status counter; -1 for IPC. */
  channelStatusCounterId(): number {
    return this.getInt32(CHANNEL_STATUS_ID);
  }

  /** Sets the id of the channel status counter. */
  setChannelStatusCounterId(value: number): this {
    this.setInt32(CHANNEL_STATUS_ID, value);
    return this;
  }

  /** Path of the log buffer file. */
  logFileName(): string {
    return this.getString(LOG_FILE_NAME);
  }

  /** Sets the path. */
  setLogFileName(value: string): this {
    this.setString(LOG_FILE_NAME, value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(LOG_FILE_NAME);
  }
}
