import { CorrelatedMessage } from "./correlated-message.js";

const STREAM_ID = 16;

/** Length of GET_NEXT_AVAILABLE_SESSION_ID. */
export const NEXT_SESSION_ID_MESSAGE_LENGTH = 20;

/**
 * GET_NEXT_AVAILABLE_SESSION_ID.
 *
 *   0          8               16         20
 *   | clientId | correlationId | streamId |
 *
 * Source: Aeron `GetNextAvailableSessionIdMessageFlyweight`; conformance/aeron/commands.
 */
export class NextSessionIdMessage extends CorrelatedMessage {
  override readonly minimumLength: number = NEXT_SESSION_ID_MESSAGE_LENGTH;

  /** Stream for which a session id is wanted. */
  streamId(): number {
    return this.getInt32(STREAM_ID);
  }

  /** Sets the stream id. */
  setStreamId(value: number): this {
    this.setInt32(STREAM_ID, value);
    return this;
  }
}
