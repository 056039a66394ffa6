import { CorrelatedMessage } from "./correlated-message.js";

const STREAM_ID = 16;
const CHANNEL = 20;

/**
 * ADD_PUBLICATION and ADD_EXCLUSIVE_PUBLICATION.
 *
 *   0          8               16         20              24
 *   | clientId | correlationId | streamId | channelLength | channel … |
 *
 * Source: Aeron `PublicationMessageFlyweight`; conformance/aeron/commands.
 */
export class PublicationMessage extends CorrelatedMessage {
  override readonly minimumLength: number = CHANNEL + 4;

  /** Bytes of a message that carries `channel`. */
  static computeLength(channel: string): number {
    return CHANNEL + 4 + channel.length;
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
