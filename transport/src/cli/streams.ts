import { CounterTypeId } from "../protocol/counters/counter-type-id.js";
import { decodeStreamCounterKey } from "../protocol/counters/stream-counter.js";
import type { CounterSnapshot } from "./directory-snapshot.js";

/** A reader of a stream, and how far behind it is. */
interface StreamSubscriber {
  readonly registrationId: bigint;
  readonly clientId: bigint;
  readonly channel: string;
  readonly position: bigint;
  /** Bytes behind the publisher. */
  readonly behind: bigint;
}

/** A publication, and who reads it. */
export interface StreamReport {
  readonly registrationId: bigint;
  readonly clientId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  /** `concurrent` or `exclusive`. */
  readonly kind: string;
  /** Position of the publisher, as of the driver's last look: up to 1 s old. */
  readonly position: bigint;
  /** Position at which the publisher must wait. */
  readonly limit: bigint;
  /** Position of the sender; network publications only. */
  readonly senderPosition: bigint | undefined;
  /** Limit that the receivers' status messages give; network publications only. */
  readonly senderLimit: bigint | undefined;
  readonly subscribers: readonly StreamSubscriber[];
  /** What keeps the publisher from going on, in words. */
  readonly state: string;
}

/** A stream that comes from the network: what has arrived, and who reads it. */
export interface ImageReport {
  readonly registrationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  /** Highest position that has arrived, with whatever is missing before it. */
  readonly highWaterMark: bigint;
  /** Position up to which everything has arrived. */
  readonly position: bigint;
  readonly subscribers: readonly StreamSubscriber[];
}

/** The streams that come from the network, whether or not their publisher is in the same directory. */
export function reportImages(counters: readonly CounterSnapshot[]): ImageReport[] {
  const images: ImageReport[] = [];
  for (const counter of counters) {
    if (counter.typeId !== CounterTypeId.RECEIVER_POSITION) continue;
    const { sessionId, streamId, channel } = decodeStreamCounterKey(viewOf(counter.key), 0);
    const { registrationId, value: position } = counter;
    const highWaterMark = counters.find(
      (each) =>
        each.typeId === CounterTypeId.RECEIVER_HWM && each.registrationId === registrationId,
    );
    images.push({
      registrationId,
      sessionId,
      streamId,
      channel,
      highWaterMark: maxOf([position, highWaterMark?.value ?? position]),
      position,
      subscribers: subscribersOf(registrationId, position, counters),
    });
  }
  return images;
}

/** Who reads a publication or an image, and how far each is behind `position`. */
function subscribersOf(
  registrationId: bigint,
  position: bigint,
  counters: readonly CounterSnapshot[],
): StreamSubscriber[] {
  return counters
    .filter(
      (each) =>
        each.typeId === CounterTypeId.SUBSCRIBER_POSITION && each.referenceId === registrationId,
    )
    .map((each) => ({
      registrationId: each.registrationId,
      clientId: each.ownerId,
      channel: decodeStreamCounterKey(viewOf(each.key), 0).channel,
      position: each.value,
      // Counters are read one after another: a reader may be ahead of what was read of its stream.
      behind: each.value > position ? 0n : position - each.value,
    }));
}

/** Puts the counters of streams together: who publishes, who reads, who holds whom back. */
export function reportStreams(counters: readonly CounterSnapshot[]): StreamReport[] {
  const streams: StreamReport[] = [];
  for (const counter of counters) {
    if (counter.typeId === CounterTypeId.PUBLISHER_POSITION) {
      streams.push(reportStream(counter, counters));
    }
  }
  return streams;
}

function reportStream(
  publisher: CounterSnapshot,
  counters: readonly CounterSnapshot[],
): StreamReport {
  const key = decodeStreamCounterKey(viewOf(publisher.key), 0);
  const valueOf = (typeId: CounterTypeId): bigint | undefined =>
    counters.find(
      (each) => each.typeId === typeId && each.registrationId === publisher.registrationId,
    )?.value;
  const limit = valueOf(CounterTypeId.PUBLISHER_LIMIT) ?? publisher.value;
  const senderPosition = valueOf(CounterTypeId.SENDER_POSITION);
  const senderLimit = valueOf(CounterTypeId.SENDER_LIMIT);
  // The driver looks at the publisher's position once a second; a reader may be ahead of that.
  const readers = counters.filter(
    (each) =>
      each.typeId === CounterTypeId.SUBSCRIBER_POSITION &&
      each.referenceId === publisher.registrationId,
  );
  const position = maxOf([publisher.value, ...readers.map((each) => each.value)]);
  const subscribers = subscribersOf(publisher.registrationId, position, counters);
  return {
    registrationId: publisher.registrationId,
    clientId: publisher.ownerId,
    sessionId: key.sessionId,
    streamId: key.streamId,
    channel: key.channel,
    kind: /\((\w+)\)/.exec(publisher.label)?.[1] ?? "unknown",
    position,
    limit,
    senderPosition,
    senderLimit,
    subscribers,
    state: describeState({ position, limit, senderPosition, senderLimit, subscribers }),
  };
}

function describeState(
  stream: Pick<
    StreamReport,
    "limit" | "position" | "senderLimit" | "senderPosition" | "subscribers"
  >,
): string {
  const { position, limit, senderPosition, senderLimit, subscribers } = stream;
  if (position < limit) return "free to publish";
  const slowest = subscribers.toSorted((a, b) => (a.behind < b.behind ? 1 : -1))[0];
  if (senderPosition !== undefined && senderLimit !== undefined) {
    return senderPosition >= senderLimit
      ? "held back by its receivers"
      : "held back by the sender or a spy";
  }
  return slowest === undefined
    ? "not connected"
    : `held back by subscriber ${slowest.registrationId} of client ${slowest.clientId}, ${slowest.behind} bytes behind`;
}

function maxOf(values: readonly bigint[]): bigint {
  let max = values[0] ?? 0n;
  for (const value of values) if (value > max) max = value;
  return max;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
