import { AtomicBuffer } from "@alerion/runtime/concurrent";

const WORD_COUNT = 1024;
const LENGTH = WORD_COUNT * 4;

/** How long a stream in which nothing changes is left alone. What only people look at may be as old as that. */
export const IDLE_VISIT_INTERVAL_NS = 10_000_000;

/**
 * Numbers that tell one agent that another has changed something of a stream: a word for each stream, which its one
 * writer raises after the change. Streams that share a word cost a look too many, no more.
 */
export class ChangeWords {
  readonly memory: SharedArrayBuffer;
  readonly #buffer: AtomicBuffer;

  /** @param memory of the other side's; new when absent */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(LENGTH)) {
    this.memory = memory;
    this.#buffer = new AtomicBuffer(memory);
  }

  /** Offset of the word of the `count`th stream. */
  static offsetOf(count: number): number {
    return (count % WORD_COUNT) * 4;
  }

  /** Hot. Whoever sees the new number sees the change. */
  raise(offset: number): void {
    this.#buffer.putInt32Release(offset, (this.#buffer.getInt32(offset) + 1) | 0);
  }

  /** Hot. */
  get(offset: number): number {
    return this.#buffer.getInt32Volatile(offset);
  }
}

/** A stream that is looked at when there is reason to. */
export interface Visited {
  /** Its place in the list of all. */
  slot: number;
}

/**
 * When each of an agent's streams is to be looked at next, side by side in memory: with a thousand streams a duty
 * cycle is made of cache misses, and to walk through the objects of one costs more than ten of them.
 */
export class StreamVisits {
  /** Monotonic ns; -Infinity at once. */
  deadlines: Float64Array = new Float64Array(0);
  /** Where the word is that shows a change. */
  offsets: Int32Array = new Int32Array(0);
  /** That word at the last visit. */
  seen: Int32Array = new Int32Array(0);
  #isStale: boolean = false;

  /** The list of streams is another now. */
  setStale(): void {
    this.#isStale = true;
  }

  /** Hot. Before a walk through the list: all are due if it is another. Returns whether it is. */
  update(streams: readonly Visited[]): boolean {
    if (!this.#isStale) return false;
    this.#isStale = false;
    const count = streams.length;
    this.deadlines = new Float64Array(count).fill(-Infinity);
    this.offsets = new Int32Array(count);
    this.seen = new Int32Array(count);
    for (const [slot, stream] of streams.entries()) stream.slot = slot;
    return true;
  }

  /** Something has happened to a stream: it is due. */
  wake({ slot }: Visited): void {
    if (slot < this.deadlines.length) this.deadlines[slot] = -Infinity;
  }
}
