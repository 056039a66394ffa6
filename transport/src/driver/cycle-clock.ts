import type { Clock } from "@alerion/runtime/concurrent";

const NS_PER_S = 1_000_000_000;

/** A clock that can write its time, see `Os.readMono`. */
interface WritingClock extends Clock {
  readMono(): void;
  readonly time: Uint32Array;
}

/**
 * The clock of agents that share a thread: the monotonic time is read once in each cycle. Asking the kernel three times
 * was 30 % of a cycle with nothing to do (375 of 1,270 ns, two sockets, Node 20, a busy machine).
 */
export class CycleClock implements Clock {
  readonly #clock: Clock;
  readonly #writing: WritingClock | undefined;
  // A double from the start: see AtomicBuffer on representation changes.
  #nowNs: number = 0.5;

  constructor(clock: Clock) {
    this.#clock = clock;
    if ("readMono" in clock) this.#writing = clock as WritingClock;
    this.update();
  }

  /** A cycle begins. */
  update(): void {
    const writing = this.#writing;
    if (writing === undefined) {
      this.#nowNs = this.#clock.monoNs();
      return;
    }
    writing.readMono();
    this.#nowNs = (writing.time[0] as number) * NS_PER_S + (writing.time[2] as number);
  }

  monoNs(): number {
    return this.#nowNs;
  }

  epochMs(): number {
    return this.#clock.epochMs();
  }
}
