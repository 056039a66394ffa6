import { AtomicCounter, CounterState, type CountersReader } from "@alerion/runtime/concurrent";

/** What a counter needs of its client. */
export interface CounterOwner {
  removeCounter(counter: Counter): void;
}

/** A counter that this client added; others see it by its id, with its label. */
export class Counter extends AtomicCounter {
  readonly registrationId: bigint;
  /** A static counter outlives its client and cannot be removed. */
  readonly isStatic: boolean;
  readonly #counters: CountersReader;
  readonly #owner: CounterOwner;
  #isClosed: boolean = false;

  /** @internal Counters come from `Aeron.addCounter`. */
  constructor(
    owner: CounterOwner,
    counters: CountersReader,
    counterId: number,
    registrationId: bigint,
    isStatic: boolean,
  ) {
    super(counters, counterId);
    this.registrationId = registrationId;
    this.isStatic = isStatic;
    this.#counters = counters;
    this.#owner = owner;
  }

  /** State of the counter's record, one of CounterState: RECLAIMED once the driver has freed it. */
  state(): number {
    return this.#counters.state(this.id);
  }

  label(): string {
    return this.#counters.label(this.id);
  }

  /** True when it was closed, by `close`, by its client or by the driver. */
  isClosed(): boolean {
    return this.#isClosed || (!this.isStatic && this.state() !== CounterState.ALLOCATED);
  }

  /** Gives the counter back to the driver; a static one is only let go of. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#owner.removeCounter(this);
  }

  /** @internal The driver has freed it, or the client is closed. */
  onGone(): void {
    this.#isClosed = true;
  }
}
