import { AtomicBuffer } from "@alerion/runtime/concurrent";

/**
 * What conductor and sender tell each other about one publication, besides its log and its counters. Each field
 * has one writer.
 *
 *     0  i32  end of stream            conductor: nothing comes any more, all was sent
 *     4  i32  has spies                conductor
 *     8  i64  max spy position         conductor: position of the foremost spy, bytes
 *   128  i32  receiver count           sender: receivers alive
 *   132  i32  has required receivers   sender: some alive, and as many as flow control needs
 *   136  i32  has ended                sender: the one receiver has had all of it (unicast)
 *   140  i32  is released              sender: it has let go of the publication
 *
 * The two halves are a cache line pair apart: neither side's stores disturb the other.
 */
const END_OF_STREAM = 0;
const HAS_SPIES = 4;
const MAX_SPY_POSITION = 8;
const RECEIVER_COUNT = 128;
const HAS_REQUIRED_RECEIVERS = 132;
const HAS_ENDED = 136;
const IS_RELEASED = 140;
const LENGTH = 256;

/** One side's view of the block above. */
export class NetworkPublicationState {
  readonly memory: SharedArrayBuffer;
  readonly #buffer: AtomicBuffer;

  /** @param memory of the other side's; new when absent */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(LENGTH)) {
    this.memory = memory;
    this.#buffer = new AtomicBuffer(memory);
  }

  isEndOfStream(): boolean {
    return this.#buffer.getInt32Volatile(END_OF_STREAM) !== 0;
  }

  setEndOfStream(): void {
    this.#buffer.putInt32Release(END_OF_STREAM, 1);
  }

  hasSpies(): boolean {
    return this.#buffer.getInt32Volatile(HAS_SPIES) !== 0;
  }

  setHasSpies(value: boolean): void {
    this.#buffer.putInt32Release(HAS_SPIES, value ? 1 : 0);
  }

  maxSpyPosition(): number {
    return this.#buffer.getInt64Volatile(MAX_SPY_POSITION);
  }

  setMaxSpyPosition(position: number): void {
    this.#buffer.putInt64Release(MAX_SPY_POSITION, position);
  }

  receiverCount(): number {
    return this.#buffer.getInt32Volatile(RECEIVER_COUNT);
  }

  setReceiverCount(count: number): void {
    this.#buffer.putInt32Release(RECEIVER_COUNT, count);
  }

  hasRequiredReceivers(): boolean {
    return this.#buffer.getInt32Volatile(HAS_REQUIRED_RECEIVERS) !== 0;
  }

  setHasRequiredReceivers(value: boolean): void {
    this.#buffer.putInt32Release(HAS_REQUIRED_RECEIVERS, value ? 1 : 0);
  }

  hasEnded(): boolean {
    return this.#buffer.getInt32Volatile(HAS_ENDED) !== 0;
  }

  setHasEnded(): void {
    this.#buffer.putInt32Release(HAS_ENDED, 1);
  }

  isReleased(): boolean {
    return this.#buffer.getInt32Volatile(IS_RELEASED) !== 0;
  }

  setReleased(): void {
    this.#buffer.putInt32Release(IS_RELEASED, 1);
  }
}
