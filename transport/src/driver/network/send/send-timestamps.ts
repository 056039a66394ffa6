import {
  type AtomicBuffer,
  BEGIN_FRAG_FLAG,
  type Clock,
  DATA_HEADER_LENGTH,
  DATA_RESERVED_VALUE_OFFSET,
  FRAME_FLAGS_OFFSET,
  FRAME_TYPE_OFFSET,
  FrameType,
} from "@alerion/runtime/concurrent";

const NS_PER_MS = 1_000_000n;
const TIMESTAMP_LENGTH = 8;

/**
 * Writes the time at which a message is sent into the message, where its channel says
 * (`channel-snd-ts-offset`): epoch ns, in the first frame of a datagram.
 *
 * Source: features §1.3; Aeron SendChannelEndpoint.
 */
export class SendTimestamps {
  readonly #offset: number | "reserved";
  readonly #clock: Clock;

  constructor(offset: number | "reserved", clock: Clock) {
    this.#offset = offset;
    this.#clock = clock;
  }

  apply(buffer: AtomicBuffer, frameOffset: number, length: number): void {
    const { view } = buffer;
    if (
      length < DATA_HEADER_LENGTH ||
      view.getUint16(frameOffset + FRAME_TYPE_OFFSET, true) !== FrameType.DATA ||
      (buffer.getUint8(frameOffset + FRAME_FLAGS_OFFSET) & BEGIN_FRAG_FLAG) === 0
    ) {
      return;
    }
    const frameLength = view.getInt32(frameOffset, true);
    const at =
      this.#offset === "reserved" ? DATA_RESERVED_VALUE_OFFSET : DATA_HEADER_LENGTH + this.#offset;
    if (at < DATA_RESERVED_VALUE_OFFSET || at + TIMESTAMP_LENGTH > frameLength) return;
    view.setBigInt64(frameOffset + at, BigInt(this.#clock.epochMs()) * NS_PER_MS, true);
  }
}
