import { getAscii, putAscii } from "../ascii.js";

/**
 * Key and label of the counters that belong to a stream (pub-lmt, pub-pos, sub-pos, snd-pos, …).
 *
 *   0                8           12         16              20
 *   | registrationId | sessionId | streamId | channelLength | channel … cut to 92 bytes |
 *
 * Source: Aeron `StreamCounter`; conformance/aeron/cnc.
 */

/** Bytes of a counter's key. */
const COUNTER_KEY_LENGTH = 112;

const SESSION_ID = 8;
const STREAM_ID = 12;
const CHANNEL = 16;
const CHANNEL_LENGTH_MAX = COUNTER_KEY_LENGTH - CHANNEL - 4;

/** What the key of a stream counter says. */
export interface StreamCounterKey {
  readonly registrationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  /** Channel of the publication or subscription, cut to 92 bytes. */
  readonly channel: string;
}

/** The key of a stream counter: 20 bytes and the channel. */
export function encodeStreamCounterKey(key: StreamCounterKey): Uint8Array {
  const channel = key.channel.slice(0, CHANNEL_LENGTH_MAX);
  const bytes = new Uint8Array(CHANNEL + 4 + channel.length);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, key.registrationId, true);
  view.setInt32(SESSION_ID, key.sessionId, true);
  view.setInt32(STREAM_ID, key.streamId, true);
  view.setInt32(CHANNEL, channel.length, true);
  putAscii(view, CHANNEL + 4, channel);
  return bytes;
}

/** Reads the key of a stream counter; an impossible channel length reads as an empty channel. */
export function decodeStreamCounterKey(view: DataView, offset: number): StreamCounterKey {
  const claimed = view.getInt32(offset + CHANNEL, true);
  const length = claimed < 0 || claimed > CHANNEL_LENGTH_MAX ? 0 : claimed;
  return {
    registrationId: view.getBigInt64(offset, true),
    sessionId: view.getInt32(offset + SESSION_ID, true),
    streamId: view.getInt32(offset + STREAM_ID, true),
    channel: getAscii(view, offset + CHANNEL + 4, length),
  };
}

/**
 * Label of a stream counter: `name: registrationId sessionId streamId channel`, and ` @joinPosition` for a
 * subscriber's position.
 */
export function streamCounterLabel(
  name: string,
  key: StreamCounterKey,
  joinPosition?: number,
): string {
  const suffix = joinPosition === undefined ? "" : ` @${joinPosition}`;
  return `${name}: ${key.registrationId} ${key.sessionId} ${key.streamId} ${key.channel}${suffix}`;
}
