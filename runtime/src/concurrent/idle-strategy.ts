/**
 * What a thread does between two steps of its agent. Waiting is injected: the runtime knows no operating system.
 */
export interface IdleStrategy {
  /** How Aeron names the strategy in properties. */
  readonly alias: string;
  /** Waits, the longer the longer nothing was to do; `workCount` above 0 starts over. */
  idle(workCount: number): void;
  /** Starts over. */
  reset(): void;
}

/** Lets other threads run. */
export type Yielder = () => void;

/** Waits about this many nanoseconds. */
export type Sleeper = (durationNs: number) => void;

/** Never waits: the lowest latency, and a whole core. */
export class BusySpinIdleStrategy implements IdleStrategy {
  readonly alias = "spin";

  idle(): void {
    // Spinning is doing nothing.
  }

  reset(): void {
    // Nothing to start over.
  }
}

/** Lets other threads run whenever there is nothing to do. */
export class YieldingIdleStrategy implements IdleStrategy {
  readonly alias = "yield";
  readonly #yield: Yielder;

  constructor(yieldThread: Yielder) {
    this.#yield = yieldThread;
  }

  idle(workCount: number): void {
    if (workCount <= 0) this.#yield();
  }

  reset(): void {
    // Nothing to start over.
  }
}

/** Waits a fixed time whenever there is nothing to do. */
export class SleepingIdleStrategy implements IdleStrategy {
  readonly alias = "sleep-ns";
  readonly #sleep: Sleeper;
  readonly #sleepNs: number;

  constructor(sleep: Sleeper, sleepNs: number) {
    this.#sleep = sleep;
    this.#sleepNs = sleepNs;
  }

  idle(workCount: number): void {
    if (workCount <= 0) this.#sleep(this.#sleepNs);
  }

  reset(): void {
    // Nothing to start over.
  }
}

/** How fast a backoff strategy gives the core away. Defaults are Aeron's. */
export interface BackoffOptions {
  /** Idle steps without waiting; 10. */
  readonly spinCountMax?: number;
  /** Idle steps after those that only yield; 5. */
  readonly yieldCountMax?: number;
  /** First wait, in ns; 1000. */
  readonly parkMinNs?: number;
  /** Waits double up to this, in ns; 1 000 000. */
  readonly parkMaxNs?: number;
}

/** Spins, then yields, then waits, each time twice as long. */
export class BackoffIdleStrategy implements IdleStrategy {
  readonly alias = "backoff";
  readonly #yield: Yielder;
  readonly #sleep: Sleeper;
  readonly #spinCountMax: number;
  readonly #yieldCountMax: number;
  readonly #parkMinNs: number;
  readonly #parkMaxNs: number;
  #idleCount: number = 0;
  #parkNs: number;

  constructor(yieldThread: Yielder, sleep: Sleeper, options: BackoffOptions = {}) {
    this.#yield = yieldThread;
    this.#sleep = sleep;
    this.#spinCountMax = options.spinCountMax ?? 10;
    this.#yieldCountMax = options.yieldCountMax ?? 5;
    this.#parkMinNs = options.parkMinNs ?? 1000;
    this.#parkMaxNs = options.parkMaxNs ?? 1_000_000;
    this.#parkNs = this.#parkMinNs;
  }

  idle(workCount: number): void {
    if (workCount > 0) {
      this.reset();
      return;
    }
    if (this.#idleCount < this.#spinCountMax) {
      this.#idleCount++;
    } else if (this.#idleCount < this.#spinCountMax + this.#yieldCountMax) {
      this.#idleCount++;
      this.#yield();
    } else {
      this.#sleep(this.#parkNs);
      this.#parkNs = Math.min(this.#parkNs * 2, this.#parkMaxNs);
    }
  }

  reset(): void {
    this.#idleCount = 0;
    this.#parkNs = this.#parkMinNs;
  }
}
